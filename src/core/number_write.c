/* Numbers as text. The shortest digits of a float are found as in R. Giulietti, "The Schubfach way to render doubles":
 * scale the bounds of the interval that reads back as x to integers, and take the one multiple of 10, or else the closest
 * multiple of 1, that lies between them. */
#include "core/number.h"

#include <string.h>

static size_t count_digits(uint64_t x) {
	static const uint64_t powers[] = {
		0,
		10,
		100,
		1000,
		10000,
		100000,
		1000000,
		10000000,
		100000000,
		1000000000,
		10000000000,
		100000000000,
		1000000000000,
		10000000000000,
		100000000000000,
		1000000000000000,
		10000000000000000,
		100000000000000000,
		1000000000000000000,
		10000000000000000000u,
	};
	unsigned guess = (unsigned)(64 - __builtin_clzll(x | 1)) * 1233 >> 12;
	return guess + (x >= powers[guess]);
}

static inline void put_two(char *out, uint64_t x) {
	memcpy(out, td__two_digits + 2 * x, 2);
}

/* Writes x in exactly count digits, from the right. */
static void put_digits(char *out, uint64_t x, size_t count) {
	char *p = out + count;
	while (x >= 100) {
		put_two(p -= 2, x % 100);
		x /= 100;
	}
	if (x >= 10) {
		put_two(p -= 2, x);
	} else if (p > out) {
		*--p = (char)('0' + x);
	}
	while (p > out) *--p = '0';
}

size_t td__uint_text(char *out, uint64_t x) {
	size_t count = count_digits(x);
	put_digits(out, x, count);
	return count;
}

size_t td__int_text(char *out, int64_t x) {
	if (x >= 0) return td__uint_text(out, (uint64_t)x);
	*out = '-';
	return 1 + td__uint_text(out + 1, 0 - (uint64_t)x);
}

static inline uint64_t high_of(uint64_t a, uint64_t b) {
	return (uint64_t)((unsigned __int128)a * b >> 64);
}

/* The top bits of power * x, its last bit set if anything was cut off. */
static inline uint64_t scale_to_odd(td__pow10 power, uint64_t x) {
	unsigned __int128 product = (unsigned __int128)power.high * x + high_of(power.low, x);
	return (uint64_t)(product >> 64) | ((uint64_t)product > 1);
}

uint64_t td__float_shortest(double x, int *exponent) {
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	uint64_t fraction = bits & 0xFFFFFFFFFFFFFu;
	int biased = (int)(bits >> 52 & 0x7FF);
	uint64_t c = biased ? fraction | 1ull << 52 : fraction;
	int q = (biased ? biased : 1) - 1075;
	if (q <= 0 && q > -53 && (c & ((1ull << -q) - 1)) == 0) { /* a small whole number is its own digits */
		*exponent = 0;
		return c >> -q;
	}
	bool even = !(c & 1), closer = fraction == 0 && biased > 1; /* a power of two: the number below is half as far */
	uint64_t middle = 4 * c, left = middle - 2 + closer, right = middle + 2;
	int k = (q * 1262611 - (closer ? 524031 : 0)) >> 22; /* floor(log10) of the interval's width */
	int shift = q + ((-k * 1741647) >> 19) + 1;
	td__pow10 power = td__pow10_table[-k - TD__POW10_FIRST];
	if (-k > 55) power.high += ++power.low == 0; /* the table cuts these off, and here it must be rounded up */
	uint64_t below = scale_to_odd(power, left << shift) + !even;
	uint64_t at = scale_to_odd(power, middle << shift);
	uint64_t above = scale_to_odd(power, right << shift) - !even;
	uint64_t digits = at / 4;
	if (digits >= 10) {
		uint64_t tens = digits / 10;
		bool low_fits = below <= 40 * tens, high_fits = 40 * tens + 40 <= above;
		if (low_fits != high_fits) {
			*exponent = k + 1;
			return tens + high_fits;
		}
	}
	*exponent = k;
	bool low_fits = below <= 4 * digits, high_fits = 4 * digits + 4 <= above;
	if (low_fits != high_fits) return digits + high_fits;
	uint64_t half = 4 * digits + 2;
	return digits + (at > half || (at == half && digits & 1));
}

size_t td__float_text(char *out, double x) {
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	char *p = out;
	if ((bits >> 52 & 0x7FF) == 0x7FF) {
		if (bits << 12) {
			memcpy(out, "nan", 3);
			return 3;
		}
		if (bits >> 63) *p++ = '-';
		memcpy(p, "inf", 3);
		return (size_t)(p - out) + 3;
	}
	if (bits >> 63) *p++ = '-';
	if (bits << 1 == 0) {
		memcpy(p, "0.0", 3);
		return (size_t)(p - out) + 3;
	}
	int exponent;
	bits &= INT64_MAX;
	memcpy(&x, &bits, sizeof x);
	uint64_t digits = td__float_shortest(x, &exponent);
	while (digits % 10 == 0) {
		digits /= 10;
		exponent++;
	}
	int count = (int)count_digits(digits);
	int point = count + exponent; /* where the decimal point stands, from the first digit */
	if (point > 16 || point < -3) {
		put_digits(p + 1, digits, (size_t)count);
		p[0] = p[1];
		if (count > 1) {
			p[1] = '.';
			p += count + 1;
		} else {
			p += 1;
		}
		int e = point - 1;
		*p++ = 'e';
		*p++ = e < 0 ? '-' : '+';
		e = e < 0 ? -e : e;
		if (e >= 100) {
			*p++ = (char)('0' + e / 100);
			e %= 100;
		}
		put_two(p, (uint64_t)e);
		p += 2;
	} else if (point <= 0) {
		memcpy(p, "0.000", 5);
		p += 2 - point;
		put_digits(p, digits, (size_t)count);
		p += count;
	} else if (point >= count) {
		put_digits(p, digits, (size_t)count);
		p += count;
		for (; count < point; count++) *p++ = '0';
		memcpy(p, ".0", 2);
		p += 2;
	} else {
		put_digits(p + 1, digits, (size_t)count);
		memmove(p, p + 1, (size_t)point);
		p[point] = '.';
		p += count + 1;
	}
	return (size_t)(p - out);
}
