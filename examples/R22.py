"""R22: verifies a large file against a SHA-256 in chunks; a mismatch stops the deployment."""
import hashlib
import os
import sys

with open("release.tar", "wb") as f:
    for i in range(64):
        f.write(bytes([i]) * 65536)


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        while chunk := f.read(65536):
            digest.update(chunk)
    return digest.hexdigest()


def verify(path, expected):
    found = sha256_of(path)
    if found != expected:
        print(f"{path}: expected {expected[:12]}, found {found[:12]}", file=sys.stderr)
        print("deployment stopped")
        sys.exit(1)
    print(f"{path} is whole: {found}")


print(os.path.getsize("release.tar"), "bytes")
verify("release.tar", sha256_of("release.tar"))
verify("release.tar", "0" * 64)
print("never reached")
