/* tend/curses.h: the whole screen of a terminal, by ncursesw.
 *
 * A program draws into a picture of the screen and calls refresh, which sends the terminal what has changed. The screen
 * belongs to the scope it was opened in: at its end, and on every other way out that a program can still act on (exit,
 * an error that nobody caught, a fatal signal of TD_MAIN), the terminal is as it was before.
 *
 *     #include <tend.h>
 *
 *     static void hello(td_scope *s) {
 *         td_curses_window *w = td_curses_initscr(s);
 *         for (int key = 0; key != 'q' && !td_failed(s);) {
 *             td_curses_erase(s, w);
 *             td_curses_addstr(s, w, 0, 0, "hello, q to quit", TD_CURSES_BOLD);
 *             td_curses_refresh(s, w);
 *             key = td_curses_getch(s, w);                  // blocks; TD_CURSES_RESIZE when the terminal has been told so
 *         }
 *     }
 *
 * Unlike Python's, the screen is set up as curses.wrapper does it (noecho, cbreak, keypad, colours), needs no setlocale,
 * cuts what does not fit in place of raising, and installs no signal handler: who wants to know of SIGWINCH and SIGTSTP
 * watches them (td_signal_watch). Characters are what the locale of the environment (LC_ALL, LC_CTYPE, LANG) says; the
 * process's own locale stays as it is. ImportError where ncurses is not installed. One screen at a time, used by the
 * thread that opened it. */
#ifndef TEND_CURSES_H
#define TEND_CURSES_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_curses_window td_curses_window;

/* Attributes of addstr, to be joined by |. */
enum {
	TD_CURSES_NORMAL = 0,
	TD_CURSES_STANDOUT = 1 << 16,
	TD_CURSES_UNDERLINE = 1 << 17,
	TD_CURSES_REVERSE = 1 << 18,
	TD_CURSES_DIM = 1 << 20,
	TD_CURSES_BOLD = 1 << 21,
};

/* What getch returns for keys that are no character. F1 is TD_CURSES_F(1). */
enum {
	TD_CURSES_KEY = 1 << 24, /* every one of these is above it, and above every character */
	TD_CURSES_DOWN = TD_CURSES_KEY + 0402,
	TD_CURSES_UP,
	TD_CURSES_LEFT,
	TD_CURSES_RIGHT,
	TD_CURSES_HOME,
	TD_CURSES_BACKSPACE,
	TD_CURSES_F0,
	TD_CURSES_DC = TD_CURSES_KEY + 0512, /* delete */
	TD_CURSES_IC,                        /* insert */
	TD_CURSES_NPAGE = TD_CURSES_KEY + 0522,
	TD_CURSES_PPAGE,
	TD_CURSES_ENTER = TD_CURSES_KEY + 0527,
	TD_CURSES_BTAB = TD_CURSES_KEY + 0541,
	TD_CURSES_END = TD_CURSES_KEY + 0550,
	TD_CURSES_RESIZE = TD_CURSES_KEY + 0632,
};
#define TD_CURSES_F(n) (TD_CURSES_F0 + (n))

/* Colours of init_pair; -1 is the terminal's own. */
enum {
	TD_CURSES_BLACK,
	TD_CURSES_RED,
	TD_CURSES_GREEN,
	TD_CURSES_YELLOW,
	TD_CURSES_BLUE,
	TD_CURSES_MAGENTA,
	TD_CURSES_CYAN,
	TD_CURSES_WHITE,
};

typedef struct td_curses_initscr_opts {
	TD__OPTS_HEAD;
	const char *term; /* in place of TERM */
	bool no_colour;   /* also when NO_COLOR is in the environment and not empty */
} td_curses_initscr_opts;
/* Takes the terminal of standard input and output over until s ends, and clears it. curses_error when they are no
 * terminal, the kind of terminal is not known or cannot move its cursor, or a screen is open already; ImportError. NULL
 * when s has failed. Python: curses.initscr. */
TD_API td_curses_window *td_curses_initscr(td_scope *s, const td_curses_initscr_opts *opts);
#define td_curses_initscr(...) TD__CURSES_INITSCR(__VA_ARGS__)
#define TD__CURSES_INITSCR(s, ...) (td_curses_initscr)(TD_HERE(s), TD__OPTS(td_curses_initscr_opts, __VA_ARGS__))

