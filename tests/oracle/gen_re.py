"""Cases of re: patterns from a grammar, most of them sound, on short texts; and broken ones, for the errors."""

import re
import warnings

from frame import Call

warnings.simplefilter("ignore")  # Python warns of nested sets and odd group names; what it answers is the same

PATTERNS = ["", "a", "a*", "a|b", "(a)|(b)", "(?P<x>a)(?P<y>b)?", "^a", "a$", "^", "$", r"\Aa", r"a\Z", r"\b", r"\B", r"\bab\b", "[ab]+", "[^ab]",
            "(?i)AB", "(?m)^a", "(?s)a.b", "a.b", "(?x) a b # c\n", "(a)(?P=x)", "(?P<x>a)(?P=x)", r"(a)\1", r"(?:a)\1", "(a*)*", "(a*)+", "(?:a|b)*?c",
            "a{2}", "a{,2}", "a{1,}", "a{", "a{}", "a{x}", "a{1", "a{2,1}", "a**", "*a", "(?:)*", "(*a)", "a++", "a*+", "a?+b", "a{1,2}+a", "(?>a*)a",
            "(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", "(?<=a+)b", "(?<=a|bc)d", "(?<=(a))b", r"(?<=(a)\1)b", "(?(1)a|b)", "(a)?(?(1)b|c)",
            "(?P<n>a)?(?(n)b)", "(?(2)a)", "(?(0)a)", "(?(x)a)", "(a)(?(1)b|c|d)", "[", "[a", "[]", "[]a]", "[^]a]", "[a-", "[a-]", "[-a]", "[z-a]",
            r"[\d-z]", r"[a-\d]", r"[\w.]+", r"\d+", r"\D", r"\s", r"\S", r"\w", r"\W", r"[\W\d]", r"[^\W]", r"[\s\S]", "(", ")", "(?", "(?P", "(?P<",
            "(?P<a", "(?P<>a)", "(?P<1>a)", "(?P<a>a)(?P<a>b)", "(?P=", "(?P=x)", "(?Px)", "(?#", "(?#c)a", "(?z)", "(?i", "(?i-", "(?i-)", "(?-i:a)",
            "(?-)", "(?-i)", "(?i:a)b", "(?i-i:a)", "(?a-u:b)", "(?-u:a)", "(?au)", "(?L)", "(?t)a", "a(?i)b", "(?i)(?m)a", "|(?i)a", "(?ia:k)",
            "(?<a)", "(?<", "(?<=", "\\", "a\\", r"\q", r"\x", r"\x4", r"\x41", r"\u0041", r"\u41", r"\U00000041", r"\U00110000", r"\0", r"\07",
            r"\101", r"\400", r"\8", r"(a)\12", r"[\8]", r"[\q]", r"[\400]", r"\n", r"\a\f\v\t\r", r"\.", r"\é", "é+", "[é-ü]", "日本", ".", "..", "\n",
            "(?i)straße", "(?i)ſ", "(?i)k", "(?i)K", "(?i)[a-z]", "(?i)i", "(?i)µ", "(?ai)k", "(?i)[^k]", "(?a)\\w", r"(?a:\w)\w", r"(?a:\b)", "a\nb(", "((a)|b)*",
            "(a(b)c)", "((a)(b))", "(a)()", "(?:(a)|b)*", r"(?m)$", r"(?m)^", "x*", "(?:x)", "(?s:.)", r"(?x:a b)", "[a||b]", "[[a]", "a{4294967295}",
            "(?P<x>a)|(?P<y>b)", r"\bfoo\b|\d{1,3}(?:\.\d{1,3}){3}", r"(?P<k>\w+)=(?P<v>\S*)", "(?:a{2}){2}", "a{0}", "(a){0}b", r"\A\Z", "(?P<é>a)(?P=é)"]
TEXTS = ["", "a", "b", "ab", "aab", "abab", "ba", "A", "aB", "a\n", "\n", "a\nb", "a\na\n", "ab1 _", "a.b", "éü", "日本語", "straSSe STRASSE straße", "ſsS", "kK\u212a",
         "iIİı", "µμΜ", "foo 192.168.0.1 bar", "k=v a=b", "aaaa", "xax", " \x1c\u2003", "²Ⅷ_", "a-b", "[", "aaaaaaaaaaaaaaab", "\t\x0b", "_é_"]
REPLS = ["", "-", r"\1", r"\g<0>", r"\g<1>", r"\g<x>", r"\2", r"\g<", r"\g<>", r"\g<1", r"\g<q>", r"\g<-1>", r"\n\t", r"\q", r"\\", r"\0", r"\01", r"\101", r"\400", "a\\",
         r"\.", "é", r"[\g<0>]", r"\g<99>", r"\99", r"\12"]


