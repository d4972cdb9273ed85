"""R60: hashes many files by a pool of processes."""
import hashlib
from multiprocessing import Pool


def digest(path):
    with open(path, "rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


if __name__ == "__main__":
    paths = []
    for i in range(200):
        path = f"file{i:03}.txt"
        with open(path, "w") as f:
            f.write(f"content of {i}\n")
        paths.append(path)
    with Pool(4) as pool:
        sums = pool.map(digest, paths)
    for path, sum in zip(paths, sums):
        print(f"{sum}  {path}")
