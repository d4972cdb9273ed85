#!/usr/bin/python3
"""Adds to docs/names.tsv what the headers' comments say ("Python: os.makedirs.") and it does not know yet, takes out what
no header declares any more, and mends the header of a name that moved. What a person wrote stays as it is."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402

HEAD = "python call\ttier\tC name\theader"


def tier_a():
    """The calls of docs/mission.md's first table."""
    text = tree.read("docs/mission.md") if tree.exists("docs/mission.md") else ""
    return set(re.findall(r"^\| `(.+?)` \|", text, re.M))


def leaf(call):
    """os.path.getmtime -> getmtime; datetime.fromtimestamp(t) -> fromtimestamp"""
    return re.sub(r"\W", "", tree.call_key(call).split(".")[-1].split("[")[0]).lower()


def full(call, header):
    """The call as an import would have it: a class is written with its module in front."""
    module = header[len("tend/"):-2]
    if call.startswith("f."):
        return "file" + call[1:]
    own = module not in ("base", "errors", "file", "scope", "text", "value")
    return f"{module}.{call}" if own and re.match(r"[A-Z]\w*\b", call) else call


def pairs():
    """(call, entry) for each function or macro that stands for a Python call. A comment over a family names its calls in
    the order of the family, or by names that look alike."""
    families = {}
    for e in tree.all_declared():
        if e.kind in ("function", "macro") and e.python:
            families.setdefault((e.header, e.paragraph, tuple(e.python)), []).append(e)
    for (_, _, calls), entries in families.items():
        if len(entries) == 1:
            yield from ((c, entries[0]) for c in calls)
        elif len(entries) == len(calls):
            yield from zip(calls, entries)
        else:
            for e in entries:
                flat = e.name.replace("_", "")
                like = [c for c in calls if leaf(c) and flat.endswith(leaf(c))]
                yield max(like, key=lambda c: len(leaf(c))) if like else calls[0], e


def main():
    headers, order = {}, {}
    for i, e in enumerate(tree.all_declared()):
        headers.setdefault(e.name, []).append(e.header[8:])
        order.setdefault(e.name, i)
    for kind, *_ in tree.kinds():
        headers.setdefault("TD_" + kind, ["tend/errors.h"])
    known, rows = tier_a(), []
    for call, tier, name, header in tree.table("docs/names.tsv"):
        if name in headers:
            rows.append((call, tier, name, header if header in headers[name] else headers[name][0]))
    named = {name for _, _, name, _ in rows}
    for call, e in pairs():
        if e.name not in named:
            key = full(tree.call_key(call), e.header[8:])
            rows.append((key, "A" if key in known else "B", e.name, e.header[8:]))
    # By header, and within one as the header has them.
    rows = sorted(set(rows), key=lambda r: (r[3], order.get(r[2], 0), r[0]))
    with open(os.path.join(tree.ROOT, "docs/names.tsv"), "w", encoding="utf-8") as f:
        f.write("\n".join([HEAD] + ["\t".join(r) for r in rows]) + "\n")


if __name__ == "__main__":
    main()
