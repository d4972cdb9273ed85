#!/usr/bin/python3
"""./dev check: what the compiler does not see. One line a check; a failure is file:line, what is wrong, what to do.

    check.py BUILD [NAME…]

Each function below named check_… takes the build directory and yields its findings. The last line sums them."""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tree  # noqa: E402
from tree import code, files, line_of, read  # noqa: E402

C_FOLDERS = ("include", "src", "tools", "tests", "examples", "bench")
COMPILERS = (("gcc", "c", "c17"), ("clang", "c", "c17"), ("g++", "c++", "c++20"), ("clang++", "c++", "c++20"))


def tool(*command, text=None):
    """(status, output) of a command run in the root."""
    done = subprocess.run(command, cwd=tree.ROOT, input=text, text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL if text is None else None)
    return done.returncode, done.stdout


def at_once(function, items):
    """Findings of function over items, as many at a time as there are processors, in order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda item: list(function(item)), items):
            yield from found


# --- text ---


def check_format(build):
    """clang-format would change nothing"""

    def one(path):
        status, out = tool("clang-format-14", "--dry-run", "-Werror", path)
        lines = re.findall(rf"^{re.escape(path)}:(\d+):", out, re.M)
        if status != 0:
            yield f"{path}:{lines[0] if lines else 1}: not as clang-format writes it ({len(lines)} places): ./dev fmt"

    return at_once(one, files(*C_FOLDERS))


def check_length(build):
    """no file is longer than 800 lines"""
    for path in files(*C_FOLDERS, "dev.d", ends=(".c", ".h", ".py", ".js")) + ["dev"]:
        lines = read(path).count("\n")
        if lines > 800:
            yield f"{path}:801: {lines} lines; 800 is the most: find the two ideas in it"


def check_stubs(build):
    """nothing is left for later"""
    for path in files(*C_FOLDERS, "docs", ends=(".c", ".h", ".py", ".js", ".html", ".css", ".md")):
        text = read(path)
        strings = code(text, keep_strings=True) if path.endswith((".c", ".h")) else ""
        for m in re.finditer(r"\b(TODO|FIXME|XXX)\b", text):
            if strings[m.start():m.end()] == m.group(1):
                continue  # a word of somebody's format
            yield f"{path}:{line_of(text, m.start())}: {m.group(1)}: do it, or say in the docs that it is not there"


def check_shell(build):
    """shellcheck finds nothing in our scripts"""
    scripts = [p for p in ["dev", ".ci/run"] + files("tests/real", "dev.d", "bench", "demo", ends=("",))
               if re.match(r"#!.*\b(ba)?sh\b", read(p).split("\n", 1)[0])]
    _, out = tool("shellcheck", "--format=gcc", *scripts)
    yield from out.strip().split("\n") if out.strip() else []


# --- layers and calls ---


def rules():
    """ARCHITECTURE.md's two lines for each folder: {folder: what it may use}; and the core's own headers."""
    text = read("ARCHITECTURE.md")
    found = {}
    for folder, body in re.findall(r"^### (\S+)\n(.*?)(?=^##|\Z)", text, re.M | re.S):
        may = re.search(r"^- may use: (.*)$", body, re.M)
        if may:
            found[folder] = set(re.findall(r"`([^`]+)`", may.group(1)))
            if "libraries" in may.group(1):
                found[folder].add("libraries")
    core = re.search(r"^Headers: (.*)$", text, re.M)
    return found, set(re.findall(r"`(\w+)`", core.group(1))) if core else set()


def folder_of(path, folders):
    """The longest folder with a rule that holds path."""
    inside = [f for f in folders if path.startswith(f + "/")]
    return max(inside, key=len) if inside else None


def module_folders(core):
    """Which folder of src/ each public header belongs to: the one whose sources carry its name."""
    owners = {name: "src/core" for name in core}
    sources = files("src")
    for header in tree.headers():
        name = os.path.basename(header)[:-2]
        if name in owners or name == "tend":
            continue
        for path in sources:
            parts = path.split("/")
            if re.fullmatch(rf"{name}(_\w+)?(\.[ch])?", parts[2]):
                owners[name] = "/".join(parts[:2])
                break
    return owners


def libc_headers():
    _, out = tool("dpkg-query", "--listfiles", "libc6-dev", "linux-libc-dev")
    found = set(re.findall(r"^/usr/include/(?:x86_64-linux-gnu/|aarch64-linux-gnu/)?(.+\.h)$", out, re.M))
    return found | {"stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdatomic.h", "stdalign.h", "stdnoreturn.h",
                    "float.h", "limits.h", "iso646.h", "cpuid.h", "immintrin.h", "emmintrin.h", "arm_neon.h",
                    "initializer_list", "type_traits", "sanitizer/asan_interface.h", "sanitizer/tsan_interface.h",
                    "sanitizer/lsan_interface.h", "sanitizer/common_interface_defs.h"}


def check_layers(build):
    """every #include is allowed by ARCHITECTURE.md"""
    allowed, core = rules()
    owners, libc, libraries = module_folders(core), libc_headers(), {}
    for path in files(*C_FOLDERS):
        own = folder_of(path, allowed)
        if own is None:
            yield f"{path}:1: ARCHITECTURE.md has no rule for this folder: write its two lines"
            continue
        text = code(read(path), keep_strings=True)
        for m in re.finditer(r'^\s*#\s*include\s+(?:<([^>]+)>|"([^"]+)")', text, re.M):
            where = f"{path}:{line_of(text, m.start())}"
            name, quoted = m.group(1) or m.group(2), bool(m.group(2))
            if name == "tend.h" or name.startswith("tend/"):
                if not own.startswith("src/") or name == "tend/base.h":
                    continue
                owner = owners.get(name[5:-2])
                if name == "tend.h":
                    yield f"{where}: a source of the library includes the headers it needs, not tend.h"
                elif owner and owner != own and owner not in allowed[own]:
                    yield f"{where}: {own} may not use <{name}> of {owner} (ARCHITECTURE.md): move what both need down"
                continue
            if quoted:
                near = os.path.normpath(os.path.join(os.path.dirname(path), name))
                here = near if tree.exists(near) else next(
                    (os.path.join(r, name) for r in ("src", "tests", "tools", ".") if tree.exists(os.path.join(r, name))), None)
                if here is None:
                    continue  # made by the build
                target = folder_of(os.path.normpath(here), allowed) or os.path.dirname(here)
                if target != own and not any(target == a or target.startswith(a + "/") for a in allowed[own]):
                    yield f"{where}: {own} may not use {target} (ARCHITECTURE.md)"
                continue
            if name not in libc and own.startswith(("src", "include")):
                if "libraries" not in allowed[own]:
                    yield f"{where}: {own} may not use the library of <{name}> (ARCHITECTURE.md)"
                elif libraries.setdefault(name, path) != path:
                    yield f"{where}: <{name}> is included in {libraries[name]} already: one file per library"


