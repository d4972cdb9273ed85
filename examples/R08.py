"""Builds the paths of staging and production configuration, asks whether one exists."""
from pathlib import Path

base = Path("config") / "environments"
staging = base.joinpath("staging", "app.yml")
production = base / "production" / "app.yml"

print(staging)
print(production)
print(base / "./shared//" / "app.yml")
for path in (staging, production):
    if path.exists():
        print(f"{path} is there: {path.read_text().strip()}")
    else:
        print(f"{path} is missing")
