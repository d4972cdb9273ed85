/* tend/logging.h: loggers, handlers, formatters.
 *
 * Loggers form a tree by the dots in their names and belong to the process; handlers and formatters belong to a scope,
 * and when it ends they are taken off their loggers, flushed and closed. A record goes to the handlers of its logger and
 * of all loggers above it.
 *
 *     #include <tend.h>
 *
 *     static void deploy(td_scope *s, const char *version) {
 *         td_logging_basic_config(s, .filename = "deploy.log", .level = TD_LOGGING_INFO,
 *                                 .format = "%(asctime)s %(levelname)s %(message)s");
 *         td_logger *log = td_logging_get_logger("deploy");
 *         td_logging_info(log, "deploying %s", version);         // printf's conversions, checked by the compiler
 *         td_logging_debug(log, "not written: %d", 1);           // costs a comparison
 *         TD_SCOPE(attempt, s);
 *         td_path_read_text(attempt, "/etc/app.key");
 *         const td_error *e = td_catch(attempt);
 *         if (e) td_logging_exception(log, e, "no key");         // with the error and its trace below
 *     }
 *
 * The calls that log take no scope, never fail into the program, and may be made by any thread; a handler that cannot
 * write counts what it lost (td_handler_lost). NULL as logger is the root logger; as in Python, a call with a NULL
 * written there sets up the root's handler if it has none. One lock guards all of it, and it is not held over a fork. */
#ifndef TEND_LOGGING_H
#define TEND_LOGGING_H

#pragma GCC system_header

#include <tend/value.h>

TD__BEGIN

enum {
	TD_LOGGING_NOTSET = 0,
	TD_LOGGING_DEBUG = 10,
	TD_LOGGING_INFO = 20,
	TD_LOGGING_WARNING = 30,
	TD_LOGGING_ERROR = 40,
	TD_LOGGING_CRITICAL = 50
};

typedef struct td_logger td_logger;
typedef struct td_handler td_handler;
typedef struct td_formatter td_formatter;

/* --- logging: `td_logging_info(log, "x=%d", x)` --- */

/* Its head is in the open so that a call below the logger's level costs a load and a comparison. */
struct td__logger_head {
	int lowest; /* the lowest level that is written; the level of this logger or one above, and td_logging_disable's */
};
TD_API extern td_logger *const td__logging_root;
TD_API void td__logging_write(td_logger *log, int level, const char *file, unsigned line, const char *function,
                              const td_error *error, const td_value *extra, const char *fmt, ...) TD__PRINTF(8, 9);
TD_API td_logger *td__logging_of_module(void);
static inline bool td__logging_wanted(const td_logger *log, int level) {
	const struct td__logger_head *h = (const struct td__logger_head *)(const void *)(log ? log : td__logging_root);
	return level >= __atomic_load_n(&h->lowest, __ATOMIC_RELAXED);
}
/* A NULL written at the call is the module function of Python's, which makes sure that there is a handler. */
#define TD__LOGGING(log_, level_, error_, extra_, ...)                                                                 \
	do {                                                                                                               \
		td_logger *td__log = (log_);                                                                                   \
		if (__builtin_constant_p(log_) && !td__log) td__log = td__logging_of_module();                                 \
		const int td__level = (level_);                                                                                \
		if (__builtin_expect(td__logging_wanted(td__log, td__level), 0)) {                                             \
			td__logging_write(td__log, td__level, __FILE__, __LINE__, __func__, (error_), (extra_), __VA_ARGS__);      \
		}                                                                                                              \
	} while (0)

/* Python: Logger.debug, info, warning, error, critical, log. */
#define td_logging_debug(log, ...) TD__LOGGING(log, TD_LOGGING_DEBUG, NULL, NULL, __VA_ARGS__)
#define td_logging_info(log, ...) TD__LOGGING(log, TD_LOGGING_INFO, NULL, NULL, __VA_ARGS__)
#define td_logging_warning(log, ...) TD__LOGGING(log, TD_LOGGING_WARNING, NULL, NULL, __VA_ARGS__)
#define td_logging_error(log, ...) TD__LOGGING(log, TD_LOGGING_ERROR, NULL, NULL, __VA_ARGS__)
#define td_logging_critical(log, ...) TD__LOGGING(log, TD_LOGGING_CRITICAL, NULL, NULL, __VA_ARGS__)
#define td_logging_log(log, level, ...) TD__LOGGING(log, level, NULL, NULL, __VA_ARGS__)
/* td_logging_exception(log, e, fmt, …): at ERROR, with the error as it is printed when nobody catches it on the lines
 * below. e may be NULL. Python: Logger.exception. */
#define td_logging_exception(log, error, ...) TD__LOGGING(log, TD_LOGGING_ERROR, error, NULL, __VA_ARGS__)
/* td_logging_log_kv(log, level, td_dict(s, "user", id), fmt, …): with fields of one's own, for the JSON formatter and for
 * formats that name them. A field named as one of the record's own is left out. Python: extra=. */
