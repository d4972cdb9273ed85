"""Runs ls -l, captures its output as text, prints it."""
import subprocess

ls = subprocess.run(["ls", "-l", "/usr/share/common-licenses"], capture_output=True, text=True)
print("status", ls.returncode)
print(ls.stdout)
