"""The frame of the oracle's Python side: values on the wire, comparing, asking, shrinking. gen_*.py say what to ask."""

import base64
import datetime
import json
import math
import queue
import random
import signal
import subprocess
import sys
import threading

ANSWER_SECONDS = 30
PYTHON_SECONDS = 10  # a case that takes CPython longer is skipped


class Call:
    """One Python call that libtend answers too.

    name    as the oracle knows it: "json.dumps"
    fn      the Python function, given the same positional and keyword arguments
    edges   [(args, kwargs), …] written by hand
    make    make(rng) -> (args, kwargs), or None when there are only edges
    same    "bytes": results are equal down to the type, the order of keys and the sign of zero;
            "meaning": numbers are equal as numbers, dicts without regard to order
    differs [(predicate(args, kwargs), reason), …]: cases in which libtend differs on purpose; they are not asked
    message whether the texts of errors are compared, or only their kinds
    weight  how many cases it gets, against others
    """

    def __init__(self, name, fn, edges=(), make=None, same="bytes", differs=(), message=True, weight=1):
        self.name, self.fn, self.edges, self.make, self.same = name, fn, list(edges), make, same
        self.differs, self.message, self.weight = differs, message, weight

    def case(self, seed, number):
        """The case of that number: first those written by hand, then made ones. None when there is no such one."""
        if number < len(self.edges):
            return self.edges[number]
        if not self.make:
            return None
        return self.make(random.Random(f"{seed}:{self.name}:{number}"))

    def skipped(self, args, kwargs):
        return any(predicate(args, kwargs) for predicate, _ in self.differs)


class File:
    """A file whose content a reader is given: {"$file": path} on the wire, the open file for Python."""

    def __init__(self, path, mode="r"):
        self.path, self.mode = path, mode

    def __repr__(self):
        return f"File({self.path!r})"


# --- on the wire ---

def encode(v):
    if v is None or isinstance(v, (bool, str)):
        return v
    if isinstance(v, int):
        return v if -2**63 <= v < 2**63 else {"$int": str(v)}
    if isinstance(v, float):
        return v if math.isfinite(v) else {"$float": "nan" if v != v else "inf" if v > 0 else "-inf"}
    if isinstance(v, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(v).decode()}
    if isinstance(v, (list, tuple)):
        return [encode(x) for x in v]
    if isinstance(v, dict):
        plain = all(isinstance(k, str) for k in v) and not (len(v) == 1 and next(iter(v)).startswith("$"))
        if plain:
            return {k: encode(x) for k, x in v.items()}
        return {"$dict": [[encode(k), encode(x)] for k, x in v.items()]}
    if isinstance(v, File):
        return {"$file": v.path}
    if isinstance(v, datetime.datetime):
        return {"$datetime": v.isoformat()}
    if isinstance(v, datetime.date):
        return {"$date": v.isoformat()}
    if isinstance(v, datetime.time):
        return {"$time": v.isoformat()}
    if isinstance(v, datetime.timedelta):
        return {"$timedelta": v.total_seconds()}
    raise TypeError(f"{type(v).__name__} cannot be sent")


def decode(v):
    if isinstance(v, list):
        return [decode(x) for x in v]
    if not isinstance(v, dict):
        return v
    if len(v) == 1:
        (key, x), = v.items()
        if key == "$int":
            return int(x)
        if key == "$float":
            return float(x)
        if key == "$bytes":
            return base64.b64decode(x)
        if key == "$dict":
            return {(tuple(decode(k)) if isinstance(k, list) else decode(k)): decode(y) for k, y in x}
    return {k: decode(x) for k, x in v.items()}


