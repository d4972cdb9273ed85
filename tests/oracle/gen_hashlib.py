"""Cases of hashlib, hmac, base64 and binascii."""

import base64
import binascii
import hashlib
import hmac
import io
import secrets
import string

from frame import Call

NAMES = sorted(hashlib.algorithms_guaranteed)
FIXED = [n for n in NAMES if not n.startswith("shake")]
SIZES = [0, 1, 3, 55, 56, 63, 64, 65, 71, 72, 104, 111, 112, 127, 128, 129, 135, 136, 144, 168, 255, 256, 1000]
LETTERS = "ABCDabcd0123+/=-_ \n.!"


ALIASES = ["BLAKE2B", "Blake2s", "blake2b512", "Blake2S-256", "SHA_1", "sha-1", "sha_256", "md-5", "ssl3-md5", "SHAKE_128", "SHA3_256", "sha3256",
           "sha2-224", "SHA2-512", "RSA-SHA256", "sha-3-256", "sha256 ", "sha3-384"]


def blob(rng, most=300):
    return rng.randbytes(rng.choice(SIZES) if rng.random() < 0.5 else rng.randrange(most))


def hexed(name):
    def call(string=b"", length=None):
        h = getattr(hashlib, name)(string)
        return h.hexdigest(length or 0) if name.startswith("shake") else h.hexdigest()
    return call


def one(name):
    def make(rng):
        return [blob(rng)], {"length": rng.randrange(1, 300)} if name.startswith("shake") else {}
    return Call("hashlib." + name, hexed(name), [([b"x" * n], {}) for n in SIZES if not name.startswith("shake")] + [([], {})], make)


def new(name, data=b"", length=None, **kw):
    h = hashlib.new(name, data, **kw)
    return h.hexdigest(length or 0) if h.name.startswith("shake") else h.hexdigest()


