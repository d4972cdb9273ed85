"""Cases of pathlib, of what os.path asks the system, of fnmatch, glob and filecmp. Those that look at files look at a tree
that is made here."""

import atexit
import contextlib
import filecmp
import fnmatch
import glob
import io
import os
import pathlib
import shutil
import tempfile

from frame import Call
from gen_path import ALONE, PAIRS, PATHS, a_path, one

Pure = pathlib.PurePosixPath


def prop(name):
    def get(self):
        value = getattr(Pure(self), name)
        return value if isinstance(value, str) else str(value) if isinstance(value, pathlib.PurePath) else [str(v) for v in value]
    return get


def method(cls, name):
    def call(self, *args, **kwargs):
        value = getattr(cls(self), name)(*args, **kwargs)
        return value if isinstance(value, (str, bool)) or value is None else str(value) if isinstance(value, pathlib.PurePath) else [str(v) for v in value]
    return call


# --- the tree ---

ABOVE = tempfile.mkdtemp(prefix="oracle-path-")  # so that ".." is nobody else's
atexit.register(shutil.rmtree, ABOVE, True)
TREE = f"{ABOVE}/tree"


def make_tree():
    for d in ["a/b/c", "a/.h/x", ".hid/y", "d[1]/e", "sp ace", "éa/ü", "same", "other", "**"]:
        os.makedirs(f"{TREE}/{d}")
    for f in ["a/f.txt", "a/b/g.txt", "a/b/c/h.py", "a/.dot", ".top", "x.txt", "y.TXT", "d[1]/e/f[2]", "éa/ü/z.é", "a/-", "a/]", "new\nline", "*", "same/1", "same/2", "other/1",
              "same/3", "other/4", "same/tags", "other/5"]:
        with open(f"{TREE}/{f}", "w") as out:
            out.write(f if "same" not in f and "other" not in f else f[-1])
    os.mkdir(f"{TREE}/same/5")
    with open(f"{TREE}/other/2", "w") as out:
        out.write("unlike")
    for where, to in [("link", "a"), ("to-f", "a/f.txt"), ("dangling", "nowhere/x"), ("loop", "loop"), ("l1", "l2"), ("l2", "l1"), ("a/up", ".."),
                      ("a/b/self", "."), ("abs", f"{TREE}/a/b"), ("chain", "link/b/c"), ("slash", "a/b/"), ("through", "dangling/../a")]:
        os.symlink(to, f"{TREE}/{where}")
    os.mkfifo(f"{TREE}/fifo")


make_tree()
NAMES = ["a", "b", "c", "f.txt", "..", ".", "", "link", "loop", "l1", "dangling", "up", "self", "abs", "chain", "to-f", "slash", "through", ".hid", "no", "fifo", "éa", "sp ace", "new\nline", "x.txt"]
SEEN = [TREE, TREE + "/", "/", "/usr", "/dev/null", "/dev", "/nowhere/../usr", "", ".", "/proc", "/bin", "/" + "x" * 300]


def there(rng):
    if rng.random() < 0.05:
        return rng.choice(SEEN)
    return TREE + "".join("/" + rng.choice(NAMES) for _ in range(rng.randrange(7)))


def one_there(rng):
    return [there(rng)], {}


def two_there(rng):
    return [there(rng), there(rng)], {}


def strictly(rng):
    return [there(rng)], {"strict": rng.random() < 0.5}


THERE = [([p], {}) for p in SEEN] + [([f"{TREE}/{n}"], {}) for n in NAMES]

# --- patterns ---

PIECES = ["*", "**", "?", "a", "b", ".", "-", "[", "]", "!", "^", "\\", "&", "~", "|", "é", "日", "x", "z", "A", " ", "\n", "[a-c]", "[!a-c]", "[c-a]", "[]]", "[!]]", "[a-]", "[-a]", "[!-a]", "[!!]", "[]-a]",
          "[--z]", "[a-c-e]", "[\\]", "#", "(", "{2}", "+", "$", "\x7f", "/", "𝄞"]
PATTERNS = ["", "*", "**", "***", "?", "[", "[]", "[!", "[!]", "[]]", "[!]]", "[]", "[a", "a]", "[!a]", "[^a]", "[a-z]", "[z-a]", "[!z-a]", "[a-a]", "[a-]", "[-a]", "[--]", "[---]", "[a-b-c]", "[\\]", "[[]", "[a&&b]",
            "[a||b]", "[a~~b]", "[a--b]", "[c-a!]", "[c-a!x]", "[!c-a!x]", "[b-ac-a]", "[b-a-z]", "[a-c-b]", "[a-cz-x]", "*a*b*c", "*?", "?*", "**a", "a**", "*[!a]*", "[é-ü]", "[日-本]", "a.b", "a\nb", "(a|b)", "a{2}",
            "^a$", "\\a", "[!-]", "[!--]", "[*-+]", "[]-a]", "[]-]", "[!]-a]", "[?*]", "#~ &-"]
