"""Cases of json."""

import io
import json
import math
import re
import struct

from frame import Call

FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 1e15, 1e16, 1e17, 123456789012345680.0, 1e-4, 1e-5, 9.999e-5, 5e-324, 1.7976931348623157e308,
          2.2250738585072014e-308, math.pi, 1 / 3, 1e22, 1e23, float("inf"), float("-inf"), float("nan")]
INTS = [0, 1, -1, 10, 2**31, -2**31, 2**53 + 1, 2**63 - 1, -2**63, 2**63, -2**63 - 1, 2**64 - 1, 2**64, 10**40, -10**40]
TEXTS = ["", "a", "é", "日本", "😀", "\ud800", "\udc00x", "\x00", "\x1f", "\x7f", "\x80", " ", " ", '"', "\\", "/", "\n\r\t\b\f",
         "a\"b\\c/d", "￿", "𝄞", "\ud834x\udd1e", "key"]

DOCUMENTS = [
    "", " ", "null", "true", "false", "nul", "tru", "fals", "nulll", "NaN", "Infinity", "-Infinity", "-Infinit", "Infinit", "Na",
    "0", "-0", "-0.0", "1", "01", "-", "-a", "+1", "1.", ".5", "1.5", "1e5", "1E400", "-1E400", "1e", "1e+", "1e-5", "1E+2", "1.5e3x",
    "0x10", "1_000", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1" * 4300, "1" * 4301, "-" + "1" * 4301,
    '""', '"a"', '"', '"a', '"\\"', '"\\u00e9"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"', '"\\ud83dx"', '"\\ud83d\\u0041"', '"\\u12"',
    '"\\u12g4"', '"\\u 123"', '"\\u+123"', '"\\u1_23"', '"\\x"', '"\\', '"\\"', '"\n"', '"\t"', '"\x7f"', '"\x01"', '"é\\n"', "'a'", "[", "]", "[]",
    "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,2]", "[[[]]]", "[1,,2]", "{", "}", "{}", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}',
    "{a:1}", "{1:2}", '{"a" 1}', '{"a":1 "b":2}', '{"a":1,"a":2}', '{"a":1,"b":2,"a":3}', '{"":0}', '{"a":{"b":[1,{"c":null}]}}',
    "1 2", "[] x", "null,", "\ufeff1", " \t\r\n1 \n", "\x0b1", "\xa01", "1\xa0", "// x\n1", "/**/1", '{"é":1,}', '["日本", }', "[1,\n2,\n}",
    '{"a":1,\n\n"b"}', "\n\n  x", '[\n"a\nb"]', "[" * 900 + "]" * 900, '{"a":' * 500 + "1" + "}" * 500, "[" * 100000, '{"a":' * 100000,
    "1.0000000000000002", "0.1e1", "123456789.123456789e-20", "2.2250738585072011e-308", "4.9e-324", "2e-324", "1" + "0" * 400 + ".0",
    "0." + "0" * 400 + "1", "1e99999999999", "1e-99999999999", "[1e1, 1E1, 1e+1, 1.0]", '"\\/"', '"\\b\\f\\n\\r\\t"', '"\ud800"',
]


def unpaired(text):
    """A high surrogate before a low one is one character once JSON has carried it."""
    return re.sub("[\ud800-\udbff]+(?=[\udc00-\udfff])", "", text)


def a_text(rng):
    return unpaired(any_text(rng))


def any_text(rng):
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(TEXTS)
    alphabet = rng.choice(["ab", "abc \"\\/", "aé日😀\x7f", "\x00\x01\x1f\n\t", "\ud800\udc00a", "".join(map(chr, range(32, 127)))])
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(12)))


def a_float(rng):
    kind = rng.random()
    if kind < 0.2:
        return rng.choice(FLOATS)
    if kind < 0.6:
        return struct.unpack("<d", rng.randbytes(8))[0]
    if kind < 0.8:
        return round(rng.uniform(-1000, 1000), rng.randrange(6))
    return rng.uniform(-1, 1) * 10.0 ** rng.randrange(-20, 25)


def an_int(rng):
    if rng.random() < 0.3:
        return rng.choice(INTS)
    return rng.randrange(-10**rng.randrange(1, 30), 10**rng.randrange(1, 30))


def a_value(rng, depth=4):
    kind = rng.random()
    if depth and kind < 0.25:
        return [a_value(rng, depth - 1) for _ in range(rng.randrange(5))]
    if depth and kind < 0.5:
        return {a_text(rng): a_value(rng, depth - 1) for _ in range(rng.randrange(5))}
    return rng.choice([a_text, a_float, an_int, lambda r: r.choice([None, True, False])])(rng)


def a_keyed_value(rng, depth=3):
    """With the keys that only Python's dicts have."""
    kind = rng.random()
    if depth and kind < 0.5:
        keys = [rng.choice([a_text, an_int, a_float, lambda r: r.choice([None, True, False])])(rng) for _ in range(rng.randrange(4))]
        return {k: a_keyed_value(rng, depth - 1) for k in keys}
    return a_value(rng, 1)


