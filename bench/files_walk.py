"""Walking a tree of 20,000 files in 400 directories: ours beside a bare loop of getdents64, find, CPython and fdfind."""
import os
import shutil
import tempfile

import frame

WALK = "import os, sys; print(sum(len(d) + len(f) for _, d, f in os.walk(sys.argv[1])))"
WALK_STAT = """
import os, sys
print(sum(os.stat(os.path.join(p, n)).st_size for p, _, f in os.walk(sys.argv[1]) for n in f))
"""
RGLOB = "import pathlib, sys; print(sum(1 for _ in pathlib.Path(sys.argv[1]).rglob('*')))"
FILES, DIRECTORIES, ROUNDS = 20000, 400, 15


def fill(top):
    for i in range(DIRECTORIES):
        place = os.path.join(top, f"{i // 20:02}", f"{i % 20:02}")
        os.makedirs(place)
        for k in range(FILES // DIRECTORIES):
            open(os.path.join(place, f"file-{k:05}.txt"), "w").close()



def compare(title, peers):
    """Each once a round, so that a busy moment hits them all; the least of each."""
    wall, used, rss = {}, {}, {}
    for _ in range(ROUNDS):
        for name, argv in peers.items():
            w, c, r = frame.process(argv, runs=1)
            wall[name] = min(wall.get(name, w), w)
            used[name] = min(used.get(name, c), c)
            rss[name] = max(rss.get(name, r), r)
    frame.table(f"{title}: wall", "ms", wall, "tend")
    frame.table(f"{title}: CPU", "ms", used, "tend")
    frame.table(f"{title}: memory", "MB", rss, "tend")


def main():
    bench = f"{frame.build_dir()}/bench/bench-walk"
    python = "/usr/bin/python3"
    with tempfile.TemporaryDirectory() as top:
        fill(top)
        peers = {"tend": [bench, "ours", top], "getdents loop in C": [bench, "limit", top], "find": ["find", top],
                 "python os.walk": [python, "-c", WALK, top], "python Path.rglob": [python, "-c", RGLOB, top]}
        fd = shutil.which("fdfind")
        if fd:
            peers["fdfind -j1"] = [fd, "-u", "-j1", ".", top]
        compare("walk", peers)
        compare("walk with a stat of each file", {
            "tend": [bench, "ours-stat", top], "getdents and fstatat loop in C": [bench, "limit-stat", top], "find -size": ["find", top, "-size", "+1M"],
            "python os.walk, os.stat": [python, "-c", WALK_STAT, top]})


main()
