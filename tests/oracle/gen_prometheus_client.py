"""Cases of prometheus_client.generate_latest: a registry as data, made, worked and written by both."""

import prometheus_client
from prometheus_client import metrics
from prometheus_client.core import CollectorRegistry

from frame import Call

CLASSES = {"counter": prometheus_client.Counter, "gauge": prometheus_client.Gauge, "summary": prometheus_client.Summary,
           "histogram": prometheus_client.Histogram, "info": prometheus_client.Info, "enum": prometheus_client.Enum}
VALUES = [0, 1, -1, 0.5, 1e6, 999999, 1000000.0, 1234567.5, -1234567, 123456789012, 1e15, 1e16, 1e17, 0.1, 1e-7, 1e-5, 0.0001, 1e300, 5e-324,
          float("nan"), float("inf"), float("-inf"), -0.0, 2.0 ** 53, 1e21, 100000.5, 123456.789]
TEXTS = ["a", "", "GET", "/", "a b", 'q"q', "back\\slash", "new\nline", "é", "日本", "\\n", "{}", "x=\"y\"", "\t"]


class Clock:
    """_created is the time of making: the same for both."""
    @staticmethod
    def time():
        return 1234567890.25


def generate_latest(registry):
    made = CollectorRegistry(auto_describe=True)
    metrics.time = Clock
    for m in registry:
        m = dict(m)
        ops, cls = m.pop("ops", []), CLASSES[m.pop("type")]
        metric = cls(registry=made, **m)
        for method, labels, *argument in ops:
            if method in ("clear", "remove"):
                getattr(metric, method)(*labels)
                continue
            child = metric.labels(*labels) if labels else metric
            if method != "labels":
                getattr(child, method)(*argument)
    return prometheus_client.generate_latest(made)


def value(rng):
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(VALUES)
    if kind < 0.7:
        return rng.randrange(-10, 10 ** rng.randrange(1, 19))
    return rng.uniform(-1, 1) * 10 ** rng.randrange(-10, 20)


def a_metric(rng, number):
    kind = rng.choice(["counter", "gauge", "gauge", "summary", "histogram", "histogram", "enum"])
    m = {"type": kind, "name": rng.choice(["m", "requests_total", "a:b", "x_seconds", "le", "size"]) + ("" if rng.random() < 0.1 else f"{number}"),
         "documentation": rng.choice(TEXTS)}
    names = rng.sample(["a", "b", "zone", "app", "m", "_x", "Z"], rng.choice([0, 0, 1, 2, 3]))
    if rng.random() < 0.03:
        names.append(rng.choice(["le", "quantile", "__x", "1a", "a-b", ""]))
    m["labelnames"] = names
    for part in ("namespace", "subsystem", "unit"):
        if rng.random() < 0.1 and not (part == "unit" and kind == "enum" and rng.random() < 0.9):
            m[part] = rng.choice(["ns", "seconds", "bytes"])
    if kind == "histogram" and rng.random() < 0.6:
        bounds = [rng.choice([-1, 0, 0.1, 0.25, 1, 5, 10, 1e6, 1234567, 1e16, float("inf"), rng.uniform(-5, 5)]) for _ in range(rng.randrange(6))]
        m["buckets"] = sorted(bounds) if rng.random() < 0.95 else bounds
    if kind == "enum":
        m["states"] = rng.sample(["off", "on", "é", "a\"b"], rng.randrange(5))
    ops = []
    for _ in range(rng.randrange(6)):
        labels = [rng.choice(TEXTS) for _ in names]
        if names and rng.random() < 0.03:
            labels.append("more")
        method = {"counter": ["inc"], "gauge": ["inc", "dec", "set", "set"], "summary": ["observe"], "histogram": ["observe"], "enum": ["state"]}[kind]
        method = rng.choice(method)
        argument = rng.choice(m.get("states") or ["off"]) if kind == "enum" else value(rng)
        if kind == "counter" and rng.random() < 0.95:
            argument = abs(argument)
        if names and rng.random() < 0.08:
            ops.append([rng.choice(["remove", "labels"]), labels])
            continue
        ops.append([method, labels, argument])
    m["ops"] = ops
    return m


def a_registry(rng):
    return [[a_metric(rng, i) for i in range(rng.randrange(4))]], {}


def several_twice(args, kwargs):
    try:
        generate_latest(*args)
    except ValueError as e:
        return "Duplicated" in str(e) and "," in str(e)
    except Exception:
        return False
    return False


INFO = {"type": "info", "name": "build", "documentation": "d", "ops": [["info", [], {"version": "1.2", "arch": "x86\"64"}]]}
CALLS = [
    Call("prometheus_client.generate_latest", generate_latest,
         edges=[([[]], {}), ([[INFO]], {}),
                ([[{"type": "info", "name": "x", "documentation": "d", "unit": "s"}]], {}),
                ([[{"type": "counter", "name": "c", "documentation": "d"}, {"type": "gauge", "name": "c_total", "documentation": "d"}]], {}),
                ([[{"type": "gauge", "name": "g", "documentation": "d", "labelnames": ["l"], "ops": [["set", ["x"], 1], ["clear", []], ["set", ["y"], 2], ["set", ["x"], 3]]}]], {}),
                ([[{"type": "histogram", "name": "h", "documentation": "d", "ops": [["observe", [], v] for v in (0.001, 0.005, 1, 7, 1e9)]}]], {})],
         make=a_registry, differs=[(several_twice, "CPython names them in the order of a set")]),
]
