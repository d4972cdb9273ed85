"""Cases of the str methods. A C text ends at a NUL, so none is in these."""

from frame import Call

WORDS = ["", "a", "ab", "abc", "a,b", ",", ",,", " ", "  a  b ", "\t\n", "é", "éé", "日本語", "😀", "a😀b", "Straße", "ΑΣ", "ΑΣ.", "Σ", "ﬁ", "İ", "ı",
         "ǅ", "x  y", " a b ", "\x1c", "a\x1cb\x1db\x1ec", "a\nb\rc\r\nd\x0be\x0cf\x85g h i", "\r\n", "\n\r", "a\n", "\n", "+5", "-5", "--5",
         "+", "-", "123", "１２３", "²", "٣", "12a", "Ⅷ", "\ud800", "aXbXc", "aaaa", "aa", "prefix", "pre", "fix", "　a　", "​a", "\x1fa\x1f", "ŉ", "ᾳ", "ᾼ",
         "ßẞ", "ÀÉ", "ÿ", "Ω", "K", "ſ", "ᲀ", "Ა", "ა", "Ꭰ", "ꭰ", "𐐀", "𐐨"]
ALPHABETS = ["ab", "a,", "a b", " \t\n", "aéß", "日本 ", "😀a", "\r\n\x0b\x0c\x1c\x1d\x1e\x85  ", "ABCdef", "ΑΣσς. ", "0123456789", "+-0", "１２", "İıIi", "ǅǆ"]


def a_text(rng, most=10):
    if rng.random() < 0.3:
        return rng.choice(WORDS)
    if rng.random() < 0.1:
        return "".join(chr(rng.choice([rng.randrange(1, 0xd800), rng.randrange(0xe000, 0x20000)])) for _ in range(rng.randrange(4)))
    alphabet = rng.choice(ALPHABETS)
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(most)))


def part_of(rng, text):
    if text and rng.random() < 0.6:
        at = rng.randrange(len(text))
        return text[at:at + rng.randrange(1, 4)]
    return a_text(rng, 4)


def split_case(rng):
    text = a_text(rng, 20)
    args = [text]
    kwargs = {}
    if rng.random() < 0.6:
        sep = rng.choice([None, part_of(rng, text)])
        if rng.random() < 0.5:
            args.append(sep)
        else:
            kwargs["sep"] = sep
    if rng.random() < 0.4:
        kwargs["maxsplit"] = rng.randrange(-2, 5)
    return args, kwargs


def alone(rng):
    return [a_text(rng, 20)], {}


def with_part(rng):
    text = a_text(rng, 20)
    return [text, part_of(rng, text)], {}


def strip_case(rng):
    text = a_text(rng, 20)
    return [text] + ([rng.choice([None, part_of(rng, text), "ab é"])] if rng.random() < 0.6 else []), {}


def replace_case(rng):
    text = a_text(rng, 20)
    args = [text, part_of(rng, text), a_text(rng, 4)]
    return args + ([rng.randrange(-2, 5)] if rng.random() < 0.4 else []), {}


def join_case(rng):
    return [a_text(rng, 3), [a_text(rng, 5) for _ in range(rng.randrange(5))]], {}


def lines_case(rng):
    return [a_text(rng, 20)], {"keepends": rng.random() < 0.5} if rng.random() < 0.6 else {}


def width_case(rng):
    return [a_text(rng, 8), rng.randrange(-2, 16)], {}


def affix_case(rng):
    text = a_text(rng, 20)
    if rng.random() < 0.2:
        return [text, tuple(part_of(rng, text) for _ in range(rng.randrange(3)))], {}
    n = rng.randrange(4)
    return [text, rng.choice([text[:n], text[len(text) - n:], part_of(rng, text)])], {}


def words(*more):
    return [([w, *more], {}) for w in WORDS]


def startswith(self, prefix):
    return self.startswith(tuple(prefix) if isinstance(prefix, list) else prefix)


def endswith(self, suffix):
    return self.endswith(tuple(suffix) if isinstance(suffix, list) else suffix)


def encoding(rng):
    # no high surrogate, which JSON would make one character with a low one
    text = "".join(rng.choice("ab é\xff€😀Ā\udcff\udc80\udfff\udc7f") for _ in range(rng.randrange(8)))
    name = rng.choice(["utf-8", "ascii", "latin-1", "UTF_16", "utf-16-le", "utf-16be", "utf-32", "U32", "utf_32_be", "iso-8859-1",
                       "us-ascii", "latin1"])
    errors = rng.choice(["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape", "surrogatepass", "none"])
    if errors == "none":  # of the others Python says "encoding with … failed" around it
        name = rng.choice(["utf-8", "ascii", "latin-1", "utf-16", "utf-32"])
    return [text], {"encoding": name, "errors": errors}


