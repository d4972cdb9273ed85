/* print.c: the digests of files, in the forms that coreutils has for them. */
#include <string.h>

#include "hash.h"

typedef struct printer {
	hash_options *o;
	hash_tree *tree;
	bool failed;
} printer;

static bool next(td_scope *s, void *arg, hash_item *item) {
	printer *p = arg;
	item->set = p->o->set;
	return hash_tree_next(s, p->tree, item);
}

static void print_digest(const hash_options *o, const hash_item *item, size_t i) {
	const hash_wanted *w = &item->set.of[i];
	bool escape = !o->zero && hash_name_needs_escape(item->name);
	if (escape) putchar('\\');
	if (o->tag) {
		fputs(w->algorithm->tag, stdout);
		if (w->size != w->algorithm->size) printf("-%zu", w->size * 8);
		fputs(" (", stdout);
		hash_print_name(item->name, escape, stdout);
		fputs(") = ", stdout);
	}
	fputs(item->hex[i], stdout);
	if (!o->tag) {
		fputs(o->binary ? " *" : "  ", stdout);
		hash_print_name(item->name, escape, stdout);
	}
	putchar(o->zero ? '\0' : '\n');
}

static void print_row(td_scope *s, hash_options *o, const hash_item *item) {
	td_value *row = td_dict(s, "file", hash_json_name(s, item->name));
	if (item->err_no) {
		td_value_set(s, row, "error", td_value_new_str(s, strerror(item->err_no)));
	} else {
		td_value *digests = td_value_new_dict(s);
		for (size_t i = 0; i < item->set.count; i++) {
			td_value_set(s, digests, item->set.of[i].algorithm->name, td_value_new_str(s, item->hex[i]));
		}
		td_value_set(s, row, "size", td_value_new_int(s, item->size));
		td_value_set(s, row, "digests", digests);
	}
	hash_rows_add(s, &o->rows, row);
}

static void done(td_scope *s, void *arg, const hash_item *item) {
	printer *p = arg;
	if (item->err_no) {
		hash_complain(s, item->name, strerror(item->err_no));
		p->failed = true;
	}
	if (p->o->rows.wanted) print_row(s, p->o, item);
	for (size_t i = 0; !p->o->rows.wanted && !item->err_no && i < item->set.count; i++) print_digest(p->o, item, i);
}

bool hash_print(td_scope *s, hash_options *o, td_strs paths) {
	tend_progress *bar = tend_progress_open(s);
	printer p = {.o = o, .tree = hash_tree_new(s, paths, o->recursive)};
	hash_run run = {.next = next, .done = done, .arg = &p, .jobs = o->jobs, .bar = bar, .total = -1};
	if (bar && !o->recursive) run.total = hash_bytes(s, paths);
	hash_rows_begin(&o->rows);
	hash_run_all(s, &run);
	hash_rows_end(&o->rows);
	return !p.failed && !td_failed(s);
}
