"""Core: what a scope costs, and how long a program takes to be there."""
import os
import subprocess
import tempfile

import frame

PYTHON = r"""
import contextlib, time
def timed(fn, times):
    best = 1e18
    for _ in range(5):
        t = time.perf_counter(); fn(times); best = min(best, (time.perf_counter() - t) * 1e9 / times)
    return best
def with_stack(times):
    for _ in range(times):
        with contextlib.ExitStack() as stack: stack.callback(int)
def raised(times):
    for i in range(times):
        try: raise ValueError("turn %d" % i)
        except ValueError: pass
print("Python: with ExitStack, one callback\t%.2f" % timed(with_stack, 100000))
print("Python: raise and except\t%.2f" % timed(raised, 100000))
"""


def lines(argv):
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    return {name: float(value) for name, value in (line.split("\t") for line in out.splitlines())}


def scopes(build):
    rows = lines([f"{build}/bench/bench-core"])
    rows.update(lines(["/usr/bin/python3", "-c", PYTHON]))
    frame.table("Scopes, allocations, errors", "ns each, best of rounds", rows, "scope with one small allocation")


def hello(folder, name, source, *flags):
    path = os.path.join(folder, name)
    with open(path + ".c", "w", encoding="utf-8") as out:
        out.write(source)
    subprocess.run(["cc", "-O2", "-o", path, path + ".c", *flags], check=True)
    return path


def starts(build):
    with tempfile.TemporaryDirectory() as folder:
        plain = hello(folder, "hello", '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n')
        ours = f"{build}/tools/tend"
        if not os.path.exists(ours):
            raise SystemExit(f"{ours} is not built")
        peers = {"C hello, dynamic": [plain], "tend --version": [ours, "--version"],
                 "python3 -c pass": ["/usr/bin/python3", "-c", "pass"], "jq --version": ["jq", "--version"],
                 "supervisord --version": ["supervisord", "--version"],
                 "prometheus-node-exporter --version": ["prometheus-node-exporter", "--version"]}
        measured = {}
        for _ in range(3):
            for name, argv in peers.items():
                wall, _, rss = frame.process(argv, runs=15)
                best = measured.get(name, (1e18, 0))
                measured[name] = (min(best[0], wall), max(best[1], rss))
        frame.table("Start-up", "ms, median of 15, best of 3 rounds", {k: v[0] for k, v in measured.items()},
                    "tend --version")
        frame.table("Peak memory of starting", "MB", {k: v[1] for k, v in measured.items()}, "tend --version")


if __name__ == "__main__":
    scopes(frame.build_dir())
    starts(frame.build_dir())
