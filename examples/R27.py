"""Runs df -h and prints what it said."""
import subprocess

out = subprocess.check_output(["df", "-h", "--output=target", "/"], text=True)
print(out.rstrip())
try:
    subprocess.check_output(["df", "-h", "/no/such/place"], stderr=subprocess.DEVNULL)
except subprocess.CalledProcessError as e:
    print("df ended with", e.returncode)