def atom(rng, depth):
    kind = rng.randrange(22 if depth else 12)
    if kind < 5:
        return rng.choice(["a", "b", "A", "B", "1", "_", " ", "\\n", "é"])
    if kind < 7:
        return rng.choice([".", r"\w", r"\W", r"\d", r"\D", r"\s", r"\S"])
    if kind < 9:
        return "[" + rng.choice(["", "^"]) + "".join(rng.choice(["a", "b-d", "A", "1", r"\w", r"\s", "_", "é", r"\W", r"\D"]) for _ in range(rng.randrange(1, 4))) + "]"
    if kind < 11:
        return rng.choice(["^", "$", r"\b", r"\B", r"\A", r"\Z"])
    if kind < 12:
        return rng.choice([r"\1", r"\2", "(?P=x)"])
    inner = tree(rng, depth - 1)
    return rng.choice(["(%s)", "(%s)", "(?:%s)", "(?:%s)", "(?P<x>%s)", "(?=%s)", "(?!%s)", "(?<=%s)", "(?<!%s)", "(?>%s)", "(?i:%s)", "(?(1)%s|b)"]) % inner


def term(rng, depth):
    a = atom(rng, depth)
    if rng.random() < 0.35:
        a += rng.choice(["*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}"]) + rng.choice(["", "", "?", "+"])
    return a


def tree(rng, depth):
    return "|".join("".join(term(rng, depth) for _ in range(rng.randrange(1, 4))) for _ in range(rng.choice([1, 1, 1, 2])))


def a_pattern(rng):
    if rng.random() < 0.15:
        return rng.choice(PATTERNS)
    p = tree(rng, 3)
    if rng.random() < 0.15:
        p = rng.choice(["(?i)", "(?m)", "(?s)", "(?a)", "(?ai)"]) + p
    if rng.random() < 0.05 and p:
        at = rng.randrange(len(p))
        p = p[:at] + rng.choice(["", "(", ")", "[", "\\", "*", "?"]) + p[at + 1:]
    return p


def a_text(rng):
    if rng.random() < 0.2:
        return rng.choice(TEXTS)
    return "".join(rng.choice("aabbAB1_ \nécd") for _ in range(rng.randrange(9)))


def flags(rng):
    return {"flags": rng.choice([2, 8, 16, 256, 10, 258, 64, 32])} if rng.random() < 0.3 else {}


def searching(rng):
    return [a_pattern(rng), a_text(rng)], flags(rng)


def replacing(rng):
    kwargs = flags(rng)
    if rng.random() < 0.3:
        kwargs["count"] = rng.randrange(4)
    return [a_pattern(rng), rng.choice(REPLS), a_text(rng)], kwargs


def splitting(rng):
    kwargs = {"maxsplit": rng.randrange(4)} if rng.random() < 0.3 else {}
    return [a_pattern(rng), a_text(rng)], kwargs


def method(rng):
    kwargs = {}
    if rng.random() < 0.6:
        kwargs["pos"] = rng.randrange(-1, 8)
    if rng.random() < 0.4:
        kwargs["endpos"] = rng.randrange(-1, 8)
    return [a_pattern(rng), a_text(rng)], kwargs


def shape(m):
    return m and {"span": list(m.span()), "group": m.group(), "groups": list(m.groups())}


def lists(found):
    return [list(f) if isinstance(f, tuple) else f for f in found]


def told(pattern, flags=0):
    p = re.compile(pattern, flags)
    return {"pattern": p.pattern, "flags": int(p.flags), "groups": p.groups, "groupindex": dict(p.groupindex)}


def matched(pattern, string, template=""):
    m = re.search(pattern, string)
    return m and {"spans": [list(m.span(i)) for i in range(m.re.groups + 1)], "groups": list(m.groups("-")), "groupdict": m.groupdict(),
                  "lastindex": m.lastindex, "lastgroup": m.lastgroup, "expand": m.expand(template)}


def of(pattern, name, *args, **kwargs):
    return getattr(re.compile(pattern), name)(*args, **kwargs)


ON_TEXTS = [([p, t], {}) for p in PATTERNS for t in ("", "ab", "aab1 \n", TEXTS[17], "kK\u212a iIİı ſ")]
COMPILED = [([p], {}) for p in PATTERNS] + [([p], {"flags": f}) for p in PATTERNS[:60] for f in (2, 64, 256)] + [(["a", 288], {}), (["(?u)a", 256], {})]


def big(args, kwargs):
    """Repeats beyond what PCRE2 counts to."""
    return any("4294967295" in str(a) for a in args[:1])


