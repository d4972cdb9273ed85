"""Copying and removing a tree of 20,000 files (300 MB in 400 directories): ours beside cp, rsync, tar and CPython, each in
turn in one run; and the system calls and the memory that ours takes. Processor time, since a busy machine stretches the
clock.

On tmpfs, and on an ext4 with a journal in a loop-mounted image that is made anew for every single run: a file system
without a journal looks long for inodes that it may use again after a removal, and one that has been written to before is
another one. The image needs root, /dev/loop-control and unshare; where one is missing, that part is left out and said so.

TEND_BENCH_FILES sets how many files (20000), TEND_BENCH_ROUNDS how often each has its turn (5)."""
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


def calls_per_file(*argv):
    if not shutil.which("strace"):
        return None
    told = subprocess.run(["strace", "-f", "-c", "-o", "/dev/stdout", *argv], capture_output=True, text=True, check=True).stdout
    total = [line for line in told.splitlines() if line.endswith(" total")]
    return int(total[0].split()[3 if len(total[0].split()) > 4 else 2]) / FILES if total else None


def copies(src, dst):
    tar = f"mkdir {dst} && tar -C {src} -cf - . | tar -C {dst} -xf -"
    return {"tend copytree": (HELPER, "copy", src, dst),
            "cp -a": ("cp", "-a", src, dst),
            **({"rsync -a": ("rsync", "-a", src + "/", dst)} if shutil.which("rsync") else {}),
            "tar | tar": ("sh", "-c", tar),
            "shutil.copytree": ("/usr/bin/python3", "-c", PYTHON_COPY, src, dst)}


def removals(dst):
    return {"tend rmtree": (HELPER, "remove", dst),
            "rm -rf": ("rm", "-rf", dst),
            "shutil.rmtree": ("/usr/bin/python3", "-c", PYTHON_REMOVE, dst)}


def compare(title, runs, ours, prepare, clean):
    """Each run between prepare and clean, which are not measured."""
    def measured(argv):
        def run():
            prepare()
            try:
                return frame.cpu(*argv)
            finally:
                clean()
        return run
    frame.table(title, "CPU ms", frame.in_turn(ROUNDS, **{name: measured(argv) for name, argv in runs.items()}), ours)


def copied(src, dst):
    subprocess.run(["cp", "-a", src, dst], check=True)


def on_tmpfs(work):
    src, dst = os.path.join(work, "src"), os.path.join(work, "dst")
    make(src)
    compare("copy, tmpfs", copies(src, dst), "tend copytree", lambda: None, lambda: shutil.rmtree(dst))
    compare("remove, tmpfs", removals(dst), "tend rmtree", lambda: copied(src, dst), lambda: None)
    for name, argv in (("copytree", (HELPER, "copy", src, dst)), ("rmtree", (HELPER, "remove", dst))):
        calls = calls_per_file(*argv)
        if calls:
            print(f"  {name}: {calls:.2f} system calls a file")
    for name, argv in (("copytree", (HELPER, "copy", src, dst)), ("rmtree", (HELPER, "remove", dst))):
        print(f"  {name}: {frame.peak(*argv):.2f} MB")


def on_ext4(work):
    """In a mount namespace of its own."""
    made, image, disk = (os.path.join(work, name) for name in ("made", "image", "disk"))
    make(made)
    os.mkdir(disk)
    src, dst = os.path.join(disk, "src"), os.path.join(disk, "dst")

    def mounted():
        with open(image, "wb") as f:
            f.truncate(2 << 30)
        subprocess.run(["mkfs.ext4", "-q", "-E", "nodiscard,lazy_itable_init=0", image], check=True)
        subprocess.run(["mount", "-o", "loop,nodiscard", image, disk], check=True)

    def gone():
        subprocess.run(["umount", disk], check=True)
        os.remove(image)

    def with_source(path):
        mounted()
        copied(made, path)
        subprocess.run(["sync", "-f", path], check=True)
    compare("copy, tmpfs to ext4", copies(made, dst), "tend copytree", mounted, gone)
    compare("copy, within ext4", copies(src, dst), "tend copytree", lambda: with_source(src), gone)
    compare("remove, ext4", removals(dst), "tend rmtree", lambda: with_source(dst), gone)


def why_no_ext4():
    if os.geteuid():
        return "only root can mount one"
    if not os.path.exists("/dev/loop-control"):
        return "there is no /dev/loop-control"
    missing = [name for name in ("unshare", "mkfs.ext4", "mount", "umount") if not shutil.which(name)]
    if missing:
        return f"{missing[0]} is not installed"
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, text=True)
    return tried.stderr.strip() if tried.returncode else None


def main():
    with tempfile.TemporaryDirectory(dir=frame.tmpfs()) as work:
        if sys.argv[2:] == ["in the namespace"]:
            return on_ext4(work)
        on_tmpfs(work)
    why = why_no_ext4()
    if why:
        print(f"\next4: not measured: {why}")
        return 0
    sys.stdout.flush()
    return subprocess.run(["unshare", "-m", sys.executable, __file__, frame.build_dir(), "in the namespace"]).returncode


if __name__ == "__main__":
    sys.exit(main())
