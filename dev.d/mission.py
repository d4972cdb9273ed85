#!/usr/bin/python3
"""Refreshes docs/mission.md: what is to be done stands there in its first columns, written by hand; the columns after
them (C name, header, example, tool, test) are filled from docs/names.tsv and the tree, or say "not yet"."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402

NOT_YET = "not yet"


def first_use(word, sources):
    """The first file whose code has that word in it."""
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    return next((path for path, text in sources if pattern.search(text)), None)


def cell(*names):
    names = [n for n in names if n]
    return ", ".join(f"`{n}`" for n in names) if names else NOT_YET


class Tree:
    def __init__(self):
        def sources(*folders, ends=(".c",)):
            return [(p, tree.code(tree.read(p), keep_strings=True)) for p in tree.files(*folders, ends=ends)]

        self.examples = sources("examples")
        self.tools = sources("tools")
        tests = sources("tests")
        self.tests = sorted(tests, key=lambda t: (t[0].count("/"), t[0]))
        self.scripts = [(p, tree.read(p)) for p in tree.files("tests/real", "tests/oracle", ends=("",))
                        if not p.endswith((".c", ".md", ".pyc"))]
        self.names = {}
        for call, _, name, header in tree.table("docs/names.tsv"):
            self.names.setdefault(call, (name, header))

    def call(self, call):
        if call not in self.names:
            return [NOT_YET] * 5
        name, header = self.names[call]
        return [cell(name), cell(header), cell(first_use(name, self.examples)), cell(first_use(name, self.tools)),
                cell(first_use(name, self.tests))]

    def recipe(self, number):
        """The example that is that recipe (its first comment says so), and what runs it."""
        found = [p for p, _ in self.examples if re.search(rf"\b{number}\b", tree.read(p).split("*/")[0])]
        tests = []
        for path in found:
            base = os.path.basename(path)[:-2]
            test = first_use(base, self.tests + self.scripts) or first_use(number, self.scripts)
            tests += [test] if test and test not in tests else []
        return [cell(*found), cell(*tests)]

    def application(self, name):
        """tools/NAME, its man page and its test; NAME is what the row's second cell puts in code quotes."""
        folders, pages, tests = [], [], []
        for tool in re.findall(r"`tend ([a-z]+)|`([a-z]+)`", name):
            word = tool[0] or tool[1]
            folders += [f for f in (f"tools/{word}", f"tools/{word}.c") if tree.exists(f)]
            pages += [f for f in (f"docs/man/tend-{word}.1.scd",) if tree.exists(f)]
            tests += [p for p, _ in self.scripts + self.tests if re.search(rf"/{word}(_\w+)?(\.\w+)?$", p)][:1]
        part = re.match(r"agent: (\w+)|its (\w+)", name)  # of the agent, not a tool of its own
        if part:
            word = part.group(1) or part.group(2)
            folders = [f for f in (f"tools/agent/{word}.c", "tools/agent/web" if part.group(2) else "") if f and tree.exists(f)]
            tests = [f for f in (f"tests/agent_{word}.c", f"tests/real/{word}") if tree.exists(f)]
            pages = ["docs/man/tend-agent.1.scd"] if folders and tree.exists("docs/man/tend-agent.1.scd") else []
        return [cell(*folders), cell(*pages), cell(*tests)]


def refreshed(text):
    found, lines = Tree(), []
    for line in text.split("\n"):
        cells = [c.strip() for c in line.strip("|").split(" | ")] if line.startswith("| ") else []
        if cells and re.fullmatch(r"R\d\d", cells[0]):
            cells = cells[:3] + found.recipe(cells[0])
        elif cells and re.fullmatch(r"A\d\d", cells[0]):
            cells = cells[:3] + found.application(cells[1])
        elif cells and cells[0].startswith("`"):
            cells = cells[:1] + found.call(cells[0].strip("`"))
        lines.append("| " + " | ".join(cells) + " |" if cells else line)
    return "\n".join(lines)


def main():
    path = os.path.join(tree.ROOT, "docs/mission.md")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(refreshed(text))


if __name__ == "__main__":
    main()
