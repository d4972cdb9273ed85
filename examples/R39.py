"""Gives a slow command a time limit."""
import subprocess

try:
    subprocess.run(["sleep", "30"], capture_output=True, timeout=0.2)
except subprocess.TimeoutExpired as e:
    print(e)
print("a quick one:", subprocess.run(["true"], timeout=30).returncode)
