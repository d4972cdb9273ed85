/* tools/top/screen.c: the loop and the keys. */
#include "top/screen.h"

#include <errno.h>
#include <string.h>
#include <tend/selectors.h>
#include <tend/signal.h>
#include <tend/time.h>
#include <unistd.h>

enum { ESCAPE = 27 };

/* --- what is shown --- */

static void keep_text(char *out, size_t size, const char *text) {
	size_t len = strnlen(text, size - 1);
	memcpy(out, text, len);
	out[len] = 0;
}

static void remember_cursor(top_screen *x) {
	const top_line *line = top_selected(x);
	if (!line) return;
	x->pid = line->p->pid;
	x->start = line->p->start;
	keep_text(x->group_name, sizeof x->group_name, line->members ? line->p->name : "");
}

/* Where the cursor's process, or group, is now. */
static int64_t find_cursor(const top_screen *x) {
	if (x->order.group == TOP_EACH) return top_find(x->lines, x->pid, x->start);
	for (size_t i = 0; i < x->lines.len; i++) {
		if (strcmp(x->lines.items[i].p->name, x->group_name) == 0) return (int64_t)i;
	}
	return -1;
}

static void arrange(top_screen *x) {
	const top_sample *m = x->sample;
	bool pressure = m->stalls[0].some == m->stalls[0].some || m->stalls[1].some == m->stalls[1].some;
	top_contents contents = {.cpus = m->cpus,
	                         .each_cpu = x->each_cpu,
	                         .swap = m->swap_total > 0,
	                         .pressure = pressure,
	                         .limits = *m->limits.cgroup,
	                         .details = x->details};
	int columns = td_curses_columns(x->w);
	x->layout = top_layout_of(td_curses_rows(x->w), columns, &contents);
	x->columns = top_columns_fit(columns, x->cgroup_column || x->order.by == TOP_CGROUP, x->past != NULL);
	x->style.memory_total = m->memory_total;
}

/* Makes the lines anew; the cursor stays on its process when it was put there. */
static void show(top_screen *x) {
	x->order.filter = x->filter;
	x->order.only_name = x->only_name;
	if (x->view) td_scope_close(x->view);
	x->view = td_scope_open(x->s, .name = "view");
	x->lines = top_view(x->view, x->sample->items, x->sample->len, &x->order, x->style.utf8);
	int64_t place = x->following ? find_cursor(x) : -1;
	if (place >= 0) x->selected = place;
	if (x->selected >= (int64_t)x->lines.len) x->selected = (int64_t)x->lines.len - 1;
	if (x->selected < 0) x->selected = 0;
	remember_cursor(x);
	arrange(x);
}

/* --- looking --- */

static void look(td_scope *turn, top_screen *x) {
	bool io = top_columns_have(&x->columns, TOP_READ) || x->columns.len == 0 || x->details || x->order.by == TOP_READ ||
	          x->order.by == TOP_WRITE;
	top_want want = {.io = io,
	                 .again = true,
	                 .cgroups = x->cgroup_column || x->details || x->other_limits || x->order.by == TOP_CGROUP ||
	                            x->order.group == TOP_BY_CGROUP || x->order.only == TOP_BY_CGROUP,
	                 .limits = x->other_limits && x->limits_of[0] ? x->limits_of : NULL};
	const top_sample *m = top_live_look(turn, x->live, &want);
	if (!m) return;
	x->sample = m;
	top_history_put(&x->cpu, top_busy(m->all));
	top_history_put(&x->memory, m->memory_total ? (double)m->memory_used / (double)m->memory_total * 100 : 0);
	for (int i = 0; i < TOP_STALLS; i++) top_history_put(&x->stalls[i], m->stalls[i].some);
	show(x);
	x->dirty = true;
}

/* --- keys --- */