#define td_logging_log_kv(log, level, extra, ...) TD__LOGGING(log, level, NULL, extra, __VA_ARGS__)

/* --- loggers --- */

/* The logger of that name, the same each time; NULL, "" and "root" are the root. Never NULL: where memory is short it is
 * the root. Lives as long as the process. Python: logging.getLogger. */
TD_API td_logger *td_logging_get_logger(const char *name);
/* The one below log with that name: "app" and "db" are "app.db". Python: Logger.getChild. */
TD_API td_logger *td_logging_get_child(td_logger *log, const char *suffix);
/* "root" for the root. Python: Logger.name. */
TD_API const char *td_logging_name(const td_logger *log);

/* NOTSET is the level of the logger above. Python: Logger.setLevel. */
TD_API void td_logging_set_level(td_logger *log, int level);
/* By name. ValueError "Unknown level: 'X'". Python: Logger.setLevel. */
TD_API bool td_logging_set_level_by_name(td_scope *s, td_logger *log, const char *name);
#define td_logging_set_level_by_name(s, log, name) (td_logging_set_level_by_name)(TD_HERE(s), (log), (name))
/* Python: Logger.getEffectiveLevel, Logger.isEnabledFor. */
TD_API int td_logging_get_effective_level(const td_logger *log);
TD_API bool td_logging_is_enabled_for(const td_logger *log, int level);
/* Whether records go to the handlers of the loggers above too: true at first. Python: Logger.propagate. */
TD_API void td_logging_set_propagate(td_logger *log, bool propagate);
/* Nothing at this level or below is written anywhere; NOTSET ends that. Python: logging.disable. */
TD_API void td_logging_disable(int level);

/* "INFO" for 20, "Level 15" for what has no name. The text of an unnamed level is the thread's, until its next call.
 * Python: logging.getLevelName, addLevelName; the level of a name, -1 when there is none. */
TD_API const char *td_logging_get_level_name(int level);
TD_API int td_logging_get_level_by_name(const char *name);
/* False when memory is short, or 32 levels have been named. Python: logging.addLevelName. */
TD_API bool td_logging_add_level_name(int level, const char *name);

/* The same handler once. False when memory is short or a NULL is given. Python: Logger.addHandler, Logger.removeHandler,
 * Logger.hasHandlers (which looks at the loggers above too). */
TD_API bool td_logging_add_handler(td_logger *log, td_handler *handler);
TD_API void td_logging_remove_handler(td_logger *log, td_handler *handler);
TD_API bool td_logging_has_handlers(const td_logger *log);

/* --- formatters --- */

typedef struct td_logging_formatter_opts {
	TD__OPTS_HEAD;
	const char *fmt;          /* NULL: the message alone */
	const char *datefmt;      /* of asctime, for strftime; NULL: "2003-07-08 16:49:45,896" */
	const char *style;        /* "%" (NULL), "{" or "$" */
	bool no_validate;         /* Python's validate=False */
	bool gmtime;              /* times in UTC; Python's converter */
	const td_value *defaults; /* a dict: fields that a record may lack */
} td_logging_formatter_opts;
/* How a record becomes text. The fields are Python's: name levelno levelname pathname filename module lineno funcName
 * created asctime msecs relativeCreated thread threadName process processName message, and those of td_logging_log_kv.
 * Each takes the flags, width and conversion that Python's style has: "%(levelname)-8s", "{levelname:<8}", "${name}".
 * Lives in s; NULL when s has failed. ValueError, in Python's words, for a format or style that is none. A field that a
 * record lacks loses the record, as in Python. Python: logging.Formatter. */
TD_API td_formatter *td_logging_formatter(td_scope *s, const td_logging_formatter_opts *opts);
#define td_logging_formatter(...) TD__LOGGING_FORMATTER(__VA_ARGS__)
#define TD__LOGGING_FORMATTER(s, ...)                                                                                  \
	(td_logging_formatter)(TD_HERE(s), TD__OPTS(td_logging_formatter_opts, __VA_ARGS__))

typedef struct td_logging_json_formatter_opts {
	TD__OPTS_HEAD;
	bool source; /* file, line and function too */
} td_logging_json_formatter_opts;
/* One JSON object on a line: {"time": "2024-02-29T12:00:00.123Z", "level": "INFO", "logger": "app", "message": "…"},
 * then fields of td_logging_log_kv, and "error" with the trace. Always UTF-8: other bytes are U+FFFD. Python has none. */
TD_API td_formatter *td_logging_json_formatter(td_scope *s, const td_logging_json_formatter_opts *opts);
#define td_logging_json_formatter(...) TD__LOGGING_JSON_FORMATTER(__VA_ARGS__)
#define TD__LOGGING_JSON_FORMATTER(s, ...)                                                                             \
	(td_logging_json_formatter)(TD_HERE(s), TD__OPTS(td_logging_json_formatter_opts, __VA_ARGS__))

