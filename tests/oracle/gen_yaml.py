"""Cases of yaml. What is asked is SafeLoader, PyYAML's own parser; where libyaml, which libtend reads with, accepts or
refuses another text than it does, or words its error for another place, the case is not asked (docs/differences.md)."""

import datetime
import glob
import os

import yaml
from frame import Call

SUITE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/suites/yaml-test-suite")

SCALARS = ["0", "1", "7", "0o17", "017", "0b101", "0x_f", "1_000", "1:30", "190:20:30.15", "1e3", "1.e+3", ".5", "-.inf", ".NaN", "2001-12-14",
           "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.1234567 Z", "2001-1-1", "2001-1-1 1:02:03", "yes", "No", "on", "OFF", "y", "~", "null",
           "", "=", "<<", "&a x", "*a", "!!int '12'", "!!str 5", "!!binary aGVsbG8=", "!!binary aGVsbG8", "!!float 3", "!!set {a, b}", "!!omap [a: 1]",
           "!!omap {a: 1}", "!!omap [a]", "!!omap [{a: 1, b: 2}]", "!!pairs [a: 1, a: 2]", "!foo x", "! x", "'it''s'", "[a, b]", "{a: 1, ? b}",
           "|\n  text\n  more", ">-\n  fold\n  ed", "|2+\n   x\n\n", "2001-13-01", "2001-02-30 1:2:3", "2001-02-03 25:00:00", "2001-02-03 1:02:03 +99",
           "!!int ''", "!!int 08", "!!bool x", "!!null x", "!!timestamp foo", "!!binary 'é'", "!!binary 'aéüb'", "!!binary a", "é",
           "12345678901234567890123", "-0x8000000000000000", "0xffffffffffffffffffff", "9223372036854775808", "1" * 4301, "!!int '0b2'", "1__0",
           "0_", "-0", "+1", "1.5e+400", ".1_2", "0.", "1:2:3", "60:59:59", "1:99", "%a", "@b", "`c", "a: b", "- x", "# c",
           "!<tag:yaml.org,2002:int> 5", "!!merge x", "!!seq {a: 1}", "!!map [1]", "!!str [a]", "!!str {=: x}", "!!int {=: 5}", '"\\x41\\u00e9\\U0001F600"',
           '"\\q"', '"\\x4"', '"a\\\n  b"', "'a\n\n  b'", "[a, [b, {c: d}]]", "[", "{", "'", '"', "|", "|0", "|10", ">x", "&", "*", "!", "!a!b x", "?", ": x",
           "[a,,b]", "a\tb", "\ta", "a: b: c", "%YAML 1.1\n---\nx", "%YAML 2.0\n---\nx", "%TAG ! tag:yaml.org,2002:\n--- !int '3'", "\ufeffx", "\x07",
           "a\u2028b", "{a: &x [1], b: *x}", "&a [*a]", "[&a 1, &a 2]", "{[a]: b}", "{1: a, true: b, 1.0: c}", "{<<: 1}", "{<<: [1]}", "{<<: {a: 1}, a: 2}",
           "{a: 1, <<: [{a: 2, b: 3}, {b: 4}]}", "--- 1\n--- 2", "---\n---\n", "...\n", "x\n...\ny", "", "a: 1\na: 2\n", "? a\n: b\n", "- - - a\n- b"]
LETTERS = "0123456789+-._:eExabnfNIy~"
MARKS = "[]{},:&*!|>'\"%@-?# \n\tabc1<=é\u2028"


def scalar(rng):
    if rng.random() < 0.45:
        return "".join(rng.choice(LETTERS) for _ in range(rng.randrange(1, 9)))
    return rng.choice(SCALARS[:90])


def node(rng, depth, indent):
    kind, pad = rng.random(), "\n" + "  " * indent
    if depth > 2 or kind < 0.4:
        return scalar(rng)
    if kind < 0.6:
        return "".join(f"{pad}- {node(rng, depth + 1, indent + 1)}" for _ in range(rng.randrange(1, 4)))
    if kind < 0.9:
        keys = ["a", "b", "<<", f"k{rng.randrange(5)}", scalar(rng).replace("\n", " ")]
        return "".join(f"{pad}{rng.choice(keys)}: {node(rng, depth + 1, indent + 1)}" for _ in range(rng.randrange(1, 5)))
    return "[" + ", ".join(scalar(rng).replace("\n", " ") for _ in range(2)) + "]"


def text(rng):
    made = node(rng, 0, 0)
    if rng.random() < 0.4:
        letters = list(made)
        for _ in range(rng.randrange(4)):
            at = rng.randrange(len(letters) + 1)
            letters[at:at + rng.randrange(2)] = rng.choice(MARKS) if rng.random() < 0.6 else ""
        made = "".join(letters)
    return made


def one(rng):
    return [text(rng)], {}


def several(rng):
    return ["\n---\n".join(text(rng) for _ in range(rng.randrange(1, 4)))], {}


def plain(v, key=False):
    if isinstance(v, set):
        return {plain(k, True): None for k in v}
    if isinstance(v, dict):
        return {plain(k, True): plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    return v.isoformat() if key and isinstance(v, datetime.date) else v


def ordered_set(loader, node):
    """A set in the order of the text, which Python's has not."""
    data = {}
    yield data
    data.update(dict.fromkeys(loader.construct_mapping(node)))


class Loader(yaml.SafeLoader):
    pass


class CLoader(yaml.CSafeLoader):
    pass


for known in (Loader, CLoader):
    known.add_constructor("tag:yaml.org,2002:set", ordered_set)


def safe_load(stream):
    return plain(yaml.load(stream, Loader=Loader))


def safe_load_all(stream):
    return plain(list(yaml.load_all(stream, Loader=Loader)))


def outcome(load, stream):
    """The value, or the kind of the error and the place that it names."""
    try:
        return repr(load(stream))
    except yaml.MarkedYAMLError as e:
        tag = "tag" in str(e.context) or "tag" in str(e.problem)  # libyaml and PyYAML cut tags at other characters
        return type(e).__name__, [(m.line, m.column) for m in (e.context_mark, e.problem_mark) if m], tag and e.problem
    except Exception as e:
        return type(e).__name__


def differs(load):
    def other_parser(args, kwargs):
        if not isinstance(args[0], str) or "\0" in args[0]:
            return True
        mine, theirs = (outcome(lambda text: plain(load(text, Loader=loader)), args[0]) for loader in (Loader, CLoader))
        return mine != theirs

    def recursive(args, kwargs):
        try:
            repr_of = repr(load(args[0], Loader=yaml.SafeLoader))
        except Exception:
            return False
        return "[...]" in repr_of or "{...}" in repr_of

    return [(recursive, "a value that holds itself is refused"), (other_parser, "libyaml is stricter or laxer than PyYAML's own parser there")]


def load_all(stream, Loader):
    return list(yaml.load_all(stream, Loader=Loader))


def suite():
    for path in sorted(glob.glob(f"{SUITE}/**/in.yaml", recursive=True)):
        with open(path, encoding="utf-8", newline="") as file:
            yield [file.read()], {}


CALLS = [
    Call("yaml.safe_load", safe_load, [([t], {}) for t in SCALARS], one, differs=differs(yaml.load), weight=2),
    Call("yaml.safe_load_all", safe_load_all, [*suite()], several, differs=differs(load_all)),
]
