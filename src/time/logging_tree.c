/* src/time/logging_tree.c: the loggers, their levels and handlers, and a record's way through them. */
#include "core/sys.h"
#include "time/logging_internal.h"
#include <pthread.h>

static td_logger root = {.head = {TD_LOGGING_WARNING},
                         .name = (char *)(uintptr_t) "root",
                         .level = TD_LOGGING_WARNING,
                         .propagate = true};
td_logger *const td__logging_root = &root;
static td_logger *loggers = &root; /* all of them */
static int disabled;               /* this level and those below */

/* --- the lock --- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local unsigned depth;

/* A child of fork must not find the lock held by a thread that it does not have. */
static void before_fork(void) {
	td__log_lock();
}
static void after_fork(void) {
	td__log_unlock();
}
static void prepare(void) {
	pthread_atfork(before_fork, after_fork, after_fork);
}

void td__log_lock(void) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	if (depth++) return;
	pthread_once(&once, prepare);
	pthread_mutex_lock(&mutex);
}

void td__log_unlock(void) {
	if (!--depth) pthread_mutex_unlock(&mutex);
}

/* --- the tree --- */

static int effective_level(const td_logger *log) {
	for (; log; log = log->parent) {
		if (log->level) return log->level;
	}
	return TD_LOGGING_NOTSET;
}

static void settle_levels(void) {
	for (td_logger *l = loggers; l; l = l->next) {
		int level = effective_level(l);
		__atomic_store_n(&l->head.lowest, level > disabled ? level : disabled + 1, __ATOMIC_RELAXED);
	}
}

static td_logger *or_root(td_logger *log) {
	return log ? log : &root;
}

/* Whether name is below the logger of that name. */
static bool below(const char *name, const char *above) {
	size_t len = strlen(above);
	return !strncmp(name, above, len) && name[len] == '.';
}

/* The new logger takes its place between those above and below it. */
static void adopt(td_logger *log) {
	log->parent = &root;
	for (td_logger *l = loggers; l; l = l->next) {
		if (l == &root) continue;
		bool nearer = log->parent == &root || strlen(l->name) > strlen(log->parent->name);
		if (below(log->name, l->name) && nearer) log->parent = l;
	}
	for (td_logger *l = loggers; l; l = l->next) {
		if (l == &root || !below(l->name, log->name)) continue;
		if (l->parent == &root || !below(l->parent->name, log->name)) l->parent = log;
	}
}

td_logger *td_logging_get_logger(const char *name) {
	if (!name || !*name || !strcmp(name, "root")) return &root;
	td__log_lock();
	td_logger *log = loggers;
	while (log && (log == &root || strcmp(log->name, name) != 0)) log = log->next;
	if (!log) {
		size_t size = strlen(name) + 1;
		/* One piece, of the C library: a logger outlives every allocator that a program sets. */
		log = calloc(1, sizeof *log + size);
		if (log) {
			log->name = (char *)(log + 1);
			memcpy(log->name, name, size);
			log->propagate = true;
			adopt(log);
			log->next = loggers;
			loggers = log;
			settle_levels();
		}
	}
	td__log_unlock();
	return or_root(log);
}

td_logger *td_logging_get_child(td_logger *log, const char *suffix) {
	if (!suffix || !*suffix) return or_root(log);
	if (!log || log == &root) return td_logging_get_logger(suffix);
	char name[512];
	int len = snprintf(name, sizeof name, "%s.%s", log->name, suffix);
	return len > 0 && (size_t)len < sizeof name ? td_logging_get_logger(name) : log;
}

const char *td_logging_name(const td_logger *log) {
	return log ? log->name : root.name;
}

void td_logging_set_level(td_logger *log, int level) {
	td__log_lock();
	or_root(log)->level = level;
	settle_levels();
	td__log_unlock();
}

