/* A shell's pattern: read once into pieces, which are matched, or written as the regular expression that Python makes of
 * them. */
#include "os/fnmatch.h"

#include "core/buffer.h"
#include "core/unicode.h"

enum kind { STAR, ANY, ONE, SET, NOTHING };

struct range {
	uint32_t low, high;
};

struct piece {
	enum kind kind;
	bool negated;
	uint32_t c;
	struct range *ranges; /* of a set */
	size_t count;
	uint32_t *text; /* of a set: what stands between its brackets in a regular expression; */
	size_t len;     /* of an unclosed "[", nothing */
};

struct td__pattern {
	struct piece *pieces;
	size_t len;
};

/* --- sets --- */

struct chunk {
	const uint32_t *at;
	size_t len;
};

static const uint32_t *find_hyphen(const uint32_t *from, const uint32_t *end) {
	while (from < end && *from != '-') from++;
	return from < end ? from : NULL;
}

/* Cuts a set's content where a hyphen stands for a range, as Python does; a range that would be empty goes, with its two
 * ends. chunks has room. How many. */
static size_t cut_chunks(const uint32_t *start, const uint32_t *end, struct chunk *chunks) {
	size_t count = 0;
	const uint32_t *from = start + (*start == '!' ? 2 : 1), *hyphen;
	if (!find_hyphen(start, end)) {
		chunks[0] = (struct chunk){.at = start, .len = (size_t)(end - start)};
		return 1;
	}
	while (from < end && (hyphen = find_hyphen(from, end))) {
		chunks[count++] = (struct chunk){.at = start, .len = (size_t)(hyphen - start)};
		start = hyphen + 1;
		from = hyphen + 3;
	}
	if (start < end)
		chunks[count++] = (struct chunk){.at = start, .len = (size_t)(end - start)};
	else
		chunks[count - 1].len++; /* a hyphen at the end is itself */
	return count;
}

/* chunks[i] takes in what is left of the one behind it. */
static bool join_chunks(td_scope *s, struct chunk *chunks, size_t i, size_t *count) {
	size_t a = chunks[i].len - 1, b = chunks[i + 1].len - 1;
	uint32_t *text = td_alloc_array(s, a + b + 1, sizeof *text);
	if (!text) return false;
	for (size_t k = 0; k < a; k++) text[k] = chunks[i].at[k];
	for (size_t k = 0; k < b; k++) text[a + k] = chunks[i + 1].at[k + 1];
	chunks[i] = (struct chunk){.at = text, .len = a + b};
	memmove(chunks + i + 1, chunks + i + 2, (*count - i - 2) * sizeof *chunks);
	--*count;
	return true;
}

/* Adds a character of a set to the text of the regular expression. */
static void add_escaped(struct piece *p, uint32_t c, bool hyphens) {
	bool special = c == '\\' || c == '&' || c == '~' || c == '|' || (c == '-' && hyphens);
	if (special) p->text[p->len++] = '\\';
	p->text[p->len++] = c;
}

/* A set's content, from start to its "]" at end. False: raised. */
static bool read_set(td_scope *s, struct piece *p, const uint32_t *start, const uint32_t *end) {
	size_t size = (size_t)(end - start), count;
	struct chunk *chunks = td_alloc_array(s, size + 1, sizeof *chunks);
	p->ranges = td_alloc_array(s, 2 * size + 1, sizeof *p->ranges);
	p->text = td_alloc_array(s, 3 * size + 4, sizeof *p->text);
	if (!chunks || !p->ranges || !p->text) return false;
	count = cut_chunks(start, end, chunks);
	bool hyphens = find_hyphen(start, end) != NULL;
	for (size_t i = count - 1; i-- > 0;) {
		bool empty = chunks[i].at[chunks[i].len - 1] > chunks[i + 1].at[0];
		if (empty && !join_chunks(s, chunks, i, &count)) return false;
	}
	p->kind = SET;
	size_t first_len = chunks[0].len;
	uint32_t first = first_len ? chunks[0].at[0] : 0;
	if (!first_len && count == 1) {
		p->kind = NOTHING;
		return true;
	}
	if (first == '!' && first_len == 1 && count == 1) {
		p->kind = ANY;
		return true;
	}
	p->negated = first == '!';
	if (first == '!')
		p->text[p->len++] = '^';
	else if (first == '^' || first == '[')
		p->text[p->len++] = '\\';
	for (size_t i = 0; i < count; i++) {
		if (i) {
			uint32_t low = chunks[i - 1].at[chunks[i - 1].len - 1];
			p->ranges[p->count++] = (struct range){low, chunks[i].at[0]};
			p->text[p->len++] = '-';
		}
		for (size_t k = i == 0 && p->negated; k < chunks[i].len; k++) {
			uint32_t c = chunks[i].at[k];
			p->ranges[p->count++] = (struct range){c, c};
			add_escaped(p, c, hyphens);
		}
	}
	return true;
}

/* --- patterns --- */

