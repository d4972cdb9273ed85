"""The tree as the other scripts see it: its files, C without comments and strings, and what the public headers declare."""

import os
import re

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADERS = "include/tend"


def files(*folders, ends=(".c", ".h")):
    """Paths below the folders, relative to the root, in order."""
    found = []
    for folder in folders:
        full = os.path.join(ROOT, folder)
        if os.path.isfile(full):
            found.append(folder)
        for base, dirs, names in os.walk(full):
            dirs[:] = sorted(d for d in dirs if not d.startswith(".") and d != "__pycache__")
            found += [os.path.relpath(os.path.join(base, n), ROOT) for n in sorted(names) if n.endswith(tuple(ends))]
    return found


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def exists(path):
    return os.path.exists(os.path.join(ROOT, path))


def headers():
    return [p for p in files("include") if p.endswith(".h")]


_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code(text, keep_strings=False):
    """C with comments (and the inside of strings) blanked, so that lines and columns stay."""

    def blank(m):
        t = m.group(0)
        if t[0] in "\"'":
            return t if keep_strings else t[0] + re.sub(r"[^\n]", " ", t[1:-1]) + t[-1]
        return re.sub(r"[^\n]", " ", t)

    return _TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


class Entry:
    """One thing that a header declares: name, kind (function, macro, type, constant), how it is written, what its
    comment says, and on which line it stands."""

    def __init__(self, name, kind, text, doc, header, line, paragraph):
        self.name, self.kind, self.text, self.doc = name, kind, text, doc
        self.header, self.line, self.paragraph = header, line, paragraph
        self.call = ""  # the macro by which a function is called, when there is one

    @property
    def python(self):
        """The Python calls its comment names."""
        m = re.search(r"Python:\s*(.+?)(?:\.?\s*$|\.\s+(?=[A-Z]))", self.doc, re.S)
        return split_calls(" ".join(m.group(1).split())) if m else []


def split_calls(text):
    """"str.split, f(a, b)" -> ["str.split", "f(a, b)"]: at the commas outside brackets."""
    calls, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and depth == 0:
            calls.append(text[start:i].strip())
            start = i + 1
    return [c for c in calls + [text[start:].strip()] if c]


def call_key(call):
    """A Python call without its arguments: "os.getenv(key, default=None)" -> "os.getenv"."""
    return re.sub(r"\(.*\)$", "", call, flags=re.S) or call


def comment_text(block):
    """The words of a block comment, without its stars."""
    inner = re.sub(r"^/\*+ ?|\s*\*/$", "", block.strip())
    return "\n".join(re.sub(r"^\s*\* ?", "", line) for line in inner.split("\n"))


_FUNCTION = re.compile(r"\(?\b(td_[a-z0-9_]*|td__[a-z0-9_]*)\)?\s*\(")


def declared(header):
    """What a public header declares, in order. A comment belongs to the declarations that follow it without a blank
    line, so one comment can stand over a family."""
    lines = read(header).split("\n")
    entries, doc, paragraph, i = [], "", 0, 0
    skip_cplusplus = 0
    while i < len(lines):
        line, at = lines[i], i + 1
        if not line.strip():
            doc, paragraph = "", paragraph + 1
        elif line.startswith("/*"):
            block = line
            while "*/" not in lines[i]:
                i += 1
                block += "\n" + lines[i]
            if block.rstrip().endswith("*/"):
                doc, paragraph = comment_text(block), paragraph + 1
        elif re.match(r"#\s*ifdef __cplusplus", line):
            skip_cplusplus = 1
        elif skip_cplusplus and re.match(r"#\s*(else|endif)", line):
            skip_cplusplus = 0
        elif skip_cplusplus:
            pass
        elif line.startswith("#define"):
            while lines[i].endswith("\\"):
                i += 1
            m = re.match(r"#define\s+((?:td|TD)_[A-Za-z0-9_]*)(\([^)]*\))?", line)
            if m and not re.match(r"td__|TD__|TD_API$|\w+_H$", m.group(1)):
                same = [e for e in entries if e.name == m.group(1) and e.kind == "function"]
                if same:
                    same[-1].call = m.group(1) + (m.group(2) or "")
                else:
                    kind = "macro" if m.group(2) else "constant"
                    entries.append(Entry(m.group(1), kind, m.group(1) + (m.group(2) or ""), doc, header, at, paragraph))
        elif re.match(r"(TD_API|static inline|inline|typedef|struct|enum|union)\b", line):
            block = code(line)
            opens_body = not line.startswith(("typedef", "struct", "enum", "union"))
            while not (block.count("{") == block.count("}") and (";" in block or (opens_body and "}" in block))):
                i += 1
                line += "\n" + lines[i]
                block = code(line)
            note = re.search(r"/\*(.*?)\*/\s*$", line, re.S) if opens_body else None
            own_doc = (doc + "\n" + note.group(1).strip()).strip() if note else doc
            entries += declaration(block, line, own_doc, header, at, paragraph)
        i += 1
    return entries


def declaration(block, text, doc, header, line, paragraph):
    if block.startswith(("typedef", "struct", "enum", "union")):
        found = []
        m = re.search(r"\(\s*\*\s*(td_\w+)\s*\)", block) or re.search(r"\b(td_\w+)\s*;\s*$", block) or re.match(
            r"(?:typedef\s+)?(?:struct|enum|union)\s+(td_\w+)", block)
        if m and not m.group(1).startswith("td__"):
            found.append(Entry(m.group(1), "type", text, doc, header, line, paragraph))
        if re.match(r"(typedef\s+)?enum\b", block):
            for name in re.findall(r"[{,]\s*(TD_[A-Z0-9][A-Z0-9_]*)", block):
                found.append(Entry(name, "constant", name, doc, header, line, paragraph))
        return found
    m = _FUNCTION.search(block)
    if m:
        if m.group(1).startswith("td__"):
            return []
        return [Entry(m.group(1), "function", text.split("{")[0].strip(), doc, header, line, paragraph)]
    m = re.search(r"\b((?:td|TD)_\w+)\s*(\[[^]]*\])?\s*;", block.replace("TD_API", ""))
    return [Entry(m.group(1), "constant", text, doc, header, line, paragraph)] if m else []


def kinds():
    """(name, base, module, when) of every error kind, from the one list in errors.h."""
    text = read(HEADERS + "/errors.h")
    return re.findall(r'X\((\w+), (\w+), "([^"]*)", "((?:[^"\\]|\\.)*)"\)', text)


def all_declared():
    return [e for h in headers() for e in declared(h)]


def table(path):
    """The rows of a tab-separated file, without its head."""
    return [line.split("\t") for line in read(path).rstrip("\n").split("\n")[1:]] if exists(path) else []
