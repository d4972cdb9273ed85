/* names.c: file names, which may hold anything but a NUL, where something else would be mistaken for their end. */
#include <string.h>
#include <tend/file.h>
#include <tend/json.h>

#include "hash.h"

bool hash_name_needs_escape(const char *name) {
	return name[strcspn(name, "\\\n\r")] != '\0';
}

void hash_print_name(const char *name, bool escape, FILE *out) {
	if (!escape) {
		fputs(name, out);
		return;
	}
	for (const char *c = name; *c; c++) {
		if (*c == '\n')
			fputs("\\n", out);
		else if (*c == '\r')
			fputs("\\r", out);
		else if (*c == '\\')
			fputs("\\\\", out);
		else
			putc(*c, out);
	}
}

bool hash_unescape(char *name, size_t len) {
	char *out = name;
	for (size_t i = 0; i < len; i++) {
		if (name[i] == '\0') return false;
		if (name[i] != '\\') {
			*out++ = name[i];
			continue;
		}
		if (++i == len) return false;
		if (name[i] != 'n' && name[i] != 'r' && name[i] != '\\') return false;
		*out++ = name[i] == 'n' ? '\n' : name[i] == 'r' ? '\r' : '\\';
	}
	*out = '\0';
	return true;
}

/* --- in messages --- */

/* The bytes of the UTF-8 character at text, or 0 when there is none that could be shown. */
static size_t character(const unsigned char *text) {
	if (text[0] < 0x80) return text[0] >= ' ' && text[0] != 0x7f;
	size_t len = text[0] >= 0xf0 && text[0] < 0xf5 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	if (text[0] < 0xc2 || text[0] >= 0xf5) return 0;
	for (size_t i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80) return 0;
	}
	if (text[0] == 0xe0 && text[1] < 0xa0) return 0;
	if (text[0] == 0xed && text[1] >= 0xa0) return 0;
	if (text[0] == 0xf0 && text[1] < 0x90) return 0;
	if (text[0] == 0xf4 && text[1] >= 0x90) return 0;
	return text[0] == 0xc2 && text[1] < 0xa0 ? 0 : len;
}

typedef struct look {
	bool special; /* a shell, or who reads the message, would be led astray */
	bool strange; /* it holds what cannot be shown */
	bool quote;   /* it holds a ' */
	bool doubles; /* all of it may stand between " */
	bool ends_strange;
} look;

static look look_at(const char *name) {
	look l = {.special = !*name, .doubles = true};
	for (const char *c = name; *c;) {
		size_t len = character((const unsigned char *)c);
		l.ends_strange = len == 0;
		if (len == 0) {
			l.strange = l.special = true;
			l.doubles = false;
		} else if (len == 1 && (*c == '\'' || *c == ' ')) {
			l.quote = l.quote || *c == '\'';
			l.special = true;
		} else if (len == 1 && strchr("!\"$&()*;<=>?[\\^`|", *c)) {
			l.special = true;
			l.doubles = false;
		} else if (len == 1 && ((c == name && strchr("#~", *c)) || *c == ':')) {
			l.special = true;
		} else if (len == 1 && strchr("{}", *c) && c == name && !c[1]) {
			l.special = true;
		} else if (len > 1) {
			l.doubles = false;
		}
		c += len ? len : 1;
	}
	return l;
}

static void put_strange(FILE *out, unsigned char c) {
	static const char codes[] = "\a\b\t\n\v\f\r", letters[] = "abtnvfr";
	const char *known = c ? strchr(codes, c) : NULL;
	if (known)
		fprintf(out, "\\%c", letters[known - codes]);
	else
		fprintf(out, "\\%03o", c);
}

const char *hash_quote(td_scope *s, const char *name) {
	look l = look_at(name);
	if (!l.special) return name;
	if (l.quote && l.doubles) return td_format(s, "\"%s\"", name);
	/* The longest that can come of a byte is '$'\377''. */
	size_t size = strlen(name) * 10 + 16;
	char *text = td_alloc(s, size);
	FILE *out = text ? fmemopen(text, size, "w") : NULL;
	if (!out) return name;
	/* coreutils scans a name with ' in it twice and begins the second time as the first time ended. */
	bool within = l.quote && l.ends_strange;
	putc('\'', out);
	for (const char *c = name; *c;) {
		size_t len = character((const unsigned char *)c);
		if (len == 0) {
			if (!within) fputs("'$'", out);
			within = true;
			put_strange(out, (unsigned char)*c++);
			continue;
		}
		if (*c == '\'') {
			fputs("'\\''", out);
			within = false;
			c++;
			continue;
		}
		if (within) fputs("''", out);
		within = false;
		for (; len; len--) putc(*c++, out);
	}
	putc('\'', out);
	fclose(out);
	return text;
}

void hash_complain(td_scope *s, const char *name, const char *message) {
	TD_SCOPE(tmp, s);
	fprintf(stderr, "tend hash: %s: %s\n", hash_quote(tmp, name), message);
}

/* --- in JSON --- */

const td_value *hash_json_name(td_scope *s, const char *name) {
	size_t len = strlen(name);
	char *text = td_alloc(s, len * 3 + 1), *out = text;
	for (size_t i = 0; text && i < len;) {
		const unsigned char *c = (const unsigned char *)name + i;
		size_t bytes = *c < 0x80 ? 1 : *c == 0xc2 && (c[1] & 0xc0) == 0x80 ? 2 : character(c);
		if (bytes == 0) { /* the lone surrogate that stands for the byte */
			*out++ = (char)0xed;
			*out++ = (char)(0xb0 | (*c >> 6 & 3));
			*out++ = (char)(0x80 | (*c & 0x3f));
			i++;
		}
		for (; bytes; bytes--) *out++ = name[i++];
	}
	return td_value_new_text(s, (td_bytes){text ? text : "", text ? (size_t)(out - text) : 0});
}

void hash_rows_begin(hash_rows *rows) {
	if (rows->wanted) fputs("[", stdout);
}

void hash_rows_add(td_scope *s, hash_rows *rows, const td_value *row) {
	if (!rows->wanted) return;
	const char *text = td_json_dumps(s, row);
	if (td_failed(s)) return;
	printf("%s\n%s", rows->any ? "," : "", text);
	rows->any = true;
}

void hash_rows_end(hash_rows *rows) {
	if (rows->wanted) puts(rows->any ? "\n]" : "]");
}
