"""Writes a key to a named temporary file that outlives the handle, uses it, unlinks it."""
import os
import subprocess
import tempfile

with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as f:
    f.write("-----BEGIN KEY-----\nnot a real one\n-----END KEY-----\n")

path = f.name
used = subprocess.run(["stat", "-c", "%a %s", path], capture_output=True, text=True, check=True)
print("mode and size:", used.stdout.strip())
print("suffix:", os.path.splitext(path)[1])

os.unlink(path)
print("still there:", os.path.exists(path))
