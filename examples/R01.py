"""Reads a variable of the environment with a default, sets another for its children."""
import os
import subprocess

stage = os.getenv("DEPLOY_STAGE", "staging")
print("deploying to", stage)
if os.getenv("DEPLOY_TOKEN") is None:
    print("no token")

os.environ["DEPLOY_VERSION"] = "1.2.3"
child = subprocess.run(["sh", "-c", "echo version $DEPLOY_VERSION"], capture_output=True, text=True)
print("the child says:", child.stdout.strip())