static void move(top_screen *x, int64_t to) {
	if (to >= (int64_t)x->lines.len) to = (int64_t)x->lines.len - 1;
	if (to < 0) to = 0;
	x->selected = to;
	x->following = to > 0;
	remember_cursor(x);
	if (x->other_limits && x->pid) {
		const top_line *line = top_selected(x);
		if (line && line->p->cgroup && *line->p->cgroup) keep_text(x->limits_of, sizeof x->limits_of, line->p->cgroup);
	}
}

static void sort_by(top_screen *x, top_key key) {
	if (x->order.by == key) {
		x->order.reverse = !x->order.reverse;
		return;
	}
	x->order.by = key;
	x->order.reverse = false;
}

/* The next column to the left or right. */
static void sort_beside(top_screen *x, int step) {
	size_t len = x->columns.len, at = 0;
	while (at < len && x->columns.keys[at] != x->order.by) at++;
	if (len) x->order.by = x->columns.keys[(at % len + len + (size_t)(step + (int)len)) % len];
	x->order.reverse = false;
}

static void change_interval(top_screen *x, bool longer) {
	static const double steps[] = {0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60};
	int count = (int)(sizeof steps / sizeof *steps), i = 0;
	if (longer) {
		while (i < count - 1 && steps[i] <= x->interval * 1.01) i++;
	} else {
		i = count - 1;
		while (i > 0 && steps[i] >= x->interval * 0.99) i--;
	}
	x->interval = steps[i];
	x->due = td_time_monotonic() + x->interval;
	top_say(x, false, "every %g s", x->interval);
}

static void enter(top_screen *x) {
	const top_line *line = top_selected(x);
	if (line && line->members) {
		x->order.only = x->order.group;
		keep_text(x->only_name, sizeof x->only_name, line->p->name);
		x->order.group = TOP_EACH;
		x->selected = x->first = 0;
		x->following = false;
		return;
	}
	x->details = !x->details;
	x->following = true; /* the pane is of this one */
	x->due = 0;          /* what only the pane shows is not known yet */
}

static void back(top_screen *x) {
	if (x->order.only == TOP_EACH) return;
	x->order.group = x->order.only;
	x->order.only = TOP_EACH;
	keep_text(x->group_name, sizeof x->group_name, x->only_name);
	x->following = true;
}

static void escape(top_screen *x) {
	if (x->details)
		x->details = false;
	else if (*x->filter)
		x->filter[0] = 0;
	else
		back(x);
}

static void next_group(top_screen *x) {
	x->order.only = TOP_EACH;
	x->order.group = (top_group)((x->order.group + 1) % TOP_GROUPS);
	x->selected = x->first = 0;
	x->following = false;
	if (!x->past) x->due = 0; /* groups may not have been asked for */
	top_say(x, false, x->order.group == TOP_EACH ? "each process" : "grouped by %s", top_group_text(x->order.group));
}

static void toggle_limits(top_screen *x) {
	const top_line *line = top_selected(x);
	x->other_limits = !x->other_limits;
	x->limits_of[0] = 0;
	if (x->other_limits && line && line->p->cgroup && *line->p->cgroup)
		keep_text(x->limits_of, sizeof x->limits_of, line->p->cgroup);
	x->due = 0;
	top_say(x, false,
	        x->other_limits ? "limits of the selected process's control group" : "limits of our own control group");
}

/* Shows another moment of the past; stays where it is when there is nothing to be shown. */
static void travel(top_screen *x, double to) {
	td_scope *scope = td_scope_open(x->s, .name = "past");
	double step = 1;
	const top_sample *m = top_past_at(scope, x->past, to, &step);
	const td_error *e = td_catch(scope);
	if (e || !m) {
		top_say(x, true, "%s", e ? e->message : "no answer");
		td_scope_close(scope);
		return;
	}
	if (x->past_scope) td_scope_close(x->past_scope);
	x->past_scope = scope;
	x->sample = m;
	x->at = to;
	x->step = step;
}