td__pattern *td__pattern_read(td_scope *s, const char *pat) {
	size_t len = strlen(pat), count = 0;
	td__pattern *p = td_alloc(s, sizeof *p);
	uint32_t *c = td_alloc_array(s, len + 1, sizeof *c);
	if (!p || !c) return NULL;
	for (const char *at = pat; at < pat + len;) c[count++] = td__utf8_next(&at, pat + len);
	p->pieces = td_alloc_array(s, count + 1, sizeof *p->pieces);
	if (!p->pieces) return NULL;
	for (size_t i = 0; i < count;) {
		struct piece *piece = &p->pieces[p->len++];
		uint32_t this = c[i++];
		piece->kind = this == '*' ? STAR : this == '?' ? ANY : ONE;
		piece->c = this;
		if (this == '*' && p->len > 1 && piece[-1].kind == STAR) p->len--;
		if (this != '[') continue;
		size_t end = i;
		if (end < count && c[end] == '!') end++;
		if (end < count && c[end] == ']') end++;
		while (end < count && c[end] != ']') end++;
		if (end >= count) continue;
		if (!read_set(s, piece, c + i, c + end)) return NULL;
		i = end + 1;
	}
	return p;
}

static bool fits(const struct piece *p, uint32_t c) {
	if (p->kind == ANY) return true;
	if (p->kind == ONE) return p->c == c;
	if (p->kind == NOTHING) return false;
	for (size_t i = 0; i < p->count; i++) {
		if (c >= p->ranges[i].low && c <= p->ranges[i].high) return !p->negated;
	}
	return p->negated;
}

/* One star is given up for the next: what stands between two is found as early as can be, and nothing is gained by finding
 * it later. */
bool td__pattern_match(const td__pattern *p, const char *name) {
	const char *end = name + strlen(name), *retry = NULL;
	size_t i = 0, after_star = 0;
	for (;;) {
		if (i < p->len && p->pieces[i].kind == STAR) {
			after_star = ++i;
			retry = name;
			if (i == p->len) return true;
			continue;
		}
		if (name == end && i == p->len) return true;
		if (name < end && i < p->len) {
			const char *at = name;
			if (fits(&p->pieces[i], td__utf8_next(&at, end))) {
				name = at;
				i++;
				continue;
			}
		}
		if (!retry || retry == end) return false;
		td__utf8_next(&retry, end);
		name = retry;
		i = after_star;
	}
}

/* --- what users call --- */

bool(td_fnmatch_fnmatchcase)(td_scope *s, const char *name, const char *pat) {
	if (!td__enter(s) || !td__need_text(s, "name", name) || !td__need_text(s, "pat", pat)) return false;
	TD_SCOPE(tmp, s);
	td__pattern *p = td__pattern_read(tmp, pat);
	return p && td__pattern_match(p, name);
}

bool(td_fnmatch_fnmatch)(td_scope *s, const char *name, const char *pat) {
	return (td_fnmatch_fnmatchcase)(s, name, pat);
}

td_strs(td_fnmatch_filter)(td_scope *s, td_strs names, const char *pat) {
	static const char *const no_items[1] = {NULL};
	const td_strs none = {no_items, 0};
	if (!td__enter(s) || !td__need_strs(s, "names", names) || !td__need_text(s, "pat", pat)) return none;
	TD_SCOPE(tmp, s);
	td__pattern *p = td__pattern_read(tmp, pat);
	const char **items = p ? td_alloc_array(s, names.len + 1, sizeof *items) : NULL;
	if (!items) return none;
	size_t count = 0;
	for (size_t i = 0; i < names.len; i++) {
		if (td__pattern_match(p, names.items[i])) items[count++] = names.items[i];
	}
	return (td_strs){items, count};
}

static void put(td__buffer *b, uint32_t c) {
	char bytes[4];
	td__buffer_put(b, bytes, td__utf8_put(bytes, c));
}

static void write_piece(td__buffer *b, const struct piece *p) {
	switch (p->kind) {
	case STAR: break;
	case ANY: td__buffer_char(b, '.'); break;
	case NOTHING: td__buffer_lit(b, "(?!)"); break;
	case ONE:
		if (p->c && p->c < 128 && strchr("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", (int)p->c)) td__buffer_char(b, '\\');
		put(b, p->c);
		break;
	case SET:
		td__buffer_char(b, '[');
		for (size_t i = 0; i < p->len; i++) put(b, p->text[i]);
		td__buffer_char(b, ']');
		break;
	}
}

const char *(td_fnmatch_translate)(td_scope *s, const char *pat) {
	if (!td__enter(s) || !td__need_text(s, "pat", pat)) return td_no_text;
	TD_SCOPE(tmp, s);
	td__pattern *p = td__pattern_read(tmp, pat);
	if (!p) return td_no_text;
	td__buffer b;
	td__buffer_begin(&b, s);
	td__buffer_lit(&b, "(?s:");
	size_t last_star = p->len;
	for (size_t i = 0; i < p->len; i++) {
		if (p->pieces[i].kind == STAR) last_star = i;
	}
	bool open = false;
	for (size_t i = 0; i < p->len; i++) {
		if (p->pieces[i].kind == STAR) { /* each but the last in a group that is never tried again */
			if (open) td__buffer_char(&b, ')');
			open = i != last_star;
			if (open)
				td__buffer_lit(&b, "(?>.*?");
			else
				td__buffer_lit(&b, ".*");
		} else {
			write_piece(&b, &p->pieces[i]);
		}
	}
	td__buffer_lit(&b, ")\\Z");
	return td__buffer_text(&b).data;
}
