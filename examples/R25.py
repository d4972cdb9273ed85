"""Prints the current directory, lists /var/log if it is there."""
import os
import sys

print("in", os.path.basename(os.getcwd()))
if not os.path.exists("/var/log"):
    sys.exit(0)

for name in sorted(os.listdir("/var/log")):
    print(name)
