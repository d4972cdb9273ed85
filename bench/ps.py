#!/usr/bin/python3
"""`tend ps` beside its peers on some 400 processes: the same columns, CPU time and memory of a whole run."""
import os
import shutil
import subprocess
import sys

from frame import build_dir, process, table

TEND = f"{build_dir()}/tools/tend"
SLEEPERS = 300
PSUTIL = """
import psutil
for p in psutil.process_iter(["username", "pid", "cpu_percent", "memory_percent", "memory_info", "terminal", "status", "create_time",
                              "cpu_times", "cmdline"]):
    print(p.info)
"""


def main():
    sleepers = [subprocess.Popen(["sleep", "600"]) for _ in range(SLEEPERS)]
    try:
        count = sum(name.isdigit() for name in os.listdir("/proc"))
        peers = {"tend ps": [TEND, "ps"], "ps aux": ["ps", "aux"]}
        if shutil.which("busybox"):
            peers["busybox ps (5 columns)"] = ["busybox", "ps"]
        peers["psutil, the same columns"] = ["/usr/bin/python3", "-c", PSUTIL]
        few = {"tend ps -o pid,rss,name": [TEND, "ps", "-o", "pid,rss,name"], "ps -eo pid,rss,comm": ["ps", "-eo", "pid,rss,comm"]}
        more = {"tend ps -e sleep.600": [TEND, "ps", "-e", "sleep.600"], "pgrep -f sleep.600": ["pgrep", "-f", "sleep.600"]}
        for title, group, ours in ((f"the columns of ps aux, {count} processes", peers, "tend ps"),
                                   (f"three columns, {count} processes", few, "tend ps -o pid,rss,name"),
                                   (f"a search, {count} processes", {k: more[k] for k in ("tend ps -e sleep.600", "pgrep -f sleep.600")}, "tend ps -e sleep.600")):
            seen = {name: process(argv) for name, argv in group.items()}
            table(title + ": CPU", "ms", {name: x[1] for name, x in seen.items()}, ours)
            table(title + ": memory", "MB", {name: x[2] for name, x in seen.items()}, ours)
    finally:
        for p in sleepers:
            p.kill()
        for p in sleepers:
            p.wait()


if __name__ == "__main__":
    sys.exit(main())
