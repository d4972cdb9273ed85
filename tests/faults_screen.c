/* What a screen, and what tend top shows on one, do when memory, system calls or time run out, at each step. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <tend.h>
#include <termios.h>
#include <unistd.h>

#include "agent/past.h"
#include "fault.h"
#include "top/live.h"
#include "top/view.h"
#include "put.h"

/* --- a screen, on a terminal that nobody looks at --- */

static struct {
	int master, slave, in, out; /* in and out: what standard input and output were */
	struct termios modes;
} terminal = {.master = -1};

static void open_terminal(td_scope *t) {
	terminal.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	const char *name = terminal.master >= 0 && unlockpt(terminal.master) == 0 ? ptsname(terminal.master) : NULL;
	terminal.slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	struct winsize size = {.ws_row = 10, .ws_col = 40};
	if (terminal.slave < 0 || ioctl(terminal.slave, TIOCSWINSZ, &size) < 0 ||
	    tcgetattr(terminal.slave, &terminal.modes) < 0)
		td_unittest_fail(t, "no terminal could be made");
	terminal.in = fcntl(0, F_DUPFD_CLOEXEC, 10);
	terminal.out = fcntl(1, F_DUPFD_CLOEXEC, 10);
}

static void leave_terminal(void) {
	if (terminal.master < 0) return;
	dup2(terminal.in, 0);
	dup2(terminal.out, 1);
	int all[] = {terminal.in, terminal.out, terminal.slave, terminal.master};
	for (size_t i = 0; i < 4; i++) close(all[i]);
	terminal.master = -1;
}

/* Takes standard input and output; a key is waiting. What is painted fits into what the kernel keeps of it. */
static void on_a_terminal(td_scope *t) {
	leave_terminal();
	open_terminal(t);
	td_unittest_assert_equal(t, write(terminal.master, "x\n", 2), 2);
	dup2(terminal.slave, 0);
	dup2(terminal.slave, 1);
}

static void as_it_was(td_scope *t, bool failed) {
	(void)failed;
	struct termios now;
	int got = tcgetattr(terminal.slave, &now);
	tcflag_t before = terminal.modes.c_lflag;
	leave_terminal();
	td_unittest_assert_equal(t, got, 0);
	td_unittest_assert_equal(t, now.c_lflag, before, .msg = "the terminal's modes");
}

TD_FAULT_SCENARIO(screen, .prepare = on_a_terminal, .verify = as_it_was) {
	td_curses_window *w = td_curses_initscr(s, .term = "xterm");
	td_curses_init_pair(s, w, 1, 2, -1);
	td_curses_erase(s, w);
	td_curses_addstr(s, w, 1, 2, "caf\xc3\xa9 \xff", td_curses_color_pair(w, 1) | TD_CURSES_BOLD);
	td_curses_curs_set(s, w, 1, 2, 3);
	td_curses_refresh(s, w);
	td_curses_getch(s, w, .timeout = 10);
	td_curses_update_lines_cols(s, w);
	td_curses_endwin(s, w);
	td_curses_redrawwin(s, w);
	td_curses_refresh(s, w);
}

/* --- looking at the machine --- */

static void small_machine(td_scope *t) {
	if (td_path_exists(t, "proc/self")) return; /* nobody changes it */
	static const char some[] = "some avg10=1.00 avg60=0.00 avg300=0.00 total=5\n";
	put(t, "proc/stat", "cpu  100 0 50 850 0 0 0 0 0 0\ncpu0 100 0 50 850 0 0 0 0 0 0\nbtime 1000\n");
	put(t, "proc/meminfo",
	    "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 600 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
	put(t, "proc/vmstat", "pswpin 1\npswpout 1\n");
	put(t, "proc/loadavg", "0.10 0.20 0.30 1/2 8\n");
	put(t, "proc/pressure/cpu", some);
	put(t, "proc/pressure/memory", some);
	put(t, "proc/self/cgroup", "0::/a\n");
	put(t, "proc/self/mountinfo", "30 1 0:30 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
	put(t, "sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
	put(t, "sys/fs/cgroup/a/memory.max", "1048576\n");
	put(t, "sys/fs/cgroup/a/memory.current", "4096\n");
	put(t, "sys/fs/cgroup/a/cpu.stat", "usage_usec 5\n");
	for (int pid = 7; pid < 9; pid++) {
		put(t, td_format(t, "proc/%d/stat", pid),
		    td_format(t, "%d (a name of 15 ch) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 300 8192 2 0\n", pid));
		put(t, td_format(t, "proc/%d/cmdline", pid), "a name of 15 chars");
		put(t, td_format(t, "proc/%d/cgroup", pid), "0::/a\n");
		put(t, td_format(t, "proc/%d/io", pid), "read_bytes: 4096\nwrite_bytes: 0\n");
	}
}

TD_FAULT_SCENARIO(looking, .prepare = small_machine) {
	static const top_want want = {.io = true, .cgroups = true, .again = true};
	static const top_order order = {.by = TOP_CPU, .tree = true, .filter = "", .only_name = ""};
	top_live *live = top_live_new(s, "proc", "sys");
	for (int i = 0; i < 2; i++) {
		TD_SCOPE(turn, s);
		const top_sample *m = top_live_look(turn, live, &want);
		if (m) top_view(turn, m->items, m->len, &order, true);
	}
}

/* --- what the agent remembers --- */

static bool harmed; /* the scope that it lives in, which is the agent's own, by what found no memory in the last run */

static void loses_a_slot_only(td_scope *t, bool failed) {
	(void)failed;
	td_unittest_assert_false(t, harmed);
}

TD_FAULT_SCENARIO(remembering, .verify = loses_a_slot_only) {
	td_process_row rows[3];
	agent_past *p = agent_past_new(s);
	if (!p) return;
	for (int i = 0; i < 25; i++) {
		for (int k = 0; k < 3; k++)
			rows[k] = (td_process_row){.pid = 10 + k,
			                           .start = (uint64_t)(i / 5),
			                           .name = k ? "one" : "another",
			                           .cmdline = i < 15 ? "one -x" : "one -y",
			                           .username = "root",
			                           .state = 'S',
			                           .cpu_percent = k * 10,
			                           .rss = 4096};
		agent_past_tick(p, &(td_process_table){rows, 3}, i * 1000000000LL);
	}
	harmed = td_failed(s);
	for (int i = 0; i < 25; i++) agent_past_query(s, p, i * 1000000000LL);
}
