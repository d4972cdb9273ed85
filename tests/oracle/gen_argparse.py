"""Cases of argparse: made parsers, their help, and command lines for them. argparse.c says what a spec is."""

import argparse
import contextlib
import io
import os

from frame import Call

TYPES = {"int": int, "float": float, "str": str}


def build(spec, parser=None):
    if parser is None:
        parser = argparse.ArgumentParser(parents=[build(p) for p in spec.get("parents", [])], **keywords(spec.get("parser", {})))
    groups = [parser.add_argument_group(**g) for g in spec.get("groups", [])]
    exclusive = []
    for e in spec.get("exclusive", []):
        home = groups[e["group"]] if "group" in e else parser
        exclusive.append(home.add_mutually_exclusive_group(required=e.get("required", False)))
    for a in spec.get("arguments", []):
        named = keywords(a)
        where = parser
        if "group" in named:
            where = groups[named.pop("group")]
        if "exclusive" in named:
            where = exclusive[named.pop("exclusive")]
        flags = named.pop("flags")
        if "type" in named:
            named["type"] = TYPES[named["type"]]
        if named.get("action") == "BooleanOptionalAction":
            named["action"] = argparse.BooleanOptionalAction
        if isinstance(named.get("metavar"), list):
            named["metavar"] = tuple(named["metavar"])
        where.add_argument(*flags, **named)
    if "commands" in spec:
        sub = parser.add_subparsers(**spec["commands"].get("options", {}))
        for c in spec["commands"]["parsers"]:
            named = {k: v for k, v in c.items() if k in ("help", "aliases")}
            build(c["spec"], sub.add_parser(c["name"], **named, **keywords(c["spec"].get("parser", {}))))
    if "defaults" in spec:
        parser.set_defaults(**spec["defaults"])
    return parser


def keywords(named):
    named = dict(named)
    for key, value in named.items():
        if value == "==SUPPRESS==":
            named[key] = argparse.SUPPRESS # which argparse knows by its identity
    if "formatter_class" in named:
        named["formatter_class"] = getattr(argparse, named["formatter_class"])
    return named


class ArgumentError(Exception):
    pass


def run(spec, fn):
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(spec.get("width", 78) + 2)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return fn(build(spec))
    except SystemExit:
        raise ArgumentError(said.getvalue().partition(": error: ")[2][:-1]) from None
    except argparse.ArgumentError as e:
        raise ArgumentError(str(e)) from None
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def parse_args(spec, args):
    return run(spec, lambda p: vars(p.parse_args(args)))


def parse_known_args(spec, args):
    def known(p):
        found, rest = p.parse_known_args(args)
        return [vars(found), rest]
    return run(spec, known)


def format_help(spec):
    return run(spec, lambda p: p.format_help())


def format_usage(spec):
    return run(spec, lambda p: p.format_usage())


# --- made parsers ---

WORDS = ("the file to read name of user number threads-per-core well-known how many times a try is made before giving-up "
         "--dry-run %(prog)s %(default)s 100%% and äußerst lang/path/to/somewhere verylongwordthatfitsnowhereatallinanycolumnofthehelp").split()


def prose(rng, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, most)))


def plain_prose(rng, most):
    return prose(rng, most).replace("%(default)s", "x").replace("100%%", "100")


def flags(rng):
    short = [f"-{c}" for c in rng.sample("abcdefgxyz1", rng.randrange(0, 2))]
    long = rng.sample(["--foo", "--foo-bar", "--verbose", "--ver", "--output-directory", "-long", "--x", "--number"], rng.randrange(0 if short else 1, 3))
    return short + long


def argument(rng, positional):
    a = {"flags": [rng.choice(["src", "dst", "file", "n", "rest", "some-name"])] if positional else flags(rng)}
    action = "store" if positional else rng.choice(
        ["store"] * 5 + ["append", "store_true", "store_true", "store_false", "store_const", "append_const", "count", "extend", "BooleanOptionalAction", "version"])
    if action != "store":
        a["action"] = action
    if action == "version":
        a["version"] = "%(prog)s 1.0"
    if action in ("store", "append", "extend"):
        if rng.random() < 0.5 or action == "extend":
            a["nargs"] = rng.choice(["+", "*"] if action == "extend" else ["?", "*", "+", 1, 2, 3] + (["..."] if rng.random() < 0.2 else []))
        kind = rng.random()
        if kind < 0.3:
            a["type"] = rng.choice(["int", "float", "str"])
        elif kind < 0.5:
            a["choices"] = ["up", "down", "left"][:rng.randrange(1, 4)]
        if rng.random() < 0.3:
            a["default"] = {"int": "3", "float": "2.5"}.get(a.get("type"), "up") if action == "store" else ["q"]
        if a.get("nargs") == "?" and rng.random() < 0.5:
            a["const"] = "7" if a.get("type") in ("int", "float") else "down"
        if rng.random() < 0.2:
            n = a.get("nargs")
            a["metavar"] = ["M1", "M2", "M3"][:n] if isinstance(n, int) and not positional and rng.random() < 0.7 else rng.choice(["META", "a b", "[x]"])
    elif action in ("store_const", "append_const"):
        a["const"] = rng.choice([7, "c", None, 1.5])
    if not positional and action not in ("version", "BooleanOptionalAction") and rng.random() < 0.1:
        a["required"] = True
    if not positional and rng.random() < 0.1:
        a["dest"] = rng.choice(["d1", "d2"])
    if rng.random() < 0.7:
        a["help"] = "==SUPPRESS==" if rng.random() < 0.08 else prose(rng, 14)
        if a.get("default") == "==SUPPRESS==" or action == "version":
            a["help"] = a["help"].replace("%(default)s", "x")
    return a


