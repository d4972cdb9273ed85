"""Watching: a scrape of tend agent beside one of node_exporter (the same collectors), their memory; psutil's process table
and look at the system beside libtend's. Processor time, since it is what a watcher takes from the machine."""
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request

import frame

SLEEPERS, SCRAPES = 300, 60
COLLECTORS = ["cpu", "meminfo", "diskstats", "filesystem", "netdev", "loadavg", "pressure", "uname", "time"]
PSUTIL = r"""
import psutil, time
def best(name, run):
    low = 1e18
    for _ in range(7):
        t = time.process_time(); run(); low = min(low, (time.process_time() - t) * 1e3)
    print("%s\t%.4f" % (name, low))
fields = ["pid", "name", "username", "cpu_times", "memory_info", "cmdline", "status", "ppid"]
best("psutil.process_iter, the same fields", lambda: list(psutil.process_iter(fields)))
def look():
    psutil.cpu_times(); psutil.virtual_memory(); psutil.getloadavg(); psutil.disk_io_counters(); psutil.net_io_counters(); psutil.disk_usage("/")
best("psutil, the same look", look)
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ticks(pid):
    with open(f"/proc/{pid}/schedstat") as f:
        return int(f.read().split()[0]) / 1e6


def all_ticks(pid):
    """Milliseconds of all of its threads."""
    return sum(ticks(f"{pid}/task/{t}") for t in os.listdir(f"/proc/{pid}/task"))


def rss(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) / 1024 for line in f if line.startswith("VmRSS"))


def scrape(port):
    start = time.perf_counter()
    urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read()
    return (time.perf_counter() - start) * 1e3


def wait_for(port):
    for _ in range(200):
        try:
            return scrape(port)
        except OSError:
            time.sleep(0.05)
    raise SystemExit("no exporter answers")


def watchers(build, folder):
    ports = {"tend agent": free_port(), "node_exporter": free_port()}
    config = os.path.join(folder, "tend.yaml")
    with open(config, "w", encoding="utf-8") as out:
        out.write(f"version: 1\nagent: {{listen: '127.0.0.1:{ports['tend agent']}', socket: {folder}/sock}}\n")
    argv = {"tend agent": [f"{build}/tools/tend", "agent", "-c", config]}
    exporter = shutil.which("prometheus-node-exporter")
    if exporter:
        argv["node_exporter"] = [exporter, f"--web.listen-address=127.0.0.1:{ports['node_exporter']}", "--collector.disable-defaults",
                                 *(f"--collector.{c}" for c in COLLECTORS)]
    else:
        print("node_exporter is not installed: left out")
    running = {name: subprocess.Popen(a, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for name, a in argv.items()}
    try:
        wall, cpu, memory = {}, {}, {}
        for name in running:
            wait_for(ports[name])
        idle = {name: all_ticks(p.pid) for name, p in running.items()}
        time.sleep(3)
        idle = {name: (all_ticks(p.pid) - idle[name]) / 3 for name, p in running.items()}
        for name, p in running.items():
            before, start = all_ticks(p.pid), time.monotonic()
            times = [scrape(ports[name]) for _ in range(SCRAPES)]
            spent = all_ticks(p.pid) - before - idle[name] * (time.monotonic() - start)
            wall[name], cpu[name], memory[name] = statistics.median(times), max(spent, 0) / SCRAPES, rss(p.pid)
        frame.table("One scrape, as the client sees it", "ms, median", wall, "tend agent")
        frame.table("One scrape, processor time", "ms", cpu, "tend agent", digits=3)
        frame.table("Resident memory (ours also keeps a week of history and the page)", "MB", memory, "tend agent")
        print(f"  watching alone, ours, a second: {idle['tend agent']:.2f} ms of processor time, {len(os.listdir('/proc'))} entries in /proc")
    finally:
        for p in running.values():
            p.terminate()
            p.wait()


def tables(build):
    rows = {}
    for argv in ([f"{build}/bench/bench-watch"], ["/usr/bin/python3", "-c", PSUTIL]):
        for line in subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines():
            name, value = line.split("\t")
            rows[name] = float(value)
    frame.table("All processes", "ms of processor time, best", {k: v for k, v in rows.items() if "process" in k}, "process table, again")
    frame.table("One look at the system", "ms of processor time, best", {k: v for k, v in rows.items() if "look" in k}, "system look", digits=4)


if __name__ == "__main__":
    sleepers = [subprocess.Popen(["sleep", "1000"]) for _ in range(SLEEPERS)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            watchers(frame.build_dir(), folder)
        tables(frame.build_dir())
    finally:
        for p in sleepers:
            p.kill()
            p.wait()
