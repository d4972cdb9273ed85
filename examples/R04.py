"""Works in a temporary directory that is gone afterwards, on every way out."""
import os
import tempfile


def work(fail):
    with tempfile.TemporaryDirectory(prefix="deploy-") as directory:
        path = os.path.join(directory, "manifest.txt")
        with open(path, "w") as f:
            f.write("app 1.2.3\n")
        os.makedirs(os.path.join(directory, "a", "b"))
        with open(path) as f:
            print(f"wrote {os.path.basename(path)}: {f.read().strip()}")
        if fail:
            raise RuntimeError("half way")
        return directory


directory = work(False)
print("still there:", os.path.exists(directory))

try:
    work(True)
except RuntimeError as e:
    print("failed:", e)

print("directories left:", sum(name.startswith("deploy-") for name in os.listdir(".")))