def check_banned(build):
    """the library makes no call that dev.d/banned.tsv bans"""
    rows = tree.table("dev.d/banned.tsv")
    reasons = {call: reason for call, where, reason in rows if where == "-"}
    exceptions = {(call, where) for call, where, _ in rows if where != "-"}
    used = set()
    pattern = re.compile(rf"(?<![\w.>])({'|'.join(reasons)})(?=\s*\(|(?<=stdin|tdout|tderr)\b)")
    for path in files("src"):
        text = code(read(path))
        for m in pattern.finditer(text):
            call = m.group(1)
            hits = {e for e in exceptions if e[0] in (call, "*") and (path == e[1] or path.startswith(e[1] + "/"))}
            used |= hits
            if not hits:
                yield f"{path}:{line_of(text, m.start())}: {call}: {reasons[call]}"
        for m in re.finditer(r"\bv?s?n?printf\s*\([^;]*?\"[^\"]*%[-+ #0-9.*lL]*[aAeEfFgG]", code(read(path), True), re.S):
            if path == "src/core/format.c" or any(c == "*" and path.startswith(e + "/") for c, e in exceptions):
                continue
            yield f"{path}:{line_of(text, m.start())}: a double through libc's printf obeys the host's locale: td_format"
    for call, where in sorted(exceptions - used):
        yield f"dev.d/banned.tsv:1: the exception of {call} for {where} is no longer used: take it out"


# --- the built library ---


