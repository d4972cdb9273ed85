/* tools/top/view.c: filter, order, tree, groups. */
#include "top/view.h"

#include <stdlib.h>
#include <string.h>

/* --- filter --- */

static char lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Whether part is in text, capitals or not. */
static bool has(const char *text, const char *part) {
	if (!*part) return true;
	for (; *text; text++) {
		size_t i = 0;
		while (part[i] && lower(text[i]) == lower(part[i])) i++;
		if (!part[i]) return true;
	}
	return false;
}

static bool is_pid(const char *text, int pid) {
	long long number = 0;
	size_t n = strspn(text, "0123456789");
	if (!n || text[n] || n > 9) return false;
	for (size_t i = 0; i < n; i++) number = number * 10 + (text[i] - '0');
	return number == pid;
}

const char *top_group_name(const td_process_row *p, top_group group) {
	switch (group) {
	case TOP_BY_USER: return p->username;
	case TOP_BY_CGROUP: return p->cgroup && *p->cgroup ? p->cgroup : p->kernel_thread ? "(kernel)" : "/";
	case TOP_BY_NAME: return p->name;
	default: return "";
	}
}

static const char *const group_texts[TOP_GROUPS] = {"", "user", "cgroup", "name"};

const char *top_group_text(top_group group) {
	return group_texts[group];
}

top_group top_group_of(const char *text) {
	int i = 0;
	while (i < TOP_GROUPS && strcmp(group_texts[i], text) != 0) i++;
	return (top_group)i;
}

static bool wanted(const td_process_row *p, const top_order *o) {
	if (o->no_kernel && p->kernel_thread) return false;
	if (o->only != TOP_EACH && strcmp(top_group_name(p, o->only), o->only_name) != 0) return false;
	const char *f = o->filter;
	return has(p->name, f) || has(p->cmdline, f) || has(p->username, f) || is_pid(f, p->pid);
}

/* --- order --- */

static int compare_numbers(double a, double b) {
	/* What is not known comes last. */
	if (a != a || b != b) return (a != a) - (b != b);
	return a > b ? -1 : a < b;
}

static double number_of(const td_process_row *p, top_key key) {
	switch (key) {
	case TOP_THREADS: return p->num_threads;
	case TOP_CPU: return p->cpu_percent;
	case TOP_MEMORY:
	case TOP_RESIDENT: return (double)p->rss;
	case TOP_VIRTUAL: return (double)p->vms;
	case TOP_READ: return p->has_io ? p->read_rate : __builtin_nan("");
	case TOP_WRITE: return p->has_io ? p->write_rate : __builtin_nan("");
	case TOP_TIME: return p->cpu_user + p->cpu_system;
	case TOP_NICE: return -p->nice; /* the most favoured first */
	default: return -p->pid;
	}
}

static int by_state(char a, char b) {
	static const char order[] = "RDZTtSIXP";
	const char *x = a ? strchr(order, a) : NULL, *y = b ? strchr(order, b) : NULL;
	return (int)((x ? x - order : 99) - (y ? y - order : 99));
}

