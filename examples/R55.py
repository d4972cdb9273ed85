"""Says which hardware it finds, and takes another branch on another system."""
import os
import platform

import psutil

if platform.system() == "Linux":
    how = "systemctl" if os.path.exists("/run/systemd/system") else "kill"
elif platform.system() == "Darwin":
    how = "launchctl"
else:
    how = "nothing we know"
print(f"services are stopped by {how}")
print(f"{os.cpu_count()} processors, {len(os.sched_getaffinity(0))} of them for us, {platform.machine()}")
print(f"{psutil.virtual_memory().total / 2**30:.1f} GiB of memory, pages of {os.sysconf('SC_PAGE_SIZE')} bytes")
for part in psutil.disk_partitions():
    usage = psutil.disk_usage(part.mountpoint)
    print(f"{part.device} on {part.mountpoint}: {part.fstype}, {usage.total / 2**30:.1f} GiB")