bool(td_logging_set_level_by_name)(td_scope *s, td_logger *log, const char *name) {
	if (!td__enter(s) || !td__need_text(s, "level", name)) return false;
	int level = td_logging_get_level_by_name(name);
	if (level < 0) {
		td_raise(s, TD_ValueError, "Unknown level: '%s'", name);
		return false;
	}
	td_logging_set_level(log, level);
	return true;
}

int td_logging_get_effective_level(const td_logger *log) {
	td__log_lock();
	int level = effective_level(log ? log : &root);
	td__log_unlock();
	return level;
}

bool td_logging_is_enabled_for(const td_logger *log, int level) {
	return td__logging_wanted(log, level);
}

void td_logging_set_propagate(td_logger *log, bool propagate) {
	td__log_lock();
	or_root(log)->propagate = propagate;
	td__log_unlock();
}

void td_logging_disable(int level) {
	td__log_lock();
	disabled = level;
	settle_levels();
	td__log_unlock();
}

/* --- handlers of loggers --- */

bool td_logging_add_handler(td_logger *log, td_handler *handler) {
	if (!handler) return false;
	log = or_root(log);
	td__log_lock();
	bool there = false;
	for (size_t i = 0; i < log->handler_count; i++) there = there || log->handlers[i] == handler;
	if (!there && log->handler_count == log->handler_capacity) {
		size_t more = log->handler_capacity ? log->handler_capacity * 2 : 4;
		void *grown = realloc(log->handlers, more * sizeof(td_handler *));
		if (grown) {
			log->handlers = grown;
			log->handler_capacity = more;
		}
	}
	if (!there && log->handler_count < log->handler_capacity) {
		log->handlers[log->handler_count++] = handler;
		there = true;
	}
	td__log_unlock();
	return there;
}

static void take_off(td_logger *log, const td_handler *handler) {
	size_t kept = 0;
	for (size_t i = 0; i < log->handler_count; i++) {
		if (log->handlers[i] != handler) log->handlers[kept++] = log->handlers[i];
	}
	log->handler_count = kept;
}

void td_logging_remove_handler(td_logger *log, td_handler *handler) {
	td__log_lock();
	take_off(or_root(log), handler);
	td__log_unlock();
}

bool td__log_divert(td_logger *log, td_handler *h, int level, td__log_before *before) {
	log = or_root(log);
	td_handler **only = malloc(sizeof(td_handler *));
	if (!only) return false;
	*only = h;
	td__log_lock();
	*before =
		(td__log_before){log, log->handlers, log->handler_count, log->handler_capacity, log->level, log->propagate};
	log->handlers = only;
	log->handler_count = log->handler_capacity = 1;
	log->level = level;
	log->propagate = false;
	settle_levels();
	td__log_unlock();
	return true;
}

void td__log_restore(const td__log_before *before) {
	td_logger *log = before->log;
	td__log_lock();
	free(log->handlers);
	log->handlers = before->handlers;
	log->handler_count = before->handler_count;
	log->handler_capacity = before->handler_capacity;
	log->level = before->level;
	log->propagate = before->propagate;
	settle_levels();
	td__log_unlock();
}

void td__log_detach(td_handler *h) {
	td__log_lock();
	for (td_logger *l = loggers; l; l = l->next) take_off(l, h);
	td__log_unlock();
}

bool td_logging_has_handlers(const td_logger *log) {
	td__log_lock();
	bool found = false;
	for (const td_logger *l = log ? log : &root; l && !found; l = l->propagate ? l->parent : NULL) {
		found = l->handler_count > 0;
	}
	td__log_unlock();
	return found;
}

/* --- a record's way --- */

/* Where nobody has said what to do with records, those that matter are shown: Python's last resort. */
static void last_resort(td__record *r) {
	if (r->r.levelno < TD_LOGGING_WARNING) return;
	td__log_buffer text = {0};
	td__log_format(NULL, r, &text);
	td__log_put(&text, "\n", 1);
	ssize_t n = text.len ? td__sys_write(STDERR_FILENO, text.data, text.len) : 0;
	(void)n;
	td__free(text.data);
}