def check_symbols(build):
    """the library shows td_ and TD_ only, all of it declared, and needs libc only"""
    _, out = tool("nm", "-D", "--defined-only", f"{build}/libtend.so")
    shown = [line.split()[-1].split("@")[0] for line in out.split("\n") if line]
    _, declared = tool("gcc", "-E", "-dD", "-Iinclude", "-include", "tend.h", "-x", "c", "/dev/null")
    words = set(re.findall(r"\w+", declared))
    for name in shown:
        if not re.match(r"td_|TD_", name):
            if name != "TEND_0":
                yield f"libtend.so: shows {name}, which is not td_: make it static"
        elif name not in words:
            yield f"libtend.so: shows {name}, which no public header declares: take TD_API from it, or declare it"
    _, out = tool("nm", "-g", "--defined-only", "--no-sort", f"{build}/libtend.a")
    for name in [line.split()[2] for line in out.split("\n") if re.match(r"[0-9a-f]+ [A-Z] ", line)]:
        if not re.match(r"td_|TD_", name):
            yield f"libtend.a: {name} is global: make it static, or name it td__"
    _, out = tool("readelf", "-dW", f"{build}/libtend.so")
    for name in re.findall(r"\(NEEDED\).*\[(.*)\]", out):
        if not re.match(r"libc\.so|ld-linux", name):
            yield f"libtend.so: is linked with {name}; libtend links libc only: open it on first use (td__lib)"
    shown = set(shown)
    for e in tree.all_declared():
        if e.kind == "function" and "static inline" not in e.text and "inline" not in e.text and e.name not in shown:
            yield f"{e.header}:{e.line}: {e.name} is declared and not in libtend.so: write it, or take it out"


# --- headers and examples ---


def compile_text(text, compiler, language, standard, *flags):
    """What the compiler says of a text, as findings."""
    status, out = tool(compiler, "-x", language, f"-std={standard}", "-Iinclude", "-fsyntax-only", "-Wall", "-Wextra",
                       "-Werror", *flags, "-", text=text)
    if status != 0:
        first = next((line for line in out.split("\n") if "error: " in line), out.split("\n")[0])
        yield f"{first} [{compiler} -std={standard}]"


def check_headers(build):
    """each public header compiles alone, twice, in C17 and C++20, with gcc and clang"""

    def one(job):
        header, (compiler, language, standard) = job
        name = header[len("include/"):]
        for found in compile_text(f"#include <{name}>\n#include <{name}>\nextern int td__one;\n", compiler, language, standard,
                                  "-Wpedantic"):
            yield f"{header}:1: does not compile alone: {found}"

    return at_once(one, [(h, c) for h in tree.headers() for c in COMPILERS])


def check_tend_h(build):
    """tend.h includes every public header"""
    included = set(re.findall(r"#include <(tend/\w+\.h)>", read("include/tend.h")))
    for header in tree.headers():
        if header[8:] not in included and header != "include/tend.h":
            yield f"include/tend.h:1: does not include <{header[8:]}>"


def examples():
    """(file, line, text) of every whole example in a header's comment or in a page."""
    for path in tree.headers():
        lines = read(path).split("\n")
        for i, line in enumerate(lines):
            if line == " *     #include <tend.h>" or re.match(r" \*     #include <tend\.h>$", line):
                block = []
                for follow in lines[i:]:
                    if not re.match(r" \*(     .*)?$", follow):
                        break
                    block.append(follow[7:])
                yield path, i + 1, "\n".join(block)
    for path in [p for p in ["README.md"] + files("docs", ends=(".md", ".scd")) if tree.exists(p)]:
        text = read(path).replace("\\\\", "\\") if path.endswith(".scd") else read(path)
        for m in re.finditer(r"^```c?\n(.*?)^```", text, re.M | re.S):
            if "#include <tend.h>" in m.group(1):
                yield path, line_of(text, m.start()) + 1, m.group(1)


def check_examples(build):
    """the examples in headers and pages compile"""

    def one(job):
        (path, line, text), compiler = job
        yield from compile_text(f'#line {line} "{path}"\n{text}\n', compiler, "c", "gnu17", "-Wno-unused-function",
                                "-Wno-unused-variable", "-Wno-unused-parameter")

    return at_once(one, [(e, c) for e in examples() for c in ("gcc", "clang")])


