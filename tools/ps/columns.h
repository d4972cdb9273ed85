/* tools/ps/columns.h: what can be shown of a process: the columns, their values and what must be read for them. */
#ifndef PS_COLUMNS_H
#define PS_COLUMNS_H

#include <tend/process.h>

/* What must be read beside /proc/PID/stat. A column that is not shown costs nothing. */
enum {
	PS_CMDLINE = 1,
	PS_USER = 2,
	PS_CGROUP = 4,
	PS_IO = 8,
	PS_MEMORY = 16, /* smaps_rollup: dear */
	PS_FDS = 32,
	PS_PORTS = 64, /* every descriptor of every process: dear */
	PS_LIMITS = 128,
	PS_EXE = 256,
	PS_CWD = 512,
	PS_SWITCHES = 1024,
	PS_OOM = 2048,
};

/* What the table of processes does not have. */
typedef struct ps_extra {
	bool has_memory, has_switches, has_oom;
	uint64_t pss, uss, swap, switches;
	int fds; /* -1: not known, as NULL below */
	int oom;
	const char *exe, *cwd, *ports;
	const td_pcgroup *limits;
} ps_extra;

typedef struct ps_line {
	const td_process_row *row;
	const ps_extra *extra; /* NULL when no column needs it */
	const char *branch;    /* what the tree puts before the command; "" */
} ps_line;

enum { PS_SCRATCH = 256 };

typedef enum ps_kind { PS_NOTHING, PS_INT, PS_FLOAT, PS_TEXT } ps_kind;
typedef struct ps_value {
	ps_kind kind;
	int64_t number;
	double real;
	const char *text;
} ps_value;

typedef enum ps_format {
	PS_PLAIN,
	PS_SIZE,    /* bytes */
	PS_PERCENT, /* one decimal place */
	PS_SECONDS, /* of processor time: 12:34 */
	PS_AGE,     /* 3-04:05:06 */
	PS_START,   /* a time of day, or a date */
} ps_format;

typedef struct ps_machine {
	double now;
	uint64_t memory;
} ps_machine;

typedef struct ps_column {
	const char *name, *title, *help;
	unsigned needs;
	ps_format format;
	bool left;
	/* scratch, of PS_SCRATCH bytes, is where a text is made that is not there already. */
	ps_value (*value)(const ps_line *line, const ps_machine *m, char *scratch);
} ps_column;

extern const ps_column ps_columns[];
extern const size_t ps_column_count;
/* NULL when there is none of that name. */
const ps_column *ps_column_find(const char *name);
/* The nearest name, for who mistyped it; NULL. */
const char *ps_column_near(td_scope *s, const char *name);

#endif
