"""Cases of os, stat, sys, pwd, grp, resource and uuid: the same machine, asked twice."""

import getpass
import grp
import os
import pwd
import resource
import stat
import sys
import tempfile
import uuid

from frame import Call

NOTHING = [([], {})]
MODES = [0, 0o100644, 0o104755, 0o41777, 0o120777, 0o60000, 0o20666, 0o10600, 0o140777, 0o106644, 0o101666, 0o17777777,
         0o170000, 0o70000, 0o30000, -1, 2**32, 2**32 - 1, 2**31 + 0o40755]


def mode(rng):
    kind = rng.choice([0o10000, 0o20000, 0o40000, 0o60000, 0o100000, 0o120000, 0o140000, rng.randrange(16) << 12])
    return [kind | rng.randrange(0o10000) | (rng.randrange(4) << 16 if rng.random() < 0.1 else 0)], {}


def fields(st):
    return [st.st_mode, st.st_ino, st.st_dev, st.st_nlink, st.st_uid, st.st_gid, st.st_size, st.st_mtime_ns, st.st_mtime]


def status(rng):
    return [rng.choice([rng.randrange(256) << 8, rng.randrange(256), rng.randrange(65536), rng.randrange(-2**31, 2**31)])], {}


CHARACTERS = "ab\x00é\xff€😀\u0100 {}-"


def hexadecimal(rng):
    digits = [rng.choice("0123456789abcdefABCDEF") for _ in range(rng.choice([32, 32, 32, 32, 31, 33]))]
    while rng.random() < 0.4:
        digits[rng.randrange(len(digits))] = rng.choice("gx_+ -\u0661{}0 é")
    text = "".join(digits)
    if rng.random() < 0.5:
        for at in (20, 16, 12, 8):
            text = text[:at] + "-" + text[at:]
    return [rng.choice(["", "", "urn:uuid:", "{"]) + text + rng.choice(["", "", "}"])], {}


def named(rng):
    return [str(uuid.UUID(int=rng.getrandbits(128))), "".join(rng.choice(CHARACTERS[:2] + CHARACTERS[3:]) for _ in range(rng.randrange(20)))], {}


def as_uuid(make):
    return lambda namespace, name: str(make(uuid.UUID(namespace), name))


PATHS = [(["/"], {}), (["/etc/passwd"], {}), (["/usr/bin/python3"], {}), (["/nowhere"], {}), (["/etc/passwd/x"], {}), ([""], {}),
         ([], {"path": "/proc/self/exe/x"}), (["/" + "x" * 300], {}), (["/a\nb'\""], {})]
UUIDS = ["6ba7b810-9dad-11d1-80b4-00c04fd430c8", "00000000-0000-1000-c000-000000000000", "00000000-0000-4000-0000-000000000000",
         "00000000-0000-4000-e000-000000000000", "00000000-0000-4000-a000-000000000000"]

NO_PLACE = [([], {"dir": d, "prefix": p, "suffix": ".x"}) for d in ("/nowhere", "/etc/passwd", "/proc/self/exe/x", "/nowhere/../tmp", "/" + "x" * 300)
            for p in (None, "pre-", "a/b", "../")] + [(["x" * 256, "p", "/tmp"], {})]

