/* tools/top/dialog.c: what asks back: the filter, the menus, and signals and priorities with what they would hit. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <tend/signal.h>
#include <tend/time.h>

#include "top/screen.h"

const int top_signals[] = {SIGTERM, SIGKILL, SIGHUP,  SIGINT,   SIGQUIT, SIGUSR1,
                           SIGUSR2, SIGSTOP, SIGCONT, SIGWINCH, SIGABRT, 0};
enum { SIGNALS = sizeof top_signals / sizeof *top_signals - 1, MESSAGE_SECONDS = 6, ESCAPE = 27 };

void top_say(top_screen *x, bool wrong, const char *fmt, ...) {
	TD_SCOPE(scratch, x->s);
	va_list args;
	va_start(args, fmt);
	const char *text = td_vformat(scratch, fmt, args);
	va_end(args);
	size_t len = strnlen(text, sizeof x->message - 1);
	memcpy(x->message, text, len);
	x->message[len] = 0;
	x->wrong = wrong;
	x->message_until = td_time_monotonic() + MESSAGE_SECONDS;
}

/* --- what would be hit --- */

void top_forget_targets(top_screen *x) {
	if (x->targets.scope) td_scope_close(x->targets.scope);
	x->targets = (top_targets){0};
}

/* Takes hold of a process as it was shown: one that has its number by now is another. */
static void take_hold(top_targets *t, const td_process_row *row) {
	td_process *p = td_process_new(t->scope, .pid = row->pid);
	double began = td_process_create_time(t->scope, p);
	/* The row's start is the same moment; its clock may have been set by a second since. */
	bool same = !td_failed(t->scope) && began - row->create_time < 1.5 && row->create_time - began < 1.5;
	if (td_catch(t->scope) || !same) return;
	t->items[t->len] = p;
	td_process_row *copy = &t->rows[t->len++];
	*copy = *row;
	copy->name = td_strdup(t->scope, row->name);
	copy->username = td_strdup(t->scope, row->username);
	copy->cmdline = copy->status = copy->cgroup = copy->terminal = "";
}

static void hold_all(top_screen *x, const top_line *line) {
	top_targets *t = &x->targets;
	const top_sample *m = x->sample;
	TD_SCOPE(scratch, x->s);
	size_t *family = NULL, count = 0;
	if (!line->members) count = top_family(scratch, m->items, m->len, line->p->pid, &family);
	size_t most = line->members ? m->len : count;
	t->items = td_alloc_array(t->scope, most + 1, sizeof *t->items);
	t->rows = td_alloc_array(t->scope, most + 1, sizeof *t->rows);
	if (!t->rows || !t->items) return;
	for (size_t i = 0; i < count; i++) {
		take_hold(t, &m->items[family[i]]);
		if (i == 0) t->alone = t->len;
	}
	/* Of a group: the members that are shown, so that a filter narrows what is hit, too. */
	top_order members = x->order;
	members.group = TOP_EACH;
	members.tree = false;
	if (!line->members) return;
	top_lines all = top_view(scratch, m->items, m->len, &members, false);
	for (size_t i = 0; i < all.len; i++) {
		if (strcmp(top_group_name(all.items[i].p, x->order.group), line->p->name) == 0) take_hold(t, all.items[i].p);
	}
	t->alone = t->len;
}

static bool ask(top_screen *x) {
	const top_line *line = top_selected(x);
	if (x->past) top_say(x, true, "what is past cannot be changed");
	if (x->past || !line) return false;
	top_forget_targets(x);
	x->targets.scope = td_scope_open(x->s, .name = "targets");
	hold_all(x, line);
	if (x->targets.alone > 0) return true;
	top_say(x, true, "%s has ended meanwhile", line->members ? line->p->name : top_command(x->view, line->p, true));
	top_forget_targets(x);
	return false;
}

void top_ask_signal(top_screen *x) {
	if (!ask(x)) return;
	x->choice = 0;
	x->mode = TOP_SIGNAL;
}

void top_ask_nice(top_screen *x) {
	const top_line *line = top_selected(x);
	if (!ask(x)) return;
	x->pid = line->p->pid;
	x->input[0] = 0;
	x->mode = TOP_NICE_INPUT;
}

static size_t hit(const top_targets *t) {
	return t->family ? t->len : t->alone;
}

static void send_signal(td_scope *s, top_screen *x, int number) {
	top_targets *t = &x->targets;
	size_t sent = 0;
	const char *why = "";
	/* Children first: a parent that ends might start others in their place. */
	for (size_t i = hit(t); i-- > 0;) {
		TD_SCOPE(attempt, s);
		if (td_process_send_signal(attempt, t->items[i], number)) sent++;
		const td_error *e = td_catch(attempt);
		if (e)
			why = td_format(s, "; %d %s: %s", t->rows[i].pid, t->rows[i].name,
			                td_kind_is(e->kind, TD_AccessDenied)    ? "not permitted"
			                : td_kind_is(e->kind, TD_NoSuchProcess) ? "has ended already"
			                                                        : e->message);
	}
	top_say(x, *why, "%s sent to %zu process%s%s", td_signal_name(number), sent, sent == 1 ? "" : "es", why);
}

