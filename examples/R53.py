"""Starts, stops, continues, kills and reaps a child; prints -N for a signal."""
import signal
import subprocess

p = subprocess.Popen(["sleep", "100"])
p.send_signal(signal.SIGSTOP)
p.send_signal(signal.SIGCONT)
print("ended:", p.poll() is not None)
p.kill()
print(p.wait())
print(signal.Signals(-p.returncode).name)