def dumps_case(rng):
    value = rng.choice([a_value, a_value, a_keyed_value])(rng)
    options = {}
    if rng.random() < 0.5:
        options["indent"] = rng.choice([None, 0, 1, 2, 4, -1, True, False, "", "\t", "--", "é"])
    if rng.random() < 0.3:
        options["separators"] = rng.choice([(",", ":"), (", ", ": "), ("", ""), (";\n", "="), None, ("é", "→")])
    for name in ("skipkeys", "ensure_ascii", "check_circular", "allow_nan", "sort_keys"):
        if rng.random() < 0.25:
            options[name] = rng.random() < 0.5
    return [value], options


def broken(rng, text):
    """The text with a mistake or two."""
    for _ in range(rng.randrange(1, 3)):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + 1:]
        elif kind == 1:
            text = text[:at] + rng.choice('[]{},:"\\ 0123e.-+tfnN/\n\t\x01é😀') + text[at:]
        elif kind == 2:
            text = text[:at]
        else:
            other = rng.randrange(len(text) + 1)
            text = text[:at] + text[other:]
    return text


def document(rng):
    text = json.dumps(a_value(rng), ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, None, 1]))
    if rng.random() < 0.6:
        text = broken(rng, text)
    return unpaired(text.replace("\x00", " "))


def loads_case(rng):
    options = {"strict": rng.random() < 0.5} if rng.random() < 0.2 else {}
    text = document(rng)
    if rng.random() < 0.15:
        encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
        data = text.encode(encoding, "surrogatepass")
        if rng.random() < 0.1 and data:
            at = rng.randrange(len(data))
            data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1:]
        return [data], options
    return [text], options


def raw_case(rng):
    text = document(rng)
    prefix = rng.choice(["", " ", "xy", "é日😀 "])
    return [prefix + text + rng.choice(["", " tail", "{}", "é"])], {"idx": len(prefix)} if prefix or rng.random() < 0.5 else {}


def has_nan_key(v):
    if isinstance(v, dict):
        return any(k != k or has_nan_key(x) for k, x in v.items())
    return isinstance(v, list) and any(has_nan_key(x) for x in v)


def raw_decode(s, idx=0):
    return json.JSONDecoder().raw_decode(s, idx)


EDGE_VALUES = ([[v] for v in FLOATS + INTS + TEXTS] + [[FLOATS], [INTS], [TEXTS], [[]], [{}], [[[]]], [{"a": []}], [{"a": {}}], [None], [True],
               [{1: 1, "1": 2}], [{None: 0, True: 1, 1.5: 2, 2: 3}], [{"b": 1, "a": 2, "é": 3, "B": 4, "": 5}], [b"x"], [{"a": b"x"}],
               [{1: 1, "a": 2}], [{float("nan"): 1, float("inf"): 2}], [{10**30: 1}], [[1, [2, [3, {"a": [4]}]]]]])
EDGE_OPTIONS = [{}, {"indent": 2}, {"indent": 0}, {"indent": ""}, {"indent": "\t"}, {"ensure_ascii": False}, {"sort_keys": True},
                {"allow_nan": False}, {"separators": [",", ":"]}, {"skipkeys": True}]

CALLS = [
    Call("json.dumps", json.dumps,
         edges=[(v, o) for v in EDGE_VALUES for o in EDGE_OPTIONS] +
               [([1], {"separators": [","]}), ([1], {"separators": [",", ":", ";"]}), ([[1]], {"indent": 1.5}), ([1], {"x": 1}), ([1, 2], {}), ([], {}), ([[1]], {"indent": 1.5, "sort_keys": True})],
         make=dumps_case, weight=4,
         differs=[(lambda a, k: k.get("sort_keys") and has_nan_key(a), "NaN has no place in an order")]),
    Call("json.loads", json.loads,
         edges=[([d], {}) for d in DOCUMENTS] + [([d], {"strict": False}) for d in DOCUMENTS if "\n" in d or "\t" in d or "\x01" in d] +
               [([d.encode("utf-8", "surrogatepass")], {}) for d in DOCUMENTS] + [([1], {}), ([None], {}), ([], {"s": "1"}), ([], {}),
                ([b"\xff"], {}), ([b'"\xc3"'], {}), ([b"\xef\xbb\xbf1"], {}), ([b""], {}), ([["a"]], {}),
                (["1"], {"x": 1}), ([], {"x": 1}), (["1", 2], {})],
         make=loads_case, weight=4),
    Call("json.JSONDecoder.raw_decode", raw_decode,
         edges=[([d], {}) for d in DOCUMENTS if len(d) < 1000] + [(["x1"], {"idx": 1}), (["é日1 2", 2], {}), (["1", 5], {}), (["1", 1], {}), (["1", -1], {})],
         make=raw_case,
         differs=[(lambda a, k: k.get("idx", a[1] if len(a) > 1 else 0) > len(a[0]), "a position past the end counts as the end")]),
]
