"""Reads nested settings from a JSON file."""
import json
import sys

with open("config.json") as f:
    config = json.load(f)

print("bucket:", config["aws"]["s3"]["bucket"])
print("keep for", config["aws"]["s3"]["keep_days"], "days")
print("debug:", "on" if config["app"]["debug"] else "off")
print("replicas:", config["app"].get("replicas", 1))
print("timeout:", config["app"].get("timeout", 30))
for host in config["hosts"]:
    print("host", host)
try:
    print(config["aws"]["s3"]["bucket_name"])
except KeyError as e:
    print("missing key:", e)
    sys.exit(1)