TEXTS = ["", "a", "b", "A", "ab", "abc", "aXbYc", ".a", "a/b", "é", "日", "]", "[", "-", "!", "^", "\\", "&", "|", "~", "a\nb", "\n", "z", "x", "aaaa", "[a", "a]", "𝄞", "c-a", "ü", "+"]


def a_pattern(rng):
    return rng.choice(PATTERNS) if rng.random() < 0.2 else "".join(rng.choice(PIECES) for _ in range(rng.randrange(7)))


def a_set(rng):
    return "[" + "".join(rng.choice("!-]ab-cz^\\&é-") for _ in range(rng.randrange(1, 9))) + "]"


def a_name(rng):
    return rng.choice(TEXTS) if rng.random() < 0.4 else "".join(rng.choice("aabbcz-!].^é\\[") for _ in range(rng.randrange(6)))


def matching(rng):
    return [a_name(rng), a_set(rng) if rng.random() < 0.4 else a_pattern(rng)], {}


def filtering(rng):
    return [[a_name(rng) for _ in range(rng.randrange(8))], a_pattern(rng)], {}


def translating(rng):
    return [a_set(rng) if rng.random() < 0.5 else a_pattern(rng)], {}


GLOBS = ["*", "**", "*/*", "**/*", "**/", "*/", "a/*", "a/**", "**/*.txt", "**/b/**", "**/c", ".*", "*/.*", "a/.*", "[ad]*", "d[[]1]/*", "d[1]", "link/*", "link/**", "loop", "loop/*", "dangling", "dang*", "x.txt", "no", "x.txt/", "a/",
         "?.txt", "a//*", "a/./*", "a/../*.txt", "*/../*.txt", "**/..", "**/.", "./*", "a/b/c/*", "**/**", "**/*/**", "a*/b*/c*", "*/b/", "*/f.txt/", "**/é*", "é?/*", "new*", "[*]", "", "/", "//", "**.txt", "*/**/*", "chain/*",
         "***", "a/**/", "*//*", "*//", "//*", "/usr/s*", "/usr//s*", "a/[]]", "a/[!.]*", ".hid/*", ".h*/*", "**/.*", "**/.h/*", "sp ace", "sp*/"]


def a_glob(rng):
    if rng.random() < 0.3:
        return rng.choice(GLOBS)
    return "/".join(rng.choice(["*", "**", "a", "b", "?", ".*", "..", "l*", "*.txt", "[a-d]*", "", "link", "self", "**", "c", "é*", "*[]]*"]) for _ in range(rng.randrange(1, 5)))


def globbing(rng):
    pattern, how = a_glob(rng), {"recursive": rng.random() < 0.5, "include_hidden": rng.random() < 0.3}
    if pattern.count("**") > 2 or ".." in pattern:
        how["recursive"] = False  # the loops of links higher up are entered again and again, two to the fortieth
    if pattern.startswith("/") or rng.random() < 0.5:
        return [f"{TREE}/a/b/c/{pattern}"], how
    return [pattern], dict(how, root_dir=rng.choice([TREE + "/a/b/c", TREE + "/d[1]", TREE + "/éa", TREE + "/same"]))


def pathlib_globbing(rng):
    return [rng.choice([TREE, TREE + "/a", TREE + "/a/b/", TREE + "/no", TREE + "/x.txt", TREE + "/link"]), a_glob(rng)], {}


GLOBBED = [([g], {"root_dir": TREE + "/" + d, "include_hidden": h}) for g in GLOBS for d in ("", "a") for h in (False, True)]
GLOBBED += [([g], {"root_dir": TREE + "/" + d, "recursive": True}) for g in GLOBS for d in ("a/b/c", "d[1]", "same", "éa", ".hid")]
PATHLIB_GLOBS = [([TREE, g], {}) for g in GLOBS if g not in ("./", "/", "//")] + [([TREE + "/a", g], {}) for g in GLOBS]


def listed(iterator):
    return lambda *args, **kwargs: list(iterator(*args, **kwargs))


LISTS = ["left_list", "right_list", "left_only", "right_only", "common", "common_dirs", "common_files", "common_funny", "same_files", "diff_files", "funny_files"]


def dircmp(*args, **kwargs):
    d = filecmp.dircmp(*args, **kwargs)
    return {name: getattr(d, name) for name in LISTS}


