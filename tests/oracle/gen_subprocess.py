"""Cases of subprocess: commands that say the same each time."""

import subprocess

from frame import Call

PIPE, STDOUT, DEVNULL = subprocess.PIPE, subprocess.STDOUT, subprocess.DEVNULL
SH = ["sh", "-c"]


def completed(*args, **kwargs):
    r = subprocess.run(*args, **kwargs)
    return {"args": r.args, "returncode": r.returncode, "stdout": r.stdout, "stderr": r.stderr}


def check_returncode(p):
    return subprocess.CompletedProcess(p["args"], p["returncode"]).check_returncode()


def sh(line, **kwargs):
    return [[*SH, line]], kwargs


LINES = ["exit 0", "exit 3", "exit 255", "kill -9 $$", "kill -TERM $$", "kill -40 $$", "echo out", "echo err >&2", "echo out; echo err >&2; exit 2", "printf 'a\\r\\nb\\rc\\n'",
         "printf 'a\\0b'", "printf '\\377\\376'", "printf 'a\\342\\202'", "printf 'a\\342('", "printf '\\303\\251'", "cat", "cat >&2", "printf x", "echo; echo", "umask", "pwd", "env", "echo $0", "no-such-program",
         "ls /proc/self/fd", "echo \"it's\"", "ulimit -n >/dev/null; exit 1"]
SETTINGS = [{}, {"capture_output": True}, {"capture_output": True, "text": True}, {"capture_output": True, "check": True}, {"stdout": PIPE, "stderr": STDOUT},
            {"stdout": PIPE, "stderr": DEVNULL}, {"stdout": DEVNULL, "stderr": PIPE}, {"capture_output": True, "text": True, "check": True}]
QUIET = {"stdout": DEVNULL, "stderr": DEVNULL}
MORE = [
    sh("cat", input=b"hello", capture_output=True), sh("cat", input="a\r\nb\n", capture_output=True, text=True), sh("cat", input=b"", capture_output=True),
    sh("exit 0", input=b"x" * 200000, **QUIET), sh("cat", input=b"y" * 200000, stdout=PIPE),
    sh("pwd", cwd="/usr", capture_output=True), sh("pwd", cwd="/no/such/dir"), sh("pwd", cwd="/etc/passwd"), sh("umask", umask=0o27, stdout=PIPE),
    (["env"], {"env": {"A": "1", "B": "x y"}, "executable": "/usr/bin/env", "stdout": PIPE}),
    ([["/usr/bin/env"]], {"env": {}, "stdout": PIPE}), ([["/usr/bin/env"]], {"env": {"A=B": "1"}, "stdout": PIPE}), ([["/usr/bin/env"]], {"env": {"": "1"}, "stdout": PIPE}),
    ([["/usr/bin/env"]], {"env": {"A": 1}, "stdout": PIPE}),
    ([["no-such-program"]], {}), ([["/no/such/program", "x"]], {}), ([["/etc/passwd"]], {}), ([["/etc"]], {}), ([["/etc/passwd/x"]], {}), ([[""]], {}), ([[]], {}), ([["true"]], {"executable": "/no/such"}),
    ([["no-such-program"]], {"cwd": "/no/such/dir"}), ([["true"]], {"env": {"PATH": "/nowhere"}}), ([["true"]], {"stdout": 987}), ([["true"]], {"pass_fds": [987]}), ([["true"]], {"user": "no-such-user"}),
    ([["true"]], {"group": "no-such-group"}), ([["true"]], {"user": -1}), ([["true"]], {"group": -7}), ([["true"]], {"process_group": 999999999}),
    (["cat"], {"input": b"x", "stdin": DEVNULL}), (["cat"], {"capture_output": True, "stdout": PIPE}), (["cat"], {"capture_output": True, "stderr": DEVNULL}),
    sh("echo part; exec sleep 30", capture_output=True, timeout=0.3), sh("exec sleep 30", stdout=PIPE, timeout=0.25), sh("sleep 30 & wait", stdout=PIPE, timeout=0.25), ([["sleep", "it's", "30"]], {"timeout": 0.3, "stdout": PIPE}),
    (["echo hi; exit 3"], {"shell": True, "stdout": PIPE}), (["exit 7"], {"shell": True, "check": True}), (["kill -9 $$"], {"shell": True, "check": True}), (["exec sleep 30"], {"shell": True, "stdout": PIPE, "timeout": 0.25}),
    ([["false"]], {"check": True}), ([["sh", "-c", "exit 3", "a 'b' \"c\"", "é", "\n"]], {"check": True}),
    sh("test $(cut -d' ' -f5 /proc/$$/stat) = $$ && echo own", process_group=0, stdout=PIPE), sh("test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo own", start_new_session=True, stdout=PIPE),
]
DIFFERS = [(lambda a, k: "pass_fds" in k, "the oracle's rows have no descriptors to pass"),
           (lambda a, k: "" in k.get("env", ()), "a variable has a name")]
COMMANDS = ["echo hi", "echo a; echo b", "printf x", "printf 'x\\n\\n'", "echo err >&2", "exit 3", "kill $$", "kill -9 $$", "echo out; exit 1", "true", "", "no-such-program 2>/dev/null", "printf 'a\\r\\nb'", "echo 'unclosed"]

CALLS = [
    Call("subprocess.run", completed, [sh(line, **{**QUIET, **s} if not s else s) for line in LINES for s in SETTINGS if line not in ("env", "cat", "cat >&2")] + MORE, differs=DIFFERS, same="meaning"),
    Call("subprocess.check_output", subprocess.check_output, [sh(line, **k) for line in LINES if line not in ("env", "cat", "cat >&2") for k in ({"stderr": DEVNULL}, {"stderr": STDOUT, "text": True})] +
         [(["echo hi"], {"shell": True}), sh("cat", input=b"x"), sh("cat", stdout=PIPE)]),
    Call("subprocess.call", subprocess.call, [sh(line, **QUIET) for line in LINES if "cat" not in line] + [(["exit 4"], {"shell": True})]),
    Call("subprocess.check_call", subprocess.check_call, [sh(line, **QUIET) for line in LINES if "cat" not in line] + [(["exit 4"], {"shell": True})]),
    Call("subprocess.getoutput", subprocess.getoutput, [([c], {}) for c in COMMANDS]),
    Call("subprocess.getstatusoutput", lambda c: list(subprocess.getstatusoutput(c)), [([c], {}) for c in COMMANDS]),
    Call("subprocess.CompletedProcess.check_returncode", check_returncode, [([{"args": a, "returncode": n}], {}) for a in (["ls", "it's"], "ls -l", [], ["a\n"]) for n in (0, 1, 255, -1, -9, -15, -64, -99, 256)]),
]
