"""Sets the modes and owners of a deployed tree: directories 755, files 644, scripts 755, secrets 600; then says who may what."""
import os
import stat
import sys


def wanted(path, mode):
    if stat.S_ISDIR(mode):
        return 0o755
    if os.path.basename(path).startswith("secret"):
        return 0o600
    return 0o755 if path.endswith(".sh") else 0o644


top = sys.argv[1] if len(sys.argv) > 1 else "app"
if len(sys.argv) < 2:  # something to deploy
    os.makedirs("app/bin", exist_ok=True)
    for name in ("app/bin/start.sh", "app/config.ini", "app/secret.key"):
        with open(name, "w") as f:
            f.write("x\n")
        os.chmod(name, 0o777)

for directory in (top, os.path.join(top, "bin")):
    for name in [directory] + sorted(os.path.join(directory, n) for n in os.listdir(directory)):
        st = os.lstat(name)
        if stat.S_ISLNK(st.st_mode):
            continue
        mode = wanted(name, st.st_mode)
        if stat.S_IMODE(st.st_mode) != mode:
            os.chmod(name, mode)
        os.chown(name, os.getuid(), os.getgid())
        st = os.stat(name)
        may = "".join(c if os.access(name, m) else "-" for c, m in (("r", os.R_OK), ("w", os.W_OK), ("x", os.X_OK)))
        print(stat.filemode(st.st_mode), "mine" if st.st_uid == os.getuid() else "another's", may, name)

try:
    os.chmod(os.path.join(top, "nowhere"), 0o644)
except FileNotFoundError as e:
    print(e)
