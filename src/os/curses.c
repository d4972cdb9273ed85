/* src/os/curses.c: one screen, and its way back to the terminal that was there before. */
#include <stdatomic.h>
#include <tend/curses.h>
#include <tend/text.h>
#include <termios.h>
#include <unistd.h>

#include "core/sys.h"
#include "core/unicode.h"
#include "os/curses_lib.h"

enum { ERR = -1, KEY_CODE_YES = 0400, ESCAPE_MS = 25, PAIRS_MOST = 64, LINE_MOST = 1024, HOLLOW_MOST = 16 };

struct td_curses_window {
	td__curses_screen *screen;
	td__curses_win *win, *picture; /* what is painted on shares the cells of what the terminal is to show */
	void *locale;
	bool utf8, colours, away;
	int cursor, cursor_y, cursor_x;
};

/* --- the way back, also for a signal handler --- */

static struct {
	atomic_bool taken;
	struct termios modes;
	char text[160]; /* leaves the second screen, shows the cursor, ends colours and the keypad's mode */
	size_t len;
} before;

static void restore(void) {
	ssize_t n = write(STDOUT_FILENO, before.text, before.len);
	(void)n;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before.modes);
}

static void remember_way_back(void) {
	static const char *const wanted[] = {"sgr0", "rmkx", "cnorm", "rmcup"};
	before.len = 0;
	for (size_t i = 0; i < 4; i++) {
		const char *text = td__curses.tigetstr(wanted[i]);
		if (!text || text == (const char *)-1) continue;
		/* A pause in it ("$<5>") is for terminals of another age. */
		for (; *text && before.len < sizeof before.text; text++) {
			const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
			if (end)
				text = end;
			else
				before.text[before.len++] = *text;
		}
	}
}

static void end_screen(td_scope *c, void *handle) {
	(void)c;
	td_curses_window *w = handle;
	atomic_store(&td__fatal_hook, NULL);
	if (!w->away) td__curses.endwin();
	td__curses.delscreen(w->screen);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before.modes);
	td__curses_locale_end(w->locale);
	atomic_store(&before.taken, false);
}

/* --- taking the terminal --- */

static bool refuse(td_scope *s, const char *why) {
	td_raise(s, TD_curses_error, "%s", why);
	return false;
}

static bool may_take(td_scope *s) {
	if (!isatty(STDIN_FILENO)) return refuse(s, "standard input is not a terminal");
	if (!isatty(STDOUT_FILENO)) return refuse(s, "standard output is not a terminal");
	if (td__sys_tcgetattr(STDIN_FILENO, &before.modes) < 0) return td__os_error(s, errno, NULL);
	return true;
}

/* Painting goes into the cells of the next picture at once: the window that ncurses makes for it, a third of its memory, is
 * needed by nobody. */
static bool make_window(td_curses_window *w) {
	w->picture = *td__curses.newscr;
	w->win = td__curses.derwin(w->picture, 0, 0, 0, 0);
	if (w->win) td__curses.wresize(*td__curses.stdscr, 1, 1);
	return w->win;
}

/* What ncurses looks at in the picture, and, where it refreshes by itself, in the window. */
static void clear_all(td_curses_window *w) {
	td__curses.clearok(w->picture, true);
}
static void leave_cursor(td_curses_window *w, bool leave) {
	td__curses.leaveok(w->win, leave);
	td__curses.leaveok(w->picture, leave);
}

static bool take(td_scope *s, td_curses_window *w, const char *term) {
	w->locale = td__curses_locale(&w->utf8);
	w->screen = td__curses.newterm(term, stdout, stdin);
	if (!w->screen) {
		td__curses_locale_end(w->locale);
		td_raise(s, TD_curses_error, "the terminal '%s' is not known, or cannot move its cursor", term);
		return false;
	}
	if (!make_window(w)) {
		td__curses.endwin();
		td__curses.delscreen(w->screen);
		td__curses_locale_end(w->locale);
		td__raise_memory(s);
		return false;
	}
	remember_way_back();
	const char *cup = td__curses.tigetstr("cup");
	if (!cup || cup == (const char *)-1) {
		td__curses.endwin();
		td__curses.delscreen(w->screen);
		td__curses_locale_end(w->locale);
		td_raise(s, TD_curses_error, "the terminal '%s' cannot move its cursor", term);
		return false;
	}
	return true;
}