/* Gives the terminal back, for a while: the next refresh takes it again and paints all of it anew. Python: curses.endwin. */
TD_API bool td_curses_endwin(td_scope *s, td_curses_window *w);
#define td_curses_endwin(s, w) (td_curses_endwin)(TD_HERE(s), (w))

/* Whether characters outside of ASCII can be shown; in place of them '?' is. Python has no such call. */
TD_API bool td_curses_is_utf8(const td_curses_window *w);
/* Python: curses.has_colors. */
TD_API bool td_curses_has_colors(const td_curses_window *w);
/* Makes pair (1 to 63) of two colours; nothing where there are none. Python: curses.init_pair. */
TD_API bool td_curses_init_pair(td_scope *s, td_curses_window *w, int pair, int foreground, int background);
#define td_curses_init_pair(s, ...) (td_curses_init_pair)(TD_HERE(s), __VA_ARGS__)
/* The attribute that writes in that pair's colours; 0 where there are none. Python: curses.color_pair. */
TD_API unsigned td_curses_color_pair(const td_curses_window *w, int pair);

/* Rows and columns of the screen; 0 for NULL. Python: window.getmaxyx. */
TD_API int td_curses_rows(const td_curses_window *w);
TD_API int td_curses_columns(const td_curses_window *w);
/* Asks the terminal for its size and takes it over; what is painted is sent anew by the next refresh. True when it has
 * changed. Python: curses.update_lines_cols. */
TD_API bool td_curses_update_lines_cols(td_scope *s, td_curses_window *w);
#define td_curses_update_lines_cols(s, w) (td_curses_update_lines_cols)(TD_HERE(s), (w))

/* Empties the picture. Python: window.erase. */
TD_API bool td_curses_erase(td_scope *s, td_curses_window *w);
#define td_curses_erase(s, w) (td_curses_erase)(TD_HERE(s), (w))
/* Makes the next refresh send all of it, for a terminal that somebody else wrote to. Python: window.redrawwin. */
TD_API bool td_curses_redrawwin(td_scope *s, td_curses_window *w);
#define td_curses_redrawwin(s, w) (td_curses_redrawwin)(TD_HERE(s), (w))
/* Writes text at row y, column x (0 is the first), in these attributes; what is outside of the screen is cut. Control
 * characters are written as '?', since a terminal would obey them. Python: window.addstr. */
TD_API bool td_curses_addstr(td_scope *s, td_curses_window *w, int y, int x, const char *text, unsigned attributes);
#define td_curses_addstr(s, ...) (td_curses_addstr)(TD_HERE(s), __VA_ARGS__)
/* Sends the terminal what has changed. Python: window.refresh. */
TD_API bool td_curses_refresh(td_scope *s, td_curses_window *w);
#define td_curses_refresh(s, w) (td_curses_refresh)(TD_HERE(s), (w))
/* Hides the cursor (0) or shows it (1); with (y, x) as its place after each refresh. Python: curses.curs_set. */
TD_API bool td_curses_curs_set(td_scope *s, td_curses_window *w, int visibility, int y, int x);
#define td_curses_curs_set(s, ...) (td_curses_curs_set)(TD_HERE(s), __VA_ARGS__)

typedef struct td_curses_getch_opts {
	TD__OPTS_HEAD;
	double timeout; /* seconds; 0 is without limit, TD_NOW does not wait */
} td_curses_getch_opts;
/* The next key: a character's code point, or one of TD_CURSES_…; ESC is 27. -1 when none came in time, and when s has
 * failed. Blocks. EOFError when the terminal has gone. Python: window.get_wch. */
TD_API int td_curses_getch(td_scope *s, td_curses_window *w, const td_curses_getch_opts *opts);
#define td_curses_getch(s, ...) TD__CURSES_GETCH(s, __VA_ARGS__)
#define TD__CURSES_GETCH(s, w, ...) (td_curses_getch)(TD_HERE(s), (w), TD__OPTS(td_curses_getch_opts, __VA_ARGS__))

TD__END
#endif
