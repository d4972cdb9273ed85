"""Cases of time and calendar, in a zone that has daylight saving time."""

import calendar
import os
import time

from frame import Call

os.environ["TZ"] = "Europe/Berlin"
time.tzset()

SECONDS = [0, -1, 1, 0.5, -0.5, 1.999999999, 951782400, 1709164800, 1711846799, 1711846800, 1729990799, 1729990800, 1729994400, 2**31 - 1, 2**31,
           -2**31, 253402300799, 253402300800, -62135596800, -62167219201, 1e17, -1e17, 2**63, True, 1e300]
FORMATS = ["", "%Y-%m-%dT%H:%M:%S", "%a %A %b %B %c", "%d|%e|%j|%U|%W|%V|%G|%g|%u|%w", "%D %F %T %R %r", "%I %p %l %k %P", "%C %y %h %n %t %%", "%x %X",
           "%5Y", "%-d", "%_H", "%^a", "%#Z", "%010d", "%E", "%", "%Q", "é %Y ü", "%Ey %Od", "%s", "%:z", "%+", "text only", "%-", "%5", "%0", "%EY%OH%Om"]
PARSE = [("2024-02-29 12:34:56", "%Y-%m-%d %H:%M:%S"), ("Thu Feb 29 12:00:00 2024", None), ("29 feb 2024", "%d %b %Y"), ("12/31/99", "%D"), ("31.12.1999", "%d.%m.%Y"),
         ("2024-02-30", "%Y-%m-%d"), ("2023-02-29", "%Y-%m-%d"), ("2024 060", "%Y %j"), ("2023 366", "%Y %j"), ("1 pm", "%I %p"), ("12 am", "%I %p"), ("13 am", "%I %p"),
         ("2024-W09-4", "%G-W%V-%u"), ("2024-W54-4", "%G-W%V-%u"), ("09 4 2024", "%U %w %Y"), ("69", "%y"), ("68", "%y"), ("abc", "%Y"), ("2024x", "%Y"), ("2024", "%Y x"),
         ("x", "%Q"), ("x", "%"), ("", ""), ("a", ""), ("10:20:61", "%H:%M:%S"), ("10:20:62", "%H:%M:%S"), ("+0130", "%z"), ("+01:30:15", "%z"), ("Z", "%z"), ("+0160", "%z"),
         ("CET", "%Z"), ("UTC", "%Z"), ("cest", "%Z"), ("XYZ", "%Z"), ("0.123", "%H.%f"), ("%", "%%"), ("  5", "%d"), ("5 ", "%d"), ("a  b", "a b"), ("A", "a"), ("(5)", "(%d)"),
         ("2024 9", "%Y %V"), ("5", "%V"), ("2024 1", "%G %V"), ("2024 60 2", "%Y %j %V"), ("januar", "%B"), ("JANUARY", "%B"), ("mAy", "%b"), ("Feb 29", "%b %d")]


def a_tuple(rng, wild=True):
    if wild and rng.random() < 0.15:
        return [rng.randrange(-5, 3000), rng.randrange(-2, 15), rng.randrange(-2, 35), rng.randrange(-2, 26), rng.randrange(-2, 62), rng.randrange(-2, 64),
                rng.randrange(-3, 9), rng.randrange(-2, 370), rng.randrange(-2, 3)]
    return list(time.gmtime(rng.randrange(-2**34, 2**36)))[:8] + [rng.choice([-1, 0, 1, 0])]


def seconds_case(rng):
    kind = rng.random()
    if kind < 0.2:
        return [rng.choice(SECONDS)], {}
    if kind < 0.6:
        return [rng.randrange(-2**33, 2**36)], {}
    return [rng.uniform(-2**33, 2**34)], {}


def strftime_case(rng):
    if rng.random() < 0.3:
        form = rng.choice(FORMATS)
    else:
        form = "".join(rng.choice(["%" + rng.choice("aAbBcCdDeFgGHIjklmMnprRStTuUVwWxXyYzZ%"), "%" + rng.choice("-_0^#") + rng.choice("aBdHmyYjpZ"), rng.choice(" -:/éT")])
                       for _ in range(rng.randrange(5)))
    return [form, a_tuple(rng)], {}