static void set_up(td_curses_window *w, bool no_colour) {
	const char *no = getenv("NO_COLOR");
	td__curses.set_escdelay(ESCAPE_MS);
	td__curses.typeahead(-1); /* a picture is sent whole, and without a look at the keys after each line */
	td__curses.cbreak();
	td__curses.noecho();
	td__curses.keypad(w->win, true);
	td__curses.nodelay(w->win, true);
	leave_cursor(w, true);
	td__curses.curs_set(0);
	w->colours = !no_colour && !(no && *no) && td__curses.has_colors() && td__curses.start_color() != ERR;
	if (w->colours) td__curses.use_default_colors();
	/* Here, and not by the first getch: that would paint an empty screen first. */
	clear_all(w);
}

td_curses_window *(td_curses_initscr)(td_scope *s, const td_curses_initscr_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_curses_initscr_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__curses_open(s)) return NULL;
	if (atomic_exchange(&before.taken, true)) {
		refuse(s, "a screen is open already");
		return NULL;
	}
	const char *term = o.term ? o.term : getenv("TERM");
	if (!term || !*term) term = "unknown";
	td_curses_window *w = NULL;
	if (may_take(s)) {
		w = td_alloc(s, sizeof *w);
		if (w && !take(s, w, term)) w = NULL;
	}
	if (!w) {
		atomic_store(&before.taken, false);
		return NULL;
	}
	atomic_store(&td__fatal_hook, restore);
	set_up(w, o.no_colour);
	if (!td_defer(s, end_screen, w)) {
		end_screen(s, w);
		return NULL;
	}
	return w;
}

bool(td_curses_endwin)(td_scope *s, td_curses_window *w) {
	if (!td__enter(s) || !td__need_handle(s, "window", w)) return false;
	if (!w->away) td__curses.endwin();
	w->away = true;
	return true;
}

bool td_curses_is_utf8(const td_curses_window *w) {
	return w && w->utf8;
}

bool td_curses_has_colors(const td_curses_window *w) {
	return w && w->colours;
}

bool(td_curses_init_pair)(td_scope *s, td_curses_window *w, int pair, int foreground, int background) {
	if (!td__enter(s) || !td__need_handle(s, "window", w)) return false;
	if (pair < 1 || pair >= PAIRS_MOST) {
		td_raise(s, TD_ValueError, "Color pair number is not between 1 and %d.", PAIRS_MOST - 1);
		return false;
	}
	if (w->colours) td__curses.init_pair((short)pair, (short)foreground, (short)background);
	return true;
}

unsigned td_curses_color_pair(const td_curses_window *w, int pair) {
	return w && w->colours ? (unsigned)pair << 8 & 0xff00 : 0;
}

/* --- size --- */

int td_curses_rows(const td_curses_window *w) {
	return w ? td__curses.rows(w->win) : 0;
}

int td_curses_columns(const td_curses_window *w) {
	return w ? td__curses.columns(w->win) : 0;
}

bool(td_curses_update_lines_cols)(td_scope *s, td_curses_window *w) {
	if (!td__enter(s) || !td__need_handle(s, "window", w)) return false;
	struct winsize size = {0};
	if (td__sys_ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col) return false;
	if (size.ws_row == td_curses_rows(w) && size.ws_col == td_curses_columns(w)) return false;
	td__curses.resizeterm(size.ws_row, size.ws_col);
	clear_all(w);
	return true;
}

/* --- painting --- */

bool(td_curses_erase)(td_scope *s, td_curses_window *w) {
	if (!td__enter(s) || !td__need_handle(s, "window", w)) return false;
	td__curses.attr_set(w->win, 0, 0, NULL);
	td__curses.erase(w->win);
	return true;
}

