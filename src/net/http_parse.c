/* src/net/http_parse.c: RFC 9112, without leniency. No byte is read twice differently: the scanner finds line ends, the
 * parser sees lines that end in CRLF and hold no other CR or LF. */
#include "net/http_private.h"

int64_t td__http_scan_head(td__http_scan *scan, const char *data, size_t len, size_t max_uri, size_t max_headers) {
	/* One empty line in front of a request is left over by some clients after a body (RFC 9112 §2.2). */
	if (!scan->line && len >= 2 && data[0] == '\r' && data[1] == '\n') scan->at = scan->line = scan->skip = 2;
	while (scan->at < len) {
		const char *lf = memchr(data + scan->at, '\n', len - scan->at);
		size_t seen = lf ? (size_t)(lf - data) : len;
		if (!scan->lines && seen - scan->line > max_uri + 64) return -414;
		if (seen - scan->skip > max_headers) return -431;
		scan->at = seen;
		if (!lf) return 0;
		if (seen == scan->line || data[seen - 1] != '\r') return -400;
		bool empty = seen - scan->line == 1;
		scan->at = scan->line = seen + 1;
		if (empty) return scan->lines ? (int64_t)scan->at : -400;
		if (++scan->lines > TD__HTTP_MAX_FIELDS + 1) return -431;
	}
	return 0;
}

static bool same(const char *text, size_t len, const char *lower) {
	return !strncasecmp(text, lower, len) && !lower[len];
}

static bool host_ok(const char *host, size_t len) {
	if (!len) return true;
	size_t i = 0;
	if (host[0] == '[') {
		for (i = 1; i < len && host[i] != ']'; i++) {
			char c = host[i];
			if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') || c == ':' || c == '.'))
				return false;
		}
		if (i >= len || i < 3) return false;
		i++;
	} else {
		for (; i < len && host[i] != ':'; i++) {
			char c = host[i];
			if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '.' ||
			      c == '_' || c == '~'))
				return false;
		}
	}
	if (i == len) return true;
	if (host[i] != ':' || len - i > 6) return false;
	for (i++; i < len; i++) {
		if (host[i] < '0' || host[i] > '9') return false;
	}
	return true;
}

static int parse_target(td__http_head *h, size_t max_uri) {
	const char *t = h->target;
	size_t len = h->target_len;
	if (!len) return 400;
	if (len > max_uri) return 414;
	for (size_t i = 0; i < len; i++) {
		/* A fragment is never sent; "\" and its like are no URI's, and some would read them as "/". */
		unsigned char c = (unsigned char)t[i];
		if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\' || c == '"' || c == '<' || c == '>' || c == '^' || c == '`')
			return 400;
	}
	if (t[0] == '/') return 0;
	if (len == 1 && t[0] == '*') {
		h->asterisk = true;
		return h->method_len == 7 && !memcmp(h->method, "OPTIONS", 7) ? 0 : 400;
	}
	if (h->method_len == 7 && !memcmp(h->method, "CONNECT", 7)) return 501;
	size_t scheme = len > 7 && !strncasecmp(t, "http://", 7) ? 7 : len > 8 && !strncasecmp(t, "https://", 8) ? 8 : 0;
	if (!scheme) return 400;
	const char *authority = t + scheme, *end = t + len, *path = authority;
	while (path < end && *path != '/' && *path != '?') path++;
	h->host = authority;
	h->host_len = (size_t)(path - authority);
	h->path_at = (size_t)(path - t);
	return h->host_len && host_ok(h->host, h->host_len) ? 0 : 400;
}

static int parse_request_line(td__http_head *h, char *line, size_t len, size_t max_uri) {
	char *space = memchr(line, ' ', len);
	if (!space) return 400;
	h->method = line;
	h->method_len = (size_t)(space - line);
	if (!td__http_is_token(h->method, h->method_len)) return 400;
	char *target = space + 1, *end = line + len;
	space = memchr(target, ' ', (size_t)(end - target));
	if (!space) return 400;
	h->target = target;
	h->target_len = (size_t)(space - target);
	const char *version = space + 1;
	if (end - version != 8 || memcmp(version, "HTTP/", 5) || version[6] != '.' || version[5] < '0' ||
	    version[5] > '9' || version[7] < '0' || version[7] > '9') {
		return 400;
	}
	if (version[5] != '1') return 505;
	h->minor = version[7] - '0';
	return parse_target(h, max_uri);
}

/* Digits only and once: "5, 5", "+5" and "0x5" are read differently by different servers. */
static int content_length(td__http_head *h, const char *value, size_t len) {
	if (h->has_length || !len) return 400;
	h->has_length = true;
	h->length = 0;
	for (size_t i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9') return 400;
		if (h->length > (UINT64_MAX - 9) / 10) return 413;
		h->length = h->length * 10 + (uint64_t)(value[i] - '0');
	}
	return 0;
}

