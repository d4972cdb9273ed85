"""Cases of os.path and of pathlib's joinpath: those that only look at texts."""

import os.path
import pathlib

from frame import Call

PATHS = ["", "/", "//", "///", "////a", ".", "..", "...", "./", "../", "/.", "/..", "a", "a/", "a//", "/a", "//a", "///a", "a/b", "a/b/", "/a/b/c",
         "a/./b", "a/../b", "a/../..", "../a", "/../a", "a.b", ".a", "a.", "a.b.c", ".a.b", "..a", "...a", "a/.b", "a.b/c", "a/b.c/", ".bashrc",
         "a.tar.gz", "é.ü", "日本/語.x", "a b/c d", "~", "~/a", "$HOME", "a\nb/c", "a/...", "...a.b", "a..", "a..b"]
PIECES = ["/", "/", "//", ".", ".", "..", "a", "b", "ab", "é", " ", "~", "-"]


def a_path(rng):
    if rng.random() < 0.2:
        return rng.choice(PATHS)
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(9)))


def one(rng):
    return [a_path(rng)], {}


def many(rng):
    return [a_path(rng) for _ in range(rng.randrange(1, 5))], {}


def related(rng):
    """Paths that have a beginning in common."""
    head = a_path(rng)
    return [head + rng.choice(["", "/", "//", "/./"]) + a_path(rng) if rng.random() < 0.8 else a_path(rng) for _ in range(rng.randrange(5))]


def a_list(rng):
    return [related(rng)], {}


def from_start(rng):
    pair = related(rng) + [a_path(rng), a_path(rng)]
    return [pair[0]], {"start": pair[1]} if rng.random() < 0.8 else {}


def joinpath(self, *args):
    return str(pathlib.PurePosixPath(self).joinpath(*args))


ALONE = [([p], {}) for p in PATHS]
PAIRS = [([a, b], {}) for a in PATHS[:24] for b in PATHS[:24]]

CALLS = [
    Call("os.path.join", os.path.join, ALONE + PAIRS, many),
    Call("pathlib.PurePosixPath.joinpath", joinpath, ALONE + PAIRS, many),
    Call("os.path.dirname", os.path.dirname, ALONE, one),
    Call("os.path.basename", os.path.basename, ALONE, one),
    Call("os.path.split", os.path.split, ALONE, one),
    Call("os.path.splitext", os.path.splitext, ALONE, one),
    Call("os.path.normpath", os.path.normpath, ALONE, one),
    Call("os.path.abspath", os.path.abspath, ALONE, one),
    Call("os.path.isabs", os.path.isabs, ALONE, one),
    Call("os.path.commonpath", os.path.commonpath, [([[]], {})] + [([[a, b]], {}) for (a, b), _ in PAIRS], a_list),
    Call("os.path.commonprefix", os.path.commonprefix, [([[]], {})] + [([[a, b]], {}) for (a, b), _ in PAIRS], a_list),
    Call("os.path.relpath", os.path.relpath, ALONE + PAIRS, from_start),
]
