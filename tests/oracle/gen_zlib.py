"""Cases of zlib and gzip: the bytes are the same where both have the same zlib."""

import binascii
import gzip
import zlib

from frame import Call

SIZES = [0, 1, 7, 8, 9, 255, 1000, 5551, 5552, 5553, 70000]


def blob(rng):
    size = rng.choice(SIZES) if rng.random() < 0.4 else rng.randrange(4000)
    kind = rng.randrange(3)
    if kind == 0:
        return rng.randbytes(size)
    words = [rng.randbytes(rng.randrange(1, 9)) for _ in range(rng.randrange(1, 6))]
    out = b"".join(rng.choice(words) for _ in range(size // 4 + 1))
    return out[:size] if kind == 1 else bytes(size)


def damaged(rng, data):
    """data as it is, cut, changed, or with something behind it."""
    data, way = bytearray(data), rng.randrange(6)
    if way == 0 and data:
        del data[rng.randrange(len(data)):]
    elif way == 1 and data:
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif way == 2:
        data += rng.randbytes(rng.randrange(1, 12))
    elif way == 3:
        data += bytes(rng.randrange(1, 600))
    return bytes(data)


def packed(rng):
    wbits = rng.choice([15, 15, -15, 31, 9, -9, 25])
    kw = {} if wbits == 15 else {"wbits": rng.choice([wbits, wbits, 47, 0, 15])}
    return [damaged(rng, zlib.compress(blob(rng), rng.randrange(10), wbits))], kw


def gzipped(rng):
    data = b"".join(gzip.compress(blob(rng), rng.randrange(10), mtime=rng.randrange(2**32)) for _ in range(rng.randrange(1, 4)))
    if rng.random() < 0.3:
        flags = rng.randrange(32)
        head = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6)
        if flags & 4:
            head += b"\x05\x00extra"
        if flags & 8:
            head += b"name\0"
        if flags & 16:
            head += b"comment\0"
        if flags & 2:
            head += b"hc"
        data = head + data[10:]
    return [damaged(rng, data)], {}


def sums(default):
    return lambda rng: ([blob(rng)] + ([rng.randrange(2**32)] if rng.random() < 0.7 else []), {})


ONE = gzip.compress(b"one", mtime=0)
CALLS = [
    Call("zlib.crc32", zlib.crc32, [([b""], {}), ([b"", 7], {}), ([b"123456789"], {}), ([b"a", -1], {}), ([b"a", 2**32 - 1], {})]
         + [([bytes(range(256)) * 40 + b"x" * n, 12345], {}) for n in (0, 1, 63, 64, 65, 127)], sums(0)),
    Call("binascii.crc32", binascii.crc32, [([b"123456789"], {}), ([b"", 5], {})], sums(0)),
    Call("zlib.adler32", zlib.adler32, [([b""], {}), ([b"", 7], {}), ([b"Wikipedia"], {}), ([b"a", 0], {}), ([b"a", -1], {}),
                                        ([b"\xff" * 70000, 2**32 - 1], {})], sums(1)),
    Call("zlib.compress", zlib.compress,
         [([b""], {}), ([b"a" * 1000], {}), ([b"a"], {"level": 10}), ([b"a"], {"level": -2}), ([b"a"], {"wbits": 7}),
          ([b"a"], {"wbits": 32}), ([b"a"], {"wbits": -8}), ([b"a"], {"wbits": 8}), ([b"a", 0], {}), ([b"a" * 100000, 0], {}), (["a"], {})],
         lambda rng: ([blob(rng)], {"level": rng.randrange(-1, 10), "wbits": rng.choice([15, 15, -15, 31, 9, -9, 26, 12])})),
    Call("zlib.decompress", zlib.decompress,
         [([b""], {}), ([zlib.compress(b"x")], {}), ([zlib.compress(b"x") + b"more"], {}), ([zlib.compress(b"x")[:-1]], {}),
          ([zlib.compress(b"x")], {"bufsize": 0}), ([zlib.compress(b"x")], {"bufsize": -1}), ([zlib.compress(b"x")], {"wbits": 7}),
          ([zlib.compress(b"x")], {"wbits": 100}), ([zlib.compress(b"x")], {"wbits": -15}), ([b"\x78\xbb\x00\x00\x00\x01"], {}),
          ([zlib.compress(bytes(10**6))], {}), ([zlib.compress(bytes(10**5))], {"bufsize": 1}), ([b"\x78\x9c\x07"], {}), (["x"], {})], packed),
    Call("gzip.compress", gzip.compress, [([b""], {"mtime": 0}), ([b"a"], {"compresslevel": 10, "mtime": 0}), ([b"a", 1], {"mtime": 5})],
         lambda rng: ([blob(rng)], {"compresslevel": rng.randrange(10), "mtime": rng.choice([0, 1, rng.randrange(2**32)])})),
    Call("gzip.decompress", gzip.decompress,
         [([b""], {}), ([ONE], {}), ([ONE * 3], {}), ([ONE + bytes(100)], {}), ([ONE + bytes(100) + ONE], {}), ([ONE[:-1]], {}),
          ([ONE[:-8]], {}), ([ONE[:5]], {}), ([b"\x1f"], {}), ([b"a'"], {}), ([b"'\""], {}), ([b"\x00\xff"], {}), ([b"\\\n"], {}), ([b"\x1f\x8b\x07" + ONE[3:]], {}),
          ([ONE + b"x"], {}), ([ONE[:-4] + b"\x01\0\0\0"], {}), ([ONE[:-8] + b"\0" * 8], {}), ([bytes(5)], {})], gzipped),
]
