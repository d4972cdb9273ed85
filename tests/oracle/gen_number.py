"""Cases of numbers as text, and of repr."""

import struct

from frame import Call
from gen_json import FLOATS, INTS, TEXTS, a_float, a_keyed_value

NUMBERS = ["", " ", "0", "-0", "+0", "1", "-1", " 7 ", "\t7\n", " 7", "007", "1_000", "_1", "1_", "1__0", "+-1", "--1", "0x1f", "0X1F", "0b101",
           "0o17", "0x", "0x_1f", "1.5", "1e3", "abc", "z", "Z", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
           "-9223372036854775809", "18446744073709551616", "1" * 30, "-" + "9" * 40, "１２３", "٣٤", "1é", "é", "１_２", "0_0", "00", "1 2", "½", "²", "+ 1",
           "'", "\"", "a'b", "\\", "\n", "inf", "1" * 4300, "1" * 4301, "  -  5"]
FLOAT_TEXTS = NUMBERS + ["nan", "NaN", "-nan", "+inf", "-Infinity", "infinity", "infinit", "INF", "1.", ".5", ".", "-.5e-3", "1e", "1e+", "1e5", "1E5", "1_0.5",
                         "1_.5", "1._5", "1e1_0", "1e_1", "0x1p3", "1e400", "-1e400", "1e-400", "4.9e-324", "2.4703282292062327e-324",
                         "2.4703282292062328e-324", "2.2250738585072011e-308", "1.7976931348623158e308", "1.7976931348623159e308",
                         "9007199254740993", "9007199254740992.9999999999", "0.1", "0." + "0" * 300 + "1", "1" + "0" * 300, "123456789012345678901234567890",
                         "1.00000000000000011102230246251565", "1.00000000000000011102230246251566", " 1.5 ", "1.5f", "１.５", "1e１", "d", "0e99999", "1e-99999999999"]


def int_case(rng):
    base = rng.choice([None, None, None, 0, 2, 8, 10, 16, 36, rng.randrange(-1, 40)])
    kind = rng.random()
    if kind < 0.2:
        text = rng.choice(NUMBERS)
    elif kind < 0.7:
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[:base or 10] if (base or 10) > 1 else "0"
        most = 12 if base else 25
        text = "".join(rng.choice(digits) for _ in range(rng.randrange(1, most)))
        prefix = {0: rng.choice(["", "0x", "0b", "0o"]), 16: "0x", 2: "0b", 8: "0o"}.get(base, "")
        text = rng.choice(["", "", "+", "-", " "]) + (prefix if rng.random() < 0.5 else "") + text + rng.choice(["", "", " ", "_"])
    else:
        text = "".join(rng.choice("0123456789_+-abcxo .é１") for _ in range(rng.randrange(8)))
    if base is None:
        return [text], {}
    return ([text, base], {}) if rng.random() < 0.5 else ([text], {"base": base})


def float_case(rng):
    kind = rng.random()
    if kind < 0.15:
        return [rng.choice(FLOAT_TEXTS)], {}
    if kind < 0.5:
        return [repr(a_float(rng))], {}
    if kind < 0.7:  # near the middle of two doubles
        x = struct.unpack("<d", rng.randbytes(8))[0]
        return [f"{x:.{rng.randrange(15, 40)}e}"], {}
    if kind < 0.9:
        digits = "".join(rng.choice("0123456789") for _ in range(rng.randrange(1, 40)))
        at = rng.randrange(len(digits) + 1)
        return [digits[:at] + "." + digits[at:] + rng.choice(["", f"e{rng.randrange(-330, 320)}"])], {}
    return ["".join(rng.choice("0123456789_+-.eEinfa ") for _ in range(rng.randrange(10)))], {}


def past_64_bits(args, kwargs):
    """Only decimal text past 64 bits keeps its digits."""
    try:
        n = int(*args, **kwargs)
    except (ValueError, TypeError, OverflowError):
        return False
    if not args or not isinstance(args[0], str):
        return False
    base = kwargs.get("base", args[1] if len(args) > 1 else 10)
    return not -2**63 <= n < 2**63 and (base != 10 or not args[0].strip().isascii())


CALLS = [
    Call("int", int, [([t], {}) for t in NUMBERS] + [([t, b], {}) for t in NUMBERS if len(t) < 50 for b in (0, 2, 8, 16, 36)] +
         [(["1", 1], {}), (["1", 37], {}), (["1", -1], {}), ([1.9], {}), ([-1.9], {}), ([True], {}), ([None], {}), ([[1]], {}), ([1, 10], {}), ([], {}),
          ([1e300], {}), ([float("inf")], {}), ([float("nan")], {})], int_case, weight=2,
         differs=[(past_64_bits, "td_int is 64 bits wide; only decimal text keeps longer digits")]),
    Call("float", float, [([t], {}) for t in FLOAT_TEXTS] + [([1], {}), ([True], {}), ([None], {}), ([[1]], {}), ([], {})], float_case, weight=2),
    Call("repr", repr, [([v], {}) for v in FLOATS + INTS + TEXTS + [None, True, b"a\x00\xff'", [1, "a", {"b": [None]}], {"a": 1, 2: 3.5}]],
         lambda rng: ([rng.choice([a_float, a_float, a_keyed_value])(rng)], {}), weight=3),
]
