/* tools/ps/order.c: the order of the lines: by columns, or as a tree. */
#include <stdlib.h>
#include <string.h>

#include "ps/select.h"
#include "ps/show.h"

/* --- by columns --- */

typedef struct order {
	const ps_key *keys;
	size_t count;
	const ps_machine *machine;
} order;

/* Nothing stands before everything. */
static int compare_values(ps_value a, ps_value b) {
	if (a.kind == PS_NOTHING || b.kind == PS_NOTHING) return (a.kind != PS_NOTHING) - (b.kind != PS_NOTHING);
	if (a.kind == PS_TEXT) return strcmp(a.text, b.text);
	double x = a.kind == PS_INT ? (double)a.number : a.real, y = b.kind == PS_INT ? (double)b.number : b.real;
	return (x > y) - (x < y);
}

static int compare(const void *a, const void *b, void *arg) {
	const order *o = arg;
	const ps_line *x = a, *y = b;
	for (size_t i = 0; i < o->count; i++) {
		char first[PS_SCRATCH], second[PS_SCRATCH];
		const ps_column *c = o->keys[i].column;
		int way = compare_values(c->value(x, o->machine, first), c->value(y, o->machine, second));
		if (way) return o->keys[i].descending ? -way : way;
	}
	return (x->row->pid > y->row->pid) - (x->row->pid < y->row->pid);
}

void ps_sort(ps_line *lines, size_t count, const ps_key *keys, size_t key_count, const ps_machine *m) {
	order o = {keys, key_count, m};
	if (count) qsort_r(lines, count, sizeof *lines, compare, &o);
}

/* --- as a tree --- */

typedef struct tree {
	td_scope *s;
	const ps_line *lines;
	size_t count;
	int *parent; /* the index of the line it stands below; -1 */
	int *first, *next, *last;
	bool *placed;
	ps_line *out;
	size_t done;
	bool utf8;
} tree;

static int by_pid(const void *a, const void *b) {
	const int *x = a, *y = b;
	return (x[0] > y[0]) - (x[0] < y[0]);
}

/* The line of a process id among pairs of id and line. */
static int line_of(const int (*pairs)[2], size_t count, int pid) {
	const int *found = bsearch(&pid, pairs, count, sizeof *pairs, by_pid);
	return found ? found[1] : -1;
}

/* A line stands below the nearest of its ancestors that is shown. */
static bool find_parents(tree *t, const td_process_table *all) {
	int(*pairs)[2] = td_alloc_array(t->s, t->count, sizeof *pairs);
	if (!pairs) return false;
	for (size_t i = 0; i < t->count; i++) {
		pairs[i][0] = t->lines[i].row->pid;
		pairs[i][1] = (int)i;
	}
	qsort(pairs, t->count, sizeof *pairs, by_pid);
	for (size_t i = 0; i < t->count; i++) {
		t->parent[i] = t->first[i] = t->next[i] = t->last[i] = -1;
		const td_process_row *up = ps_row_of(all, t->lines[i].row->ppid);
		for (size_t steps = 0; up && steps < all->len && t->parent[i] < 0; steps++) {
			int line = line_of(pairs, t->count, up->pid);
			if (line >= 0 && line != (int)i) t->parent[i] = line;
			up = ps_row_of(all, up->ppid);
		}
	}
	for (size_t i = 0; i < t->count; i++) {
		int parent = t->parent[i];
		if (parent < 0) continue;
		if (t->first[parent] < 0)
			t->first[parent] = (int)i;
		else
			t->next[t->last[parent]] = (int)i;
		t->last[parent] = (int)i;
	}
	return true;
}

/* Puts the line and all below it, without recursion: a chain of processes may be as long as there are processes. Deep down
 * the branches are not drawn in full, or a chain of thousands would be a square of them. */
static void place(tree *t, int top) {
	enum { DEEPEST = 40 };
	const char *bars[DEEPEST + 1] = {""};
	int line = top, depth = 0;
	while (line >= 0) {
		const char *above = bars[depth < DEEPEST ? depth : DEEPEST];
		bool more = t->next[line] >= 0;
		const char *mark = t->utf8 ? (more ? "├─ " : "└─ ") : (more ? "|- " : "`- ");
		t->out[t->done] = t->lines[line];
		t->out[t->done++].branch = line == top ? "" : td_format(t->s, "%s%s", above, mark);
		t->placed[line] = true;
		if (t->first[line] >= 0) {
			if (depth < DEEPEST)
				bars[depth + 1] =
					line == top ? "" : td_format(t->s, "%s%s", above, more ? (t->utf8 ? "│  " : "|  ") : "   ");
			depth++;
			line = t->first[line];
			continue;
		}
		while (line != top && t->next[line] < 0) {
			line = t->parent[line];
			depth--;
		}
		if (line == top) break;
		line = t->next[line];
	}
}

void ps_tree(td_scope *s, ps_line *lines, size_t count, const td_process_table *all, bool utf8) {
	tree t = {.s = s, .count = count, .utf8 = utf8};
	ps_line *copy = td_alloc_array(s, count, sizeof *copy);
	t.parent = td_alloc_array(s, count, sizeof *t.parent);
	t.first = td_alloc_array(s, count, sizeof *t.first);
	t.next = td_alloc_array(s, count, sizeof *t.next);
	t.last = td_alloc_array(s, count, sizeof *t.last);
	t.placed = td_alloc_array(s, count, sizeof *t.placed);
	if (!copy || !t.parent || !t.first || !t.next || !t.last || !t.placed || !count) return;
	memcpy(copy, lines, count * sizeof *copy);
	t.lines = copy;
	t.out = lines;
	if (!find_parents(&t, all)) return;
	for (size_t i = 0; i < count; i++) {
		if (t.parent[i] < 0) place(&t, (int)i);
	}
	/* A circle, of a table that was not read at one moment, has no top: its lines stand for themselves. */
	for (size_t i = 0; i < count; i++) {
		if (!t.placed[i]) t.out[t.done++] = t.lines[i];
	}
}
