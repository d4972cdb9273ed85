"""Supervision: from kill -9 to the new child's main, and the memory for 50 children: tend agent beside runit and
supervisord, in turn, in one run. A peer that is not installed is left out, and says so.

The child writes its pid to a pipe as the first thing it does; each has lived for more than a second when it is killed, as a
service that was well."""
import json
import os
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import frame

CHILDREN, KILLS = 50, 5
CHILD = """
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) {
	char text[32];
	int fd = open(argv[argc - 1], O_WRONLY);
	int n = snprintf(text, sizeof text, "%d\\n", (int)getpid());
	if (write(fd, text, (size_t)n) != n) return 1;
	close(fd);
	for (;;) pause();
}
"""


def descendants(pid):
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as f:
                text = f.read()
        except OSError:
            continue
        parents.setdefault(int(text[text.rindex(")") + 2:].split()[1]), []).append(int(name))
    found, queue = [], [pid]
    while queue:
        here = queue.pop()
        found.append(here)
        queue += parents.get(here, [])
    return found


def memory(pids):
    """The memory of these processes in MB; what they share is counted once (PSS)."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as f:
                total += sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
        except OSError:
            pass
    return total / 1024


class Peer:
    """folder/child is the program, folder/pipe where it reports."""

    def __init__(self, folder):
        self.folder = folder
        self.pipe = os.path.join(folder, "pipe")
        os.mkfifo(self.pipe)
        self.reader = os.open(self.pipe, os.O_RDWR)
        self.child = [os.path.join(folder, "child"), self.pipe]

    def report(self, seconds=20):
        line = b""
        while not line.endswith(b"\n"):
            if not select.select([self.reader], [], [], seconds)[0]:
                raise TimeoutError("no child has reported")
            line += os.read(self.reader, 1)
        return int(line)

    def run(self):
        start = time.perf_counter()
        process = self.launch()
        try:
            pids = [self.report() for _ in range(CHILDREN)]
            started = (time.perf_counter() - start) * 1e3
            time.sleep(1.2)
            used = memory(set(descendants(process.pid)) - set(pids))
            took = []
            for pid in pids[:KILLS]:
                begin = time.perf_counter()
                os.kill(pid, signal.SIGKILL)
                self.report()
                took.append((time.perf_counter() - begin) * 1e3)
            return started, statistics.median(took), used
        finally:
            everyone = descendants(process.pid)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            for pid in everyone:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait()
            os.close(self.reader)


class Tend(Peer):
    def launch(self):
        config = os.path.join(self.folder, "tend.yaml")
        services = {f"s{i}": {"run": self.child} for i in range(CHILDREN)}
        with open(config, "w") as f:
            json.dump({"agent": {"listen": False, "socket": os.path.join(self.folder, "s")}, "services": services}, f)
        return subprocess.Popen([os.path.join(frame.build_dir(), "tools/tend"), "agent", "-c", config],
                                stderr=subprocess.DEVNULL)


class Runit(Peer):
    def launch(self):
        services = os.path.join(self.folder, "service")
        for i in range(CHILDREN):
            os.makedirs(os.path.join(services, f"s{i}"))
            run = os.path.join(services, f"s{i}", "run")
            with open(run, "w") as f:
                f.write(f"#!/bin/sh\nexec {' '.join(self.child)}\n")
            os.chmod(run, 0o755)
        return subprocess.Popen(["runsvdir", services], stderr=subprocess.DEVNULL)


class Supervisord(Peer):
    def launch(self):
        config = os.path.join(self.folder, "supervisord.conf")
        with open(config, "w") as f:
            f.write(f"[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile={self.folder}/pid\n")
            for i in range(CHILDREN):
                f.write(f"[program:s{i}]\ncommand={' '.join(self.child)}\nautorestart=true\nstdout_logfile=NONE\n"
                        f"stderr_logfile=NONE\n")
        return subprocess.Popen(["supervisord", "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    peers = {"tend agent": Tend}
    for name, program, peer in (("runit", "runsvdir", Runit), ("supervisord", "supervisord", Supervisord)):
        if shutil.which(program):
            peers[name] = peer
        else:
            print(f"bench: {name} is not installed, and is left out")
    rounds = 3
    seen = {name: [] for name in peers}
    for _ in range(rounds):
        for name, peer in peers.items():
            folder = tempfile.mkdtemp(prefix="tend-bench-")
            try:
                source = os.path.join(folder, "child.c")
                with open(source, "w") as f:
                    f.write(CHILD)
                subprocess.run(["cc", "-O2", "-static", "-o", os.path.join(folder, "child"), source], check=True)
                seen[name].append(peer(folder).run())
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    for i, (title, unit) in enumerate(((f"{CHILDREN} children started", "ms"), ("kill -9 to the new child's main", "ms"),
                                       (f"supervisor's memory with {CHILDREN} children, PSS", "MB"))):
        frame.table(title, unit, {name: statistics.median(row[i] for row in rows) for name, rows in seen.items()},
                    "tend agent")


if __name__ == "__main__":
    sys.exit(main())
