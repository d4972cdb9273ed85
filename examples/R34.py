"""Prints CPU, memory and disk in use."""
import psutil

cpu = psutil.cpu_percent(interval=0.1)
memory = psutil.virtual_memory()
disk = psutil.disk_usage("/")
if 0 <= cpu <= 100:
    print("CPU is in use")
print("memory: %.0f GB in all, available: %s" % (memory.total / 1e9, "yes" if memory.available > 0 else "no"))
print("disk: %.0f GB in all, %d tenths in use" % (disk.total / 1e9, int(disk.percent / 10)))
print("processors:", psutil.cpu_count())
for part in psutil.disk_partitions():
    print("mounted:", part.mountpoint)
me = psutil.Process()
if me.memory_info().rss > 0:
    print("this process is", me.status())