static bool move_key(top_screen *x, int key) {
	int page = x->layout.table_rows > 1 ? x->layout.table_rows - 1 : 1;
	switch (key) {
	case TD_CURSES_UP: move(x, x->selected - 1); return true;
	case TD_CURSES_DOWN: move(x, x->selected + 1); return true;
	case TD_CURSES_PPAGE: move(x, x->selected - page); return true;
	case TD_CURSES_NPAGE: move(x, x->selected + page); return true;
	case TD_CURSES_HOME: move(x, 0); return true;
	case TD_CURSES_END: move(x, (int64_t)x->lines.len - 1); return true;
	default: return false;
	}
}

static bool sort_key(top_screen *x, int key) {
	static const struct {
		char key;
		top_key by;
	} keys[] = {{'P', TOP_CPU},  {'M', TOP_RESIDENT}, {'T', TOP_TIME},  {'N', TOP_PID},
	            {'U', TOP_USER}, {'I', TOP_READ},     {'O', TOP_WRITE}, {'C', TOP_COMMAND}};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (key != keys[i].key) continue;
		sort_by(x, keys[i].by);
		return true;
	}
	if (key == '<' || key == '>') sort_beside(x, key == '<' ? -1 : 1);
	if (key == 'r' || key == 'R') x->order.reverse = !x->order.reverse;
	return key == '<' || key == '>' || key == 'r' || key == 'R';
}

static void open_mode(top_screen *x, top_mode mode) {
	x->mode = mode;
	x->choice = mode == TOP_SORT ? (int)x->order.by : 0;
	memcpy(x->input, x->filter, sizeof x->input);
}

static void past_key(top_screen *x, int key) {
	if (key == '[' || key == TD_CURSES_LEFT) travel(x, x->at - x->step);
	if (key == ']' || key == TD_CURSES_RIGHT) travel(x, x->at + x->step);
	if (key == '{') travel(x, x->at - 10 * x->step);
	if (key == '}') travel(x, x->at + 10 * x->step);
}

static void table_key(td_scope *s, top_screen *x, int key) {
	if (move_key(x, key) || sort_key(x, key)) return;
	switch (key) {
	case 'q':
	case TD_CURSES_F(10): x->quit = true; break;
	case 'h':
	case '?':
	case TD_CURSES_F(1): open_mode(x, TOP_HELP); break;
	case '/':
	case TD_CURSES_F(3):
	case TD_CURSES_F(4): open_mode(x, TOP_FILTER); break;
	case 's':
	case TD_CURSES_F(6): open_mode(x, TOP_SORT); break;
	case 't':
	case TD_CURSES_F(5): x->order.tree = !x->order.tree; break;
	case 'g': next_group(x); break;
	case 'k':
	case TD_CURSES_F(9): top_ask_signal(x); break;
	case 'n':
	case TD_CURSES_F(8): top_ask_nice(x); break;
	case 'c': x->style.names = !x->style.names; break;
	case 'K': x->order.no_kernel = !x->order.no_kernel; break;
	case '1': x->each_cpu = !x->each_cpu; break;
	case 'G':
		x->cgroup_column = !x->cgroup_column;
		x->due = 0;
		break;
	case 'l': toggle_limits(x); break;
	case '+':
	case '-': change_interval(x, key == '+'); break;
	case ' ':
		x->paused = !x->paused;
		x->due = 0;
		break;
	case '\n':
	case '\r':
	case TD_CURSES_ENTER: enter(x); break;
	case 127:
	case 8:
	case TD_CURSES_BACKSPACE: back(x); break;
	case ESCAPE: escape(x); break;
	case 12: td_curses_redrawwin(s, x->w); break; /* Ctrl-L */
	default:
		if (x->past) past_key(x, key);
	}
}

static void read_keys(td_scope *turn, top_screen *x) {
	for (int key; !x->quit && (key = td_curses_getch(turn, x->w, .timeout = TD_NOW)) >= 0;) {
		if (key == TD_CURSES_RESIZE) continue;
		x->message[0] = 0;
		if (x->mode == TOP_TABLE)
			table_key(turn, x, key);
		else
			top_dialog_key(turn, x, key);
		show(x);
		x->dirty = true;
	}
}

