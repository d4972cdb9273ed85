#!/usr/bin/python3
"""Makes the reference from the headers' comments: one page a header, the kinds of errors, an index.

    reference.py FOLDER"""

import html
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1c1e21, #e4e6eb); --dim: light-dark(#5a6169, #9aa1a9);
  --line: light-dark(#d9dde2, #33383e); --box: light-dark(#f5f6f8, #1e2227); --page: light-dark(#ffffff, #14171a);
  --link: light-dark(#0b5cad, #7ab7ff); }
body { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; color: var(--ink); background: var(--page);
  font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; } a:hover, a:focus { text-decoration: underline; }
pre, code { font: 14px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; padding: .7rem .9rem; overflow-x: auto;
  tab-size: 4; }
h1 { font-size: 1.6rem; } h2 { margin-top: 2.4rem; border-bottom: 1px solid var(--line); }
section { margin: 1.8rem 0; scroll-margin-top: 1rem; } section h3 { margin: 0 0 .3rem; font-size: 1.05rem; }
.python { color: var(--dim); } nav { color: var(--dim); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .8rem .25rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); } ul.names { columns: 16rem; list-style: none; padding: 0; }
"""


def page(title, body):
    return (f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style>\n'
            f'<body>\n<nav><a href="index.html">libtend</a></nav>\n<h1>{html.escape(title)}</h1>\n{body}\n</body></html>\n')


class Book:
    def __init__(self):
        self.headers = {h[8:]: tree.declared(h) for h in tree.headers() if h != "include/tend.h"}
        self.where = {}
        for header, entries in self.headers.items():
            for e in entries:
                self.where.setdefault(e.name, f"{self.file(header)}#{e.name}")
        for kind, *_ in tree.kinds():
            self.where.setdefault("TD_" + kind, f"kinds.html#TD_{kind}")

    @staticmethod
    def file(header):
        return re.sub(r"^tend/|\.h$", "", header) + ".html"

    def linked(self, text):
        """Escaped text in which every name of ours is a link."""
        return re.sub(r"\b(?:td|TD)_\w+", lambda m: f'<a href="{self.where[m.group(0)]}">{m.group(0)}</a>'
                      if m.group(0) in self.where else m.group(0), html.escape(text))

    def prose(self, text):
        """A comment as paragraphs; what is indented is code."""
        parts, lines, code = [], [], []

        def flush():
            if lines:
                words = self.linked(" ".join(lines))
                parts.append("<p>" + re.sub(r"`([^`]+)`", r"<code>\1</code>", words) + "</p>")
            if code:
                while code and not code[-1].strip():
                    code.pop()
                parts.append("<pre>" + self.linked("\n".join(code)) + "</pre>")
            lines.clear()
            code.clear()

        for line in text.split("\n"):
            if line.startswith("    ") or (code and not line.strip()):
                if lines:
                    flush()
                code.append(line[4:])
            elif not line.strip():
                flush()
            else:
                if code:
                    flush()
                lines.append(line.strip())
        flush()
        return "\n".join(parts)

    def entry(self, group):
        """The declarations that one comment stands over."""
        names = "".join(f'<a id="{e.name}"></a>' for e in group)
        title = ", ".join(e.name for e in group)
        code = "\n".join(re.sub(r"^TD_API ", "", e.text) for e in group)
        code = re.sub(r"\n[^\n]*(?:TD__OPTS|td__)[^\n]*", "", code)  # what the macros fill in
        said = re.sub(r"\s*Python:.*", "", group[0].doc, flags=re.S)
        python = f'<p class="python">Python: {html.escape(", ".join(group[0].python))}</p>' if group[0].python else ""
        return f"<section>{names}<h3>{html.escape(title)}</h3>\n<pre>{self.linked(code)}</pre>\n{self.prose(said)}{python}</section>"

    def header(self, header, entries):
        text = tree.read("include/" + header)
        opening = tree.comment_text(text[:text.index("*/") + 2])
        title, _, rest = opening.partition(": ")
        groups = []
        for e in entries:
            if e.doc and groups and groups[-1][0].doc == e.doc and groups[-1][0].kind == e.kind:
                groups[-1].append(e)
            else:
                groups.append([e])
        marks = [(m.start(), m.group(1)) for m in re.finditer(r"^/\* --- (.+?) ---", text, re.M)]
        marks = [(tree.line_of(text, at), name) for at, name in marks]
        body = [self.prose(rest)]
        for group in groups:
            while marks and marks[0][0] < group[0].line:
                body.append(f"<h2>{html.escape(marks.pop(0)[1])}</h2>")
            body.append(self.entry(group))
        return page(f"{title}", "\n".join(body))

    def kinds(self):
        rows = [("BaseException", "", "", "the base of all")] + tree.kinds()
        base = {name: parent for name, parent, _, _ in rows}

        def depth(name):
            return 0 if not base.get(name) else 1 + depth(base[name])

        lines = "".join(f'<tr id="TD_{n}"><td><code>{"&nbsp;&nbsp;" * depth(n)}TD_{n}</code></td><td>{html.escape(m)}</td>'
                        f"<td>{html.escape(when)}</td></tr>\n" for n, _, m, when in self.by_family(rows))
        return page("The kinds of errors", "<p>Indented is a descendant: catching the base catches it, too.</p>\n<table>"
                    f"<tr><th>kind</th><th>of Python's</th><th>raised when</th></tr>\n{lines}</table>")

    @staticmethod
    def by_family(rows):
        children = {}
        for row in rows:
            children.setdefault(row[1], []).append(row)

        def below(name):
            for row in children.get(name, []):
                yield row
                yield from below(row[0])

        return list(below(""))

    def index(self):
        lists = []
        for header, entries in sorted(self.headers.items()):
            opening = tree.comment_text(tree.read("include/" + header).split("*/")[0] + "*/").split("\n")[0]
            names = sorted({e.name for e in entries if e.kind in ("function", "macro")})
            links = "".join(f'<li><a href="{self.where[n]}">{n}</a></li>' for n in names)
            lists.append(f'<h2><a href="{self.file(header)}">{header}</a></h2>\n<p>{html.escape(opening.partition(": ")[2])}</p>\n'
                         f'<ul class="names">{links}</ul>')
        return page("libtend: the reference", '<p>Made from the headers. <a href="kinds.html">The kinds of errors</a>.</p>\n'
                    + "\n".join(lists))


def main(folder):
    book = Book()
    os.makedirs(folder, exist_ok=True)
    pages = {book.file(h): book.header(h, entries) for h, entries in book.headers.items()}
    pages["kinds.html"], pages["index.html"] = book.kinds(), book.index()
    for name, text in pages.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(text)
    print(f"{folder}/index.html: {len(pages)} pages")


if __name__ == "__main__":
    main(*sys.argv[1:])
