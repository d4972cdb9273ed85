#!/usr/bin/env python3
"""Writes src/core/unicode_data.c from this Python's own Unicode tables:

    /usr/bin/python3 src/core/unicode_gen.py > src/core/unicode_data.c

Every property is asked of a str method, so that libtend answers as that Python does."""
import sys
import unicodedata

SPACE, DECIMAL, DIGIT, PRINTABLE, ALNUM, CASED, IGNORABLE, MANY_LOWER, MANY_UPPER = (1 << i for i in range(9))
PAGE = 128

many = [0]


def mapping(c, mapped, flag):
    """The distance to one code point, or the place of several in td__unicode_many."""
    points = [ord(m) for m in mapped]
    if len(points) == 1:
        return points[0] - c, 0
    at = len(many)
    many.extend([len(points)] + points)
    return at, flag


def record(c):
    ch = chr(c)
    if 0xD800 <= c < 0xE000:
        return (0, 0, 0, 0)
    lower, many_lower = mapping(c, ch.lower(), MANY_LOWER)
    upper, many_upper = mapping(c, ch.upper(), MANY_UPPER)
    flags = many_lower | many_upper
    # Only a final sigma asks for these two, so it tells them: the sigma is final after a cased character, with any
    # number of ignorable ones between.
    cased = (ch + "\u03a3").lower()[-1] == "\u03c2"
    ignorable = not cased and ("A" + ch + "\u03a3").lower()[-1] == "\u03c2"
    flags |= CASED * cased | IGNORABLE * ignorable
    flags |= SPACE * ch.isspace() | DECIMAL * ch.isdecimal() | DIGIT * ch.isdigit()
    flags |= PRINTABLE * ch.isprintable() | ALNUM * ch.isalnum()
    return (lower, upper, flags, unicodedata.decimal(ch) if ch.isdecimal() else 0)


def rows(numbers, per_line):
    numbers = [str(n) for n in numbers]
    return ",\n".join("\t" + ", ".join(numbers[i:i + per_line]) for i in range(0, len(numbers), per_line))


def main():
    records, record_at = [], {}
    pages, page_at, index = [], {}, []
    for start in range(0, 0x110000, PAGE):
        page = []
        for c in range(start, start + PAGE):
            r = record(c)
            if r not in record_at:
                record_at[r] = len(records)
                records.append(r)
            page.append(record_at[r])
        page = tuple(page)
        if page not in page_at:
            page_at[page] = len(pages)
            pages.append(page)
        index.append(page_at[page])
    assert len(records) < 1 << 16 and len(pages) < 1 << 16 and len(many) < 1 << 15
    print(f"/* Made by src/core/unicode_gen.py from Unicode {unicodedata.unidata_version}; do not edit. */")
    print("/* clang-format off */")
    print('#include "core/unicode.h"\n')
    print(f"const struct td__unicode_record td__unicode_records[{len(records)}] = {{")
    print(rows(["{%d, %d, %d, %d}" % r for r in records], 6))
    print(f"}};\n\nconst uint16_t td__unicode_index[{len(index)}] = {{")
    print(rows(index, 24))
    print(f"}};\n\nconst uint16_t td__unicode_pages[{len(pages)}][{PAGE}] = {{")
    for page in pages:
        print("\t{" + ", ".join(map(str, page)) + "},")
    print(f"}};\n\nconst uint32_t td__unicode_many[{len(many)}] = {{")
    print(rows(many, 20))
    print("};")


if __name__ == "__main__":
    sys.exit(main())