/* --- handlers: each lives in s, which takes it off its loggers and closes it; NULL when s has failed --- */

typedef struct td_logging_stream_handler_opts {
	TD__OPTS_HEAD;
	FILE *stream; /* NULL: stderr. Flushed after each record, and left open */
} td_logging_stream_handler_opts;
/* Python: logging.StreamHandler. */
TD_API td_handler *td_logging_stream_handler(td_scope *s, const td_logging_stream_handler_opts *opts);
#define td_logging_stream_handler(...) TD__LOGGING_STREAM_HANDLER(__VA_ARGS__)
#define TD__LOGGING_STREAM_HANDLER(s, ...)                                                                             \
	(td_logging_stream_handler)(TD_HERE(s), TD__OPTS(td_logging_stream_handler_opts, __VA_ARGS__))

typedef struct td_logging_file_handler_opts {
	TD__OPTS_HEAD;
	const char *mode; /* "a" (NULL), "w" or "x" */
	bool delay;       /* opened with the first record */
	size_t buffer;    /* bytes to gather before they are written; 0: each record at once, as Python does. A record of
	                   * ERROR or above, td_handler_flush and closing write what is gathered */
} td_logging_file_handler_opts;
/* Raises what opening the file raises. The path is made absolute now. Python: logging.FileHandler. */
TD_API td_handler *td_logging_file_handler(td_scope *s, const char *filename, const td_logging_file_handler_opts *opts);
#define td_logging_file_handler(s, ...) TD__LOGGING_FILE_HANDLER(s, __VA_ARGS__)
#define TD__LOGGING_FILE_HANDLER(s, filename, ...)                                                                     \
	(td_logging_file_handler)(TD_HERE(s), (filename), TD__OPTS(td_logging_file_handler_opts, __VA_ARGS__))

/* Does nothing; keeps a library's records from the last resort. Python: logging.NullHandler. */
TD_API td_handler *td_logging_null_handler(td_scope *s);
#define td_logging_null_handler(s) (td_logging_null_handler)(TD_HERE(s))

/* What a handler of one's own is given. */
typedef struct td_log_record {
	const char *name, *levelname, *message, *pathname, *function;
	int levelno;
	unsigned lineno;
	double created;        /* seconds since the epoch */
	const td_error *error; /* or NULL */
	const td_value *extra; /* or NULL */
} td_log_record;
/* Called with the record and its formatted text (without a line end), good for the time of the call. The lock of logging
 * is held: it may log itself, and must not wait for another thread that does. */
typedef void (*td_log_emit_fn)(void *arg, const td_log_record *record, const char *text, size_t len);
/* Python: a class that descends from logging.Handler. */
TD_API td_handler *td_logging_handler(td_scope *s, td_log_emit_fn emit, void *arg);
#define td_logging_handler(s, emit, arg) (td_logging_handler)(TD_HERE(s), (emit), (arg))

/* Records below the level are not for it. NULL does nothing. Python: Handler.setLevel, setFormatter, flush, close. The
 * formatter must live as long as the handler. */
TD_API void td_handler_set_level(td_handler *handler, int level);
TD_API void td_handler_set_formatter(td_handler *handler, td_formatter *formatter);
/* False when what was gathered could not be written. */
TD_API bool td_handler_flush(td_handler *handler);
/* Flushes, and closes the file. A file handler that gets another record afterwards opens its file again, unless it was
 * opened to be emptied. */
TD_API void td_handler_close(td_handler *handler);
/* How many records it could not write. */
TD_API uint64_t td_handler_lost(const td_handler *handler);

/* --- all at once --- */

typedef struct td_logging_basic_config_opts {
	TD__OPTS_HEAD;
	const char *filename; /* a file handler; else a stream handler */
	const char *filemode; /* "a" (NULL) */
	const char *format;   /* NULL: "%(levelname)s:%(name)s:%(message)s" */
	const char *datefmt;
	const char *style;
	int level;                   /* of the root logger; 0 leaves it, WARNING at first */
	FILE *stream;                /* NULL: stderr */
	td_handler *const *handlers; /* instead of making one; those without a formatter get this one */
	size_t handler_count;
	bool force; /* takes off and closes what the root has */
} td_logging_basic_config_opts;
/* Sets up the root logger if it has no handler yet. What it makes lives in s. ValueError when handlers, filename and
 * stream are given together. Python: logging.basicConfig. */
TD_API bool td_logging_basic_config(td_scope *s, const td_logging_basic_config_opts *opts);
#define td_logging_basic_config(...) TD__LOGGING_BASIC_CONFIG(__VA_ARGS__)
#define TD__LOGGING_BASIC_CONFIG(s, ...)                                                                               \
	(td_logging_basic_config)(TD_HERE(s), TD__OPTS(td_logging_basic_config_opts, __VA_ARGS__))

/* Flushes and closes all handlers, the latest first. Python: logging.shutdown. */
TD_API void td_logging_shutdown(void);

TD__END
#endif
