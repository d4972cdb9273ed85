/* tend/units.h: durations, sizes and shares as people write them: "1m30s", "64MiB", "10%".
 *
 *     #include <tend.h>
 *
 *     static bool too_slow(td_scope *s, double seconds, const char *limit) {
 *         return seconds > td_units_duration(s, limit);                            // limit: "300ms"
 *     }
 *
 * Nothing here blocks, and a host's setlocale changes nothing. */
#ifndef TEND_UNITS_H
#define TEND_UNITS_H

#pragma GCC system_header

#include <tend/text.h>

TD__BEGIN

/* Seconds: a number with one of ns us ms s m h d w ("100ms", "1.5h"), several in falling order ("1h30m", "2d 12h"), or
 * "0" alone. A number without a unit is refused, since nobody can know which was meant. ValueError "invalid duration
 * 'x': expected a number and ns, us, ms, s, m, h, d or w, as in 1h30m"; 0 then. */
TD_API double td_units_duration(td_scope *s, const char *text);
#define td_units_duration(s, text) (td_units_duration)(TD_HERE(s), (text))

/* Bytes: a whole number ("4096"), or a number with B, kB MB GB TB PB (powers of 1000) or KiB MiB GiB TiB PiB (powers of
 * 1024). ValueError "invalid size 'x': …"; -1 then. */
TD_API int64_t td_units_size(td_scope *s, const char *text);
#define td_units_size(s, text) (td_units_size)(TD_HERE(s), (text))

/* A share from 0 to 1 of a percentage: "12.5%" is 0.125. More than 100% is allowed. ValueError "invalid percentage 'x':
 * …"; -1 then. */
TD_API double td_units_percent(td_scope *s, const char *text);
#define td_units_percent(s, text) (td_units_percent)(TD_HERE(s), (text))

/* The duration in the fewest of those units that are exact to the millisecond, as td_units_duration reads them: 90 is
 * "1m30s", 0.1 is "100ms", 0 is "0s". */
TD_API const char *td_units_format_duration(td_scope *s, double seconds);

TD__END
#endif
