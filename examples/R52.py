"""Shows the lines of a long command as they come."""
import subprocess

build = subprocess.Popen(["sh", "-c", "for i in 1 2 3; do echo step $i; sleep 0.05; done; exit 2"], stdout=subprocess.PIPE)
for line in build.stdout:
    print("|", line.decode().rstrip())
print("ended with", build.wait())