def report(name):
    def call(*args, **kwargs):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            getattr(filecmp.dircmp(*args, **kwargs), name)()
        return out.getvalue()
    return call


def subdirs(*args, **kwargs):
    return [[d.left, d.right] for d in filecmp.dircmp(*args, **kwargs).subdirs.values()]


def scandir(path):
    with os.scandir(path) as entries:
        return [[e.name, e.path, e.is_dir(follow_symlinks=False), e.is_file(follow_symlinks=False), e.is_symlink(), e.inode()] for e in entries]


def walked(walk):
    return lambda *args, **kwargs: [[path, dirs, files] for path, dirs, files, *_ in walk(*args, **kwargs)]


COMPARED = [([TREE + "/same", TREE + "/other"], {}), ([TREE, TREE + "/a"], {}), ([TREE + "/same", TREE + "/other"], {"ignore": ["1"]}), ([TREE + "/same", TREE + "/other"], {"ignore": []}),
            ([TREE, TREE], {}), ([TREE + "/no", TREE], {}), ([TREE, TREE + "/x.txt"], {}), ([TREE + "/a", TREE + "/a"], {"hide": ["b", "up", ".", ".."]}),
            ([TREE + "/same", TREE + "/other"], {"hide": ["2"], "ignore": ["5"]}), ([TREE + "/same", TREE + "/other"], {"hide": []})]
# where links lead nowhere up, so that going down ends
REPORTED = [c for c in COMPARED if c[0] not in ([TREE, TREE], [TREE, TREE + "/a"])] + [([TREE + "/a/b/c", TREE + "/a/b"], {}), ([TREE + "/d[1]", TREE + "/d[1]"], {}), ([TREE + "/éa", TREE + "/éa/ü"], {})]
WALKED = [([f"{TREE}/{d}"], how) for d in ("", "a", "a/b", "link", "loop", "dangling", "x.txt", "no", "fifo", "d[1]") for how in ({}, {"topdown": False}, {"topdown": True, "followlinks": False})]


def cmpfiles(*args, **kwargs):
    return [list(names) for names in filecmp.cmpfiles(*args, **kwargs)]


def named(rng):
    return [a_path(rng), rng.choice(["x", "", ".", "..", "a/b", "a/", "/a", "./a", "a/.", ".b", "a.b", "é", "a.", "//"]) if rng.random() < 0.6 else a_path(rng)], {}


def suffixed(rng):
    return [a_path(rng), rng.choice([".x", "", ".", "..", "x", ".a/b", ".a.b", ".é", "..a"])], {}


def related(rng):
    head = a_path(rng)
    return [head + rng.choice(["", "/", "//", "/./"]) + a_path(rng), *([head] if rng.random() < 0.7 else [a_path(rng), a_path(rng)])], {}


def pure_match(rng):
    return [a_path(rng), "/".join(rng.choice(["*", "a", "?", "*.b", "[ab]", "..", "", "**", "é"]) for _ in range(rng.randrange(1, 4)))], {}


HOMES = [([p], {}) for p in ["~", "~/", "~/a", "~root", "~root/x", "~nobody-here", "~nobody-here/x", "a~", "/~", "~//a", "~root//", "", "~é/a", "~ /"]]
VARS = ["$HOME", "${HOME}", "$HOME/x", "${HOME", "$", "$$", "$$HOME", "${}", "$NOPE_X/a", "${NOPE_X}", "a$HOME$HOME", "$HOMEé", "${HO ME}", "$1", "$_X", "{$HOME}", "$HOME}", "${HOME}}", "${{HOME}}", "$é", "é$HOME", "${HOME\n}"]


def with_variables(rng):
    return ["".join(rng.choice(["$", "{", "}", "HOME", "$HOME", "${HOME}", "a", "/", "é", "PATH", "NOPE"]) for _ in range(rng.randrange(8)))], {}


CALLS = [Call(f"pathlib.PurePosixPath.{name}", prop(name), ALONE, one)
         for name in ["name", "stem", "suffix", "suffixes", "parent", "parents", "parts"]]
