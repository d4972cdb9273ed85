/* src/core/number.h: numbers as text and back, without the C library and without its locale. */
#ifndef TD_CORE_NUMBER_H
#define TD_CORE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TD__INT_MOST = 24,   /* room for any int64_t or uint64_t and a NUL */
	TD__FLOAT_MOST = 32, /* room for any float and a NUL */
	TD__INT_DIGITS =
		4300, /* longer integers are refused, as Python does, since turning them into text is quadratic there */
};

/* Each writes the text, without a NUL, and returns its length. */
size_t td__int_text(char *out, int64_t x);
size_t td__uint_text(char *out, uint64_t x);
size_t td__float_text(char *out, double x); /* Python's repr: the shortest text that reads back as x */

/* The shortest decimal digits d and exponent e such that d * 10^e reads back as x, which is finite and above 0. */
uint64_t td__float_shortest(double x, int *exponent);

/* Decimal digits only; false when they do not fit. */
bool td__int_read(const char *p, const char *end, bool negative, int64_t *out);

/* [-+]digits[.digits][e[-+]digits], at least one digit in the mantissa; the nearest double, ties to even. Returns the
 * place where it stopped; p itself when there is no number. */
const char *td__float_read(const char *p, const char *end, double *out);

/* The nearest double to w * 10^q, for w exact. */
double td__float_scale(uint64_t w, int64_t q, bool *sure);

/* The same for any number of digits (a point among them is skipped); exponent is that of the last one, guess is at or
 * next to the answer. */
double td__float_exact(const char *digits, const char *end, int64_t exponent, double guess);

/* The value of an integral double, in digits with its sign; out has room for 312. */
size_t td__float_digits(char *out, double x);

/* 10^k for k from TD__POW10_FIRST to TD__POW10_LAST, its top 128 bits: cut off for k >= 0, rounded up below. */
enum { TD__POW10_FIRST = -342, TD__POW10_LAST = 324 };
typedef struct td__pow10 {
	uint64_t high, low;
} td__pow10;
extern const td__pow10 td__pow10_table[];

extern const char td__two_digits[201]; /* "00" to "99" */

#endif
