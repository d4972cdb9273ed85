#!/usr/bin/python3
"""Runs the tests that are built in a directory and sums them in one last line: "N passed, N failed[, N skipped]".

    test.py [--only-c] BUILD [NAME | oracle [--cases N …]]

Three kinds are run: BUILD/tests/tend-tests (the C tests), tests/oracle/run.py (against CPython), and every executable
file in tests/real. One of those gets an empty directory of its own as working directory and TMPDIR, and in its
environment TEND_SOURCE and TEND_BUILD (absolute paths). Status 0 is passed, 77 skipped (its last line says why), any
other failed. If its last line counts ("12 passed, 0 failed" or unittest's "OK"), its parts are summed, else it is one.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REAL_SECONDS = 300
LAST = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")
RAN = re.compile(r"^Ran (\d+) tests? in ", re.M)
VERDICT = re.compile(r"^(?:OK|FAILED)(?: \((.*)\))?$", re.M)


def counts(text, status):
    """What a run's output says of (passed, failed, skipped); None when it says nothing."""
    lines = [line for line in text.rstrip().split("\n") if line.strip()]
    last = LAST.match(lines[-1].strip()) if lines else None
    if last:
        found = [int(n or 0) for n in last.groups()]
    else:
        ran, verdict = RAN.findall(text), VERDICT.findall(text)
        if not ran or not verdict:
            return None
        parts = dict(p.split("=") for p in verdict[-1].split(", ") if "=" in p)
        failed = sum(int(parts.get(k, 0)) for k in ("failures", "errors", "unexpected successes"))
        skipped = int(parts.get("skipped", 0))
        found = [max(0, int(ran[-1]) - failed - skipped), failed, skipped]
    if status != 0 and found[1] == 0:
        found[1] = 1
    return found


def run(command, cwd, env, seconds=None):
    """Runs command in a process group of its own and returns (status, output). What it leaves running is killed."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.STDOUT, start_new_session=True)
        try:
            status = child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            status = f"still running after {seconds} s"
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        out.seek(0)
        return status, out.read().decode("utf-8", "replace")


class Suite:
    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.total = [0, 0, 0]

    def add(self, name, found, seconds, output="", reason=""):
        self.total = [a + b for a, b in zip(self.total, found)]
        failed = found[1] > 0
        if failed:
            print(output.rstrip())
        words = f"{found[0]} passed, {found[1]} failed" + (f", {found[2]} skipped" if found[2] else "")
        if reason:
            words = f"skipped: {reason}"
        print(f"{'FAIL' if failed else 'ok  '} {name}: {words} ({seconds:.1f} s)", flush=True)

    def c_tests(self, name):
        """All, or the cases of tests/NAME.c, or those with NAME in their own."""
        command = [os.path.join(self.build, "tests/tend-tests"), "-v"] + (["-k", name] if name else [])
        if name and os.path.exists(os.path.join(SOURCE, f"tests/{name}.c")):
            with open(os.path.join(SOURCE, f"tests/{name}.c"), encoding="utf-8") as f:
                command[2:] = sorted(set(re.findall(r"^TD_TEST\((\w+),", f.read(), re.M)))
        if not os.path.exists(command[0]):
            return
        start = time.monotonic()
        status, output = run(command, SOURCE, os.environ)
        if name and status == 5:
            return
        found = counts(output, status) or [0, 1, 0]
        if found == [0, 1, 0]:
            output += f"\ntend-tests ended with {status}\n"
        lines = output.split("\n")
        print("".join(f"     {line}\n" for line in lines if " ... skipped " in line), end="")
        output = "\n".join(line for line in lines if not line.endswith(" ... ok"))
        self.add("C tests", found, time.monotonic() - start, output)

    def oracle(self, arguments):
        script = os.path.join(SOURCE, "tests/oracle/run.py")
        if not os.path.exists(script):
            return
        env = dict(os.environ, TEND_SOURCE=SOURCE, TEND_BUILD=self.build)
        start = time.monotonic()
        status, output = run(["/usr/bin/python3", script, *arguments], SOURCE, env)
        if arguments and status == 0:
            print(output.rstrip())
        found = counts(output, status) or ([1, 0, 0] if status == 0 else [0, 1, 0])
        self.add("oracle", found, time.monotonic() - start, output)

    def real(self, name):
        folder = os.path.join(SOURCE, "tests/real")
        for entry in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            path = os.path.join(folder, entry)
            if entry.startswith(".") or not os.path.isfile(path) or not os.access(path, os.X_OK):
                continue
            if name and name not in entry:
                continue
            start = time.monotonic()
            own = tempfile.mkdtemp(prefix=f"tend-test-{entry}-")
            env = dict(os.environ, TEND_SOURCE=SOURCE, TEND_BUILD=self.build, TMPDIR=own)
            try:
                status, output = run([path], own, env, REAL_SECONDS)
            finally:
                shutil.rmtree(own, ignore_errors=True)
            seconds = time.monotonic() - start
            if status == 77:
                lines = output.strip().split("\n")
                self.add(entry, [0, 0, 1], seconds, reason=lines[-1] or "no reason given")
                continue
            found = counts(output, status) or ([1, 0, 0] if status == 0 else [0, 1, 0])
            if status != 0:
                output += f"\n{entry} ended with {status}\n"
            self.add(entry, found, seconds, output)


def main(arguments):
    only_c = arguments[0] == "--only-c"
    if only_c:
        arguments = arguments[1:]
    suite = Suite(arguments[0])
    name = arguments[1] if len(arguments) > 1 else ""
    if name == "oracle" and not only_c:
        suite.oracle(arguments[2:])
    else:
        suite.c_tests(name)
        if not only_c:
            if not name:
                suite.oracle([])
            suite.real(name)
    passed, failed, skipped = suite.total
    if passed + failed + skipped == 0:
        print(f"no test is named like {name!r}" if name else "no test was found")
        failed = 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
