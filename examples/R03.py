"""Copies a file, copies a tree, removes a tree."""
import os
import shutil
from pathlib import Path

os.makedirs("project/src/__pycache__")
Path("project/README").write_text("read me\n")
Path("project/src/app.py").write_text("print('hello')\n")
Path("project/src/__pycache__/app.pyc").write_text("compiled")

print("copied to", shutil.copy("project/README", "README.bak"))
print("copied to", shutil.copytree("project", "backup", ignore=shutil.ignore_patterns("__pycache__")))
print(Path("backup/src/app.py").read_text())
print("compiled files copied:", os.path.exists("backup/src/__pycache__"))

try:
    shutil.copytree("project", "backup")
except FileExistsError as e:
    print("not twice:", e)

shutil.rmtree("project")
print("project is there:", os.path.exists("project"))