static int compare(const void *a, const void *b, void *arg) {
	const td_process_row *x = ((const top_line *)a)->p, *y = ((const top_line *)b)->p;
	const top_order *o = arg;
	int result;
	switch (o->by) {
	case TOP_USER: result = strcmp(x->username, y->username); break;
	case TOP_STATE: result = by_state(x->state, y->state); break;
	case TOP_CGROUP: result = strcmp(top_group_name(x, TOP_BY_CGROUP), top_group_name(y, TOP_BY_CGROUP)); break;
	case TOP_COMMAND: result = strcmp(x->name, y->name); break;
	default: result = compare_numbers(number_of(x, o->by), number_of(y, o->by));
	}
	if (result != 0) return o->reverse ? -result : result;
	/* Equals stay where they are from one refresh to the next. */
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void sort(top_line *lines, size_t len, const top_order *o) {
	if (len > 1) qsort_r(lines, len, sizeof *lines, compare, (void *)(uintptr_t)o);
}

/* --- groups --- */

static int by_group(const void *a, const void *b, void *arg) {
	top_group group = *(const top_group *)arg;
	return strcmp(top_group_name(((const top_line *)a)->p, group), top_group_name(((const top_line *)b)->p, group));
}

static void add(td_process_row *sum, const td_process_row *p) {
	sum->cpu_percent += p->cpu_percent;
	sum->cpu_user += p->cpu_user;
	sum->cpu_system += p->cpu_system;
	sum->rss += p->rss;
	sum->vms += p->vms;
	sum->num_threads += p->num_threads;
	if (strcmp(sum->username, p->username) != 0) sum->username = "(several)";
	if (sum->nice != p->nice) sum->nice = 0;
	if (!p->has_io) return;
	sum->read_rate = (sum->has_io ? sum->read_rate : 0) + p->read_rate;
	sum->write_rate = (sum->has_io ? sum->write_rate : 0) + p->write_rate;
	sum->has_io = true;
}

static size_t collect(td_scope *s, top_line *lines, size_t len, top_group group) {
	if (len > 1) qsort_r(lines, len, sizeof *lines, by_group, &group);
	td_process_row *sums = td_alloc_array(s, len, sizeof *sums);
	if (!sums) return 0;
	size_t count = 0;
	for (size_t i = 0; i < len; i++) {
		const td_process_row *p = lines[i].p;
		const char *name = top_group_name(p, group);
		if (count == 0 || strcmp(lines[count - 1].p->name, name) != 0) {
			td_process_row *sum = &sums[count];
			*sum = *p;
			sum->name = sum->cmdline = name;
			sum->state = 0;
			sum->kernel_thread = false;
			lines[count++] = (top_line){.p = sum, .branch = "", .members = 1};
		} else {
			add(&sums[count - 1], p);
			lines[count - 1].members++;
		}
	}
	return count;
}

/* --- tree --- */

typedef struct forest {
	td_scope *s;
	top_line *lines; /* in the order asked for */
	size_t len;
	size_t *first, *next; /* child, sibling: one more than an index in lines, 0 is none */
	bool *done;
	top_line *out;
	size_t count;
	bool utf8;
} forest;

enum { DEEPEST = 24 };

static const char *branch(const forest *f, const char *above, bool last, int depth) {
	if (depth == 0) return "";
	if (depth > DEEPEST) return td_format(f->s, "%s%s", above, f->utf8 ? "… " : "~ ");
	const char *mark = f->utf8 ? (last ? "└─ " : "├─ ") : (last ? "`- " : "|- ");
	return td_format(f->s, "%s%s", above, mark);
}

static void plant(forest *f, size_t at, const char *above, bool last, int depth) {
	if (f->done[at]) return;
	f->done[at] = true;
	top_line *line = &f->out[f->count++];
	*line = f->lines[at];
	line->branch = branch(f, above, last, depth);
	const char *below = depth == 0 || depth >= DEEPEST ? above
	                                                   : td_format(f->s, "%s%s", above,
	                                                               last      ? "   "
	                                                               : f->utf8 ? "│  "
	                                                                         : "|  ");
	for (size_t child = f->first[at]; child; child = f->next[child - 1])
		plant(f, child - 1, below, !f->next[child - 1], depth + 1);
}

/* The place of a pid in rows, which are by pid; len when it is not there. */
static size_t place_of(const td_process_row *rows, size_t len, int pid) {
	size_t low = 0, high = len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (rows[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < len && rows[low].pid == pid ? low : len;
}

static top_lines as_tree(td_scope *s, const td_process_row *rows, size_t len, top_line *lines, size_t count,
                         bool utf8) {
	forest f = {.s = s, .lines = lines, .len = count, .utf8 = utf8};
	f.first = td_alloc_array(s, count, sizeof *f.first);
	f.next = td_alloc_array(s, count, sizeof *f.next);
	f.done = td_alloc_array(s, count, sizeof *f.done);
	f.out = td_alloc_array(s, count, sizeof *f.out);
	size_t *where = td_alloc_array(s, len, sizeof *where); /* of a row: its line plus one */
	if (!where || !f.out) return (top_lines){0};
	for (size_t i = 0; i < count; i++) where[lines[i].p - rows] = i + 1;
	size_t roots = 0; /* a list like the children's */
	for (size_t i = count; i-- > 0;) {
		size_t above = place_of(rows, len, lines[i].p->ppid);
		size_t parent = above < len && rows[above].pid != lines[i].p->pid ? where[above] : 0;
		size_t *list = parent ? &f.first[parent - 1] : &roots;
		f.next[i] = *list;
		*list = i + 1;
	}
	for (size_t root = roots; root; root = f.next[root - 1]) plant(&f, root - 1, "", true, 0);
	/* Parents that are each other's, which a table read while it changes may show. */
	for (size_t i = 0; i < count; i++) plant(&f, i, "", true, 0);
	return (top_lines){f.out, f.count};
}

/* Marks the parents of what is wanted. */
static void want_parents(const td_process_row *rows, size_t len, bool *keep, size_t at) {
	for (size_t steps = 0; steps < len; steps++) {
		at = place_of(rows, len, rows[at].ppid);
		if (at == len || keep[at]) return;
		keep[at] = true;
	}
}

/* --- all of it --- */

top_lines top_view(td_scope *s, const td_process_row *rows, size_t len, const top_order *o, bool utf8) {
	top_line *lines = td_alloc_array(s, len, sizeof *lines);
	bool *keep = td_alloc_array(s, len, sizeof *keep);
	if (!lines || !keep) return (top_lines){0};
	bool tree = o->tree && o->group == TOP_EACH;
	size_t count = 0;
	for (size_t i = 0; i < len; i++) {
		if (!wanted(&rows[i], o)) continue;
		keep[i] = true;
		if (tree) want_parents(rows, len, keep, i);
	}
	for (size_t i = 0; i < len; i++) {
		if (keep[i]) lines[count++] = (top_line){.p = &rows[i], .branch = "", .shadow = tree && !wanted(&rows[i], o)};
	}
	if (o->group != TOP_EACH) count = collect(s, lines, count, o->group);
	sort(lines, count, o);
	return tree ? as_tree(s, rows, len, lines, count, utf8) : (top_lines){lines, count};
}

size_t top_family(td_scope *s, const td_process_row *rows, size_t len, int pid, size_t **out) {
	size_t *found = td_alloc_array(s, len, sizeof *found), count = 0, start = place_of(rows, len, pid);
	bool *in = td_alloc_array(s, len, sizeof *in);
	*out = found;
	if (!found || !in || start == len) return 0;
	found[count++] = start;
	in[start] = true;
	for (size_t done = 0; done < count; done++) {
		for (size_t i = 0; i < len; i++) {
			if (in[i] || rows[i].ppid != rows[found[done]].pid) continue;
			in[i] = true;
			found[count++] = i;
		}
	}
	return count;
}

int64_t top_find(top_lines lines, int pid, uint64_t start) {
	for (size_t i = 0; i < lines.len; i++) {
		if (lines.items[i].p->pid == pid && lines.items[i].p->start == start) return (int64_t)i;
	}
	return -1;
}
