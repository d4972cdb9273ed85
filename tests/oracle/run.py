#!/usr/bin/python3
"""Asks CPython and libtend the same things and compares.

    run.py [--seed S] [--cases N] [--only CALL [--case N]] [--list] [--keep-going]

Every gen_*.py beside this file gives calls (README.md). The cases written by hand are always asked; then as many made
ones as --cases says, shared among the calls by weight. The last line is "N passed, N failed"."""

import argparse
import glob
import importlib.util
import os
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import frame  # noqa: E402

BATCH = 1000
SHOWN = 20


def load_calls():
    calls = []
    for path in sorted(glob.glob(os.path.join(HERE, "gen_*.py"))):
        name = os.path.basename(path)[:-3]
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        calls += module.CALLS
    return calls


def numbers(call, share):
    """The numbers of a call's cases: all that are written by hand, and its share of made ones."""
    return range(len(call.edges) + (share if call.make else 0))


def short(v, most=600):
    text = repr(v)
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


class Run:
    def __init__(self, options, oracle):
        self.options, self.oracle = options, oracle
        self.passed = self.failed = self.skipped = self.shown = 0

    def batches(self, call, cases):
        batch = []
        for number in cases:
            case = call.case(self.options.seed, number)
            if case is None:
                continue
            args, kwargs = list(case[0]), dict(case[1])
            if call.skipped(args, kwargs):
                self.skipped += 1
                continue
            batch.append((number, args, kwargs))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def call(self, call, cases):
        for batch in self.batches(call, cases):
            answers = self.oracle.ask(frame.request(call, args, kwargs, number) for number, args, kwargs in batch)
            for (number, args, kwargs), answer in zip(batch, answers):
                expected = frame.ask_python(call, args, kwargs)
                if expected[0] == "slow":
                    self.skipped += 1
                    continue
                got = frame.judge(call, expected, answer)
                if got is None:
                    self.passed += 1
                else:
                    self.failed += 1
                    self.show(call, number, args, kwargs, expected, got)

    def show(self, call, number, args, kwargs, expected, got):
        self.shown += 1
        if self.shown > SHOWN:
            if self.shown == SHOWN + 1:
                print("… and more; they are only counted")
            return
        other = frame.Oracle(self.oracle.path)
        args, kwargs = frame.shrink(call, args, kwargs, other)
        now = frame.ask_python(call, args, kwargs)
        said = frame.judge(call, now, next(other.ask([frame.request(call, args, kwargs)])))
        other.stop()
        if said is None or now[0] == "slow":  # it fails only in company, or only now and then
            now, said = expected, got
        print(f"FAIL {call.name}(*{short(args)}, **{short(kwargs)})")
        print(f"  Python: {short(now[1]) if now[0] == 'ok' else f'{now[1]}: {short(now[2])}'}")
        print(f"  tend:   {said if len(said) <= 600 else said[:600] + '…'}")
        print(f"  again:  ./dev test oracle --seed {self.options.seed} --only {call.name} --case {number}", flush=True)


def default_oracle():
    build = os.environ.get("TEND_BUILD") or os.path.join(HERE, "../../build")
    return os.path.join(build, "tests/oracle")


def main():
    parser = argparse.ArgumentParser(description="Asks CPython and libtend the same things and compares.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=6000, help="made cases in all (default %(default)s)")
    parser.add_argument("--only", metavar="CALL", help="this call, or those that begin so: json., str.")
    parser.add_argument("--case", type=int, help="only the case of that number")
    parser.add_argument("--list", action="store_true", help="print the calls")
    parser.add_argument("--oracle", default=default_oracle(), help="the program (default %(default)s)")
    options = parser.parse_args()
    calls = load_calls()
    if options.only:
        named = [c for c in calls if c.name == options.only]
        calls = named or [c for c in calls if c.name.startswith(options.only)]
        if not calls:
            parser.error(f"no call is named {options.only!r}")
    if options.list:
        print("\n".join(c.name for c in calls))
        return 0
    start = time.monotonic()
    run = Run(options, frame.Oracle(options.oracle))
    weight = sum(c.weight for c in calls if c.make) or 1
    for call in calls:
        share = round(options.cases * call.weight / weight)
        run.call(call, [options.case] if options.case is not None else numbers(call, share))
    run.oracle.stop()
    seconds = time.monotonic() - start
    print(f"{len(calls)} calls, seed {options.seed}, {seconds:.1f} s")
    left = f", {run.skipped} skipped" if run.skipped else ""
    print(f"{run.passed} passed, {run.failed} failed{left}")
    return 1 if run.failed else 0


def deep(result):
    """main, with a stack for values that are nested deeply."""
    sys.setrecursionlimit(frame.ROOM)
    try:
        result.append(main())
    except SystemExit as e:
        result.append(e.code)
    finally:
        frame.FIRST.asked.put(None)


if __name__ == "__main__":
    threading.stack_size(512 << 20)
    status = [1]
    thread = threading.Thread(target=deep, args=(status,))
    thread.start()
    frame.FIRST.serve()
    thread.join()
    sys.exit(status[-1])
