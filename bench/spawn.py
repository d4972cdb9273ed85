"""Spawn: what it costs to run a command, without and with its output, in a small process and in one of 1 GB. The command is
a static program of one system call, so that the parent's side is what is seen."""
import os
import subprocess
import tempfile

import frame

NOP = r"""
void _start(void) {
	__asm__ volatile("syscall" : : "a"(231L), "D"(0L)); /* exit_group */
	__builtin_unreachable();
}
"""
PYTHON = r"""
import statistics, subprocess, sys, time
child, mb = [sys.argv[1]], int(sys.argv[2])
much = bytearray(b"x") * (mb << 20)
def timed(**options):
    seen = []
    for _ in range(9):
        start = time.perf_counter()
        for _ in range(100):
            subprocess.run(child, **options)
        seen.append((time.perf_counter() - start) / 100 * 1e6)
    return statistics.median(seen)
print("CPython subprocess.run\t%.2f" % timed())
print("CPython subprocess.run(capture_output)\t%.2f" % timed(capture_output=True))
"""
BARE = ["tend, no capture", "vfork + execve + waitpid", "posix_spawn + waitpid", "fork + execve + waitpid", "libuv uv_spawn", "CPython subprocess.run"]
CAPTURED = ["tend, both outputs captured", "posix_spawn, captured by poll", "CPython subprocess.run(capture_output)"]


def lines(argv):
    # On one processor: a child that wakes up on another one measures the machine's interrupts.
    out = subprocess.run(["taskset", "-c", "0", *argv], capture_output=True, text=True, check=True).stdout
    return {name: float(value) for name, value in (line.split("\t") for line in out.splitlines())}


def main():
    build = frame.build_dir()
    with tempfile.TemporaryDirectory() as folder:
        nop = os.path.join(folder, "nop")
        with open(nop + ".c", "w", encoding="utf-8") as out:
            out.write(NOP)
        subprocess.run(["cc", "-O2", "-static", "-nostdlib", "-o", nop, nop + ".c"], check=True)
        seen = {}
        for mb in (0, 1024):
            seen[mb] = lines([f"{build}/bench/bench-spawn", nop, str(mb)]) | lines(["/usr/bin/python3", "-c", PYTHON, nop, str(mb)])
            for title, names in (("Spawn and wait", BARE), ("Spawn, capture both outputs, wait", CAPTURED)):
                frame.table(f"{title}, {mb} MB written to", "us each, median", {n: seen[mb][n] for n in names if n in seen[mb]}, names[0])
        frame.table("Ours with 1024 MB beside ours with none", "us", {f"{mb} MB": seen[mb][BARE[0]] for mb in (0, 1024)}, "1024 MB")


main()