/* --- the loop --- */

/* Gives the terminal back and stops, as a program does that knows nothing of Ctrl-Z. */
static void suspend(td_scope *turn, top_screen *x) {
	td_curses_endwin(turn, x->w);
	kill(getpid(), SIGSTOP);
	td_curses_update_lines_cols(turn, x->w);
	td_curses_redrawwin(turn, x->w);
	x->dirty = true;
}

static void read_signals(td_scope *turn, top_screen *x, td_signal_watch *signals) {
	for (int number; (number = td_signal_watch_next(signals)) != 0;) {
		if (number == SIGTSTP)
			suspend(turn, x);
		else if (number == SIGCONT)
			td_curses_redrawwin(turn, x->w);
		else if (number != SIGWINCH)
			x->quit = true;
	}
	if (td_curses_update_lines_cols(turn, x->w)) arrange(x);
	x->dirty = true;
}

static double wait_for(const top_screen *x) {
	double now = td_time_monotonic(), wait = 1e9;
	if (!x->paused && !x->past) wait = x->due - now;
	if (x->message[0] && x->message_until - now < wait) wait = x->message_until - now;
	return wait;
}

static void do_what_is_due(td_scope *turn, top_screen *x) {
	double now = td_time_monotonic();
	if (x->message[0] && now >= x->message_until) {
		x->message[0] = 0;
		x->dirty = true;
	}
	if (x->past || (x->paused && x->due > 0) || now < x->due) return;
	/* The second look comes soon: only then are there rates to be shown. */
	bool first = x->cpu.count == 0;
	look(turn, x);
	x->due =
		x->due > 0 && !first && now < x->due + x->interval ? x->due + x->interval : now + (first ? 0.25 : x->interval);
}

void top_screen_run(td_scope *s, top_screen *x) {
	td_signal_watch *signals = td_signal_watch(s, SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGINT, SIGHUP, SIGQUIT);
	x->w = td_curses_initscr(s); /* after the watch: ncurses leaves alone what is taken */
	td_selector *both = td_selectors_new(s);
	td_selectors_register(s, both, STDIN_FILENO, TD_EVENT_READ, NULL);
	td_selectors_register(s, both, td_signal_watch_fd(signals), TD_EVENT_READ, signals);
	if (td_failed(s)) return;
	static const int pairs[][2] = {{0, 0},
	                               {TD_CURSES_GREEN, -1},
	                               {TD_CURSES_RED, -1},
	                               {TD_CURSES_YELLOW, -1},
	                               {TD_CURSES_CYAN, -1},
	                               {TD_CURSES_BLUE, -1},
	                               {TD_CURSES_BLACK, TD_CURSES_CYAN},
	                               {TD_CURSES_BLACK, TD_CURSES_GREEN},
	                               {TD_CURSES_WHITE, TD_CURSES_RED}};
	for (int i = 1; i < (int)(sizeof pairs / sizeof *pairs); i++)
		td_curses_init_pair(s, x->w, i, pairs[i][0], pairs[i][1]);
	x->s = s;
	x->style.utf8 = x->style.utf8 && td_curses_is_utf8(x->w);
	if (x->past) {
		show(x);
		x->dirty = true;
	}
	TD_LOOP (turn, s) {
		do_what_is_due(turn, x);
		if (x->dirty && !td_failed(turn)) top_paint(turn, x);
		x->dirty = false;
		double wait = wait_for(x);
		td_selector_event ready[2];
		size_t count = td_selectors_select(turn, both, ready, 2, .timeout = wait <= 0 ? TD_NOW : wait > 1e8 ? 0 : wait);
		for (size_t i = 0; i < count; i++) {
			if (ready[i].data)
				read_signals(turn, x, signals);
			else
				read_keys(turn, x);
		}
		if (x->quit) break;
	}
	td_catch(s, TD_EOFError); /* the terminal has gone: so do we */
}
