/* tools/ps/show.c: processes as a table, as JSON and as CSV. A table of 400 processes has 4,400 cells: they are written
 * into one buffer one behind the other, numbers by hand, and padded once all are known. */
#include "ps/show.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <tend/file.h>
#include <tend/json.h>
#include <time.h>
#include <unistd.h>

#include "fit.h"

/* --- a text that grows --- */

typedef struct text {
	td_scope *s;
	char *data;
	size_t len, capacity;
} text;

static bool room(text *t, size_t more) {
	if (t->len + more <= t->capacity) return true;
	size_t capacity = (t->len + more) * 2 + 4096;
	char *data = td_alloc(t->s, capacity);
	if (!data) return false;
	if (t->len) memcpy(data, t->data, t->len);
	t->data = data;
	t->capacity = capacity;
	return true;
}

static void put(text *t, const char *data, size_t len) {
	if (!room(t, len)) return;
	memcpy(t->data + t->len, data, len);
	t->len += len;
}

static void put_text(text *t, const char *data) {
	put(t, data, strlen(data));
}

static void pad(text *t, size_t count) {
	if (!room(t, count)) return;
	memset(t->data + t->len, ' ', count);
	t->len += count;
}

static void put_number(text *t, int64_t n) {
	char digits[24], *p = digits + sizeof digits;
	uint64_t u = n < 0 ? -(uint64_t)n : (uint64_t)n;
	do *--p = (char)('0' + u % 10);
	while (u /= 10);
	if (n < 0) *--p = '-';
	put(t, p, (size_t)(digits + sizeof digits - p));
}

static void put_two(text *t, int64_t n) {
	put(t, (const char[]){(char)('0' + n / 10 % 10), (char)('0' + n % 10)}, 2);
}

static void put_tenths(text *t, double x) {
	int64_t tenths = (int64_t)(x * 10 + (x < 0 ? -0.5 : 0.5));
	put_number(t, tenths / 10);
	put(t, (const char[]){'.', (char)('0' + (tenths < 0 ? -tenths : tenths) % 10)}, 2);
}

/* "512", "1.5K", "23M": at most four characters up to the petabytes. */
static void put_size(text *t, int64_t bytes) {
	static const char units[] = "KMGTPE";
	if (bytes < 1000) {
		put_number(t, bytes);
		return;
	}
	double x = (double)bytes / 1024;
	size_t unit = 0;
	while (x >= 999.5 && unit < 5) {
		x /= 1024;
		unit++;
	}
	if (x < 9.95)
		put_tenths(t, x);
	else
		put_number(t, (int64_t)(x + 0.5));
	put(t, &units[unit], 1);
}

static void put_age(text *t, double seconds) {
	int64_t n = (int64_t)seconds, days = n / 86400;
	if (days) {
		put_number(t, days);
		put(t, "-", 1);
	}
	if (n >= 3600) {
		put_two(t, n / 3600 % 24);
		put(t, ":", 1);
	}
	put_two(t, n / 60 % 60);
	put(t, ":", 1);
	put_two(t, n % 60);
}

/* "14:05" of the last day, "Nov05" of the last year, "2024". */
static void put_start(text *t, double when, double now) {
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)when;
	struct tm tm;
	if (!localtime_r(&seconds, &tm)) return;
	if (now - when < 86400) {
		put_two(t, tm.tm_hour);
		put(t, ":", 1);
		put_two(t, tm.tm_min);
	} else if (now - when < 365 * 86400.0) {
		put(t, months + 3 * tm.tm_mon, 3);
		put_two(t, tm.tm_mday);
	} else {
		put_number(t, tm.tm_year + 1900);
	}
}

static bool is_plain(const char *data, size_t *len) {
	const char *p = data;
	bool plain = true;
	for (; *p; p++) plain &= (unsigned char)(*p - ' ') < 95;
	*len = (size_t)(p - data);
	return plain;
}

/* Text as a terminal may have it: what is no character there is a ?. Returns how wide it is. */
static size_t put_shown(text *t, const char *data, bool utf8) {
	size_t len;
	if (is_plain(data, &len)) {
		put(t, data, len);
		return len;
	}
	TD_SCOPE(scratch, t->s);
	const char *clean = tend_text_cut(scratch, data, 1 << 28, utf8);
	put_text(t, clean);
	return (size_t)tend_text_width(clean);
}