CALLS += [
    Call("pathlib.PurePosixPath.__truediv__", lambda self, key: str(Pure(self) / key), PAIRS, lambda rng: ([a_path(rng), a_path(rng)], {})),
    Call("pathlib.PurePosixPath.is_absolute", method(Pure, "is_absolute"), ALONE, one),
    Call("pathlib.PurePosixPath.as_uri", method(Pure, "as_uri"), ALONE, one),
    Call("pathlib.PurePosixPath.with_name", method(Pure, "with_name"), PAIRS, named),
    Call("pathlib.PurePosixPath.with_stem", method(Pure, "with_stem"), PAIRS, named),
    Call("pathlib.PurePosixPath.with_suffix", method(Pure, "with_suffix"), PAIRS, suffixed),
    Call("pathlib.PurePosixPath.relative_to", method(Pure, "relative_to"), PAIRS + ALONE, related),
    Call("pathlib.PurePosixPath.is_relative_to", method(Pure, "is_relative_to"), PAIRS + ALONE, related),
    Call("pathlib.PurePosixPath.match", method(Pure, "match"), PAIRS, pure_match),
    Call("pathlib.Path.absolute", method(pathlib.Path, "absolute"), ALONE, one),
    Call("pathlib.Path.expanduser", method(pathlib.Path, "expanduser"), HOMES),
    Call("pathlib.Path.home", lambda: str(pathlib.Path.home()), [([], {})]),
    Call("pathlib.Path.resolve", method(pathlib.Path, "resolve"), THERE, strictly),
    Call("pathlib.Path.iterdir", method(pathlib.Path, "iterdir"), [([TREE], {}), ([TREE + "/a//"], {}), ([TREE + "/no"], {}), ([TREE + "/x.txt"], {}), (["/etc/./apt"], {})]),
    Call("pathlib.Path.glob", method(pathlib.Path, "glob"), PATHLIB_GLOBS, pathlib_globbing),
    Call("pathlib.Path.rglob", method(pathlib.Path, "rglob"), PATHLIB_GLOBS, pathlib_globbing),
    Call("os.path.realpath", os.path.realpath, THERE, strictly),
    Call("os.path.expanduser", os.path.expanduser, HOMES),
    Call("os.path.expandvars", os.path.expandvars, [([v], {}) for v in VARS], with_variables),
    Call("os.path.samefile", os.path.samefile, [([TREE, TREE + "/a/.."], {}), ([TREE, TREE + "/no"], {})], two_there),
    Call("glob.escape", glob.escape, [([p], {}) for p in PATTERNS + PATHS], translating),
    Call("glob.glob", glob.glob, GLOBBED, globbing),
    Call("glob.iglob", listed(glob.iglob), GLOBBED, globbing),
    Call("fnmatch.fnmatch", fnmatch.fnmatch, [([t, p], {}) for t in TEXTS for p in PATTERNS], matching),
    Call("fnmatch.fnmatchcase", fnmatch.fnmatchcase, [], matching),
    Call("fnmatch.filter", fnmatch.filter, [([TEXTS, p], {}) for p in PATTERNS], filtering),
    Call("fnmatch.translate", fnmatch.translate, [([p], {}) for p in PATTERNS], translating, weight=2),
    Call("filecmp.cmp", filecmp.cmp, [([f"{TREE}/{a}", f"{TREE}/{b}"], {"shallow": sh}) for a in ("same/1", "x.txt", "a", "no", "to-f") for b in ("other/1", "a/f.txt", "a", "fifo") for sh in (True, False)], two_there),
    Call("filecmp.cmpfiles", cmpfiles, [([TREE + "/same", TREE + "/other", ["1", "2", "3", "4", "5", "none"]], {}), ([TREE, TREE, ["x.txt", "a"]], {"shallow": False})]),
    Call("filecmp.dircmp", dircmp, COMPARED),
    Call("filecmp.dircmp.subdirs", subdirs, COMPARED),
    Call("filecmp.dircmp.report", report("report"), COMPARED),
    Call("filecmp.dircmp.report_partial_closure", report("report_partial_closure"), COMPARED),
    Call("filecmp.dircmp.report_full_closure", report("report_full_closure"), REPORTED),
    Call("os.scandir", scandir, [([p], {}) for p in SEEN if p != "/proc"] + [([f"{TREE}/{n}"], {}) for n in NAMES]),
    Call("os.walk", walked(os.walk), WALKED + [([TREE + "/d[1]"], {"followlinks": True})]),
    Call("os.fwalk", walked(os.fwalk), [(args, how) for args, how in WALKED if "followlinks" not in how and "fifo" not in args[0]]),
]
CALLS += [Call(f"pathlib.Path.{name}", method(pathlib.Path, name), THERE, one_there)
          for name in ["exists", "is_file", "is_dir", "is_symlink", "is_socket", "is_fifo", "is_mount", "owner", "group"]]
CALLS += [Call(f"os.path.{name}", getattr(os.path, name), THERE, one_there)
          for name in ["exists", "lexists", "isfile", "isdir", "islink", "ismount"]]
CALLS += [Call(f"os.path.{name}", getattr(os.path, name), [([p], {}) for p in [TREE + "/x.txt", TREE + "/a/f.txt", TREE + "/no", "/usr", "/bin", "", TREE + "/fifo"]])
          for name in ["getsize", "getmtime", "getatime", "getctime"]]