def blake(which):
    wide = which == "blake2b"

    def call(data=b"", /, **kw):
        return getattr(hashlib, which)(data, **kw).hexdigest()

    def make(rng):
        most = 64 if wide else 32
        kw = {}
        for name, value in (("digest_size", rng.randrange(-1, most + 2)), ("key", rng.randbytes(rng.randrange(most + 2))),
                            ("salt", rng.randbytes(rng.randrange(most // 4 + 2))), ("person", rng.randbytes(rng.randrange(most // 4 + 2))),
                            ("fanout", rng.randrange(-1, 257)), ("depth", rng.randrange(257)), ("leaf_size", rng.randrange(2 ** 32)),
                            ("node_offset", rng.randrange(2 ** 48)), ("node_depth", rng.randrange(257)), ("inner_size", rng.randrange(most + 2)),
                            ("last_node", rng.random() < 0.5)):
            if rng.random() < 0.25:
                kw[name] = value
        return [blob(rng)], kw
    return Call("hashlib." + which, call, [([b"x" * n], {}) for n in SIZES] + [([], {})], make)


def built(self):
    name, data = self if isinstance(self, list) else (self, b"")
    return hashlib.new(name, data)


def updated(self, data, /):
    h = built(self)
    h.update(data)
    return h.hexdigest()


def copied(self):
    h = built(self)
    other = h.copy()
    h.update(b"other")
    return other.hexdigest()


def some_hash(rng, names=None):
    return [rng.choice(names or NAMES), blob(rng)]


def mac(key, msg=None, digestmod=""):
    return hmac.new(key, msg, digestmod).hexdigest()


def text(encode):
    return lambda s, **kw: encode(s, **kw).decode()


def lettered(rng):
    if rng.random() < 0.4:
        return base64.b64encode(blob(rng, 20)).decode()
    return "".join(rng.choice(LETTERS) for _ in range(rng.randrange(14)))


def b32(rng):
    good = base64.b32encode(blob(rng, 12)).decode()
    if rng.random() < 0.3:
        good = good.lower()
    if rng.random() < 0.3 and good:
        at = rng.randrange(len(good))
        good = good[:at] + rng.choice("01a=!") + good[at + 1:]
    return good if rng.random() < 0.5 else good[:rng.randrange(len(good) + 1)] + rng.choice(["", "=", "1", "a"])


def b16(rng):
    return "".join(rng.choice("0123456789ABCDEFabcdef g") for _ in range(rng.randrange(8)))


CALLS = [one(n) for n in NAMES if not n.startswith("blake")] + [blake("blake2b"), blake("blake2s")] + [
    Call("hashlib.new", new, [(["SHA256"], {}), (["sha-256", b"a"], {}), (["Sha3-256"], {}), (["nope"], {}), ([""], {}), (["sha256"], {"usedforsecurity": False})]
         + [([n], {}) for n in ALIASES],
         lambda rng: ([rng.choice(NAMES), blob(rng)], {}),
         differs=[(lambda args, kw: len(args) and str(args[0]).startswith("shake"), "a length is wanted")]),
    Call("hashlib.pbkdf2_hmac", hashlib.pbkdf2_hmac,
         [(["sha256", b"p", b"s", 1], {}), (["sha1", b"password", b"salt", 2, 20], {}), (["sha256", b"p", b"s", 0], {}), (["sha256", b"p", b"s", 1, 0], {})]
         + [([n, b"p", b"s", 1], {}) for n in ("nope", "shake_128", "blake2b", "blake2s", "SHA256", "sha-256")]
         + [(["sha256", b"p", b"s", n], {}) for n in (-1, 2 ** 31)] + [(["sha256", b"p", b"s", 1, n], {}) for n in (-1, 2 ** 31)],
         lambda rng: ([rng.choice(["md5", "sha1", "sha256", "sha512", "sha3_256"]), blob(rng, 80), blob(rng, 20), rng.randrange(1, 20)],
                      {"dklen": rng.randrange(1, 100)} if rng.random() < 0.5 else {})),
    Call("hashlib.scrypt", hashlib.scrypt,
         [([b""], {"salt": b"", "n": 16, "r": 1, "p": 1}), ([b"p"], {"salt": b"s", "n": 3, "r": 8, "p": 1}),
          ([b"p"], {"salt": b"s", "n": 2 ** 20, "r": 8, "p": 1}), ([b"p"], {"salt": b"s", "n": 16, "r": 8, "p": 1, "dklen": 0})]
         + [([b"p"], kw) for kw in ({}, {"salt": b"s"}, {"salt": b"s", "n": 2}, {"salt": b"s", "n": 2, "r": 8}, {"salt": b"s", "n": 0, "r": 8, "p": 1},
                                    {"salt": b"s", "n": -2, "r": 8, "p": 1}, {"salt": b"s", "n": 16, "r": 0, "p": 1}, {"salt": b"s", "n": 16, "r": 8, "p": 0},
                                    {"salt": b"s", "n": 16, "r": 8, "p": 1, "maxmem": 1}, {"salt": b"s", "n": 16, "r": 8, "p": 1, "maxmem": -1},
                                    {"salt": b"s", "n": 16, "r": 8, "p": 1, "maxmem": 2 ** 31}, {"salt": b"s", "n": 16, "r": 8, "p": 1, "dklen": 2 ** 31},
                                    {"salt": b"s", "n": 16, "r": 2 ** 30, "p": 1024}, {"salt": b"s", "n": 16, "r": 2 ** 32, "p": 1},
                                    {"salt": b"s", "n": 2 ** 17, "r": 1, "p": 1}, {"salt": b"s", "n": 4, "r": 1, "p": 1, "dklen": 1})],
         lambda rng: ([blob(rng, 30)], {"salt": blob(rng, 20), "n": rng.choice([2, 4, 16]), "r": rng.randrange(1, 4), "p": rng.randrange(1, 3),
                                        "dklen": rng.randrange(1, 80)})),
    Call("hmac.new", mac, [([b"k"], {"digestmod": "sha256"}), ([b"k"], {}), ([b"k", b"m", "nope"], {})] + [([b"k", b"m", n], {}) for n in ("shake_128", "BLAKE2b", "sha-256", "SHA512")],
         lambda rng: ([blob(rng), blob(rng), rng.choice(FIXED)], {})),
    Call("hmac.digest", hmac.digest, [([b"k", b"m", "sha256"], {})], lambda rng: ([blob(rng), blob(rng), rng.choice(FIXED)], {})),
    Call("hmac.compare_digest", hmac.compare_digest, [(["a", "a"], {}), (["a", "b"], {}), ([b"a", b"ab"], {}), (["a", b"a"], {}), ([b"", b""], {})],
         lambda rng: ([rng.randbytes(rng.randrange(3)), rng.randbytes(rng.randrange(3))], {})),
    Call("base64.b64encode", text(base64.b64encode), [([b""], {}), ([b"abc"], {}), ([b"\xfb\xff"], {"altchars": b"-_"}), (["text"], {})], lambda rng: ([blob(rng)], {})),
    Call("base64.urlsafe_b64encode", text(base64.urlsafe_b64encode), [([b"\xfb\xff"], {})], lambda rng: ([blob(rng)], {})),
    Call("base64.b32encode", text(base64.b32encode), [([b"x" * n], {}) for n in range(12)], lambda rng: ([blob(rng, 30)], {})),
    Call("base64.b16encode", text(base64.b16encode), [([b"\x00\xff"], {})], lambda rng: ([blob(rng, 30)], {})),
    Call("base64.encodebytes", text(base64.encodebytes), [([b""], {}), ([b"x" * 57], {}), ([b"x" * 58], {}), ([b"x" * 114], {})], lambda rng: ([blob(rng)], {})),
    Call("base64.b64decode", base64.b64decode,
         [([t], {"validate": v}) for v in (False, True) for t in
          ["", "=", "==", "A", "AA", "AAA", "AA=", "AA==", "AAA=", "AAAA=", "AA==AA", "A=A=", "AA=A", "A A A A", "YQ==\n", "Y!Q==", "\u00e9", "AA===", "====", "AAA=A", "AAAA====", "=AAA"]]
         + [(["-_-_"], {"altchars": b"-_"})],
         lambda rng: ([lettered(rng)], {"validate": True} if rng.random() < 0.4 else {})),
    Call("base64.urlsafe_b64decode", base64.urlsafe_b64decode, [(["-_-_"], {}), (["+/+/"], {})], lambda rng: ([lettered(rng)], {})),
    Call("base64.decodebytes", lambda s: base64.decodebytes(s.encode()), [(["YQ==\n"], {})], lambda rng: ([lettered(rng)], {})),
    Call("base64.b32decode", base64.b32decode, [([t], {}) for t in ["", "A", "MY======", "MZXQ====", "mzxq====", "MZXW6===", "A=======", "AAA=====", "========", "M=Y====="]]
         + [(["mzxq===="], {"casefold": True}), (["M1023456"], {"map01": "I"}), (["m1o23456"], {"map01": b"l"}), (["m1o23456"], {"map01": b"l", "casefold": True}),
            (["MZXW6YT1"], {"map01": "="}), (["MY======"], {"map01": "IL"}), (["MY======"], {"map01": ""}), (["M"], {"map01": "IL"})],
         lambda rng: ([b32(rng)], {**({"casefold": True} if rng.random() < 0.5 else {}), **({"map01": rng.choice("ILl")} if rng.random() < 0.5 else {})})),
    Call("base64.b16decode", base64.b16decode, [(["00FF"], {}), (["0"], {}), (["0f"], {}), (["GG"], {}), (["0fA"], {"casefold": True}), (["0fAb"], {"casefold": True}), (["0g "], {"casefold": True})],
         lambda rng: ([b16(rng)], {"casefold": True} if rng.random() < 0.5 else {})),
    Call("binascii.hexlify", binascii.hexlify, [([b"\x01\x02\x03\x04\x05"], {"sep": ":", "bytes_per_sep": n}) for n in (-3, -2, -1, 0, 1, 2, 3, 9)] + [([b""], {}), ([b"ab"], {"sep": "::"}), ([b"ab"], {"sep": ""}), ([b"ab"], {"sep": "\u00e9"}), ([b"ab"], {"sep": "\u20ac"}), ([b""], {"sep": "::"}), ([b"abc"], {"sep": b":"}), ([b"ab"], {"sep": b"::"}), ([b"abc"], {"bytes_per_sep": 2}), (["ab"], {})],
         lambda rng: ([blob(rng, 20)], {"sep": rng.choice(":-"), "bytes_per_sep": rng.randrange(-4, 5)} if rng.random() < 0.5 else {})),
    Call("binascii.unhexlify", binascii.unhexlify, [(["0g"], {}), (["abc"], {}), (["aBcD"], {}), ([b"00"], {})], lambda rng: ([b16(rng)], {})),
    Call("hash.name", lambda self: built(self).name, [([n], {}) for n in NAMES + ["SHA-256"]]),
    Call("hash.digest_size", lambda self: built(self).digest_size, [([n], {}) for n in NAMES]),
    Call("hash.block_size", lambda self: built(self).block_size, [([n], {}) for n in NAMES]),
    Call("hash.digest", lambda self, *length: built(self).digest(*length), [(["shake_128", 9], {}), (["shake_256", 1000], {})], lambda rng: ([some_hash(rng, FIXED)], {})),
    Call("hash.hexdigest", lambda self, *length: built(self).hexdigest(*length), [(["shake_128", 9], {}), (["shake_256", 0], {})], lambda rng: ([some_hash(rng, FIXED)], {})),
    Call("hash.update", updated, [(["sha256", b""], {}), (["md5", "text"], {})], lambda rng: ([some_hash(rng, FIXED), blob(rng)], {}), message=False),
    Call("hash.copy", copied, [([n], {}) for n in FIXED], lambda rng: ([some_hash(rng, FIXED)], {})),
    Call("hashlib.algorithms_guaranteed", lambda: sorted(hashlib.algorithms_guaranteed), [([], {})]),
    Call("hashlib.algorithms_available", lambda: sorted(hashlib.algorithms_available & hashlib.algorithms_guaranteed), [([], {})]),
    Call("hashlib.file_digest", lambda fileobj, digest: hashlib.file_digest(io.BytesIO(fileobj), digest).hexdigest(),
         [([b"x" * (3 << 16), "sha256"], {}), ([b"", "md5"], {}), ([b"", "nope"], {})], lambda rng: ([blob(rng), rng.choice(FIXED)], {})),
    Call("secrets.randbelow", secrets.randbelow, [([1], {}), ([0], {}), ([-1], {})]),
    Call("secrets.randbits", secrets.randbits, [([0], {}), ([-1], {})]),
    Call("secrets.choice", secrets.choice, [([["a"]], {}), ([[]], {}), (["x"], {}), ([""], {})]),
    Call("secrets.token_bytes", secrets.token_bytes, [([0], {}), ([-1], {})]),
    Call("secrets.token_hex", secrets.token_hex, [([0], {}), ([-1], {})]),
    Call("secrets.token_urlsafe", secrets.token_urlsafe, [([0], {}), ([-1], {})]),
] + [Call("string." + n, lambda n=n: getattr(string, n), [([], {})])
     for n in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits", "punctuation")]
