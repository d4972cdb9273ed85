#!/usr/bin/env python3
"""Turns the dashboard's files into a C file: embed.py OUT TEMPLATE [PATH=FILE ...]. Assets are compressed once, here."""
import gzip
import sys

TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


def array(data):
    lines = (", ".join(map(str, data[i:i + 32])) for i in range(0, len(data), 32))
    return ",\n\t".join(lines)


def main(out, template, *assets):
    rows = []
    with open(out, "w", encoding="utf-8") as c:
        c.write('#include "agent/web_private.h"\n\nextern const char agent_page_template[];\n')
        with open(template, "rb") as f:
            c.write(f"const char agent_page_template[] = {{\n\t{array(f.read() + bytes(1))}}};\n")
        for number, asset in enumerate(assets):
            path, file = asset.split("=", 1)
            with open(file, "rb") as f:
                data = gzip.compress(f.read(), 9, mtime=0)
            c.write(f"static const unsigned char asset_{number}[] = {{\n\t{array(data)}}};\n")
            rows.append(f'\t{{"{path}", "{TYPES[path.rsplit(".", 1)[1]]}", asset_{number}, sizeof asset_{number}, true}},\n')
        rows = "".join(rows) or '\t{"", "", NULL, 0, false},\n'
        c.write(f"const agent_asset agent_assets[] = {{\n{rows}}};\nconst size_t agent_asset_count = {len(assets)};\n")


main(*sys.argv[1:])
