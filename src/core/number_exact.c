/* Floats by whole numbers of any length: slow, and always right. Used where 128 bits cannot decide, about once in a
 * thousand million numbers unless somebody chose them. */
#include <string.h>

#include "core/number.h"

/* 801 digits, and 5^1126, and what they are shifted by fit. */
enum { LIMBS = 128, DIGITS_KEPT = 800 };

typedef struct big {
	uint64_t limb[LIMBS]; /* the lowest first */
	int len;
} big;

static void big_set(big *b, uint64_t x) {
	b->limb[0] = x;
	b->len = x != 0;
}

static void big_mul_add(big *b, uint64_t factor, uint64_t add) {
	uint64_t carry = add;
	for (int i = 0; i < b->len; i++) {
		unsigned __int128 product = (unsigned __int128)b->limb[i] * factor + carry;
		b->limb[i] = (uint64_t)product;
		carry = (uint64_t)(product >> 64);
	}
	if (carry && b->len < LIMBS) b->limb[b->len++] = carry;
}

static void big_mul_pow5(big *b, int64_t k) {
	for (; k >= 27; k -= 27) big_mul_add(b, 7450580596923828125u, 0);
	uint64_t rest = 1;
	for (; k > 0; k--) rest *= 5;
	big_mul_add(b, rest, 0);
}

static void big_shift(big *b, int64_t bits) {
	if (b->len == 0 || bits <= 0) return;
	int limbs = (int)(bits / 64), left = (int)(bits % 64);
	if (b->len + limbs + 1 > LIMBS) limbs = LIMBS - 1 - b->len;
	uint64_t top = left ? b->limb[b->len - 1] >> (64 - left) : 0;
	for (int i = b->len - 1; i >= 0; i--) {
		uint64_t lower = left && i ? b->limb[i - 1] >> (64 - left) : 0;
		b->limb[i + limbs] = b->limb[i] << left | lower;
	}
	memset(b->limb, 0, (size_t)limbs * sizeof *b->limb);
	b->len += limbs;
	if (top) b->limb[b->len++] = top;
}

static int big_compare(const big *a, const big *b) {
	if (a->len != b->len) return a->len < b->len ? -1 : 1;
	for (int i = a->len - 1; i >= 0; i--) {
		if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
	}
	return 0;
}

static uint64_t bits_of(double x) {
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static double from_bits(uint64_t bits) {
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

/* How digits * 10^exponent compares with the number half way from the double of those bits to the next one. */
static int compare_half(const big *digits, int64_t exponent, uint64_t bits) {
	int biased = (int)(bits >> 52);
	uint64_t mantissa = (bits & 0xFFFFFFFFFFFFFu) | (biased ? 1ull << 52 : 0);
	int64_t two = (biased ? biased : 1) - 1075 - 1;
	big left = *digits, right;
	big_set(&right, 2 * mantissa + 1);
	if (exponent >= 0) {
		big_mul_pow5(&left, exponent);
	} else {
		big_mul_pow5(&right, -exponent);
	}
	two -= exponent; /* 10^e is 5^e and 2^e: the twos of both sides are one shift */
	if (two >= 0) {
		big_shift(&right, two);
	} else {
		big_shift(&left, -two);
	}
	return big_compare(&left, &right);
}

double td__float_exact(const char *p, const char *end, int64_t exponent, double guess) {
	big digits;
	big_set(&digits, 0);
	while (p < end && (*p == '0' || *p == '.')) p++;
	/* More digits than any double and any half way point have only matter in that there are some. */
	int64_t count = 0, left = 0;
	bool more = false;
	for (; p < end; p++) {
		if (*p == '.') continue;
		if (count < DIGITS_KEPT) {
			if (digits.len == 0)
				big_set(&digits, (uint64_t)(*p - '0'));
			else
				big_mul_add(&digits, 10, (uint64_t)(*p - '0'));
			count++;
		} else {
			more |= *p != '0';
			left++;
		}
	}
	if (count == 0) return 0;
	exponent += left;
	if (more) {
		big_mul_add(&digits, 10, 1);
		exponent--;
		count++;
	}
	int64_t magnitude = count + exponent; /* the number is below 10^magnitude and not below a tenth of that */
	if (magnitude > 310) return from_bits(0x7FFull << 52);
	if (magnitude < -325) return 0;
	uint64_t bits = bits_of(guess), infinite = 0x7FFull << 52;
	while (bits < infinite && compare_half(&digits, exponent, bits) > 0) bits++;
	while (bits > 0 && compare_half(&digits, exponent, bits - 1) < 0) bits--;
	if (bits & 1) { /* of two that are equally near, the even one */
		if (bits < infinite && compare_half(&digits, exponent, bits) == 0)
			bits++;
		else if (compare_half(&digits, exponent, bits - 1) == 0)
			bits--;
	}
	return from_bits(bits);
}

size_t td__float_digits(char *out, double x) {
	uint64_t bits = bits_of(x);
	int two = (int)(bits >> 52 & 0x7FF) - 1075;
	uint64_t mantissa = (bits & 0xFFFFFFFFFFFFFu) | 1ull << 52;
	big b;
	big_set(&b, two < 0 ? two < -52 ? 0 : mantissa >> -two : mantissa);
	big_shift(&b, two);
	char reversed[320];
	size_t count = 0, len = 0;
	do {
		uint64_t rest = 0; /* of a division by ten */
		for (int i = b.len - 1; i >= 0; i--) {
			unsigned __int128 part = (unsigned __int128)rest << 64 | b.limb[i];
			b.limb[i] = (uint64_t)(part / 10);
			rest = (uint64_t)(part % 10);
		}
		if (b.len && b.limb[b.len - 1] == 0) b.len--;
		reversed[count++] = (char)('0' + rest);
	} while (b.len);
	if (bits >> 63) out[len++] = '-';
	while (count) out[len++] = reversed[--count];
	return len;
}
