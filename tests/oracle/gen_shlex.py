"""Cases of shlex."""

import shlex

from frame import Call

LINES = ["", " ", "a", "a b", "'a b' c", '"a b"c', "a\\ b", "'", '"', "\\", "a\\", "'a\\'b'", '"a\\"b"', '"a\\b"', '"\\\\"', "a # b", "a#b", "#", "# x\na", "a\nb", "a\tb\r\nc",
         "''", '""', "a''b", "é ü", "'é'", "a;b|c&d", "$x `y`", "\"$x\"", "--opt='a b'", "\\\n", "a\\\nb", "'a\nb'", '"\\n"', "\\'", "~ * ?", "\xa0a", "a\x0bb", "a\x0cb", "“a b”"]
WORDS = ["", "a", "a b", "'", "a'b", '"', "$x", "é", "a/b-c.d_e", "@%+=:,./-", "*", "a\nb", "\\", "~", "#", "\x7f", "日本"]


def text(rng):
    return "".join(rng.choice("aab '\"\\# \té\n$;") for _ in range(rng.randrange(14)))


CALLS = [
    Call("shlex.split", shlex.split, [([x], {}) for x in LINES] + [([x], {"comments": True}) for x in LINES] + [([x, True], {}) for x in LINES if "#" in x],
         lambda rng: ([text(rng)], {"comments": True} if rng.random() < 0.3 else {}), weight=2),
    Call("shlex.quote", shlex.quote, [([x], {}) for x in WORDS] + [([1], {})], lambda rng: ([text(rng)], {})),
    Call("shlex.join", shlex.join, [([WORDS], {}), ([[]], {}), ([["a"]], {})], lambda rng: ([[text(rng) for _ in range(rng.randrange(4))]], {})),
]
