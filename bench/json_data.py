"""Writes the documents that json.py measures with: json_data.py DIRECTORY MEGABYTES."""
import json
import os
import random
import sys

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


def main(folder, megabytes):
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


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
