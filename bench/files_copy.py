"""Copying and removing a tree of 20,000 files (300 MB in 400 directories): ours beside cp, rsync, tar and CPython, each in
turn in one run, on tmpfs and on the disk under the build directory. Processor time, since a busy machine stretches the
clock; and the system calls that ours makes for each file.

TEND_BENCH_FILES sets how many files (20000), TEND_BENCH_ROUNDS how often each has its turn (5). Of a disk whose file system
has no journal, figures right after a removal are the file system's own (it searches for inodes that it may use again)."""
import os
import random
import shutil
import subprocess
import sys
import tempfile

import frame

FILES = int(os.environ.get("TEND_BENCH_FILES", "20000"))
ROUNDS = int(os.environ.get("TEND_BENCH_ROUNDS", "5"))
DIRECTORIES = 400
HELPER = os.path.join(frame.build_dir(), "bench", "bench-files_copy")
PYTHON_COPY = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2], symlinks=True)"
PYTHON_REMOVE = "import shutil, sys; shutil.rmtree(sys.argv[1])"


def make(top):
    """Most files are small, a few are most of the bytes."""
    rng = random.Random(4)
    data = rng.randbytes(4 << 20)
    for n in range(DIRECTORIES):
        os.makedirs(os.path.join(top, str(n % 20), str(n)))
    for n in range(FILES):
        size = rng.choice((200, 1000, 3000, 8000)) if n % 100 else 1_200_000
        directory = n % DIRECTORIES
        with open(os.path.join(top, str(directory % 20), str(directory), f"file-{n}"), "wb") as f:
            f.write(data[:size])


def cpu(*argv):
    """Processor ms of argv and all it starts."""
    before = os.times()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system) * 1e3


def calls_per_file(*argv):
    if not shutil.which("strace"):
        return None
    told = subprocess.run(["strace", "-f", "-c", "-o", "/dev/stdout", *argv], capture_output=True, text=True, check=True).stdout
    total = [line for line in told.splitlines() if line.endswith(" total")]
    return int(total[0].split()[3 if len(total[0].split()) > 4 else 2]) / FILES if total else None


def measure(title, where):
    with tempfile.TemporaryDirectory(dir=where) as work:
        src, dst = os.path.join(work, "src"), os.path.join(work, "dst")
        make(src)

        def copied(*argv):
            def run():
                taken = cpu(*argv)
                subprocess.run(["rm", "-rf", dst], check=True)
                return taken
            return run

        def removed(*argv):
            def run():
                subprocess.run(["cp", "-a", src, dst], check=True)
                return cpu(*argv)
            return run
        tar = f"mkdir {dst} && tar -C {src} -cf - . | tar -C {dst} -xf -"
        frame.table(f"copy, {title}", "CPU ms", frame.in_turn(ROUNDS, **{
            "tend copytree": copied(HELPER, "copy", src, dst),
            "cp -a": copied("cp", "-a", src, dst),
            **({"rsync -a": copied("rsync", "-a", src + "/", dst)} if shutil.which("rsync") else {}),
            "tar | tar": copied("sh", "-c", tar),
            "shutil.copytree": copied("/usr/bin/python3", "-c", PYTHON_COPY, src, dst)}), "tend copytree")
        frame.table(f"remove, {title}", "CPU ms", frame.in_turn(ROUNDS, **{
            "tend rmtree": removed(HELPER, "remove", dst),
            "rm -rf": removed("rm", "-rf", dst),
            "shutil.rmtree": removed("/usr/bin/python3", "-c", PYTHON_REMOVE, dst)}), "tend rmtree")
        for name, argv in (("copytree", (HELPER, "copy", src, dst)), ("rmtree", (HELPER, "remove", dst))):
            calls = calls_per_file(*argv)
            if calls:
                print(f"  {name}: {calls:.2f} system calls a file")


def main():
    measure("tmpfs", "/dev/shm")
    measure("disk", frame.build_dir())


if __name__ == "__main__":
    sys.exit(main())