def spec(rng, depth=0):
    parser = {"prog": rng.choice(["prog", "p", "a-rather-long-program-name-that-fills-the-line"]) if depth == 0 else None}
    if parser["prog"] is None:
        del parser["prog"]
    if rng.random() < 0.4:
        parser["description"] = plain_prose(rng, 30)
    if rng.random() < 0.2:
        parser["epilog"] = plain_prose(rng, 12) + rng.choice(["", "\n\n\n  two"])
    if rng.random() < 0.3:
        parser["formatter_class"] = rng.choice(["RawDescriptionHelpFormatter", "RawTextHelpFormatter", "ArgumentDefaultsHelpFormatter"])
    if rng.random() < 0.05:
        parser["usage"] = "%(prog)s [options]"
    if rng.random() < 0.05:
        parser["argument_default"] = "==SUPPRESS=="
    for name in ("add_help", "allow_abbrev"):
        if rng.random() < 0.1:
            parser[name] = False
    made = {"parser": parser, "width": rng.choice([78, 78, 78, 40, 100, 58])}
    if rng.random() < 0.2:
        made["groups"] = [{"title": "extra things"}, {"title": "more", "description": "of it"}][:rng.randrange(1, 3)]
    if rng.random() < 0.3:
        made["exclusive"] = [{"required": rng.random() < 0.4} for _ in range(rng.randrange(1, 3))]
    arguments, used = [], {"-h", "--help"}
    for _ in range(rng.randrange(0, 6)):
        a = argument(rng, rng.random() < 0.35)
        if used & set(a["flags"]):
            continue
        if "exclusive" in made and a["flags"][0][0] == "-" and not a.get("required") and rng.random() < 0.5:
            a["exclusive"] = rng.randrange(len(made["exclusive"]))
        elif "groups" in made and rng.random() < 0.4:
            a["group"] = rng.randrange(len(made["groups"]))
        used |= set(a["flags"]) if a["flags"][0][0] == "-" else set()
        arguments.append(a)
    if "exclusive" in made:
        taken = {a.get("exclusive") for a in arguments}
        if taken >= set(range(len(made["exclusive"]))):
            pass
        else:
            del made["exclusive"]
            for a in arguments:
                a.pop("exclusive", None)
    made["arguments"] = arguments
    if depth == 0 and rng.random() < 0.25:
        options = {}
        for name, value in (("title", "commands"), ("dest", "command"), ("required", True), ("help", "what to do"), ("metavar", "CMD"), ("description", "These.")):
            if rng.random() < 0.4:
                options[name] = value
        if options.get("required"):
            options["dest"] = "command"
        parsers = []
        for name in rng.sample(["up", "down", "status", "a-long-command-name-indeed"], rng.randrange(1, 4)):
            parsers.append({"name": name, "spec": spec(rng, 1)})
            if rng.random() < 0.7:
                parsers[-1]["help"] = plain_prose(rng, 10)
            if rng.random() < 0.3:
                parsers[-1]["aliases"] = [name[:2]]
        made["commands"] = {"options": options, "parsers": parsers}
    if rng.random() < 0.1:
        made["defaults"] = {"extra": 1, "foo": "q"}
    return made


def command_line(rng, made):
    known = [f for a in made["arguments"] for f in a["flags"] if f[0] == "-"]
    line = []
    for _ in range(rng.randrange(0, 7)):
        kind = rng.random()
        if known and kind < 0.4:
            f = rng.choice(known)
            line.append(rng.choice([f, f, f, f + "=up", f[:-1] if len(f) > 3 else f, f + "3", f + "=", f[:2] + "ab"]))
        else:
            line.append(rng.choice(["up", "down", "left", "3", "-1", "2.5", "x", "", "--", "a b", "-", "--unknown", "-q", "status", "--fo", "-x=1", "-é"]))
    if "commands" in made and rng.random() < 0.7:
        c = rng.choice(made["commands"]["parsers"])
        line.append(c["name"])
        line += command_line(rng, c["spec"])
    return [w for w in line if w not in ("-h", "--help", "--he", "--hel")]


def parse_intermixed_args(spec, args):
    return run(spec, lambda p: vars(p.parse_intermixed_args(args)))


def a_parent(rng):
    made = spec(rng)
    made["parser"] = {"prog": "parent", "add_help": False}
    made.pop("commands", None)
    return made


def cluster_case(rng):
    made = spec(rng)
    if rng.random() < 0.15:
        made["parents"] = [a_parent(rng) for _ in range(rng.choice([1, 1, 2]))]
    return [made, command_line(rng, made)], {}


