"""Prints the free space of / in GB."""
import shutil

usage = shutil.disk_usage("/")
gb = 1 << 30
print(f"Free: {usage.free // gb} GB of {usage.total // gb} GB")
