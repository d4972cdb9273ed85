"""Moves a tree to another file system; adds up the sizes of its subdirectories."""
import os
import shutil
import tempfile


def size_of(directory):
    total = 0
    for entry in os.scandir(directory):
        if entry.is_dir(follow_symlinks=False):
            total += size_of(entry.path)
        else:
            total += entry.stat(follow_symlinks=False).st_size
    return total


sizes = ["alpha", "beta"]
for i, name in enumerate(sizes):
    directory = os.path.join("data", name)
    os.makedirs(directory)
    for n in range(1, 4):
        with open(os.path.join(directory, f"{n}.bin"), "w") as f:
            f.write("x".ljust(1000 * (i + n)))
with tempfile.TemporaryDirectory(dir="/dev/shm") as far:
    moved = shutil.move("data", far)
    print("moved:", os.path.basename(moved))
    print("still here:", os.path.exists("data"))
    for name in sizes:
        print(f"{name}: {size_of(os.path.join(moved, name))} bytes")
    print(f"all: {size_of(moved)} bytes")