CALLS = [
    Call("str.split", str.split, words() + words(",") + words(None, 1) + [(["a", ""], {}), (["a", 1], {}), (["a b c", None, 0], {}), ([1], {}),
         (["a,b,c", ",", "1"], {}), (["a b"], {"maxsplit": None})], split_case),
    Call("str.rsplit", str.rsplit, words() + words(",") + words(None, 1) + [(["a", ""], {}), (["a", 1], {}), (["a b c", None, 0], {})], split_case),
    Call("str.join", str.join, [([",", []], {}), ([",", ["a"]], {}), ([",", ["a", 1]], {}), ([",", "abc"], {}), ([",", 5], {}), ([",", {"a": 1, "b": 2}], {}),
         ([",", "é😀"], {}), ([",", None], {})], join_case),
    Call("str.strip", str.strip, words() + words("a") + words(None) + [([" a", 1], {})], strip_case),
    Call("str.lstrip", str.lstrip, words() + words("a") + [([" a", 1], {})], strip_case),
    Call("str.rstrip", str.rstrip, words() + words("a") + [([" a", 1], {})], strip_case),
    Call("str.startswith", startswith, words("a") + words("") + [(["a", 1], {}), (["a", []], {}), (["a", None], {})], affix_case),
    Call("str.endswith", endswith, words("a") + words("") + [(["a", 1], {}), (["a", []], {})], affix_case),
    Call("str.removeprefix", str.removeprefix, words("a") + words("pre") + [(["a", 1], {})], affix_case,
         differs=[(lambda a, k: isinstance(a[1], tuple), "one prefix at a time, as in Python")]),
    Call("str.removesuffix", str.removesuffix, words("a") + words("fix") + [(["a", 1], {})], affix_case,
         differs=[(lambda a, k: isinstance(a[1], tuple), "one suffix at a time, as in Python")]),
    Call("str.replace", str.replace, words("a", "b") + words("", "-") + words("", "-", 2) + [(["a", 1, "b"], {}), (["a", "b", 1], {}), (["aaa", "a", "b", 0], {}),
         (["aaa", "a", "b", -5], {})], replace_case),
    Call("str.splitlines", str.splitlines, words() + words(True) + words(False), lines_case),
    Call("str.partition", str.partition, words(",") + words("a") + [(["a", ""], {}), (["a", 1], {})], with_part),
    Call("str.rpartition", str.rpartition, words(",") + words("a") + [(["a", ""], {}), (["a", 1], {})], with_part),
    Call("str.find", str.find, words("a") + words("") + words("b") + [(["a", 1], {})], with_part),
    Call("str.lower", str.lower, words(), alone, weight=2),
    Call("str.upper", str.upper, words(), alone, weight=2),
    Call("str.ljust", str.ljust, words(5) + [(["a", "5"], {})], width_case),
    Call("str.rjust", str.rjust, words(5) + [(["a", "5"], {})], width_case),
    Call("str.zfill", str.zfill, words(5) + words(0) + [(["a", "5"], {})], width_case),
    Call("str.isdigit", str.isdigit, words(), alone),
    Call("str.encode", str.encode,
         words() + [(["é", "utf-8"], {}), (["é"], {"encoding": "utf-8", "errors": "strict"}), (["é", "ascii"], {}), (["aéèb", "ascii"], {}),
                    (["a€b", "latin-1"], {}), (["x", "nope"], {}), (["é😀", "utf-16"], {}), (["é", "utf-32"], {}), (["x", ""], {}),
                    (["", "utf-16"], {}), (["a", "ascii", "bad"], {}), (["aé", "ascii", "bad"], {}), (["x", "utf 8"], {})]
         + [(["a\udcff\ud800é€b", e, h], {}) for e in ("utf-8", "ascii", "latin-1", "utf-16", "utf-16-be", "utf-32-le")
            for h in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape", "surrogatepass")], encoding, weight=2),
    Call("len", len, words() + [([[1, 2]], {}), ([{"a": 1}], {}), ([b"ab"], {}), ([1], {}), ([None], {})], alone),
]
