/* src/time/logging_message.c: the message of a record. Nearly all that is ever logged is %s and %d: those are written here,
 * and where something else comes the general formatter goes on. */
#include "core/format.h"
#include "time/logging_internal.h"

typedef struct text {
	char *data;
	size_t len, size; /* len may pass size: what it would take */
} text;

static inline void put(text *t, const char *data, size_t len) {
	if (td__likely(t->len + len < t->size)) memcpy(t->data + t->len, data, len);
	t->len += len;
}

static inline void put_number(text *t, uint64_t n, bool minus) {
	char digits[24];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + n % 10);
	} while (n /= 10);
	if (minus) digits[--at] = '-';
	put(t, digits + at, sizeof digits - at);
}

static inline void put_signed(text *t, int64_t n) {
	put_number(t, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, n < 0);
}

size_t td__log_message(char *out, size_t size, const char *fmt, va_list given) {
	text t = {out, 0, size};
	va_list args;
	va_copy(args, given);
	const char *p = fmt;
	for (;;) {
		const char *percent = strchrnul(p, '%');
		put(&t, p, (size_t)(percent - p));
		p = percent;
		if (!*p) break;
		const char *c = p + 1;
		unsigned longs = 0;
		while (*c == 'l' && longs < 2) c++, longs++;
		bool of_size = *c == 'z' && !longs;
		c += of_size;
		if (*c == '%' && c == p + 1) {
			put(&t, "%", 1);
		} else if (*c == 's' && c == p + 1) {
			const char *s = va_arg(args, const char *);
			if (!s) s = "(null)";
			put(&t, s, strlen(s));
		} else if (*c == 'd' || *c == 'i') {
			put_signed(&t, of_size      ? va_arg(args, ssize_t)
			               : longs == 2 ? va_arg(args, long long)
			               : longs      ? va_arg(args, long)
			                            : va_arg(args, int));
		} else if (*c == 'u') {
			put_number(&t,
			           of_size      ? va_arg(args, size_t)
			           : longs == 2 ? va_arg(args, unsigned long long)
			           : longs      ? va_arg(args, unsigned long)
			                        : va_arg(args, unsigned),
			           false);
		} else {
			break;
		}
		p = c + 1;
	}
	if (*p) {
		size_t left = t.len < size ? size - t.len : 0;
		char nowhere[1];
		t.len += td__vsnformat(left ? out + t.len : nowhere, left ? left : 1, NULL, p, args);
	}
	if (size) out[t.len < size ? t.len : size - 1] = 0;
	va_end(args);
	return t.len;
}
