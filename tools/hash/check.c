/* check.c: files against their sums, with coreutils' words and statuses. */
#include <errno.h>
#include <string.h>

#include "hash.h"

typedef struct checker {
	hash_options *o;
	hash_sums sums;
	hash_reader *reader;
	uint64_t malformed, unreadable, mismatched;
	bool any, matched;
} checker;

static void improper(td_scope *s, checker *c) {
	c->malformed++;
	if (!c->o->warn) return;
	TD_SCOPE(tmp, s);
	fprintf(stderr, "tend hash: %s: %zu: improperly formatted %s checksum line\n", hash_quote(tmp, c->sums.name),
	        c->sums.number, c->reader->tag);
}

static bool next(td_scope *s, void *arg, hash_item *item) {
	checker *c = arg;
	size_t len;
	for (char *text; (text = hash_sums_next(s, &c->sums, &len));) {
		hash_line line;
		if (!hash_line_read(c->reader, text, len, &line) || (c->sums.is_input && strcmp(line.name, "-") == 0)) {
			improper(s, c);
			continue;
		}
		c->any = true;
		item->name = line.name;
		item->set = (hash_set){.count = 1, .of = {line.wanted}};
		item->tag = line.hex;
		return true;
	}
	return false;
}

/* "NAME: WORD". coreutils escapes less here than in sums: only names of several lines. */
static void say(const char *name, const char *word) {
	bool escape = strchr(name, '\n') != NULL;
	if (escape) putchar('\\');
	hash_print_name(name, escape, stdout);
	printf(": %s\n", word);
}

static void row(td_scope *s, checker *c, const hash_item *item, const char *status) {
	if (!c->o->rows.wanted) return;
	td_value *one = td_dict(s, "file", hash_json_name(s, item->name), "algorithm", item->set.of[0].algorithm->name,
	                        "status", status);
	if (item->err_no) td_value_set(s, one, "error", td_value_new_str(s, strerror(item->err_no)));
	hash_rows_add(s, &c->o->rows, one);
}

static void done(td_scope *s, void *arg, const hash_item *item) {
	checker *c = arg;
	bool speak = !c->o->status && !c->o->rows.wanted;
	if (item->err_no == ENOENT && c->o->ignore_missing) {
		row(s, c, item, "missing");
		return;
	}
	if (item->err_no) {
		hash_complain(s, item->name, strerror(item->err_no));
		c->unreadable++;
		if (speak) say(item->name, "FAILED open or read");
		row(s, c, item, "unreadable");
		return;
	}
	bool same = hash_same(item->tag, item->hex[0], item->set.of[0].size);
	c->mismatched += !same;
	c->matched = c->matched || same;
	if (speak && !(same && c->o->quiet)) say(item->name, same ? "OK" : "FAILED");
	row(s, c, item, same ? "ok" : "failed");
}

static void count(uint64_t n, const char *one, const char *many) {
	if (n) fprintf(stderr, "tend hash: WARNING: %llu %s\n", (unsigned long long)n, n == 1 ? one : many);
}

static bool sum_up(td_scope *s, const checker *c) {
	if (!c->any) {
		hash_complain(s, c->sums.name, "no properly formatted checksum lines found");
	} else if (!c->o->status) {
		count(c->malformed, "line is improperly formatted", "lines are improperly formatted");
		count(c->unreadable, "listed file could not be read", "listed files could not be read");
		count(c->mismatched, "computed checksum did NOT match", "computed checksums did NOT match");
		if (c->o->ignore_missing && !c->matched) hash_complain(s, c->sums.name, "no file was verified");
	}
	return c->matched && !c->mismatched && !c->unreadable && !(c->o->strict && c->malformed);
}

bool hash_check(td_scope *s, hash_options *o, hash_reader *reader, const char *path) {
	TD_SCOPE(attempt, s);
	checker c = {.o = o, .reader = reader};
	if (hash_sums_open(attempt, &c.sums, path)) {
		hash_run run = {.next = next, .done = done, .arg = &c, .jobs = o->jobs, .total = -1};
		run.bar = tend_progress_open(attempt);
		hash_run_all(attempt, &run);
	}
	const td_error *e = td_catch(attempt, TD_OSError);
	bool opened = c.sums.file || (e && e->err_no == EISDIR);
	if (e) hash_complain(s, c.sums.name, opened ? "read error" : strerror(e->err_no));
	return !e && sum_up(s, &c);
}
