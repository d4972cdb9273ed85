"""JSON: ours beside simdjson, yajl, json-c, Python and jq, in one run. Rates are of processor time, since a busy
machine stretches the clock; the documents are made into BUILD/json-data.

TEND_BENCH_MB sets the large document's size (100), TEND_BENCH_ROUNDS how often each peer has its turn (5)."""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys

import frame

HERE = os.path.dirname(os.path.abspath(__file__))
MEGABYTES = os.environ.get("TEND_BENCH_MB", "100")
ROUNDS = int(os.environ.get("TEND_BENCH_ROUNDS", "5"))
WORDS = ("deploy the of a restart node and to disk is full in 99 % latency https://t.co/x9 @ops #alert größer "
         "日本語のテキスト 監視 rollback café \"quoted\" done\n retry 😀").split(" ")


def text(rng, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(2, most)))


def tweet(rng):
    number = rng.randrange(10 ** 17, 10 ** 18)
    return {
        "created_at": "Sun Aug 31 00:29:15 +0000 2014",
        "id": number,
        "id_str": str(number),
        "text": text(rng, 22),
        "source": "<a href=\"http://example.com/download/iphone\" rel=\"nofollow\">Example for iPhone</a>",
        "truncated": False,
        "in_reply_to_status_id": None,
        "in_reply_to_screen_name": rng.choice((None, "someone_else")),
        "user": {
            "id": rng.randrange(10 ** 9),
            "name": text(rng, 4),
            "screen_name": f"user_{rng.randrange(10 ** 6)}",
            "location": rng.choice(("", "Berlin", "東京")),
            "description": text(rng, 16),
            "url": None,
            "protected": False,
            "followers_count": rng.randrange(5000),
            "friends_count": rng.randrange(2000),
            "created_at": "Thu Apr 10 22:51:58 +0000 2014",
            "utc_offset": None,
            "verified": False,
            "statuses_count": rng.randrange(100000),
            "lang": "ja",
            "profile_background_color": "C0DEED",
            "profile_image_url": f"http://pbs.example.com/profile_images/{number}/normal.jpeg",
            "default_profile": True,
        },
        "geo": rng.choice((None, None, {"type": "Point", "coordinates": [rng.uniform(-90, 90), rng.uniform(-180, 180)]})),
        "entities": {"hashtags": [], "symbols": [], "urls": [], "user_mentions": [
            {"screen_name": "someone", "id": rng.randrange(10 ** 9), "indices": [3, 19]} for _ in range(rng.randrange(3))]},
        "retweet_count": rng.randrange(100),
        "score": rng.random(),
        "favorited": False,
        "lang": "ja",
    }


def make(folder, megabytes):
    rng = random.Random(1)
    some = [json.dumps(tweet(rng), ensure_ascii=False) for _ in range(2000)]
    size = 0
    with open(os.path.join(folder, "large.json"), "w") as large, open(os.path.join(folder, "lines.jsonl"), "w") as lines:
        large.write("[")
        while size < megabytes << 20:
            line = some[rng.randrange(len(some))]
            large.write((",\n" if size else "") + line)
            if size < 50 << 20:
                lines.write(line + "\n")
            size += len(line.encode()) + 2
        large.write("]\n")
    numbers = [[rng.uniform(-180, 180), rng.uniform(-90, 90)] for _ in range(200000)]
    with open(os.path.join(folder, "numbers.json"), "w") as f:
        json.dump({"type": "Polygon", "coordinates": [numbers]}, f)




PYTHON = r"""
import json, sys, time
text = open(sys.argv[2]).read()
size = len(text.encode())
v = json.loads(text)
t = time.process_time()
if sys.argv[1] == "parse":
    json.loads(text)
else:
    size = len(json.dumps(v, ensure_ascii=False, separators=(",", ":")).encode())
    t = time.process_time()
    json.dumps(v, ensure_ascii=False, separators=(",", ":"))
print(size / (time.process_time() - t) / 1e9)
"""


def compiled(build, name, compiler, *libraries):
    """A peer's program, or None when its headers are not installed."""
    path = os.path.join(build, f"bench-{name}")
    source = os.path.join(HERE, f"json_{name}.cpp")
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
        command = [compiler, "-O3", "-std=c++17", "-o", path, source, *libraries]
        if subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
            print(f"  (no {name}: its development package is not installed)")
            return None
    return path


def rate(*argv):
    """A run that prints GB/s; the best of its rounds, since what disturbs only slows."""
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()
    return max(map(float, out))


def inside(title, ours, peers):
    rows = frame.in_turn(ROUNDS, **{"ours": lambda: rate(*ours)},
                         **{name: lambda argv=argv: rate(*argv) for name, argv in peers.items() if argv[0]})
    frame.table(title, "GB/s of processor time", rows, "ours", lower_is_better=False, digits=3)


def whole(title, path, peers):
    size = os.path.getsize(path)
    seen = {name: [] for name in peers}
    memory = {}
    for _ in range(3):
        for name, argv in peers.items():
            _, cpu, rss = frame.process(argv, runs=1)
            seen[name].append(size / cpu / 1e6)
            memory[name] = max(memory.get(name, 0), rss)
    frame.table(title, "GB/s of processor time", {n: statistics.median(v) for n, v in seen.items()}, "ours",
                lower_is_better=False, digits=3)
    frame.table(title + ": memory", "peak RSS as a multiple of the file", {n: m * 2**20 / size for n, m in memory.items()},
                "ours")


def main():
    build = frame.build_dir()
    data = os.path.join(build, "json-data")
    large, numbers, lines = (os.path.join(data, name) for name in ("large.json", "numbers.json", "lines.jsonl"))
    stamp = os.path.join(data, f"made-{MEGABYTES}")
    if not os.path.exists(stamp):
        os.makedirs(data, exist_ok=True)
        # By itself: what this process holds would count as memory of each child it forks.
        subprocess.run(["/usr/bin/python3", __file__, "--make", data], check=True)
        open(stamp, "w").close()
    ours = f"{build}/bench/bench-json"
    simdjson = compiled(build, "simdjson", "g++", "-lsimdjson")
    others = compiled(build, "peers", "g++", "-lyajl", "-ljson-c")
    python = ["/usr/bin/python3", "-c", PYTHON]
    for name, path in (("tweets", large), ("coordinates", numbers)):
        size = os.path.getsize(path) / 1e6
        inside(f"Reading {size:.0f} MB of {name}", [ours, "parse", "3", path], {
            "simdjson, DOM": [simdjson, "parse", "3", path],
            "simdjson, every value on demand": [simdjson, "walk", "3", path],
            "yajl, events": [others, "yajl", "3", path],
            "json-c": [others, "jsonc", "1", path],
            "python json.loads": [*python, "parse", path]})
        inside(f"Writing {size:.0f} MB of {name}", [ours, "dumps", "3", path], {
            "simdjson, minify": [simdjson, "dumps", "3", path],
            "python json.dumps": [*python, "dumps", path]})
    if shutil.which("jq"):
        whole("Whole process, read and write tweets", large, {
            "ours": [ours, "whole", large], "jq -c .": ["jq", "-c", ".", large]})
        whole("Whole process, JSON Lines read", lines, {
            "ours": [ours, "lines", "1", lines], "jq empty": ["jq", "empty", lines]})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(sys.argv[2], int(MEGABYTES))
    else:
        main()
