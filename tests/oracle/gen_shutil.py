"""Cases of shutil: what can be asked without leaving anything behind, and errors. tests/real/shutil compares trees."""

import os
import shutil
import tempfile

from frame import Call

TOP = tempfile.mkdtemp(prefix="tend-shutil-")


def clean():
    shutil.rmtree(TOP, ignore_errors=True)


import atexit  # noqa: E402
atexit.register(clean)


def path(*names):
    return os.path.join(TOP, *names)


for directory in ("bin", "bin2", "bin/dir", "tree/a"):
    os.makedirs(path(directory))
for name, mode in (("bin/tool", 0o755), ("bin2/tool", 0o755), ("bin2/plain", 0o644), ("bin/é x", 0o755), ("tree/f", 0o600), ("tree/a/g", 0o640)):
    with open(path(name), "w") as f:
        f.write(name)
    os.chmod(path(name), mode)
os.mkfifo(path("fifo"))
os.symlink("nothing", path("dangling"))
os.symlink("tree", path("link"))
os.symlink("loop", path("loop"))

COMMANDS = ["tool", "plain", "dir", "é x", "", ".", "..", "sh", "/bin/sh", "./tool", path("bin/tool"), path("bin/dir"), path("bin2/plain"), "no/such", "nosuch"]
PATHS = [path("bin"), path("bin2"), path("bin2") + ":" + path("bin"), "", ":", path("missing") + ":" + path("bin") + ":", "::" + path("bin2"), path("bin") + "/"]
SOURCES = [path(n) for n in ("missing", "tree", "fifo", "dangling", "loop", "tree/f", "tree/f/x", "missing/x")] + [""]
TARGETS = [path(n) for n in ("missing/x", "missing/", "tree/f", "tree", "link", "fifo", "loop", "tree/f/x")] + [""]


def ignore_patterns(patterns, path, names):
    ignored = shutil.ignore_patterns(*patterns)(path, names)
    return [n for n in names if n in ignored]


def refused():
    """The pairs that leave everything as it is."""
    pairs = []
    for src in SOURCES:
        for dst in TARGETS:
            if src != path("tree/f") or dst in (path("tree/f"), path("missing/"), path("loop"), path("fifo")):
                pairs.append(([src, dst], {}))
    return pairs


def a_name(rng):
    return "".join(rng.choice("abc.*?[]!-é_") for _ in range(rng.randrange(5)))


CALLS = [
    Call("shutil.which", shutil.which, [([c], {"path": p}) for c in COMMANDS for p in PATHS] + [(["sh"], {}), (["nosuch"], {}), (["tool", os.R_OK], {"path": PATHS[2]})] +
         [(["plain"], {"mode": m, "path": PATHS[1]}) for m in (0, 1, 2, 4, 5)]),
    Call("shutil.ignore_patterns", ignore_patterns, [([["*.pyc", "tmp*"], "d", ["a.pyc", "tmp", "x", ".pyc"]], {}), ([[], "d", ["a"]], {}), ([["[!a]", "[]]", "[a"], "d", ["a", "b", "]", "[a"]], {})],
         lambda rng: ([[a_name(rng) for _ in range(rng.randrange(3))], "d", [a_name(rng) for _ in range(rng.randrange(6))]], {})),
    Call("shutil.get_terminal_size", shutil.get_terminal_size, [([], {}), ([[100, 50]], {}), ([], {"fallback": [7, 9]})]),
    Call("shutil.disk_usage", lambda p: list(shutil.disk_usage(p)), [([p], {}) for p in ("/dev", path("missing"), path("loop"), "")]),
    Call("shutil.copyfile", shutil.copyfile, refused()),
    Call("shutil.copy", shutil.copy, refused()),
    Call("shutil.copy2", shutil.copy2, refused()),
    Call("shutil.copymode", shutil.copymode, [([path("missing"), path("tree/f")], {}), ([path("tree/f"), path("missing")], {}), ([path("tree/f"), path("tree/a/g")], {})]),
    Call("shutil.copystat", shutil.copystat, [([path("missing"), path("tree/f")], {}), ([path("tree/f"), path("missing")], {})]),
    Call("shutil.copytree", shutil.copytree, [([s, path("new")], {}) for s in SOURCES if s != path("tree")] + [([path("tree"), path("link")], {}), ([path("tree"), path("tree/f")], {}), ([path("tree"), path("tree/f/x")], {})]),
    Call("shutil.rmtree", shutil.rmtree, [([p], {}) for p in [path("missing"), path("link"), path("dangling"), path("loop"), path("tree/f"), path("missing/x"), ""]] +
         [([path("missing")], {"ignore_errors": True}), ([path("link")], {"ignore_errors": True})]),
    Call("shutil.move", shutil.move, [([path("missing"), path("x")], {}), ([path("tree"), path("tree/a")], {}), ([path("tree"), path("tree/a/new")], {}), ([path("tree"), path("tree")], {}),
                                      ([path("bin/tool"), path("bin2")], {}), ([path("fifo"), path("missing/x")], {}), ([path("tree/f"), path("missing/x")], {})]),
    Call("shutil.chown", shutil.chown, [([path("tree/f")], {}), ([path("tree/f")], {"user": "no-such-user"}), ([path("tree/f")], {"group": "no-such-group"}), ([path("tree/f"), "no'such"], {}),
                                        ([path("missing"), os.getuid()], {}), ([path("tree/f"), os.getuid(), os.getgid()], {}), ([path("tree/f"), "1000000"], {})]),
]
