"""Archives: the same tree made into tar, tar.gz, tar.zst and zip, and unpacked again, by ours, Python, tar, zip and unzip.
CPU time, since the disk is the same for all.

TEND_BENCH_FILES sets how many files the tree has (2000), half of them text."""
import os
import random
import shutil
import sys
import tempfile

import frame

FILES = int(os.environ.get("TEND_BENCH_FILES", "2000"))
WORDS = "the service was restarted because its memory limit was reached on node seven at noon".split()


def tree(top):
    rng = random.Random(1)
    for i in range(FILES):
        folder = os.path.join(top, f"d{i % 40}")
        os.makedirs(folder, exist_ok=True)
        size = rng.choice((200, 3000, 20000, 60000))
        data = " ".join(rng.choice(WORDS) for _ in range(size // 6)).encode() if i % 2 else rng.randbytes(size)
        with open(os.path.join(folder, f"file{i}"), "wb") as f:
            f.write(data)


def main(build):
    ours = f"{build}/bench/bench-archive"
    python = ["/usr/bin/python3", "-c"]
    with tempfile.TemporaryDirectory() as place:
        top = os.path.join(place, "tree")
        tree(top)
        peers = {"tar": ("tar", ["tar", "-cf", f"{place}/p.tar", "-C", top, "."], ["tar", "-xf", f"{place}/p.tar", "-C"], ".tar"),
                 "gztar": ("tar | gzip -9", ["tar", "-I", "gzip -9", "-cf", f"{place}/p.tar.gz", "-C", top, "."],
                           ["tar", "-xzf", f"{place}/p.tar.gz", "-C"], ".tar.gz"),
                 "zstdtar": ("tar | zstd -3", ["tar", "--zstd", "-cf", f"{place}/p.tar.zst", "-C", top, "."],
                             ["tar", "--zstd", "-xf", f"{place}/p.tar.zst", "-C"], ".tar.zst"),
                 "zip": ("zip / unzip", ["sh", "-c", f"rm -f {place}/p.zip; cd {top} && zip -qr {place}/p.zip ."],
                         ["unzip", "-qo", f"{place}/p.zip", "-d"], ".zip")}
        for form, (name, make, unpack, suffix) in peers.items():
            if not shutil.which(make[0]) or (form == "zip" and not shutil.which("zip")):
                continue
            rows = {"tend": frame.process([ours, "make", f"{place}/o", form, top], runs=3)[1], name: frame.process(make, runs=3)[1]}
            if form != "zstdtar":
                rows["python3 shutil"] = frame.process(
                    python + [f"import shutil; shutil.make_archive('{place}/t', '{form}', '{top}')"], runs=3)[1]
            frame.table(f"Making a {form} of {FILES} files", "ms of CPU", rows, "tend")
            os.makedirs(f"{place}/u", exist_ok=True)
            rows = {"tend": frame.process([ours, "unpack", f"{place}/o{suffix}", f"{place}/uo"], runs=3)[1],
                    name: frame.process(unpack + [f"{place}/u"], runs=3)[1]}
            if form != "zstdtar":
                rows["python3 shutil"] = frame.process(
                    python + [f"import shutil; shutil.unpack_archive('{place}/t{suffix}', '{place}/ut')"], runs=3)[1]
            frame.table(f"Unpacking a {form} of {FILES} files", "ms of CPU", rows, "tend")
            for used in ("u", "uo", "ut"):
                shutil.rmtree(f"{place}/{used}", True)


main(sys.argv[1])
