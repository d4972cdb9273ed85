/* tools/top/format.h: numbers, bars and little charts as text. Nothing here allocates but in the scope given. */
#ifndef TOP_FORMAT_H
#define TOP_FORMAT_H

#include <tend/text.h>

/* Bytes in at most five characters: "0", "512B", "1.5K", "234M", "17.2G". */
const char *top_size(td_scope *s, double bytes);
/* Bytes a second: the same, "-" where there is nothing, "?" where it is not known. */
const char *top_rate(td_scope *s, double rate);
/* Processor time in at most eight characters: "0:01.23", "12:34.5", "5h07m", "12d03h". */
const char *top_cpu_time(td_scope *s, double seconds);
/* "3 d 4:05", "4:05:06". */
const char *top_uptime(td_scope *s, double seconds);
/* "4.5", "100", "1234" in at most five characters; "" for NaN. */
const char *top_percent(td_scope *s, double percent);

/* One part of a bar, drawn with its own character. */
typedef struct top_part {
	double share; /* 0 to 1 of the whole bar */
	char mark;
} top_part;
/* The inside of a bar: width characters of marks and blanks, the label at its right end. Shares beyond the end are cut. */
const char *top_bar(td_scope *s, int width, const top_part *parts, size_t count, const char *label);

/* What was measured, the last value first out: a ring. */
#define TOP_HISTORY 1200
typedef struct top_history {
	float values[TOP_HISTORY];
	size_t count; /* ever put */
} top_history;
void top_history_put(top_history *h, double value);
/* A chart of the last width * each values, from 0 to most, width characters, the newest at its right end: each character
 * is the largest of so many values, which stay together from one chart to the next. Where there was no value, a blank. */
const char *top_spark(td_scope *s, const top_history *h, int width, size_t each, double most, bool utf8);

#endif
