#include "net/http_private.h"

static const char token_chars[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool td__http_is_token(const char *text, size_t len) {
	static bool table[256];
	static int ready;
	if (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE)) {
		for (const char *c = token_chars; *c; c++) table[(unsigned char)*c] = true;
		__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	}
	for (size_t i = 0; i < len; i++) {
		if (!table[(unsigned char)text[i]]) return false;
	}
	return len > 0;
}

bool td__http_value_ok(const char *text, size_t len) {
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f) return false;
	}
	return true;
}

/* The next item of a comma-separated list, blanks around it taken off; false at the end. */
static bool next_item(const char **at, const char *end, const char **item, size_t *len) {
	while (*at < end) {
		const char *from = *at, *to = memchr(from, ',', (size_t)(end - from));
		if (!to) to = end;
		*at = to < end ? to + 1 : end;
		while (from < to && (*from == ' ' || *from == '\t')) from++;
		while (to > from && (to[-1] == ' ' || to[-1] == '\t')) to--;
		if (from == to) continue;
		*item = from;
		*len = (size_t)(to - from);
		return true;
	}
	return false;
}

bool td__http_list_has(const char *list, size_t len, const char *token) {
	const char *at = list, *item;
	size_t n, want = strlen(token);
	while (next_item(&at, list + len, &item, &n)) {
		if (n == want && !strncasecmp(item, token, n)) return true;
	}
	return false;
}

bool td__http_accepts(const char *accept, const char *coding) {
	if (!accept) return false;
	const char *at = accept, *item;
	size_t n, want = strlen(coding);
	int named = -1, any = -1;
	while (next_item(&at, accept + strlen(accept), &item, &n)) {
		const char *semicolon = memchr(item, ';', n);
		size_t name = semicolon ? (size_t)(semicolon - item) : n;
		while (name && (item[name - 1] == ' ' || item[name - 1] == '\t')) name--;
		bool zero = false;
		if (semicolon) {
			const char *q = semicolon + 1, *end = item + n;
			while (q < end && (*q == ' ' || *q == '\t')) q++;
			if (end - q >= 3 && (*q == 'q' || *q == 'Q') && q[1] == '=') {
				zero = true;
				for (q += 2; q < end; q++) zero = zero && (*q == '0' || *q == '.');
			}
		}
		if (name == want && !strncasecmp(item, coding, want))
			named = !zero;
		else if (name == 1 && *item == '*')
			any = !zero;
	}
	return named >= 0 ? named : any > 0;
}

bool td__http_etag_matches(const char *list, const char *etag) {
	const char *at = list, *item;
	size_t n, want = strlen(etag);
	while (next_item(&at, list + strlen(list), &item, &n)) {
		if (n == 1 && *item == '*') return true;
		if (n > 2 && item[0] == 'W' && item[1] == '/') item += 2, n -= 2;
		if (n == want && !memcmp(item, etag, n)) return true;
	}
	return false;
}