def nothing_behind(args, kwargs):
    """A lookbehind in which something that matches nothing is repeated: PCRE2 does not see that its length is fixed."""
    return bool(re.search(r"\(\?<[=!].*[)bBAZ^$][*?+{]", str(args[0])))


def possessive_group(args, kwargs):
    """CPython 3.11 keeps what a possessive repeat of a group has tried, though it failed."""
    return bool(re.search(r"\)([*+?]|{\d*,?\d*})\+", str(args[0])))


def turned(args, kwargs):
    """CPython's match finds the empty text at a pos that lies behind endpos; its search does not."""
    return kwargs.get("pos", 0) > kwargs.get("endpos", 99)


def null(args, kwargs):
    """A replacement with a NUL in it, which a text of C cannot hold."""
    return len(args) > 2 and args[1] in (r"\0",)


LIMITS = [(null, "a text holds no NUL"), (big, "PCRE2 counts repeats to 65535"), (turned, "nothing lies between pos and an endpos before it"), (possessive_group, "a fault of CPython 3.11"),
          (nothing_behind, "PCRE2 wants a lookbehind of fixed length")]

CALLS = [
    Call("re.search", lambda *a, **k: shape(re.search(*a, **k)), edges=ON_TEXTS, make=searching, differs=LIMITS),
    Call("re.match", lambda *a, **k: shape(re.match(*a, **k)), edges=ON_TEXTS, make=searching, differs=LIMITS),
    Call("re.fullmatch", lambda *a, **k: shape(re.fullmatch(*a, **k)), edges=ON_TEXTS, make=searching, differs=LIMITS),
    Call("re.findall", lambda *a, **k: lists(re.findall(*a, **k)), edges=ON_TEXTS, make=searching, differs=LIMITS),
    Call("re.finditer", lambda *a, **k: [shape(m) for m in re.finditer(*a, **k)], make=searching, differs=LIMITS),
    Call("re.sub", re.sub, edges=[(["(?P<x>a)|(b)", r, "xaxbx"], {}) for r in REPLS] + [(["x*", "-", "abxd"], {})], make=replacing, differs=LIMITS),
    Call("re.subn", lambda *a, **k: list(re.subn(*a, **k)), make=replacing, differs=LIMITS),
    Call("re.split", re.split, edges=[(["x*", "axbc"], {}), (["(-)|(,)", "a-b,c"], {}), ([r"\b", "a b"], {})], make=splitting, differs=LIMITS),
    Call("re.escape", re.escape, edges=[([t], {}) for t in TEXTS + PATTERNS], make=lambda rng: ([a_pattern(rng)], {})),
    Call("re.compile", told, edges=COMPILED, make=lambda rng: ([a_pattern(rng)], flags(rng)), differs=[(big, "PCRE2 counts repeats to 65535"), (nothing_behind, "PCRE2 wants a lookbehind of fixed length")]),
    Call("re.Match", matched, edges=[(["(?P<x>a)(b)?", "zab", r"\g<x>-\2"], {})], make=lambda rng: ([a_pattern(rng), a_text(rng)], {}),
         differs=LIMITS),
    Call("re.Pattern.search", lambda p, *a, **k: shape(of(p, "search", *a, **k)), make=method, differs=LIMITS),
    Call("re.Pattern.match", lambda p, *a, **k: shape(of(p, "match", *a, **k)), make=method, differs=LIMITS),
    Call("re.Pattern.fullmatch", lambda p, *a, **k: shape(of(p, "fullmatch", *a, **k)), make=method, differs=LIMITS),
    Call("re.Pattern.findall", lambda p, *a, **k: lists(of(p, "findall", *a, **k)), make=method, differs=LIMITS),
    Call("re.Pattern.finditer", lambda p, *a, **k: [shape(m) for m in of(p, "finditer", *a, **k)], make=method, differs=LIMITS),
    Call("re.Pattern.sub", lambda p, *a, **k: of(p, "sub", *a, **k), edges=[(["a", "b", "aa"], {"count": 1})]),
    Call("re.Pattern.subn", lambda p, *a, **k: list(of(p, "subn", *a, **k)), edges=[(["a", "b", "aa"], {"count": 1})]),
    Call("re.Pattern.split", lambda p, *a, **k: of(p, "split", *a, **k), edges=[(["a", "bab"], {"maxsplit": 1})]),
    Call("re.Pattern.groups", lambda p: re.compile(p).groups, edges=[(["(a)(b)"], {})]),
    Call("re.Pattern.groupindex", lambda p: dict(re.compile(p).groupindex), edges=[(["(?P<x>a)(b)"], {})]),
    Call("re.Pattern.flags", lambda p: int(re.compile(p).flags), edges=[(["(?i)a"], {})]),
]
