/* src/os/curses_lib.h: the functions of ncursesw and tinfo that the library uses. Their headers are not needed to build:
 * what is used of them is these types, which are ABI 6's. */
#ifndef TD_OS_CURSES_LIB_H
#define TD_OS_CURSES_LIB_H

#include <stdio.h>
#include <wchar.h>

#include "core/internal.h"

typedef struct screen td__curses_screen;
typedef struct _win_st td__curses_win;

typedef struct td__curses_table {
	td__curses_screen *(*newterm)(const char *type, FILE *out, FILE *in);
	void (*delscreen)(td__curses_screen *screen);
	int (*endwin)(void);
	int (*set_escdelay)(int milliseconds);
	int (*typeahead)(int fd);
	int (*cbreak)(void);
	int (*noecho)(void);
	int (*curs_set)(int visibility);
	int (*resizeterm)(int lines, int columns);
	char *(*tigetstr)(const char *name);
	bool (*has_colors)(void);
	int (*start_color)(void);
	int (*use_default_colors)(void);
	int (*init_pair)(short pair, short foreground, short background);
	int (*keypad)(td__curses_win *w, bool on);
	int (*nodelay)(td__curses_win *w, bool on);
	int (*get_wch)(td__curses_win *w, unsigned *key);
	int (*erase)(td__curses_win *w);
	int (*redraw)(td__curses_win *w);
	int (*clearok)(td__curses_win *w, bool on);
	int (*leaveok)(td__curses_win *w, bool on);
	int (*move)(td__curses_win *w, int y, int x);
	int (*attr_set)(td__curses_win *w, unsigned attributes, short pair, void *more);
	int (*addnwstr)(td__curses_win *w, const wchar_t *text, int n);
	td__curses_win *(*derwin)(td__curses_win *of, int rows, int columns, int y, int x);
	int (*wresize)(td__curses_win *w, int rows, int columns);
	void (*syncup)(td__curses_win *w);
	int (*touchln)(td__curses_win *w, int y, int lines, int changed);
	int (*doupdate)(void);
	int (*rows)(const td__curses_win *w);
	int (*columns)(const td__curses_win *w);
	td__curses_win **stdscr, **newscr; /* variables, not functions */
} td__curses_table;

extern td__curses_table td__curses;

/* Opens it; ImportError that names the package. */
bool td__curses_open(td_scope *s);

/* The locale that the environment asks for, as far as characters go, in force for this thread: ncurses asks it. NULL when
 * there is none. *utf8 tells whether it is UTF-8. */
void *td__curses_locale(bool *utf8);
/* In force again is what was before. */
void td__curses_locale_end(void *locale);
/* How many columns a character takes under that locale; -1 for what cannot be shown. */
int td__curses_width(uint32_t c);

#endif
