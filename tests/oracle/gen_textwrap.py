"""Cases of textwrap and difflib."""

import difflib
import textwrap

from frame import Call

TEXTS = ["", " ", "a", "hello world", "a very-long-hyphenated-word here", "supercalifragilisticexpialidocious", "  leading", "trailing  ", "a  b   c", "a\nb\tc", "tabs\there",
         "--option=value and --another-option", "e-mail -- and dashes", "x" * 100, "é ü ß " * 20, "word " * 40, "Mr. Smith went. To town.", "日本語 テキスト", "a-b", "-", "--", "a--b",
         "foo-bar- baz", "1-2-3 4-5", "look, goof-ball -- use the -b option!"]
NAMES = ["start", "stop", "status", "restart", "run", "agent", "check", "backup", "logs", "rotate", "top", "serve", "deploy"]


def a_text(rng):
    if rng.random() < 0.2:
        return rng.choice(TEXTS)
    return "".join(rng.choice(["word", "a", "--", "-", " ", " ", "  ", "\n", "\t", "long-hyphen-ated", "é", "x" * 12, ".", ","]) for _ in range(rng.randrange(30)))


def wrap_case(rng):
    options = {}
    if rng.random() < 0.7:
        options["width"] = rng.randrange(1, 40)
    for name in ("initial_indent", "subsequent_indent"):
        if rng.random() < 0.3:
            options[name] = rng.choice(["", "  ", "* ", "é"])
    for name in ("break_long_words", "break_on_hyphens"):
        if rng.random() < 0.3:
            options[name] = rng.random() < 0.5
    if rng.random() < 0.4:
        options["max_lines"] = rng.randrange(1, 4)
        if rng.random() < 0.4:
            options["placeholder"] = rng.choice(["...", " ...", "", "…", " and much more"])
    return [a_text(rng)], options


def lines(rng):
    return "".join(rng.choice(["  ", " ", "\t", "a", "b c", "\n", "\n", "  \n", "\r\n", "é", "\x0b"]) for _ in range(rng.randrange(20)))


def a_name(rng):
    name = rng.choice(NAMES)
    for _ in range(rng.randrange(3)):
        at = rng.randrange(len(name) + 1)
        name = name[:at] + rng.choice(["", "a", "t", "s"]) + name[at + rng.randrange(2):]
    return name


# Words that are cut to their end, and hyphens between marks.
CUT = [([", .-"], {"width": 1, "initial_indent": "a"}), (["\taaaa-.-aa"], {"width": 8}), (["aa-aaa-,-aa"], {"width": 10}), (["a bc"], {"width": 1, "subsequent_indent": "* "})]

CALLS = [
    Call("textwrap.wrap", textwrap.wrap, [([t], {}) for t in TEXTS] + [([t, w], {}) for t in TEXTS for w in (1, 5, 10, 20)] + [(["a", 0], {}), (["a", -1], {})] + CUT, wrap_case, weight=2),
    Call("textwrap.fill", textwrap.fill, [([t], {"width": 12}) for t in TEXTS], wrap_case),
    Call("textwrap.shorten", textwrap.shorten, [(["Hello  world!", 12], {}), (["Hello  world!", 11], {}), (["Hello world", 10], {"placeholder": "..."}), (["a", 3], {}),
                                                (["", 9], {}), (["word", 0], {})],
         lambda rng: ([a_text(rng), rng.randrange(1, 40)], rng.choice([{}, {}, {"placeholder": "..."}]))),
    Call("textwrap.dedent", textwrap.dedent, [([t], {}) for t in TEXTS] + [(["  a\n  b"], {}), (["\ta\n  b"], {}), (["  a\n\n   b\n \n"], {}), (["   "], {})],
         lambda rng: ([lines(rng)], {})),
    Call("textwrap.indent", textwrap.indent, [([t, "> "], {}) for t in TEXTS], lambda rng: ([lines(rng), rng.choice(["  ", "> ", "é", ""])], {})),
    Call("difflib.get_close_matches", difflib.get_close_matches,
         [(["stats", NAMES], {}), (["stats", NAMES], {"n": 1}), (["", NAMES], {}), (["stats", []], {}), (["top", NAMES], {"cutoff": 0.0}), (["top", NAMES], {"cutoff": 1.0}),
          (["a", NAMES], {"n": 0}), (["a", NAMES], {"cutoff": 1.5}), (["a", NAMES], {"cutoff": -0.1}), (["appel", ["ape", "apple", "peach", "puppy"]], {}), (["é", ["é", "e"]], {})],
         lambda rng: ([a_name(rng), [a_name(rng) for _ in range(rng.randrange(8))]], rng.choice([{}, {"n": rng.randrange(1, 5)}, {"cutoff": round(rng.random(), 2)}]))),
]