static void set_nice(td_scope *s, top_screen *x) {
	top_targets *t = &x->targets;
	TD_SCOPE(attempt, s);
	int64_t value = td_int(attempt, x->input);
	if (td_catch(attempt) || value < -20 || value > 19) {
		top_say(x, true, "'%s' is no nice value: a whole number from -20 (favoured) to 19", x->input);
		return;
	}
	size_t done = 0;
	int failed = 0;
	for (size_t i = 0; i < hit(t); i++) {
		if (!td_process_is_running(attempt, t->items[i])) {
			failed = ESRCH;
		} else if (setpriority(PRIO_PROCESS, (id_t)t->rows[i].pid, (int)value) < 0) {
			failed = errno;
		} else {
			done++;
		}
	}
	const char *why = failed == 0                           ? ""
	                  : failed == EACCES || failed == EPERM ? "; not permitted"
	                  : failed == ESRCH                     ? "; it has ended already"
	                                                        : td_format(s, "; %s", strerror(failed));
	top_say(x, failed != 0, "nice %lld for %zu process%s%s", (long long)value, done, done == 1 ? "" : "es", why);
}

/* --- keys --- */

static void leave(top_screen *x) {
	top_forget_targets(x);
	x->mode = TOP_TABLE;
}

/* Types into a line; true when it has changed. */
static bool type(char *line, int key) {
	size_t len = strlen(line);
	if (key == TD_CURSES_BACKSPACE || key == 127 || key == 8) {
		if (!len) return false;
		while (len > 1 && ((unsigned char)line[len - 1] & 0xc0) == 0x80) len--;
		line[len - 1] = 0;
		return true;
	}
	if (key == 21) { /* Ctrl-U */
		line[0] = 0;
		return true;
	}
	if (key < 32 || key >= TD_CURSES_KEY) return false;
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	char bytes[5] = {0};
	unsigned c = (unsigned)key;
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = n; i-- > 1; c >>= 6) bytes[i] = (char)(0x80 | (c & 0x3f));
	bytes[0] = (char)(leads[n] | c);
	if (len + n >= TOP_TEXT_MOST) return false;
	memcpy(line + len, bytes, n + 1);
	return true;
}

static void filter_key(top_screen *x, int key) {
	if (key == ESCAPE) {
		x->filter[0] = x->input[0] = 0;
		leave(x);
	} else if (key == '\n' || key == '\r' || key == TD_CURSES_ENTER) {
		leave(x);
	} else if (type(x->input, key)) {
		memcpy(x->filter, x->input, sizeof x->filter);
		x->selected = x->first = 0;
		x->following = false;
	}
}

static bool menu_key(top_screen *x, int key, int count) {
	if (key == TD_CURSES_UP || key == TD_CURSES_BTAB)
		x->choice = (x->choice + count - 1) % count;
	else if (key == TD_CURSES_DOWN || key == '\t')
		x->choice = (x->choice + 1) % count;
	else if (key == TD_CURSES_HOME || key == TD_CURSES_PPAGE)
		x->choice = 0;
	else if (key == TD_CURSES_END || key == TD_CURSES_NPAGE)
		x->choice = count - 1;
	else if (key == ESCAPE || key == 'q')
		leave(x);
	return key == '\n' || key == '\r' || key == TD_CURSES_ENTER;
}

static void signal_key(td_scope *s, top_screen *x, int key) {
	if (key == 't' && x->targets.len > x->targets.alone) {
		x->targets.family = !x->targets.family;
	} else if (menu_key(x, key, SIGNALS)) {
		send_signal(s, x, top_signals[x->choice]);
		leave(x);
		x->due = td_time_monotonic() + 0.1; /* soon to be seen */
	} else if (key >= '0' && key <= '9') {
		for (int i = 0; i < SIGNALS; i++) {
			if (top_signals[i] == key - '0') x->choice = i;
		}
	}
}

void top_dialog_key(td_scope *s, top_screen *x, int key) {
	switch (x->mode) {
	case TOP_FILTER: filter_key(x, key); break;
	case TOP_SORT:
		if (menu_key(x, key, TOP_KEYS)) {
			x->order.by = (top_key)x->choice;
			x->order.reverse = false;
			leave(x);
		}
		break;
	case TOP_SIGNAL: signal_key(s, x, key); break;
	case TOP_NICE_INPUT:
		if (key == ESCAPE) {
			leave(x);
		} else if (key == '\n' || key == '\r' || key == TD_CURSES_ENTER) {
			if (x->input[0]) set_nice(s, x);
			leave(x);
			x->due = td_time_monotonic() + 0.1;
		} else {
			type(x->input, key);
		}
		break;
	default: leave(x);
	}
}

/* --- painting --- */

/* A box in the middle, and where its inside begins. Cut where the screen is smaller. */
typedef struct box {
	int y, x, height, width;
} box;