static void hand_out(td_logger *log, td__record *r) {
	bool found = false;
	for (td_logger *l = log; l; l = l->propagate ? l->parent : NULL) {
		for (size_t i = 0; i < l->handler_count; i++) {
			found = true;
			if (r->r.levelno >= l->handlers[i]->level) td__handler_take(l->handlers[i], r);
		}
	}
	if (!found) last_resort(r);
}

const struct timespec *td__log_frozen;

void td__logging_write(td_logger *log, int level, const char *file, unsigned line, const char *function,
                       const td_error *error, const td_value *extra, const char *fmt, ...) {
	int err_no = errno; /* who logs an error goes on to look at it */
	log = or_root(log);
	td__record r = {.r = {.name = log->name,
	                      .pathname = file,
	                      .function = function,
	                      .levelno = level,
	                      .lineno = line,
	                      .error = error,
	                      .extra = extra}};
	if (td__log_frozen)
		r.at = *td__log_frozen;
	else
		clock_gettime(CLOCK_REALTIME, &r.at);
	r.r.created = r.at.tv_nsec ? (double)(r.at.tv_sec * 1000000000LL + r.at.tv_nsec) / 1e9 : (double)r.at.tv_sec;
	char stack[1024];
	char *message = stack;
	va_list args;
	va_start(args, fmt);
	r.message_len = td__log_message(stack, sizeof stack, fmt, args);
	va_end(args);
	if (r.message_len >= sizeof stack) {
		message = td__malloc(r.message_len + 1);
		if (message) {
			va_start(args, fmt);
			td__log_message(message, r.message_len + 1, fmt, args);
			va_end(args);
		} else { /* the begin of it is better than nothing */
			message = stack;
			r.message_len = sizeof stack - 1;
		}
	}
	r.r.message = message;
	td__log_lock();
	r.r.levelname = td_logging_get_level_name(level);
	hand_out(log, &r);
	td__log_unlock();
	if (message != stack) td__free(message);
	errno = err_no;
}

/* --- the names of levels --- */

static struct {
	int level;
	char name[32];
} names[32] = {{TD_LOGGING_CRITICAL, "CRITICAL"}, {TD_LOGGING_ERROR, "ERROR"}, {TD_LOGGING_WARNING, "WARNING"},
               {TD_LOGGING_INFO, "INFO"},         {TD_LOGGING_DEBUG, "DEBUG"}, {TD_LOGGING_NOTSET, "NOTSET"}};
static size_t name_count = 6;

const char *td_logging_get_level_name(int level) {
	static _Thread_local char number[24];
	const char *found = NULL;
	td__log_lock();
	for (size_t i = 0; i < name_count && !found; i++) {
		if (names[i].level == level) found = names[i].name;
	}
	td__log_unlock();
	if (!found) snprintf(number, sizeof number, "Level %d", level);
	return found ? found : number;
}

int td_logging_get_level_by_name(const char *name) {
	static const struct {
		int level;
		const char *name;
	} also[2] = {{TD_LOGGING_CRITICAL, "FATAL"}, {TD_LOGGING_WARNING, "WARN"}};
	int level = -1;
	if (!name) return level;
	td__log_lock();
	for (size_t i = 0; i < name_count && level < 0; i++) {
		if (!strcmp(names[i].name, name)) level = names[i].level;
	}
	td__log_unlock();
	for (size_t i = 0; i < 2 && level < 0; i++) {
		if (!strcmp(also[i].name, name)) level = also[i].level;
	}
	return level;
}

bool td_logging_add_level_name(int level, const char *name) {
	if (!name || strlen(name) >= sizeof names[0].name) return false;
	td__log_lock();
	size_t i = 0;
	while (i < name_count && names[i].level != level) i++;
	bool room = i < sizeof names / sizeof *names;
	if (room) {
		names[i].level = level;
		memcpy(names[i].name, name, strlen(name) + 1);
		if (i == name_count) name_count++;
	}
	td__log_unlock();
	return room;
}