bool(td_curses_redrawwin)(td_scope *s, td_curses_window *w) {
	if (!td__enter(s) || !td__need_handle(s, "window", w)) return false;
	clear_all(w);
	td__curses.redraw(w->win);
	return true;
}

/* What can be shown of text in room columns, as characters; how many. */
static int showable(const td_curses_window *w, const char *text, wchar_t *out, int room) {
	int n = 0;
	const char *end = text + strlen(text);
	while (text < end && room > 0 && n < LINE_MOST) {
		uint32_t c = td__utf8_next(&text, end);
		bool stray = c >= 0xd800 && c < 0xe000; /* a byte that is not UTF-8 */
		int width = c >= 0x20 && c < 0x7f ? 1 : c >= 0xa0 && w->utf8 && !stray ? td__curses_width(c) : -1;
		if (width > room) break;
		out[n++] = width < 0 ? L'?' : (wchar_t)c;
		room -= width < 0 ? 1 : width;
	}
	return n;
}

bool(td_curses_addstr)(td_scope *s, td_curses_window *w, int y, int x, const char *text, unsigned attributes) {
	if (!td__enter(s) || !td__need_handle(s, "window", w) || !td__need_text(s, "text", text)) return false;
	int room = td_curses_columns(w) - x;
	if (y < 0 || y >= td_curses_rows(w) || x < 0 || room <= 0) return true;
	wchar_t line[LINE_MOST];
	int n = showable(w, text, line, room);
	if (n == 0) return true;
	td__curses.move(w->win, y, x);
	td__curses.attr_set(w->win, attributes & 0x00ff0000u, (short)(attributes >> 8 & 0xff), NULL);
	td__curses.addnwstr(w->win, line, n);
	return true;
}

bool(td_curses_refresh)(td_scope *s, td_curses_window *w) {
	if (!td__enter(s) || !td__need_handle(s, "window", w)) return false;
	w->away = false;
	if (w->cursor) {
		td__curses.move(w->win, w->cursor_y, w->cursor_x);
		td__curses.move(w->picture, w->cursor_y, w->cursor_x);
	}
	td__curses.syncup(w->win);
	td__curses.doupdate();
	td__curses.touchln(w->win, 0, td__curses.rows(w->win), 0);
	return true;
}

bool(td_curses_curs_set)(td_scope *s, td_curses_window *w, int visibility, int y, int x) {
	if (!td__enter(s) || !td__need_handle(s, "window", w)) return false;
	w->cursor_y = y;
	w->cursor_x = x;
	if (w->cursor == visibility) return true;
	w->cursor = visibility;
	leave_cursor(w, !visibility);
	td__curses.curs_set(visibility);
	return true;
}

/* --- keys --- */

static int next_key(td_curses_window *w) {
	unsigned key = 0;
	td__curses.syncup(w->win); /* it shows what was painted, and forgets what the window has changed */
	int kind = td__curses.get_wch(w->win, &key);
	return kind == ERR ? -1 : kind == KEY_CODE_YES ? TD_CURSES_KEY + (int)key : (int)key;
}

int(td_curses_getch)(td_scope *s, td_curses_window *w, const td_curses_getch_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "window", w)) return -1;
	td_curses_getch_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int64_t until = td__deadline_in(o.timeout);
	int key = next_key(w); /* what ncurses has read already is not on the descriptor any more */
	for (int hollow = 0; key < 0; hollow++) {
		int events = td__wait_fd(s, STDIN_FILENO, POLLIN, until);
		if (events <= 0) return -1;
		key = next_key(w);
		/* Readable again and again without a key: hung up. Half a character takes a turn or two. */
		if (key < 0 && (hollow == HOLLOW_MOST || events & (POLLHUP | POLLERR | POLLNVAL))) {
			td_raise(s, TD_EOFError, "the terminal has gone");
			return -1;
		}
	}
	return key;
}