def plain(v):
    """What Python answered, as the wire could bring it back."""
    if isinstance(v, (str, bytes, bool)) or v is None:
        return v
    if isinstance(v, (list, tuple)) or hasattr(v, "__next__"):
        return [plain(x) for x in v]
    if isinstance(v, dict):
        return {(tuple(plain(k)) if isinstance(k, tuple) else k): plain(x) for k, x in v.items()}
    if isinstance(v, (datetime.date, datetime.time, datetime.timedelta)):
        return encode(v)
    if isinstance(v, float):
        return float(v)
    if isinstance(v, int):
        return int(v)
    return str(v)


def same(a, b, how):
    if how == "meaning" and isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or (a != a and b != b)
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return repr(a) == repr(b)
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y, how) for x, y in zip(a, b))
    if isinstance(a, dict):
        if how == "meaning":
            return a.keys() == b.keys() and all(same(a[k], b[k], how) for k in a)
        return len(a) == len(b) and all(same(p, q, how) and same(x, y, how)
                                        for (p, x), (q, y) in zip(a.items(), b.items()))
    return a == b


# --- both sides ---

def open_files(v):
    if isinstance(v, File):
        return open(v.path, v.mode, **({} if "b" in v.mode else {"encoding": "utf-8"}))
    return v


ROOM = 200000


def with_room(frames):
    """Lets the caller's callee go as deep as from the first line of a script."""
    depth, frame = 0, sys._getframe(1)
    while frame:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth - 1 + frames)


class TooSlow(BaseException):
    pass


def too_slow(number, stack):
    raise TooSlow


class FirstThread:
    """Runs CPython's side under a time limit (there are patterns and texts for which it never ends): only the first thread
    hears of signals. All else, the values that are nested deeply above all, is done by a second one with a large stack."""

    def __init__(self):
        self.asked, self.answers = queue.SimpleQueue(), queue.SimpleQueue()

    def serve(self):
        signal.signal(signal.SIGALRM, too_slow)
        while (work := self.asked.get()) is not None:
            try:
                signal.setitimer(signal.ITIMER_REAL, PYTHON_SECONDS)
                answer = work()
                signal.setitimer(signal.ITIMER_REAL, 0)
            except TooSlow:
                answer = ("slow",)
            self.answers.put(answer)

    def run(self, work):
        self.asked.put(work)
        return self.answers.get()


FIRST = FirstThread()


def ask_python(call, args, kwargs):
    """("ok", value), ("error", kind, message) or ("slow",)."""
    return FIRST.run(lambda: answer_of_python(call, args, kwargs))


def answer_of_python(call, args, kwargs):
    opened = [open_files(v) for v in args]
    named = {k: open_files(v) for k, v in kwargs.items()}
    try:
        with_room(1000)
        result = call.fn(*opened, **named)
        sys.setrecursionlimit(ROOM)
        return "ok", plain(result)
    except RecursionError:
        return "error", "RecursionError", ""
    except Exception as e:
        return "error", type(e).__name__, str(e)
    finally:
        sys.setrecursionlimit(ROOM)
        for v in [*opened, *named.values()]:
            if hasattr(v, "close") and hasattr(v, "read"):
                v.close()


class Oracle:
    """The C program. Requests go in without waiting for answers; one that ends or hangs is started again."""

    def __init__(self, path):
        self.path, self.process = path, None

    def start(self):
        self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, args=(self.process.stdout, self.lines), daemon=True).start()

    @staticmethod
    def _read(out, lines):
        for line in out:
            lines.put(line)
        lines.put(None)

    def stop(self):
        if not self.process:
            return None
        try:
            self.process.stdin.close()
        except OSError:
            pass
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.process = None

    def _write(self, stdin, lines):
        try:
            stdin.write(lines)
            stdin.flush()
        except (OSError, ValueError):
            pass

    def ask(self, requests):
        """Sends requests (dicts) and yields one answer for each: a dict, or a text that says how it went wrong."""
        requests = list(requests)
        at = 0
        while at < len(requests):
            if not self.process:
                self.start()
            text = "".join(json.dumps(r) + "\n" for r in requests[at:]).encode()
            threading.Thread(target=self._write, args=(self.process.stdin, text), daemon=True).start()
            while at < len(requests):
                try:
                    line = self.lines.get(timeout=ANSWER_SECONDS)
                except queue.Empty:
                    self.process.kill()
                    self.stop()
                    yield f"no answer within {ANSWER_SECONDS} s"
                    at += 1
                    break
                if line is None:
                    status = self.stop()
                    yield f"the oracle ended with {status}"
                    at += 1
                    break
                try:
                    answer = json.loads(line)
                except ValueError:
                    answer = f"an answer that is not JSON: {line[:200]!r}"
                yield answer
                at += 1


