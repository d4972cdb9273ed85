"""Archives: the same tree made into tar, tar.gz, tar.zst and zip, and unpacked again, by ours, Python, tar, zip and unzip, each
in turn in one run. CPU time, on tmpfs: a disk's file system has more to say about such figures than the programs (one
without a journal looks long for inodes that it may use again after a removal). Every unpacking finds no directory there.

TEND_BENCH_FILES sets how many files the tree has (2000), half of them text; TEND_BENCH_ROUNDS how often each has its turn
(5)."""
import os
import random
import shutil
import sys
import tempfile

import frame

FILES = int(os.environ.get("TEND_BENCH_FILES", "2000"))
ROUNDS = int(os.environ.get("TEND_BENCH_ROUNDS", "5"))
WORDS = "the service was restarted because its memory limit was reached on node seven at noon".split()
PYTHON = ("/usr/bin/python3", "-c")
PYTHON_MAKE = "import shutil, sys; shutil.make_archive(*sys.argv[1:])"
PYTHON_UNPACK = "import shutil, sys; shutil.unpack_archive(*sys.argv[1:])"


def tree(top):
    rng = random.Random(1)
    for i in range(FILES):
        folder = os.path.join(top, f"d{i % 40}")
        os.makedirs(folder, exist_ok=True)
        size = rng.choice((200, 3000, 20000, 60000))
        data = " ".join(rng.choice(WORDS) for _ in range(size // 6)).encode() if i % 2 else rng.randbytes(size)
        with open(os.path.join(folder, f"file{i}"), "wb") as f:
            f.write(data)


def made(archive, *argv):
    """One turn of making an archive that is not there yet."""
    def run():
        if os.path.exists(archive):
            os.remove(archive)
        return frame.cpu(*argv)
    return run


def unpacked(place, *argv):
    """One turn of unpacking into a directory that is empty."""
    def run():
        os.mkdir(place)
        taken = frame.cpu(*argv)
        shutil.rmtree(place)
        return taken
    return run


def main(build):
    ours = f"{build}/bench/bench-archive"
    with tempfile.TemporaryDirectory(dir=frame.tmpfs()) as place:
        top, out = os.path.join(place, "tree"), os.path.join(place, "out")
        tree(top)
        peers = {"tar": ("tar", ["tar", "-cf", f"{place}/p.tar", "-C", top, "."], ["tar", "-xf", f"{place}/p.tar", "-C", out]),
                 "gztar": ("tar | gzip -9", ["tar", "-I", "gzip -9", "-cf", f"{place}/p.tar.gz", "-C", top, "."],
                           ["tar", "-xzf", f"{place}/p.tar.gz", "-C", out]),
                 "zstdtar": ("tar | zstd -3", ["tar", "--zstd", "-cf", f"{place}/p.tar.zst", "-C", top, "."],
                             ["tar", "--zstd", "-xf", f"{place}/p.tar.zst", "-C", out]),
                 "zip": ("zip / unzip", ["sh", "-c", f"cd {top} && zip -qr {place}/p.zip ."],
                         ["unzip", "-qo", f"{place}/p.zip", "-d", out])}
        suffixes = {"tar": ".tar", "gztar": ".tar.gz", "zstdtar": ".tar.zst", "zip": ".zip"}
        for form, (name, make, unpack) in peers.items():
            suffix = suffixes[form]
            python = form != "zstdtar"
            if not shutil.which({"zip": "zip", "zstdtar": "zstd"}.get(form, "tar")):
                print(f"\n{form}: {name} is not installed, so that there is nothing to compare with")
                continue
            makers = {"tend": made(f"{place}/o{suffix}", ours, "make", f"{place}/o", form, top),
                      name: made(f"{place}/p{suffix}", *make)}
            unpackers = {"tend": unpacked(out, ours, "unpack", f"{place}/o{suffix}", out), name: unpacked(out, *unpack)}
            if python:
                makers["python3 shutil"] = made(f"{place}/t{suffix}", *PYTHON, PYTHON_MAKE, f"{place}/t", form, top)
                unpackers["python3 shutil"] = unpacked(out, *PYTHON, PYTHON_UNPACK, f"{place}/t{suffix}", out)
            frame.table(f"Making a {form} of {FILES} files", "ms of CPU", frame.in_turn(ROUNDS, **makers), "tend")
            frame.table(f"Unpacking a {form} of {FILES} files", "ms of CPU", frame.in_turn(ROUNDS, **unpackers), "tend")


main(sys.argv[1])