int td__http_parse_head(td__http_head *h, char *data, size_t len, size_t max_uri) {
	*h = (td__http_head){.method = data};
	char *at = data, *end = data + len - 2; /* without the empty line */
	char *eol = memchr(at, '\r', (size_t)(end - at));
	if (!eol || eol[1] != '\n') return 400;
	int status = parse_request_line(h, at, (size_t)(eol - at), max_uri);
	if (status) return status;
	bool absolute = h->host != NULL, host_seen = false, close = false, keep = false, coded = false;
	const char *coding = NULL;
	size_t coding_len = 0;
	for (at = eol + 2; at < end; at = eol + 2) {
		eol = memchr(at, '\r', (size_t)(end - at) + 1);
		if (!eol || eol[1] != '\n' || eol == at) return 400;
		char *colon = memchr(at, ':', (size_t)(eol - at));
		/* A blank in front of the colon, or of the line (a folded one), is no token either. */
		if (!colon || !td__http_is_token(at, (size_t)(colon - at))) return 400;
		if (h->count == TD__HTTP_MAX_FIELDS) return 431;
		char *value = colon + 1, *stop = eol;
		while (value < stop && (*value == ' ' || *value == '\t')) value++;
		while (stop > value && (stop[-1] == ' ' || stop[-1] == '\t')) stop--;
		size_t name_len = (size_t)(colon - at), value_len = (size_t)(stop - value);
		if (!td__http_value_ok(value, value_len)) return 400;
		h->fields[h->count++] = (td__http_field){at, value, (uint32_t)name_len, (uint32_t)value_len};
		switch (name_len) {
		case 4:
			if (!same(at, name_len, "host")) break;
			if (host_seen || !host_ok(value, value_len)) return 400;
			host_seen = true;
			if (!absolute) h->host = value, h->host_len = value_len;
			break;
		case 6:
			if (!same(at, name_len, "expect")) break;
			if (!same(value, value_len, "100-continue")) return 417;
			h->expect_continue = true;
			break;
		case 10:
			if (!same(at, name_len, "connection")) break;
			close = close || td__http_list_has(value, value_len, "close");
			keep = keep || td__http_list_has(value, value_len, "keep-alive");
			break;
		case 14:
			if (!same(at, name_len, "content-length")) break;
			if ((status = content_length(h, value, value_len))) return status;
			break;
		case 17:
			if (!same(at, name_len, "transfer-encoding")) break;
			if (coded) return 400;
			coded = true;
			coding = value;
			coding_len = value_len;
			break;
		}
	}
	if (coded) {
		/* RFC 9112 §6.1 and §11.2: with a length beside it, or from HTTP/1.0, somebody on the way may have read the end of
		 * this request elsewhere. */
		if (h->has_length || !h->minor) return 400;
		if (!same(coding, coding_len, "chunked")) return td__http_list_has(coding, coding_len, "chunked") ? 501 : 400;
		h->chunked = true;
	}
	if (h->minor && !host_seen) return 400;
	if (!h->minor) h->expect_continue = false;
	h->keep_alive = h->minor ? !close : keep && !close;
	return 0;
}

static int hex_digit(char c) {
	if (c >= '0' && c <= '9') return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One line of body[from..len): its length with CRLF, 0 when it is not whole, negative: a status. */
static int64_t take_line(const char *body, size_t from, size_t len, size_t most) {
	const char *lf = memchr(body + from, '\n', len - from);
	size_t seen = lf ? (size_t)(lf - body) - from : len - from;
	if (seen > most) return -431;
	if (!lf) return 0;
	if (!seen || lf[-1] != '\r' || memchr(body + from, '\r', seen - 1)) return -400;
	return (int64_t)seen + 1;
}

static int chunk_size(td__http_chunks *c, const char *line, size_t len, size_t max_body) {
	size_t size = 0, i = 0;
	for (int digit; i < len && (digit = hex_digit(line[i])) >= 0; i++) {
		if (i >= 15) return -413;
		size = size << 4 | (size_t)digit;
	}
	if (!i || (i < len && line[i] != ';') || !td__http_value_ok(line + i, len - i)) return -400;
	if (size > max_body || c->out > max_body - size) return -413;
	c->left = size;
	c->state = size ? TD__CHUNK_DATA : TD__CHUNK_TRAILER;
	return 0;
}

int td__http_decode_chunks(td__http_chunks *c, char *body, size_t len, size_t max_body, size_t max_headers) {
	while (c->state != TD__CHUNK_DONE) {
		if (c->state == TD__CHUNK_DATA) {
			size_t n = len - c->in < c->left ? len - c->in : c->left;
			memmove(body + c->out, body + c->in, n);
			c->in += n;
			c->out += n;
			c->left -= n;
			if (c->left) return 0;
			c->state = TD__CHUNK_END;
		}
		if (c->state == TD__CHUNK_END) {
			if (len - c->in < 1) return 0;
			if (body[c->in] != '\r' || (len - c->in >= 2 && body[c->in + 1] != '\n')) return -400;
			if (len - c->in < 2) return 0;
			c->in += 2;
			c->state = TD__CHUNK_SIZE;
		}
		/* Size lines and trailers count against a limit of their own, or a body of one-byte chunks with long extensions
		 * would be read for ever. */
		int64_t line = take_line(body, c->in, len, max_headers);
		if (line <= 0) return (int)line;
		c->overhead += (size_t)line;
		if (c->overhead > max_headers + c->out * 8) return -431;
		const char *text = body + c->in;
		size_t n = (size_t)line - 2;
		c->in += (size_t)line;
		if (c->state == TD__CHUNK_SIZE) {
			int status = chunk_size(c, text, n, max_body);
			if (status) return status;
		} else if (!n) {
			c->state = TD__CHUNK_DONE;
		} else {
			const char *colon = memchr(text, ':', n);
			if (!colon || !td__http_is_token(text, (size_t)(colon - text)) ||
			    !td__http_value_ok(colon + 1, n - (size_t)(colon - text) - 1)) {
				return -400;
			}
		}
	}
	return 1;
}
