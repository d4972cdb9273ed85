/* src/time/logging_internal.h: what the files of logging share. All of it is guarded by the one lock. */
#ifndef TD_TIME_LOGGING_INTERNAL_H
#define TD_TIME_LOGGING_INTERNAL_H

#include "core/internal.h"
#include <tend/logging.h>
#include <time.h>

/* Taken by a thread that has it already, it counts: a handler of the user's own may log. */
void td__log_lock(void);
void td__log_unlock(void);

/* The time of all records, for tests; NULL is the clock. */
extern const struct timespec *td__log_frozen;

/* Growing memory of a thread-less kind: kept from one record to the next. */
typedef struct td__log_buffer {
	char *data;
	size_t len, capacity;
	bool failed; /* memory was short */
} td__log_buffer;
void td__log_put(td__log_buffer *b, const char *text, size_t len);

typedef struct td__record {
	td_log_record r;
	struct timespec at;
	size_t message_len;
	bool lacks; /* a field that the format names is not there */
} td__record;

struct td_logger {
	struct td__logger_head head;
	char *name;
	td_logger *parent; /* the nearest logger above that somebody asked for */
	td_logger *next;   /* in the list of all */
	int level;
	bool propagate;
	td_handler **handlers;
	size_t handler_count, handler_capacity;
};

typedef enum td__handler_sort {
	TD__HANDLER_NULL,
	TD__HANDLER_STREAM,
	TD__HANDLER_FILE,
	TD__HANDLER_CALL
} td__handler_sort;

struct td_handler {
	td__handler_sort sort;
	int level;
	td_formatter *formatter;
	FILE *stream;
	char *path;
	int flags, fd;
	size_t buffer; /* bytes to gather */
	td__log_buffer gathered;
	td_log_emit_fn emit;
	void *arg;
	uint64_t lost;
	td_handler *next, *before; /* in the list of all */
	bool listed;
};
/* Writes one record. */
void td__handler_take(td_handler *h, td__record *r);
/* Takes it off all loggers. */
void td__log_detach(td_handler *h);
/* For a while a logger has this one handler and level, and tells no logger above; then it is as it was. */
typedef struct td__log_before {
	td_logger *log;
	td_handler **handlers;
	size_t handler_count, handler_capacity;
	int level;
	bool propagate;
} td__log_before;
bool td__log_divert(td_logger *log, td_handler *h, int level, td__log_before *before); /* false: no memory */
void td__log_restore(const td__log_before *before);
/* The latest handler that was made. */
td_handler *td__handler_latest(void);
void td__handler_end(td_handler *h);

/* As vsnprintf, and as little bound to the locale as the general formatter of core. */
size_t td__log_message(char *out, size_t size, const char *fmt, va_list args);

/* Appends the record as that formatter has it; NULL is the message alone. */
void td__log_format(td_formatter *f, td__record *r, td__log_buffer *out);
void td__log_format_json(td_formatter *f, td__record *r, td__log_buffer *out);

/* One piece of a format. */
typedef struct td__log_piece {
	const char *text; /* as it stands, when field is NULL */
	size_t len;
	const char *field;
	char sort;        /* which of the record's own it is; 0: none of them */
	const char *spec; /* "-8s" of %, "<8" of {, "" of $ */
	char conversion;  /* of {: 'r', 's', 'a' or 0 */
	bool plain;       /* a text of the record's own, as it stands */
} td__log_piece;

struct td_formatter {
	bool json, source, utc;
	char style;
	const char *datefmt;
	const td_value *defaults;
	td__log_piece *pieces;
	size_t count;
	/* asctime of the second that was formatted last */
	bool cached;
	int64_t second;
	char time[128];
	size_t time_len;
};
/* f->time becomes that second; made anew once a second. */
void td__log_make_time(td_formatter *f, int64_t second);
void td__log_put_digits(char *out, unsigned n, int digits);
int td__log_milliseconds(const td__record *r);

/* One field of a format. */
td__log_piece td__log_piece_of(const char *name, const char *spec, char conversion);
/* Takes the format apart. false: raised. */
bool td__log_compile(td_scope *s, td_formatter *f, const char *fmt, bool validate);

#endif