/* --- cells --- */

typedef struct cell {
	unsigned len, width;
} cell;

static size_t put_command(text *t, const ps_line *line, const ps_view *v) {
	const td_process_row *row = line->row;
	size_t width = 0;
	if (*row->cmdline) return put_shown(t, row->cmdline, v->utf8);
	put(t, "[", 1);
	width = put_shown(t, row->name, v->utf8);
	put_text(t, row->state == 'Z' ? "] <defunct>" : "]");
	return width + (row->state == 'Z' ? 12 : 2);
}

static cell make_cell(text *t, const ps_view *v, const ps_column *c, const ps_line *line) {
	char scratch[PS_SCRATCH];
	size_t begin = t->len;
	bool command = strcmp(c->name, "command") == 0;
	ps_value value = c->value(line, &v->machine, scratch);
	size_t width = 0, before;
	if ((command || strcmp(c->name, "name") == 0) && *line->branch) {
		put_text(t, line->branch);
		width += (size_t)tend_text_width(line->branch);
	}
	before = t->len;
	if (command) {
		width += put_command(t, line, v);
	} else if (value.kind == PS_TEXT) {
		width += put_shown(t, value.text, v->utf8);
	} else {
		if (value.kind == PS_NOTHING)
			put(t, strcmp(c->name, "tty") == 0 ? "?" : "-", 1);
		else if (c->format == PS_SIZE)
			put_size(t, value.number);
		else if (c->format == PS_SECONDS) {
			put_number(t, (int64_t)value.real / 60);
			put(t, ":", 1);
			put_two(t, (int64_t)value.real % 60);
		} else if (c->format == PS_AGE)
			put_age(t, value.real);
		else if (c->format == PS_START)
			put_start(t, value.real, v->machine.now);
		else if (value.kind == PS_FLOAT)
			put_tenths(t, value.real);
		else
			put_number(t, value.number);
		width += t->len - before;
	}
	return (cell){(unsigned)(t->len - begin), (unsigned)width};
}

/* --- the table --- */

static void end_line(text *t, const ps_view *v, size_t begin, size_t width) {
	while (t->len > begin && t->data[t->len - 1] == ' ') t->len--;
	if (v->width && width > (size_t)v->width && room(t, 1)) {
		TD_SCOPE(scratch, t->s);
		t->data[t->len] = 0;
		const char *cut = tend_text_cut(scratch, t->data + begin, v->width, v->utf8);
		t->len = begin;
		put_text(t, cut);
	}
	put(t, "\n", 1);
}

static void put_header(text *t, const ps_view *v, const size_t *widths) {
	if (v->colour) put_text(t, "\033[1m");
	size_t begin = t->len, used = 0;
	for (size_t c = 0; c < v->column_count; c++) {
		size_t len = strlen(v->columns[c]->title), fill = widths[c] - len;
		if (!v->columns[c]->left) pad(t, fill);
		put_text(t, v->columns[c]->title);
		if (v->columns[c]->left && c + 1 < v->column_count) pad(t, fill);
		if (c + 1 < v->column_count) pad(t, 1);
		used += (c + 1 < v->column_count || !v->columns[c]->left ? widths[c] : len) + (c + 1 < v->column_count);
	}
	end_line(t, v, begin, used);
	if (v->colour) {
		t->len--;
		put_text(t, "\033[0m\n");
	}
}

/* Writes what is there once it is much; room for a line more is kept. */
static void send(text *out, td_file *to, size_t much) {
	if (out->len <= much) return;
	td_file_write_bytes(out->s, to, ((td_bytes){out->data, out->len}));
	out->len = 0;
}

