"""Writes deployment metrics as indented JSON."""
import json

metrics = {
    "service": "shop",
    "version": "1.4.2",
    "duration_seconds": 12.5,
    "success_rate": 1 / 3,
    "hosts": ["alpha", "beta"],
    "errors": [],
    "rolled_back": False,
    "note": "déployé à 100 %",
}
with open("metrics.json", "w") as f:
    json.dump(metrics, f, indent=2)
print("wrote metrics.json")
