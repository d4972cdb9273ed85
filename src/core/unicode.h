/* src/core/unicode.h: UTF-8 read and written a character at a time, and what Python's str methods say of a character.
 * The tables in unicode_data.c are made by unicode_gen.py.
 *
 * Text may hold bytes that are not UTF-8 (file names do). Such a byte reads as the lone surrogate U+DC80..U+DCFF that
 * Python's surrogateescape gives it, and is written back as that byte; surrogates written out as three bytes are read as
 * themselves. So every char sequence is a sequence of characters, and nothing is lost. */
#ifndef TD_CORE_UNICODE_H
#define TD_CORE_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TD__UNI_SPACE = 1,
	TD__UNI_DECIMAL = 2,
	TD__UNI_DIGIT = 4,
	TD__UNI_PRINTABLE = 8,
	TD__UNI_ALNUM = 16,
	TD__UNI_CASED = 32,
	TD__UNI_IGNORABLE = 64,
	TD__UNI_MANY_LOWER = 128, /* lower is a place in td__unicode_many: a count, then that many code points */
	TD__UNI_MANY_UPPER = 256,
};

struct td__unicode_record {
	int32_t lower, upper; /* what to add to the code point */
	uint16_t flags;
	uint8_t decimal;
};
extern const struct td__unicode_record td__unicode_records[];
extern const uint16_t td__unicode_index[];
extern const uint16_t td__unicode_pages[][128];
extern const uint32_t td__unicode_many[];

static inline const struct td__unicode_record *td__unicode(uint32_t c) {
	return &td__unicode_records[c < 0x110000 ? td__unicode_pages[td__unicode_index[c >> 7]][c & 127] : 0];
}
/* ASCII, which is nearly all there is, is told without the tables: their 100 KB are not touched for it. */
static inline bool td__is_space(uint32_t c) {
	if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
	return td__unicode(c)->flags & TD__UNI_SPACE;
}
/* 0 to 9, or -1: any script's decimal digits. */
static inline int td__decimal_digit(uint32_t c) {
	if (c < 0x80) return c >= '0' && c <= '9' ? (int)(c - '0') : -1;
	const struct td__unicode_record *r = td__unicode(c);
	return r->flags & TD__UNI_DECIMAL ? r->decimal : -1;
}

/* The character at *at, which is before end; moves *at past it. */
uint32_t td__utf8_next_slow(const char **at, const char *end);
static inline uint32_t td__utf8_next(const char **at, const char *end) {
	if ((unsigned char)**at < 0x80) return (unsigned char)*(*at)++;
	return td__utf8_next_slow(at, end);
}
/* The character that ends before *at, which is after start; moves *at to its first byte. */
uint32_t td__utf8_prev(const char **at, const char *start);
/* Writes c at out (up to 4 bytes) and returns how many. */
size_t td__utf8_put(char *out, uint32_t c);
/* How many characters the bytes are. */
size_t td__utf8_count(const char *text, size_t len);

/* Where the first bytes stand that are not UTF-8 (surrogates are not), or len. When there are some: how many of them
 * Python's message names, and its reason ("invalid start byte"). */
size_t td__utf8_check(const char *text, size_t len, size_t *bad, const char **reason);

#endif