def ends_with_version(args, kwargs):
    """--version prints and ends the program: the message is not one of ours to give."""
    return "version" in str(args[0]) or any("h" in w for w in args[1] if w[:1] == "-")


ACTIONS = ("store", "append", "store_true", "store_false", "store_const", "append_const", "count", "extend", "BooleanOptionalAction", "version")


def well_formed(made, inner=False):
    """Shrinking takes away what a spec cannot be without."""
    try:
        count = {name: len(made.get(name, [])) for name in ("groups", "exclusive")}
        for a in made.get("arguments", []):
            ok = a["flags"] and all(a["flags"]) and a.get("group", 0) < max(count["groups"], 1) and ("group" not in a or count["groups"])
            if not ok or ("exclusive" in a and not a["exclusive"] < count["exclusive"]):
                return False
            if a.get("type", "int") not in TYPES or a.get("nargs", "?") in ("", 0) or a.get("metavar") in ("", []) or a.get("choices") == []:
                return False
            if a.get("action", "store") not in ACTIONS or (isinstance(a.get("metavar"), list) and a["flags"][0][0] != "-"):
                return False
        used = {a.get("exclusive") for a in made.get("arguments", [])}
        commands = made.get("commands")
        parser = made["parser"]
        if made.get("width", 78) < 20:
            return False
        return (used >= set(range(count["exclusive"])) and parser.get("prog", "x") != "" and (inner or "prog" in parser) and
                parser.get("argument_default", "==SUPPRESS==") == "==SUPPRESS==" and
                all(well_formed(p) for p in made.get("parents", [])) and
                (commands is None or all(c["name"] and well_formed(c["spec"], True) for c in commands["parsers"])))
    except (KeyError, TypeError, AttributeError):
        return False


def malformed(args, kwargs):
    return not (args and isinstance(args[0], dict) and well_formed(args[0]))


def suppressed_choice(args, kwargs):
    """A positional that may be left out, whose suppressed default CPython holds against the choices and the type."""
    return "argument_default" in str(args[0]) and any(f"'nargs': '{n}'" in str(args[0]) for n in "?*")


def mixed(args, kwargs):
    """Two actions of unlike kinds share a dest, and CPython stumbles over the other's value."""
    try:
        parse_known_args(*args)
    except (AttributeError, TypeError):
        return True
    except Exception:
        return False
    return False


def unwrappable(args, kwargs):
    """CPython 3.11 cannot wrap a usage with brackets or blanks in a metavar; a command's usage is made while it parses."""
    try:
        format_usage(args[0])
        if len(args) > 1:
            parse_known_args(*args)
    except AssertionError:
        return True
    except Exception:
        return False
    return False


def help_case(rng):
    made = spec(rng)
    if rng.random() < 0.15:
        made["parents"] = [a_parent(rng)]
    return [made], {}


ONE = {"parser": {"prog": "prog"}, "arguments": [{"flags": ["-n", "--num"], "type": "int", "help": "a number (default: %(default)s)", "default": "3"},
                                                 {"flags": ["file"], "nargs": "*"}]}
TWO = {"parser": {"prog": "prog"}, "arguments": [{"flags": ["-n"], "required": True}, {"flags": ["first"]}, {"flags": ["rest"], "nargs": "*", "type": "str"}]}
LINES = [[], ["-n", "4"], ["-n4"], ["--num=4", "a", "b"], ["--nu", "4"], ["-n"], ["-n", "x"], ["-x"], ["--", "-n"], ["a", "-n", "1", "b"], ["-1"], ["--num="]]

SHARED = {"parser": {"prog": "prog"}, "arguments": [{"flags": ["-x"], "action": "BooleanOptionalAction"}, {"flags": ["--x"], "action": "count"}]}

MALFORMED = [(malformed, "no spec of a parser"), (unwrappable, "an assertion of CPython's fails")]
DIFFERS = [*MALFORMED, (mixed, "values of unlike kinds in one dest"), (suppressed_choice, "an error about a value nobody gave"), (ends_with_version, "it ends the program")]

CALLS = [
    Call("argparse.ArgumentParser.parse_args", parse_args,
         [([ONE, line], {}) for line in LINES] + [([SHARED, ["-x", "--x"]], {})], cluster_case, weight=2,
         differs=DIFFERS),
    Call("argparse.ArgumentParser.parse_known_args", parse_known_args, [([ONE, line], {}) for line in LINES], cluster_case,
         differs=DIFFERS),
    Call("argparse.ArgumentParser.parse_intermixed_args", parse_intermixed_args,
         [([ONE, line], {}) for line in LINES] + [([TWO, line], {}) for line in (["a", "-n", "1", "b", "c"], ["-n", "1"], ["a", "--", "-n", "b"], ["--", "a"])],
         cluster_case, differs=DIFFERS),
    Call("argparse.ArgumentParser.format_help", format_help, [([ONE], {})], help_case, weight=2, differs=MALFORMED),
    Call("argparse.ArgumentParser.format_usage", format_usage, [([ONE], {})], help_case, differs=MALFORMED),
]
