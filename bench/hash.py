"""Digests: one hot file of 1 GiB, two at once, and 20,000 small files, beside coreutils, openssl and CPython."""
import os
import tempfile

import frame

PYTHON = """
import hashlib, os, sys
names = sys.argv[2:]
if sys.argv[1] == "tree":
    names = [os.path.join(top, n) for top, _, files in os.walk(names[0]) for n in files]
for name in names:
    with open(name, "rb") as f:
        print(hashlib.file_digest(f, "sha256").hexdigest(), "", name)
"""
SMALL, GIB = 20000, 1 << 30


def fill(folder):
    block = os.urandom(1 << 20)
    for name in ("one", "two"):
        with open(os.path.join(folder, name), "wb") as f:
            for _ in range(GIB >> 20):
                f.write(block)
    for i in range(SMALL):
        place = os.path.join(folder, "small", f"{i // 500:02}")
        if i % 500 == 0:
            os.makedirs(place)
        with open(os.path.join(place, f"{i:05}"), "wb") as f:
            f.write(block[:(i * 7919) % 30000])


def measure(rounds, peers):
    """Each once a round, so that a busy moment hits them all: name -> the least wall ms, CPU ms and the peak RSS in MB."""
    seen = {name: (1e18, 1e18, 0) for name in peers}
    for _ in range(rounds):
        for name, argv in peers.items():
            wall, cpu, rss = frame.process(argv, runs=1)
            seen[name] = (min(seen[name][0], wall), min(seen[name][1], cpu), max(seen[name][2], rss))
    return seen


def tables(title, seen, ours):
    frame.table(title + ": CPU", "ms", {n: v[1] for n, v in seen.items()}, ours, digits=0)
    frame.table(title + ": time", "ms", {n: v[0] for n, v in seen.items()}, ours, digits=0)
    frame.table(title + ": memory", "MB", {n: v[2] for n, v in seen.items()}, ours, digits=1)


def main():
    tend = f"{frame.build_dir()}/tools/tend"
    rounds = int(os.environ.get("ROUNDS", "5"))
    with tempfile.TemporaryDirectory() as folder:
        fill(folder)
        one, two, small = (os.path.join(folder, n) for n in ("one", "two", "small"))
        python = ["/usr/bin/python3", "-c", PYTHON]
        for name, tool in (("sha256", "sha256sum"), ("sha512", "sha512sum"), ("sha1", "sha1sum"), ("md5", "md5sum"), ("blake2b", "b2sum")):
            peers = {"tend hash": [tend, "hash", "-a", name, one], tool: [tool, one]}
            peers["openssl dgst"] = ["openssl", "dgst", "-" + name.replace("2b", "2b512"), one]
            if name == "sha256":
                peers["python hashlib.file_digest"] = [*python, "files", one]
            tables(f"{name} of 1 GiB, hot", measure(rounds, peers), "tend hash")
        tables("sha256 of two files of 1 GiB", measure(rounds, {
            "tend hash -j2": [tend, "hash", "-j2", one, two], "tend hash": [tend, "hash", one, two], "sha256sum & sha256sum": [
                "/bin/sh", "-c", f"sha256sum {one} & sha256sum {two} & wait"]}), "tend hash -j2")
        tables(f"sha256 of {SMALL} small files", measure(rounds, {
            "tend hash -r": [tend, "hash", "-r", small], "tend hash -r -j2": [tend, "hash", "-r", "-j2", small],
            "find | xargs sha256sum": ["/bin/sh", "-c", f"find {small} -type f -print0 | xargs -0 sha256sum"],
            "python os.walk, hashlib": [*python, "tree", small]}), "tend hash -r")


if __name__ == "__main__":
    main()
