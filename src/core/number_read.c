/* Text as numbers. A float is w * 10^q with up to 19 digits in w: exact arithmetic when both are small, else 128 bits of
 * 10^q as in D. Lemire, "Number parsing at a gigabyte per second"; more digits, and what that leaves open, are decided by
 * whole numbers as long as it takes (number_exact.c). */
#include <string.h>

#include "core/number.h"

static double from_bits(uint64_t bits) {
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

double td__float_scale(uint64_t w, int64_t q, bool *sure) {
	static const double small[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	*sure = true;
	if (w <= 1ull << 53 && q >= -22 && q <= 22) {
		return q < 0 ? (double)w / small[-q] : (double)w * small[q];
	}
	if (w == 0 || q < TD__POW10_FIRST) return 0;
	if (q > 308) return from_bits(0x7FFull << 52);
	int zeros = __builtin_clzll(w);
	w <<= zeros;
	td__pow10 power = td__pow10_table[q - TD__POW10_FIRST];
	unsigned __int128 product = (unsigned __int128)w * power.high;
	uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
	if ((high & 0x1FF) == 0x1FF) { /* what was left out of the product could reach the bits that decide */
		uint64_t rest = (uint64_t)((unsigned __int128)w * power.low >> 64);
		low += rest;
		high += low < rest;
		if (low == UINT64_MAX && (q < -27 || q > 55)) *sure = false;
	}
	int upper = (int)(high >> 63);
	uint64_t mantissa = high >> (upper + 9); /* 54 bits: one more than is kept */
	int exponent = (int)((217706 * q) >> 16) + 63 + upper - zeros + 1023;
	if (exponent <= 0) { /* subnormal */
		if (exponent < -62) return 0;
		mantissa >>= 1 - exponent;
		mantissa += mantissa & 1;
		return from_bits(mantissa >> 1); /* rounding up to the smallest normal number sets its exponent by itself */
	}
	/* Exactly half way between two doubles, which only small powers can be: to the even one. */
	if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << (upper + 9) == high) mantissa &= ~1ull;
	mantissa += mantissa & 1;
	mantissa >>= 1;
	if (mantissa >> 53) {
		mantissa >>= 1;
		exponent++;
	}
	if (exponent >= 0x7FF) return from_bits(0x7FFull << 52);
	return from_bits((mantissa & ~(1ull << 52)) | (uint64_t)exponent << 52);
}

bool td__int_read(const char *p, const char *end, bool negative, int64_t *out) {
	while (p < end && *p == '0') p++;
	if (end - p > 19) return false;
	uint64_t x = 0;
	for (; p < end; p++) x = x * 10 + (uint64_t)(*p - '0');
	if (x > (uint64_t)INT64_MAX + negative) return false;
	*out = negative ? (int64_t)(0 - x) : (int64_t)x;
	return true;
}

static inline bool is_digit(const char *p, const char *end) {
	return p < end && (unsigned char)(*p - '0') < 10;
}

const char *td__float_read(const char *p, const char *end, double *out) {
	const char *start = p;
	bool negative = p < end && *p == '-';
	if (p < end && (*p == '-' || *p == '+')) p++;
	const char *digits = p;
	uint64_t w = 0;
	for (; is_digit(p, end); p++) w = w * 10 + (uint64_t)(*p - '0');
	int64_t count = p - digits, fraction = 0;
	if (p < end && *p == '.') {
		const char *point = ++p;
		for (; is_digit(p, end); p++) w = w * 10 + (uint64_t)(*p - '0');
		fraction = p - point;
		count += fraction;
	}
	if (count == 0) return start;
	const char *digits_end = p;
	int64_t q = 0;
	if (p < end && (*p == 'e' || *p == 'E')) {
		const char *e = p + 1;
		bool minus = e < end && *e == '-';
		if (e < end && (*e == '-' || *e == '+')) e++;
		if (is_digit(e, end)) {
			for (; is_digit(e, end); e++) {
				if (q < INT64_MAX / 100) q = q * 10 + (*e - '0'); /* beyond that the digits cannot make up for it */
			}
			if (minus) q = -q;
			p = e;
		}
	}
	q -= fraction;
	bool sure = true;
	double x;
	if (count <= 19) {
		x = td__float_scale(w, q, &sure);
	} else {
		x = 0;
		sure = false;
		/* Leading zeros are not digits. With the first 19 that are, the number lies between two neighbours. */
		const char *d = digits;
		int taken = 0;
		int64_t left = count;
		w = 0;
		for (; d < digits_end && taken < 19; d++) {
			if (*d == '.') continue;
			w = w * 10 + (uint64_t)(*d - '0');
			taken += w != 0;
			left--;
		}
		x = td__float_scale(w, q + left, &sure);
		if (left && w && sure) {
			bool sure_above;
			double above = td__float_scale(w + 1, q + left, &sure_above);
			sure = sure_above && memcmp(&x, &above, sizeof x) == 0;
		}
	}
	if (!sure) x = td__float_exact(digits, digits_end, q, x);
	*out = negative ? -x : x;
	return p;
}