def check_teaching(build):
    """each header opens with what it is and one whole example"""
    with_example = {path for path, _, _ in examples()}
    for path in tree.headers():
        if not read(path).startswith(f"/* {path[8:]}: "):
            yield f"{path}:1: does not open with `/* {path[8:]}: what it is`"
        elif path not in with_example and os.path.basename(path) not in ("tend.h", "base.h"):
            yield f"{path}:1: has no example that starts with `#include <tend.h>` in its first comment"


# --- names, pages ---


def check_names(build):
    """docs/names.tsv and the headers name the same"""
    declared = {}
    for e in tree.all_declared():
        declared.setdefault(e.name, []).append(e)
    for kind, *_ in tree.kinds():
        declared.setdefault("TD_" + kind, []).append(
            tree.Entry("TD_" + kind, "kind", "", "", "include/tend/errors.h", 1, 0))
    named = set()
    for i, row in enumerate(tree.table("docs/names.tsv")):
        where = f"docs/names.tsv:{i + 2}"
        if len(row) != 4 or row[1] not in ("A", "B", "C"):
            yield f"{where}: a row is call, tier (A, B, C), C name, header, with tabs between"
            continue
        call, _, name, header = row
        named.add(name)
        if name not in declared:
            yield f"{where}: no header declares {name} ({call})"
        elif "include/" + header not in {e.header for e in declared[name]}:
            yield f"{where}: {name} is declared in {declared[name][0].header[8:]}, not in {header}"
    for name, entries in declared.items():
        e = entries[0]
        if e.kind in ("function", "macro") and e.python and name not in named:
            yield f"{e.header}:{e.line}: {name} stands for {', '.join(e.python)} and is not in docs/names.tsv: ./dev docs"


def check_mission(build):
    """docs/mission.md names nothing that is not there"""
    declared = {e.name for e in tree.all_declared()} | {"TD_" + k[0] for k in tree.kinds()}
    for number, line in enumerate(read("docs/mission.md").split("\n"), 1):
        if not line.startswith("|") or line.startswith(("| no.", "| Python", "|--")):
            continue
        for word in re.findall(r"`([^`]+)`", line.split("|", 2)[2]):
            if re.match(r"(td|TD)_\w+$", word):
                if word not in declared:
                    yield f"docs/mission.md:{number}: no header declares {word}: ./dev docs"
            elif word.startswith("tend/"):
                if not tree.exists("include/" + word):
                    yield f"docs/mission.md:{number}: there is no {word}: ./dev docs"
            elif re.match(r"(examples|tools|tests|docs|src)/", word) and not tree.exists(word):
                yield f"docs/mission.md:{number}: there is no {word}: ./dev docs"


def check_man(build):
    """scdoc and mandoc find nothing wrong with the man pages"""
    for path in files("docs/man", ends=(".scd",)):
        done = subprocess.run(["scdoc"], input=read(path), text=True, capture_output=True)
        if done.returncode != 0:
            yield f"{path}:1: {done.stderr.strip()}"
            continue
        with tempfile.NamedTemporaryFile("w", suffix=os.path.basename(path)[:-4]) as page:
            page.write(done.stdout)
            page.flush()
            _, out = tool("mandoc", "-T", "lint", "-W", "error", page.name)
        for line in out.strip().split("\n"):
            if line:
                yield f"{path}:1: {line.split(page.name, 1)[-1].lstrip(':')} [of the page made from it]"


def main(arguments):
    build, names = arguments[0], arguments[1:]
    checks = {n[6:]: f for n, f in globals().items() if n.startswith("check_")}
    unknown = [n for n in names if n not in checks]
    if unknown:
        print(f"no check is named {unknown[0]}; there are: {' '.join(checks)}", file=sys.stderr)
        return 2
    passed = failed = 0
    for name in names or checks:
        found = list(checks[name](build))
        if found:
            failed += 1
            print(f"FAIL {name}: {len(found)} findings (it asks that {checks[name].__doc__})")
            print("\n".join("  " + f for f in found), flush=True)
        else:
            passed += 1
            print(f"ok   {name}: {checks[name].__doc__}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
