"""Runs a deployment command with arguments as a list, checks it, prints its standard error when it fails, fails itself."""
import subprocess
import sys


def deploy(version):
    subprocess.run(["sh", "deploy.sh", "--version", version], check=True, capture_output=True, text=True)
    print("deployed", version)


deploy("1.2.3")
try:
    deploy("1.2.4")
except subprocess.CalledProcessError as e:
    print(e)
    print("it said:", e.stderr.strip())
    sys.exit(1)