def strptime_case(rng):
    kind = rng.random()
    if kind < 0.15:
        text, form = rng.choice(PARSE)
    else:
        form = rng.choice(["%Y-%m-%d %H:%M:%S", "%d/%b/%Y:%H:%M:%S %z", "%a, %d %b %Y %H:%M:%S", "%j %Y", "%U %w %Y", "%W %a %Y", "%G %V %u", "%y%m%d", "%I:%M %p", "%c", "%x %X",
                           "%B %d %Y", "%H%M%S.%f"])
        text = time.strftime(form.replace("%f", "123456"), tuple(a_tuple(rng, False)))
        if rng.random() < 0.3 and text:
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice(["", " ", "9", "x", "é"]) + text[at + rng.randrange(2):]
    return ([text] if form is None else [text, form]), {}


def with_tuple(function):
    def call(*args):
        return function(*(tuple(a) if isinstance(a, list) else a for a in args))
    return call


TUPLES = [[2024, 2, 29, 12, 0, 0, 3, 60, 0], [1970, 1, 1, 0, 0, 0, 3, 1, -1], [2024, 13, 1, 0, 0, 0, 0, 1, 0], [2024, 0, 0, 0, 0, 0, 0, 0, 0], [2024, 1, 32, 0, 0, 0, 0, 1, 0],
          [2024, 1, 1, 24, 0, 0, 0, 1, 0], [2024, 1, 1, 0, 60, 0, 0, 1, 0], [2024, 1, 1, 0, 0, 62, 0, 1, 0], [2024, 1, 1, 0, 0, 61, 0, 1, 0], [2024, 1, 1, 0, 0, 0, 7, 1, 0],
          [2024, 1, 1, 0, 0, 0, -2, 1, 0], [2024, 1, 1, 0, 0, 0, 0, 367, 0], [99, 1, 1, 0, 0, 0, 0, 1, 0], [12345, 1, 1, 0, 0, 0, 0, 1, 0], [-5, 1, 1, 0, 0, 0, 0, 1, 0],
          [2024, 3, 31, 2, 30, 0, 6, 91, -1], [2024, 10, 27, 2, 30, 0, 6, 301, -1], [2024, 10, 27, 2, 30, 0, 6, 301, 1], [2024, 10, 27, 2, 30, 0, 6, 301, 0], [1, 2], [],
          [2024, "x", 1, 0, 0, 0, 0, 1, 0], [2024, 1.5, 1, 0, 0, 0, 0, 1, 0], [2**31, 1, 1, 0, 0, 0, 0, 1, 0]]

CALLS = [
    Call("time.gmtime", time.gmtime, [([x], {}) for x in SECONDS] + [(["1"], {}), ([[1]], {})], seconds_case),
    Call("time.localtime", time.localtime, [([x], {}) for x in SECONDS] + [(["1"], {})], seconds_case),
    Call("time.ctime", time.ctime, [([x], {}) for x in SECONDS] + [(["1"], {})], seconds_case),
    Call("time.mktime", with_tuple(time.mktime), [([x], {}) for x in TUPLES] + [([1], {})], lambda rng: ([a_tuple(rng)], {})),
    Call("calendar.timegm", calendar.timegm, [([x], {}) for x in TUPLES if len(x) > 5 and all(isinstance(y, int) for y in x)], lambda rng: ([a_tuple(rng)], {})),
    Call("time.asctime", with_tuple(time.asctime), [([x], {}) for x in TUPLES], lambda rng: ([a_tuple(rng)], {})),
    Call("time.strftime", with_tuple(time.strftime), [([f, TUPLES[0]], {}) for f in FORMATS] + [(["%c", t], {}) for t in TUPLES] + [([1, TUPLES[0]], {})], strftime_case, weight=2),
    Call("time.strptime", time.strptime, [([t] if f is None else [t, f], {}) for t, f in PARSE] + [([1], {}), (["1", 1], {})], strptime_case, weight=2),
]
