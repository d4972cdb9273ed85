"""Prints its usage and exits with 1 when an argument is missing."""
import sys

if len(sys.argv) < 2:
    print("Usage: deploy ENVIRONMENT")
    sys.exit(1)
print("deploying to", sys.argv[1])