void ps_show_table(td_scope *s, const ps_view *v) {
	enum { MUCH = 24 << 10 };
	TD_SCOPE(work, s);
	text cells = {.s = work}, out = {.s = work};
	size_t columns = v->column_count;
	/* The last column, the longest as a rule, needs no width when it is text: it is made as it goes out. */
	size_t kept = columns - v->columns[columns - 1]->left;
	cell *grid = td_alloc_array(work, v->line_count * kept, sizeof *grid);
	size_t *widths = td_alloc_array(work, columns, sizeof *widths);
	if (!grid || !widths || !room(&cells, v->line_count * kept * 3) || !room(&out, MUCH / 2)) return;
	for (size_t c = 0; c < columns; c++) widths[c] = v->no_header ? 1 : strlen(v->columns[c]->title);
	cell *x = grid;
	for (size_t l = 0; l < v->line_count; l++) {
		for (size_t c = 0; c < kept; c++, x++) {
			*x = make_cell(&cells, v, v->columns[c], &v->lines[l]);
			if (x->width > widths[c]) widths[c] = x->width;
		}
	}
	if (!v->no_header) put_header(&out, v, widths);
	td_file *to = td_sys_stdout(work);
	const char *from = cells.data;
	x = grid;
	for (size_t l = 0; l < v->line_count && !td_failed(work); l++) {
		size_t begin = out.len, used = 0;
		for (size_t c = 0; c < kept; c++, from += x->len, x++) {
			size_t fill = widths[c] - x->width;
			if (!v->columns[c]->left) pad(&out, fill);
			put(&out, from, x->len);
			if (c + 1 < columns) pad(&out, (v->columns[c]->left ? fill : 0) + 1);
			used += widths[c] + (c + 1 < columns);
		}
		if (kept < columns) used += make_cell(&out, v, v->columns[kept], &v->lines[l]).width;
		end_line(&out, v, begin, used);
		send(&out, to, MUCH);
	}
	send(&out, to, 0);
}

/* --- for programs --- */

static const td_value *as_value(td_scope *s, ps_value x) {
	switch (x.kind) {
	case PS_INT: return td_v(s, x.number);
	case PS_FLOAT: return td_v(s, x.real);
	case PS_TEXT: return td_v(s, x.text);
	default: return td_value_new_null(s);
	}
}

td_value *ps_line_value(td_scope *s, const ps_view *v, const ps_line *line) {
	td_value *one = td_value_new_dict(s);
	for (size_t c = 0; c < v->column_count; c++) {
		char scratch[PS_SCRATCH];
		td_value_set(s, one, v->columns[c]->name, as_value(s, v->columns[c]->value(line, &v->machine, scratch)));
	}
	return one;
}

void ps_show_json(td_scope *s, const ps_view *v) {
	TD_SCOPE(work, s);
	td_value *list = td_value_new_list(work);
	for (size_t l = 0; l < v->line_count; l++) td_value_append(work, list, ps_line_value(work, v, &v->lines[l]));
	td_print(work, "%s", td_json_dumps(work, list, .indent = TD_INT(2)));
}

static void put_field(text *t, const char *field) {
	if (!strpbrk(field, ",\"\r\n")) {
		put_text(t, field);
		return;
	}
	put(t, "\"", 1);
	for (; *field; field++) {
		if (*field == '"') put(t, "\"", 1);
		put(t, field, 1);
	}
	put(t, "\"", 1);
}

void ps_show_csv(td_scope *s, const ps_view *v) {
	TD_SCOPE(work, s);
	text out = {.s = work};
	for (size_t c = 0; c < v->column_count && !v->no_header; c++) {
		if (c) put(&out, ",", 1);
		put_text(&out, v->columns[c]->name);
	}
	if (!v->no_header) put(&out, "\r\n", 2);
	for (size_t l = 0; l < v->line_count; l++) {
		for (size_t c = 0; c < v->column_count; c++) {
			char scratch[PS_SCRATCH];
			ps_value x = v->columns[c]->value(&v->lines[l], &v->machine, scratch);
			if (c) put(&out, ",", 1);
			if (x.kind == PS_INT) put_number(&out, x.number);
			if (x.kind == PS_FLOAT) {
				TD_SCOPE(number, work);
				put_text(&out, td_float_repr(number, x.real));
			}
			if (x.kind == PS_TEXT) put_field(&out, x.text);
		}
		put(&out, "\r\n", 2);
	}
	td_file_write_bytes(work, td_sys_stdout(work), ((td_bytes){out.data, out.len}));
}

/* --- what the terminal is --- */

bool ps_is_utf8(void) {
	const char *value = getenv("LC_ALL");
	if (!value || !*value) value = getenv("LC_CTYPE");
	if (!value || !*value) value = getenv("LANG");
	return value &&
	       (strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8") || strstr(value, "utf-8"));
}

int ps_width(td_scope *s) {
	const char *columns = getenv("COLUMNS");
	if (columns && td_str_isdigit(columns) && strlen(columns) < 6) return (int)td_int(s, columns);
	struct winsize size;
	if (!isatty(1)) return 0;
	return ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}