def request(call, args, kwargs, number=0):
    return {"id": number, "call": call.name, "args": [encode(v) for v in args],
            "kwargs": {k: encode(v) for k, v in kwargs.items()}, "exact": True}


def judge(call, expected, answer):
    """None when both agree, else what libtend said, in words."""
    if isinstance(answer, str):
        return answer
    if "ok" in answer:
        got = decode(answer["ok"])
        if expected[0] == "ok" and same(expected[1], got, call.same):
            return None
        return repr(got)
    kind, message = answer["error"]["kind"], answer["error"]["message"]
    if expected[0] == "error" and expected[1] == kind:
        if not call.message or kind == "RecursionError" or expected[2] == message:
            return None
    return f"{kind}: {message}"


# --- shrinking ---

def smaller(v):
    """Values that are simpler than v, the simplest first."""
    if isinstance(v, bool) or v is None:
        return
    if isinstance(v, (str, bytes)):
        n = len(v)
        if n > 1:
            yield v[:0]
        for size in (n // 2, n // 4, 1):
            if size:
                for at in range(0, n, size):
                    yield v[:at] + v[at + size:]
        if isinstance(v, str):
            for at, c in enumerate(v):
                if c > "a" and c != "a":
                    yield v[:at] + "a" + v[at + 1:]
    elif isinstance(v, int):
        if v:
            yield 0
            yield v // 2 if v > 0 else -(-v // 2)
    elif isinstance(v, float):
        if v not in (0.0, 1.0):
            yield 0.0
            yield 1.0
    elif isinstance(v, (list, tuple)):
        for at in range(len(v)):
            yield type(v)([*v[:at], *v[at + 1:]])
        for at, x in enumerate(v):
            for y in smaller(x):
                yield type(v)([*v[:at], y, *v[at + 1:]])
    elif isinstance(v, dict):
        for k in v:
            yield {q: x for q, x in v.items() if q != k}
        for k, x in v.items():
            for y in smaller(x):
                yield {**v, k: y}


def shrink(call, args, kwargs, oracle, most=400):
    """A simpler case that still fails, by asking."""
    def fails(case):
        nonlocal most
        most -= 1
        try:
            if call.skipped(*case):
                return False
            asked = request(call, *case)
        except Exception:
            return False
        expected = ask_python(call, *case)
        return expected[0] != "slow" and judge(call, expected, next(oracle.ask([asked]))) is not None

    case, again = (list(args), dict(kwargs)), True
    while again and most > 0:
        again = False
        options = [(case[0], {k: v for k, v in case[1].items() if k != drop}) for drop in case[1]]
        for candidate in (*options, *([*c] for c in ())):
            if most > 0 and fails(candidate):
                case, again = candidate, True
                break
        if again:
            continue
        for at, v in enumerate(case[0]):
            for y in smaller(v):
                if most <= 0:
                    break
                candidate = ([*case[0][:at], y, *case[0][at + 1:]], case[1])
                if fails(candidate):
                    case, again = candidate, True
                    break
            if again:
                break
        if again:
            continue
        for k, v in case[1].items():
            for y in smaller(v):
                if most <= 0:
                    break
                candidate = (case[0], {**case[1], k: y})
                if fails(candidate):
                    case, again = candidate, True
                    break
            if again:
                break
    return case
