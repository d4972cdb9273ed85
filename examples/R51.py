"""Sends both outputs of a command to a file; feeds its standard input."""
import pathlib
import subprocess

with open("both.log", "wb") as log:
    subprocess.run(["sh", "-c", "echo out; echo err >&2"], check=True, stdout=log, stderr=subprocess.STDOUT)
print(pathlib.Path("both.log").read_text())

fed = subprocess.run(["sort"], input="pear\napple\n", capture_output=True, text=True)
print(fed.stdout)