static void box_line(td_scope *s, top_screen *x, const box *b, int line, const char *text, unsigned attributes) {
	if (line >= b->height) return;
	td_curses_addstr(s, x->w, b->y + line, b->x,
	                 td_format(s, " %s ", tend_text_fit(s, text, b->width - 2, x->style.utf8)), attributes);
}

static box open_box(td_scope *s, top_screen *x, int height, int width, const char *title) {
	int rows = td_curses_rows(x->w), columns = td_curses_columns(x->w);
	box b = {0, 0, height < rows ? height : rows, width < columns ? width : columns};
	b.y = (rows - b.height) / 2;
	b.x = (columns - b.width) / 2;
	for (int i = 0; i < b.height; i++) box_line(s, x, &b, i, "", TD_CURSES_REVERSE);
	box_line(s, x, &b, 0, title, top_colour(x, TOP_ON_GREEN, TD_CURSES_REVERSE) | TD_CURSES_BOLD);
	return b;
}

static void paint_sort(td_scope *s, top_screen *x) {
	box b = open_box(s, x, TOP_KEYS + 2, 52, "Sort by (Enter takes it, Esc leaves)");
	int room = b.height - 1, first = x->choice >= room ? x->choice - room + 1 : 0;
	for (int i = 0; i < room && first + i < TOP_KEYS; i++) {
		top_key key = (top_key)(first + i);
		box_line(s, x, &b, 1 + i, td_format(s, "%-10s %s", top_key_name(key), top_key_help(key)),
		         first + i == x->choice ? TD_CURSES_BOLD : TD_CURSES_REVERSE);
	}
}

static void paint_signal(td_scope *s, top_screen *x) {
	const top_targets *t = &x->targets;
	size_t count = hit(t);
	int rows = td_curses_rows(x->w), shown = (int)count < 4 ? (int)count : 4;
	if (shown > rows - 6) shown = rows > 7 ? rows - 6 : 1;
	bool more = (int)count > shown, children = t->len > t->alone;
	box b = open_box(s, x, SIGNALS + 2 + shown + more + children, 56, "Send a signal (Enter sends it, Esc does not)");
	int line = 1;
	for (int i = 0; i < shown; i++)
		box_line(s, x, &b, line++, td_format(s, "to %d %s (%s)", t->rows[i].pid, t->rows[i].name, t->rows[i].username),
		         TD_CURSES_REVERSE);
	if (more) box_line(s, x, &b, line++, td_format(s, "and %zu more", count - (size_t)shown), TD_CURSES_REVERSE);
	if (children)
		box_line(s, x, &b, line++,
		         t->family ? "t: without its children"
		                   : td_format(s, "t: with the %zu process%s below it", t->len - t->alone,
		                               t->len - t->alone == 1 ? "" : "es"),
		         TD_CURSES_REVERSE | TD_CURSES_BOLD);
	int room = b.height - line, first = x->choice >= room ? x->choice - room + 1 : 0;
	for (int i = 0; i < room && first + i < SIGNALS; i++) {
		int number = top_signals[first + i];
		box_line(s, x, &b, line + i,
		         td_format(s, "%c %2d %-9s %s", first + i == x->choice ? '>' : ' ', number, td_signal_name(number),
		                   td_signal_strsignal(s, number)),
		         first + i == x->choice ? TD_CURSES_BOLD : TD_CURSES_REVERSE);
	}
}

static void paint_help(td_scope *s, top_screen *x) {
	static const char *const lines[] = {
		"Up Down PgUp PgDn Home End   move; the cursor stays on its process",
		"/ filter: part of a name, command line or user, or a pid; Esc ends it",
		"t tree   g group by user, cgroup, name   K without kernel threads",
		"Enter    the process in detail; of a group, its members (Backspace: back)",
		"s sort menu   < > next column   r reverse",
		"P cpu  M memory  T time  N pid  U user  I read  O write  C command",
		"k signal (shows what it hits)   n nice value",
		"c names or command lines   1 each processor   G column of cgroups",
		"l limits of the process's control group, or our own",
		"Space pause   + - longer, shorter interval   q quit",
		"With --at: [ ] earlier and later, { } by ten steps",
		"",
		"cpu bar: | user  + system  - steal  . waiting for disks",
		"mem bar: | used  . cached and buffers",
		"psi: percent of time in which some/all tasks waited for it",
		"Charts: the last five minutes, the newest on the right",
	};
	int count = (int)(sizeof lines / sizeof *lines);
	box b = open_box(s, x, count + 2, 78, "tend top (any key closes this)");
	for (int i = 0; i < count; i++) box_line(s, x, &b, 1 + i, lines[i], TD_CURSES_REVERSE);
}

void top_paint_dialog(td_scope *s, top_screen *x) {
	if (x->mode == TOP_SORT) paint_sort(s, x);
	if (x->mode == TOP_SIGNAL) paint_signal(s, x);
	if (x->mode == TOP_HELP) paint_help(s, x);
}
