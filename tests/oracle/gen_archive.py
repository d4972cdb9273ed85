"""Cases of what is in a tar or zip file: archives made here, some of them damaged."""

import atexit
import io
import random
import os
import shutil
import tarfile
import tempfile
import zipfile

from frame import Call, File

PLACE = tempfile.mkdtemp(prefix="oracle-archive-")
atexit.register(shutil.rmtree, PLACE, True)
NAMES = ["a", "dir/", "dir/file", "x" * 101, "d/" * 60 + "deep", "ü.txt", "日本/語", "sp ace", "-dash", "a/../b", "/abs", "./dot"]
FORMATS = [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT]


def kept(data, name):
    path = os.path.join(PLACE, name)
    with open(path, "wb") as f:
        f.write(data)
    return File(path, "rb")


def damaged(rng, data):
    data, way = bytearray(data), rng.randrange(5)
    if way == 0:
        del data[rng.randrange(len(data)):]
    elif way == 1:
        for _ in range(rng.randrange(1, 3)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def member(rng, form):
    m = tarfile.TarInfo(rng.choice(NAMES))
    m.type = rng.choice([tarfile.REGTYPE] * 4 + [tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
    m.mode = rng.randrange(0o10000)
    m.uid, m.gid = rng.choice([0, 1000, 2**21, 2**31]), rng.choice([0, 5, 2**22])
    m.mtime = rng.choice([0, 1700000000, 1.5, 1234567890.123456, 2**33 + 1])
    m.uname, m.gname = rng.choice(["", "root", "ü", "u" * 40]), rng.choice(["", "wheel", "g" * 33])
    m.devmajor, m.devminor = rng.randrange(100), rng.randrange(100)
    if m.type in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        m.linkname = rng.choice(NAMES)
    if form == tarfile.USTAR_FORMAT:
        m.uid = m.gid = 7
        m.mtime = int(m.mtime) % 2**32
        m.name, m.linkname = m.name[-90:], m.linkname[-90:]
    if form == tarfile.GNU_FORMAT:
        m.mtime = int(m.mtime)
    return m


def tar(rng):
    out, form = io.BytesIO(), rng.choice(FORMATS)
    with tarfile.open(fileobj=out, mode=rng.choice(["w", "w", "w:gz", "w:bz2", "w:xz"]), format=form) as t:
        for _ in range(rng.randrange(5)):
            m = member(rng, form)
            data = rng.randbytes(rng.choice([0, 1, 511, 512, 513, 3000])) if m.isreg() else b""
            m.size = len(data)
            t.addfile(m, io.BytesIO(data))
    return [kept(damaged(rng, out.getvalue()), f"{rng.randrange(2**40):x}.tar")], {}


def zipped(rng):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice([0, 8, 8, 12, 14])) as z:
        for name in rng.sample(NAMES, rng.randrange(5)):
            info = zipfile.ZipInfo(name, (rng.randrange(1980, 2108), rng.randrange(1, 13), rng.randrange(1, 29), rng.randrange(24), rng.randrange(60), rng.randrange(60)))
            info.compress_type = z.compression
            info.external_attr = rng.randrange(2**32)
            if rng.random() < 0.3:
                info.comment = rng.randbytes(rng.randrange(9))
            z.writestr(info, rng.randbytes(rng.choice([0, 1, 100, 70000])) * rng.randrange(1, 3))
        if rng.random() < 0.3:
            z.comment = rng.randbytes(rng.randrange(30))
    data = out.getvalue()
    if rng.random() < 0.2:
        data = rng.randbytes(rng.randrange(50)) + data
    return kept(damaged(rng, data), f"{rng.randrange(2**40):x}.zip")


def getmembers(f):
    return [{k: v.decode() if isinstance(v, bytes) else v for k, v in
             dict(name=m.name, size=m.size, mode=m.mode, mtime=float(m.mtime), type=m.type.replace(b"\0", b"0").decode("latin-1"), linkname=m.linkname,
                  uid=m.uid, gid=m.gid, uname=m.uname, gname=m.gname, devmajor=m.devmajor, devminor=m.devminor, offset=m.offset,
                  offset_data=m.offset_data, chksum=m.chksum).items()} for m in tarfile.open(fileobj=f).getmembers()]


def infolist(f):
    return [dict(filename=m.filename, date_time=list(m.date_time), compress_type=m.compress_type, create_system=m.create_system,
                 create_version=m.create_version, extract_version=m.extract_version, flag_bits=m.flag_bits, external_attr=m.external_attr,
                 header_offset=m.header_offset, CRC=m.CRC, compress_size=m.compress_size, file_size=m.file_size, comment=m.comment,
                 extra=m.extra) for m in zipfile.ZipFile(f).infolist()]


def some_member(rng):
    f = zipped(rng)
    try:
        names = zipfile.ZipFile(f.path).namelist()
    except Exception:
        names = []
    return [f, rng.choice(names + ["missing"])], {}


def lines(f):
    return None if f is None else list(f)


def tar_member(rng):
    (f,), _ = tar(rng)
    try:
        names = tarfile.open(f.path).getnames()
    except Exception:
        names = []
    return [f, rng.choice(names + ["missing"])], {}


def once(call, number, make):
    """A made case that was answered otherwise once; it is asked each time."""
    return make(random.Random(f"20261127:zipfile.ZipFile.{call}:{number}"))


LZMA = [([once("testzip", n, zipped)], {}) for n in (1648, 4538)]  # a dictionary of no usual size; a length that lies
AT_ONE_PLACE = once("read", 905, some_member)  # the second of two members with the same offset

EMPTY = [([kept(b"", "empty")], {}), ([kept(b"x", "one")], {}), ([kept(bytes(10240), "zeros")], {}), ([kept(b"BZh91AY", "bz")], {}),
         ([kept(b"\x1f\x8b", "gz")], {}), ([kept(b"\xfd7zXZ\0", "xz")], {})]
CALLS = [
    Call("tarfile.TarFile.getnames", lambda self: tarfile.open(fileobj=self).getnames(), EMPTY, tar),
    Call("tarfile.TarFile.getmembers", getmembers, EMPTY, tar),
    Call("zipfile.ZipFile.namelist", lambda self: zipfile.ZipFile(self).namelist(), EMPTY, lambda rng: ([zipped(rng)], {})),
    Call("zipfile.ZipFile.infolist", infolist, EMPTY, lambda rng: ([zipped(rng)], {})),
    Call("zipfile.ZipFile.testzip", lambda self: zipfile.ZipFile(self).testzip(), EMPTY + LZMA, lambda rng: ([zipped(rng)], {})),
    Call("zipfile.ZipFile.read", lambda self, name: zipfile.ZipFile(self).read(name), [AT_ONE_PLACE], some_member),
    Call("zipfile.ZipFile.open", lambda self, name: lines(zipfile.ZipFile(self).open(name)), [], some_member),
    Call("tarfile.TarFile.extractfile", lambda self, name: lines(tarfile.open(fileobj=self).extractfile(name)), [], tar_member),
    Call("shutil.get_archive_formats", lambda: [list(f) for f in shutil.get_archive_formats()], [([], {})]),
    Call("shutil.get_unpack_formats", lambda: [list(f) for f in shutil.get_unpack_formats()], [([], {})]),
]
