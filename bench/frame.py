"""What the benchmarks share: a process measured whole, rounds in turn, and one way to print a table of ratios."""
import os
import resource
import statistics
import subprocess
import sys
import time


def build_dir():
    return sys.argv[1] if len(sys.argv) > 1 else "build-bench"


def process(argv, runs=15, stdin=None, env=None):
    """Runs argv so often; gives the median wall ms, CPU ms and the peak RSS in MB."""
    wall, cpu = [], []
    for _ in range(runs):
        start = time.perf_counter()
        child = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
        wall.append((time.perf_counter() - start) * 1e3)
        cpu.append((used.ru_utime + used.ru_stime) * 1e3)
    peak = subprocess.run([f"{build_dir()}/bench/bench-launch", *argv], stdin=stdin, capture_output=True, text=True, env=env, check=True)
    return statistics.median(wall), statistics.median(cpu), int(peak.stdout) / 1024


def cpu(*argv):
    """Processor ms of argv and all it starts. What goes wrong ends the benchmark: half a piece of work is no figure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def peak(*argv):
    """The most memory that argv held, in MB."""
    told = subprocess.run([f"{build_dir()}/bench/bench-launch", *argv], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


def tmpfs():
    """A directory in memory. A figure that a disk had a part in would pass for one without."""
    with open("/proc/mounts") as mounts:
        if not any(line.split()[1:3] == ["/dev/shm", "tmpfs"] for line in mounts):
            sys.exit("/dev/shm is no tmpfs here: there is nowhere to measure")
    return "/dev/shm"


def in_turn(rounds, **peers):
    """Calls each peer once a round, so that a busy moment of the machine hits them all; the median of each."""
    seen = {name: [] for name in peers}
    for _ in range(rounds):
        for name, run in peers.items():
            seen[name].append(run())
    return {name: statistics.median(values) for name, values in seen.items()}


def table(title, unit, rows, ours, lower_is_better=True, digits=2):
    """rows: name -> number. Prints each with its ratio: how many times better ours is."""
    print(f"\n{title} ({unit}; {'less' if lower_is_better else 'more'} is better)")
    width = max(len(name) for name in rows)
    base = rows[ours]
    for name, value in rows.items():
        better = (value / base if lower_is_better else base / value) if base and value else float("nan")
        note = "ours" if name == ours else f"ours is {better:.2f}x"
        print(f"  {name:<{width}}  {value:>12.{digits}f}  {note}")
