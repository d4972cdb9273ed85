"""Gives one hostile file name to a command as a list, through the shell, and through the shell quoted."""
import shlex
import subprocess

name = "a b; echo owned"
subprocess.run(["touch", name], check=True)
print("list:", subprocess.check_output(["ls", name]).decode())
raw = subprocess.run(f"ls {name}", shell=True, capture_output=True, text=True)
print("shell:", raw.stdout)
quoted = subprocess.run(f"ls {shlex.quote(name)}", shell=True, capture_output=True, text=True)
print("quoted:", quoted.stdout)
