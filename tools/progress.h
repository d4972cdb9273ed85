/* tools/progress.h: how far long work is, as a bar on a terminal: the library's one progress callback made visible.
 *
 *     tend_progress *bar = tend_progress_open(s);
 *     td_hashlib_file_digest(s, path, "sha256", .progress = tend_progress_tell, .progress_arg = bar);
 *
 * Where standard error is no terminal there is no bar: NULL, which every function here takes. Nothing is shown before half
 * a second has passed, and the line is wiped when s ends. Any thread may tell. */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include <tend/scope.h>

typedef struct tend_progress tend_progress;

/* A bar that goes with s, or NULL where nobody would see it. */
tend_progress *tend_progress_open(td_scope *s);

/* A td_progress_fn whose arg is the bar: done of total bytes, total -1 when it is not known. */
void tend_progress_tell(void *bar, int64_t done, int64_t total);

/* What is worked on, before the bar; copied, and cut where the line is short. */
void tend_progress_label(tend_progress *bar, const char *label);

/* Wipes the line, so that something else can be printed. The next that is told draws it again. */
void tend_progress_clear(tend_progress *bar);

/* One line for that state at that width, without colour: what the bar is made of, apart from the terminal. seconds is how
 * long the work has taken. Returns its length; out holds at least width + 1 bytes. */
size_t tend_progress_line(char *out, size_t width, const char *label, int64_t done, int64_t total, double seconds);

#endif