static int hex(char c) {
	if (c >= '0' && c <= '9') return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *td__http_decode_path(td_scope *s, const char *path, size_t len) {
	char *out = td_alloc(s, len + 2);
	if (!out) return NULL;
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		char c = path[i];
		if (c == '%') {
			int high = i + 2 < len ? hex(path[i + 1]) : -1, low = high < 0 ? -1 : hex(path[i + 2]);
			if (low < 0) return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (!c) return NULL;
		out[n++] = c;
	}
	out[n] = '\0';
	/* Dots are resolved after decoding, or "%2e%2e" would be one way out. */
	size_t to = 0;
	for (size_t at = 0; at < n;) {
		size_t end = at + 1;
		while (end < n && out[end] != '/') end++;
		size_t segment = end - at - 1;
		bool last = end == n;
		if (segment == 1 && out[at + 1] == '.') {
			if (last) out[to++] = '/';
		} else if (segment == 2 && out[at + 1] == '.' && out[at + 2] == '.') {
			if (!to) return NULL;
			while (to && out[--to] != '/') {
			}
			if (last) out[to++] = '/';
		} else {
			memmove(out + to, out + at, end - at);
			to += end - at;
		}
		at = end;
	}
	if (!to) out[to++] = '/';
	out[to] = '\0';
	return out;
}

const char *td__http_unquote_plus(td_scope *s, const char *text, size_t len) {
	char *out = td_alloc(s, len + 1);
	if (!out) return NULL;
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		if (c == '+')
			c = ' ';
		else if (c == '%' && i + 2 < len && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
			c = (char)(hex(text[i + 1]) << 4 | hex(text[i + 2]));
			i += 2;
			/* A text cannot hold it, and cut off there it would be another one. */
			if (!c) c = ' ';
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return out;
}

/* --- dates --- */

static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static int64_t days_from_civil(int64_t y, int m, int d) {
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static char *two(char *p, int n) {
	*p++ = (char)('0' + n / 10 % 10);
	*p++ = (char)('0' + n % 10);
	return p;
}

void td__http_date(char out[30], int64_t seconds) {
	/* Years that four digits can show; nothing this server tells the date of lies outside. */
	if (seconds < -62135596800) seconds = -62135596800;
	if (seconds > 253402300799) seconds = 253402300799;
	int64_t day = seconds / 86400, rest = seconds % 86400;
	if (rest < 0) rest += 86400, day--;
	int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (int)((5 * doy + 2) / 153), d = (int)(doy - (153 * mp + 2) / 5 + 1), m = mp < 10 ? mp + 3 : mp - 9;
	int64_t y = yoe + era * 400 + (m <= 2);
	int weekday = (int)(((day + 4) % 7 + 7) % 7);
	char *p = out;
	memcpy(p, days + weekday * 3, 3), p += 3;
	memcpy(p, ", ", 2), p += 2;
	p = two(p, d);
	*p++ = ' ';
	memcpy(p, months + (m - 1) * 3, 3), p += 3;
	*p++ = ' ';
	p = two(two(p, (int)(y / 100)), (int)(y % 100));
	*p++ = ' ';
	p = two(p, (int)(rest / 3600));
	*p++ = ':';
	p = two(p, (int)(rest / 60 % 60));
	*p++ = ':';
	p = two(p, (int)(rest % 60));
	memcpy(p, " GMT", 5);
}

static bool number(const char **p, int digits, int *out) {
	*out = 0;
	for (int i = 0; i < digits; i++) {
		if (**p < '0' || **p > '9') return false;
		*out = *out * 10 + (*(*p)++ - '0');
	}
	return true;
}

static bool month(const char **p, int *out) {
	for (*out = 1; *out <= 12; ++*out) {
		if (!strncmp(*p, months + (*out - 1) * 3, 3)) return *p += 3, true;
	}
	return false;
}

static bool literal(const char **p, const char *text) {
	size_t n = strlen(text);
	if (strncmp(*p, text, n)) return false;
	*p += n;
	return true;
}

static bool clock_time(const char **p, int *h, int *m, int *sec) {
	return number(p, 2, h) && literal(p, ":") && number(p, 2, m) && literal(p, ":") && number(p, 2, sec) && *h < 24 &&
	       *m < 60 && *sec <= 60;
}

/* The three forms of RFC 9110 §5.6.7; a weekday is not checked against its date. */
bool td__http_date_parse(const char *text, int64_t *seconds) {
	int y = 0, m = 0, d = 0, h, min, sec;
	const char *comma = strchr(text, ',');
	if (comma) {
		const char *p = comma + 1;
		bool ok = literal(&p, " ") && number(&p, 2, &d);
		if (ok && *p == '-') {
			ok = literal(&p, "-") && month(&p, &m) && literal(&p, "-") && number(&p, 2, &y);
			y += ok && y < 70 ? 2000 : 1900;
		} else {
			ok = ok && literal(&p, " ") && month(&p, &m) && literal(&p, " ") && number(&p, 4, &y);
		}
		if (!ok || !literal(&p, " ") || !clock_time(&p, &h, &min, &sec) || strcmp(p, " GMT")) return false;
	} else {
		if (strlen(text) != 24) return false;
		const char *p = text + 4;
		if (!month(&p, &m) || !literal(&p, " ")) return false;
		if (*p == ' ') {
			p++;
			if (!number(&p, 1, &d)) return false;
		} else if (!number(&p, 2, &d)) {
			return false;
		}
		if (!literal(&p, " ") || !clock_time(&p, &h, &min, &sec) || !literal(&p, " ") || !number(&p, 4, &y))
			return false;
	}
	if (d < 1 || d > 31) return false;
	*seconds = days_from_civil(y, m, d) * 86400 + h * 3600 + min * 60 + sec;
	return true;
}

const char *(td_http_date_time_string)(td_scope *s, int64_t seconds) {
	char text[30];
	if (!td__enter(s)) return td_no_text;
	td__http_date(text, seconds);
	return td_strdup(s, text);
}

/* --- bytes that grow --- */

bool td__http_reserve(td__http_buffer *b, size_t more) {
	if (b->failed) return false;
	if (more <= b->cap - b->len) return true;
	size_t cap = b->cap ? b->cap : 1024;
	while (cap - b->len < more) cap *= 2;
	char *data = td__realloc(b->data, cap);
	if (!data) return b->failed = true, false;
	b->data = data;
	b->cap = cap;
	return true;
}

void td__http_put(td__http_buffer *b, const void *data, size_t len) {
	if (!len || !td__http_reserve(b, len)) return;
	memcpy(b->data + b->len, data, len);
	b->len += len;
}

void td__http_puts(td__http_buffer *b, const char *text) {
	td__http_put(b, text, strlen(text));
}

void td__http_put_uint(td__http_buffer *b, uint64_t n) {
	char text[20], *p = text + sizeof text;
	do *--p = (char)('0' + n % 10);
	while (n /= 10);
	td__http_put(b, p, (size_t)(text + sizeof text - p));
}

void td__http_buffer_free(td__http_buffer *b) {
	td__free(b->data);
	*b = (td__http_buffer){0};
}