CALLS = [
    Call("tempfile.gettempdir", tempfile.gettempdir, NOTHING), Call("tempfile.gettempprefix", tempfile.gettempprefix, NOTHING),
    Call("tempfile.mkdtemp", tempfile.mkdtemp, NO_PLACE, message=False),
    Call("tempfile.mkstemp", tempfile.mkstemp, [c for c in NO_PLACE if c[1].get("dir") != "/nowhere/../tmp"], message=False),
    Call("os.getenv", os.getenv, [(["PATH"], {}), (["TEND_NOT_SET"], {}), (["TEND_NOT_SET", "x"], {}), (["A=B"], {}), ([""], {}),
                                  (["HOME"], {"default": 3}), (["TEND_NOT_SET"], {"default": 3})]),
    Call("os.environ.get", os.environ.get, [(["PATH"], {}), (["TEND_NOT_SET"], {}), (["TEND_NOT_SET", "x"], {})]),
    Call("os.strerror", os.strerror, [([n], {}) for n in (*range(-2, 140), 9999, 2**31 - 1, -2**31, 2**31)]),
    Call("os.waitstatus_to_exitcode", os.waitstatus_to_exitcode,
         [([n], {}) for n in (0, 256, 9, 137, 0x137f, 0xffff, 0x7f, -1, 65536, 2**31, 0x80)] + [([], {"status": 256})], status),
    Call("os.cpu_count", os.cpu_count, NOTHING),
    # what changes between two questions is not asked
    Call("os.sysconf", os.sysconf, [([n], {}) for n in sorted(os.sysconf_names) if n != "SC_AVPHYS_PAGES"]
         + [([n], {}) for n in ("x", "", "sc_page_size", "SC_PAGE_SIZ", "SC_PAGE_SIZEX")]),
    Call("os.uname", lambda: list(os.uname()), NOTHING),
    Call("os.getuid", os.getuid, NOTHING), Call("os.geteuid", os.geteuid, NOTHING),
    Call("os.getgid", os.getgid, NOTHING), Call("os.getegid", os.getegid, NOTHING),
    Call("os.getgroups", os.getgroups, NOTHING), Call("os.getcwd", os.getcwd, NOTHING),
    Call("os.getsid", os.getsid, [([9999999], {}), ([-1], {})]),
    Call("os.getpriority", os.getpriority, [([0, 0], {}), ([7, 0], {}), ([0, 9999999], {}), ([], {"which": 1, "who": 9999999})]),
    Call("os.isatty", os.isatty, [([99], {}), ([-1], {})]),
    Call("os.stat", lambda path: fields(os.stat(path)), PATHS), Call("os.lstat", lambda path: fields(os.lstat(path)), PATHS),
    Call("os.readlink", os.readlink, PATHS),
    Call("os.access", os.access, [([p[0], m], {}) for p in (["/etc/passwd"], ["/nowhere"], ["/"], [""], ["/usr/bin/python3"])
                                  for m in (0, 1, 2, 4, 7, 8, -1)] + [(["/etc/passwd", 4], {"effective_ids": True}),
                                                                     (["/usr/bin/python3", 0], {"follow_symlinks": False})]),
    Call("os.listdir", os.listdir, [(["/nowhere"], {}), (["/etc/passwd"], {}), ([""], {}), ([], {"path": "/nowhere"})]),
    *(Call(f"stat.{fn.__name__}", fn, [([m], {}) for m in MODES], mode) for fn in (
        stat.filemode, stat.S_ISDIR, stat.S_ISREG, stat.S_ISLNK, stat.S_ISFIFO, stat.S_ISSOCK, stat.S_ISBLK, stat.S_ISCHR, stat.S_IMODE,
        stat.S_IFMT)),
    Call("sys.getfilesystemencoding", sys.getfilesystemencoding, NOTHING),
    Call("pwd.getpwnam", lambda name: list(pwd.getpwnam(name)), [([n], {}) for n in ("root", "nobody", "daemon", "no one", "a'b", "", "é")]),
    Call("pwd.getpwuid", lambda uid: list(pwd.getpwuid(uid)), [([n], {}) for n in (0, 1, 65534, 99999, -1, -2, 2**32, 2**32 - 1)]),
    Call("grp.getgrnam", lambda name: list(grp.getgrnam(name)), [([n], {}) for n in ("root", "adm", "tty", "no", "a'b", "")]),
    Call("grp.getgrgid", lambda id: list(grp.getgrgid(id)), [([n], {}) for n in (0, 5, 99999, -1, -2, 2**32, 2**40)]),
    Call("getpass.getuser", getpass.getuser, NOTHING),
    Call("resource.getrlimit", lambda r: list(resource.getrlimit(r)), [([n], {}) for n in (*range(16), -1, 16, 99)]),
    Call("uuid.UUID", lambda *a, **k: str(uuid.UUID(*a, **k)),
         [([t], {}) for t in ("{12345678-1234-5678-1234-567812345678}", "12345678123456781234567812345678", "bad", "",
                              "urn:uuid:12345678-1234-5678-1234-567812345678", "1234567812345678123456781234567g",
                              "+2345678123456781234567812345678", "0x345678123456781234567812345678", "0x_45678123456781234567812345678",
                              " 234567812345678123456781234567 ", "1_34567812345678123456781234567_", "1__4567812345678123456781234567f",
                              "_1234567812345678123456781234567", "1234567812345678123456781234567\u0661", "++2345678123456781234567812345678",
                              "0x0x5678123456781234567812345678aa", " " * 32, "0x" + " " * 30, "+" + " " * 31,
                              "1234567812345678123456781234567é")]
         + [([], {}), ([], {"bytes": b"x"}), ([], {"bytes": b"0123456789abcdef"}), ([], {"hex": "1" * 32})], hexadecimal),
    Call("uuid.uuid5", as_uuid(uuid.uuid5), [([str(uuid.NAMESPACE_DNS), "python.org"], {}), ([str(uuid.NAMESPACE_URL), ""], {})], named),
    Call("uuid.uuid3", as_uuid(uuid.uuid3), [([str(uuid.NAMESPACE_DNS), "python.org"], {}), ([str(uuid.NAMESPACE_OID), "é"], {})], named),
    *(Call(f"uuid.UUID.{name}", lambda u, name=name: getattr(uuid.UUID(u), name), [([u], {}) for u in UUIDS],
           lambda rng: ([str(uuid.UUID(int=rng.getrandbits(128)))], {})) for name in ("version", "variant", "hex")),
]
