"""Counting and showing metrics: ours and python3-prometheus-client, in turn, in one run."""
import subprocess
import sys
import time
import timeit

import frame
import prometheus_client


def ours():
    out = subprocess.run([f"{frame.build_dir()}/bench/bench-web", "metrics"], capture_output=True, text=True, check=True).stdout
    return {name: float(value) for name, value in (line.split() for line in out.splitlines())}


def python(n=100000):
    registry = prometheus_client.CollectorRegistry()
    counter = prometheus_client.Counter("a", "h", registry=registry)
    labelled = prometheus_client.Counter("b", "h", ["method", "status"], registry=registry)
    histogram = prometheus_client.Histogram("c", "h", registry=registry)
    seen = {"inc": timeit.timeit(counter.inc, number=n, timer=time.process_time) / n * 1e9,
            "labels": timeit.timeit(lambda: labelled.labels("GET", "200").inc(), number=n, timer=time.process_time) / n * 1e9,
            "observe": timeit.timeit(lambda: histogram.observe(0.008), number=n, timer=time.process_time) / n * 1e9}
    for i in range(1000):
        labelled.labels("x", str(i)).inc(i * 1.5)
    seen["text"] = timeit.timeit(lambda: prometheus_client.generate_latest(registry), number=5, timer=time.process_time) / 5 * 1e6
    return seen


def main():
    rounds = [(ours(), python()) for _ in range(5)]
    titles = {"inc": ("Counter.inc", "ns"), "labels": ("Counter.labels(2).inc", "ns"), "observe": ("Histogram.observe", "ns"),
              "text": ("generate_latest, 1000 series", "us")}
    for key, (title, unit) in titles.items():
        middle = [sorted(r[side][key] for r in rounds)[len(rounds) // 2] for side in (0, 1)]
        frame.table(title, unit, {"tend": middle[0], "python": middle[1]}, "tend")


sys.exit(main())
