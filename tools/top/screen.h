/* tools/top/screen.h: what the files of the screen share. screen.c is the loop and the keys, paint.c the picture,
 * dialog.c what asks back. */
#ifndef TOP_SCREEN_H
#define TOP_SCREEN_H

#include <tend/curses.h>

#include "top/columns.h"
#include "fit.h"
#include "top/format.h"
#include "top/layout.h"
#include "top/live.h"
#include "top/past.h"

enum { TOP_TEXT_MOST = 80 };

typedef enum top_mode { TOP_TABLE, TOP_FILTER, TOP_SORT, TOP_SIGNAL, TOP_NICE_INPUT, TOP_HELP } top_mode;

/* The pairs of colours. */
enum { TOP_GREEN = 1, TOP_RED, TOP_YELLOW, TOP_CYAN, TOP_BLUE, TOP_ON_CYAN, TOP_ON_GREEN, TOP_ON_RED };

/* What a signal or a new priority would hit: handles that were made when the question was asked, and that know another
 * process by the same number. */
typedef struct top_targets {
	td_scope *scope; /* of the question; NULL when none is asked */
	td_process **items;
	td_process_row *rows; /* copies */
	size_t len, alone;    /* with its children, and without */
	bool family;          /* the children too */
} top_targets;

typedef struct top_screen {
	td_scope *s;
	td_curses_window *w;
	top_live *live; /* NULL when the past is shown */
	top_past *past;
	double at, step;      /* of the past: the moment, and how long what is shown of it stands for */
	td_scope *past_scope; /* where that sample lives */
	double interval, due;
	bool paused, quit, dirty;
	const top_sample *sample;

	top_order order;
	char filter[TOP_TEXT_MOST], only_name[256];
	top_style style;
	bool each_cpu, details, cgroup_column, other_limits;
	char limits_of[256]; /* the control group whose limits are shown, when not our own */

	td_scope *view; /* the lines live here */
	top_lines lines;
	top_columns columns;
	top_layout layout;
	int64_t selected, first; /* places in lines: of the cursor, and the uppermost one shown */
	bool following;          /* the cursor was moved: it stays on its process */
	int pid;                 /* the one under the cursor */
	uint64_t start;
	char group_name[256];

	top_mode mode;
	char input[TOP_TEXT_MOST];
	int choice; /* in a menu */
	top_targets targets;
	char message[200];
	bool wrong; /* the message is of a failure */
	double message_until;

	top_history cpu, memory, stalls[TOP_STALLS];
} top_screen;

/* What the menu of signals offers, in its order; 0 ends it. */
extern const int top_signals[];

/* Shows it until the user has had enough, or s is cancelled. */
void top_screen_run(td_scope *s, top_screen *screen);

/* paint.c: the whole picture. */
void top_paint(td_scope *s, top_screen *x);
unsigned top_colour(const top_screen *x, int pair, unsigned otherwise);
/* The line under the cursor; NULL when there is none. */
const top_line *top_selected(const top_screen *x);

/* details.c: the pane of one process, in height lines from y on. */
void top_paint_details(td_scope *s, top_screen *x, int y, int height);

/* dialog.c */
void top_say(top_screen *x, bool wrong, const char *fmt, ...) TD__PRINTF(3, 4);
void top_ask_signal(top_screen *x);
void top_ask_nice(top_screen *x);
void top_forget_targets(top_screen *x);
/* A key while a question, a menu or an input is open. */
void top_dialog_key(td_scope *s, top_screen *x, int key);
void top_paint_dialog(td_scope *s, top_screen *x);

#endif
