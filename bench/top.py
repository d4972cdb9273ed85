"""Full-screen process viewers beside one another: `tend top`, htop, top (procps), each on a terminal of 160 by 50 with a
refresh a second and 500 processes to look at. Processor time in ten seconds, memory, time until the first picture."""
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

import frame

PROCESSES, SECONDS, ROUNDS = 500, float(os.environ.get("TOP_SECONDS", "10")), int(os.environ.get("TOP_ROUNDS", "3"))


def sleepers(count):
    return [subprocess.Popen(["sleep", "1000"]) for _ in range(max(0, count))]


def start(argv, env):
    """(pid, the terminal's other side)"""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], argv, env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    return pid, fd


def drain(fd, until, wanted=None):
    """Reads what is painted; returns when it has all been seen, or at that moment, and the number of bytes."""
    seen, total = b"", 0
    while (left := until - time.perf_counter()) > 0:
        if not select.select([fd], [], [], left)[0]:
            break
        try:
            some = os.read(fd, 65536)
        except OSError:
            break
        if not some:
            break
        total += len(some)
        if wanted:
            seen += some
            if wanted in seen:
                break
    return total


def cpu_ms(pid):
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as f:
            total += int(f.read().split()[0])
    return total / 1e6


def rss_mb(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) / 1024 for line in f if line.startswith("VmRSS"))


def once(argv, env):
    begin = time.perf_counter()
    pid, fd = start(argv, env)
    drain(fd, begin + 5, b"PID")
    first = (time.perf_counter() - begin) * 1e3
    drain(fd, time.perf_counter() + 2)  # the first looks cost more than the others
    before = cpu_ms(pid)
    sent = drain(fd, time.perf_counter() + SECONDS)
    used, memory = cpu_ms(pid) - before, rss_mb(pid)
    os.kill(pid, signal.SIGTERM)
    drain(fd, time.perf_counter() + 0.3)
    os.close(fd)
    os.waitpid(pid, 0)
    return used * 10 / SECONDS, memory, first, sent / SECONDS


def main():
    home = tempfile.TemporaryDirectory()
    env = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=home.name, XDG_CONFIG_HOME=home.name)
    env.pop("LINES", None), env.pop("COLUMNS", None)
    tend = f"{frame.build_dir()}/tools/tend"
    peers = {"tend top": [tend, "top", "-d", "1"], "htop": ["htop", "-d", "10"], "top (procps)": ["top", "-d", "1"]}
    only = os.environ.get("TOP_ONLY")
    peers = {name: argv for name, argv in peers.items() if not only or only in name}
    crowd = sleepers(PROCESSES - sum(name.isdigit() for name in os.listdir("/proc")))
    try:
        seen = {name: [] for name in peers}
        for _ in range(ROUNDS):
            for name, argv in peers.items():
                seen[name].append(once(argv, env))
    finally:
        for child in crowd:
            child.kill()
            child.wait()
    ours = next(iter(peers))
    for i, (title, unit) in enumerate((("Refreshed every second, 500 processes: processor time", "ms in 10 s"),
                                       ("Memory of a process viewer", "MB"), ("From start to the first picture", "ms"),
                                       ("Sent to the terminal", "bytes/s"))):
        frame.table(title, unit, {name: statistics.median(row[i] for row in rows) for name, rows in seen.items()}, ours)


if __name__ == "__main__":
    sys.exit(main())
