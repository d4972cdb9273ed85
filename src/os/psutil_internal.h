/* src/os/psutil_internal.h: reading /proc and /sys, for the files of psutil. */
#ifndef TD_OS_PSUTIL_INTERNAL_H
#define TD_OS_PSUTIL_INTERNAL_H

#include "core/internal.h"
#include <tend/psutil.h>

/* A counter that the kernel may wrap or reset, made to grow for ever. */
#define TD__WRAP_FIELDS 9
typedef struct td__wrap {
	char *name;
	uint64_t last[TD__WRAP_FIELDS], carry[TD__WRAP_FIELDS];
	bool seen;
} td__wrap;
typedef struct td__wraps {
	td__wrap *items;
	size_t count, capacity;
} td__wraps;
/* One pass: begin, td__wraps_add per row, end (which forgets what has gone). add changes values in place. */
void td__wraps_begin(td__wraps *w);
bool td__wraps_add(td_scope *s, td__wraps *w, const char *name, uint64_t *values, size_t count);
void td__wraps_end(td__wraps *w);
void td__wraps_free(td__wraps *w);

typedef struct td__cpu_last {
	bool known;
	td_scputimes total;
	td_scputimes *each;
	size_t count;
} td__cpu_last;

typedef struct td__kept_file {
	char *name;
	int fd;
	char *data;
	size_t len, capacity;
} td__kept_file;

struct td__usage_request;

struct td_psutil_reader {
	char *procfs, *sysfs;
	td__kept_file *files;
	size_t file_count, file_capacity;
	td__cpu_last last[4]; /* percent, percent of each, times_percent, times_percent of each */
	td__wraps disks, disks_sum, nics;
	struct td__usage_request *pending; /* paths that have not answered yet */
	struct td__process_cache *processes;
};
void td__process_cache_free(struct td__process_cache *cache);
void td__usage_forget(struct td__usage_request *first);

const char *td__procfs(const td_psutil_reader *r);
const char *td__sysfs(const td_psutil_reader *r);

/* All of /proc/NAME; in scratch, or in the reader until it reads that name again. false: raised. */
bool td__proc_read(td_scope *scratch, td_psutil_reader *r, const char *name, td_bytes *out);
/* All of any file, into scratch. false without raising when it cannot be read and quiet is set. */
bool td__file_read(td_scope *scratch, int dir, const char *path, bool quiet, td_bytes *out);
/* The file's text without the blanks around it, "" when it cannot be read; never raises but MemoryError. */
const char *td__file_word(td_scope *scratch, const char *path);

/* --- text of /proc: all of these stop at the NUL that ends it --- */

/* The number at *p after blanks; *p behind it. 0 when there is none. */
uint64_t td__scan_u64(const char **p);
/* "12.34": exact, locale or not. */
double td__scan_decimal(const char **p);
/* The next line's begin; NULL at the end. */
const char *td__next_line(const char *p);
/* The word at *p after blanks, up to the next blank; *p behind it. */
td_bytes td__scan_word(const char **p);
/* What stands after "key" in the line that begins with it; NULL. */
const char *td__line_after(const char *text, const char *key);

/* x rounded to one decimal place as Python's round(x, 1) does. */
double td__round1(double x);
/* Python's usage_percent: 0.0 of nothing. */
double td__usage_percent(uint64_t used, uint64_t total);

/* What a file of pressure says, the machine's or a group's. */
td_spressure td__pressure_in(const char *text);

/* Ticks a second of the times in /proc. */
double td__clock_ticks(void);

#endif
