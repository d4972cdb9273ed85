/* assert_logs.c: what loggers are told, caught on the way. */
#include "test/asserts.h"
#include "time/logging_internal.h"

struct td_log_capture {
	td__log_before before;
	td_logger *log;
	int level;
	bool none_wanted, watching;
	/* "LEVEL:logger:message", each with its NUL: written by any thread, under the lock of logging */
	td__log_buffer seen;
	size_t count;
};

static void catch_record(void *arg, const td_log_record *r, const char *text, size_t len) {
	td_log_capture *c = arg;
	(void)text;
	(void)len;
	td__log_put(&c->seen, r->levelname, strlen(r->levelname));
	td__log_put(&c->seen, ":", 1);
	td__log_put(&c->seen, r->name, strlen(r->name));
	td__log_put(&c->seen, ":", 1);
	td__log_put(&c->seen, r->message, strlen(r->message) + 1);
	c->count++;
}

static void let_go(td_scope *scope, void *capture) {
	td_log_capture *c = capture;
	(void)scope;
	td__log_restore(&c->before);
	c->watching = false;
	td__free(c->seen.data);
}

static td_log_capture *watch(td_scope *t, const td_assert_logs_opts *opts, bool none_wanted) {
	if (!td__enter_opts(t, opts)) return NULL;
	td_assert_logs_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_log_capture *c = td_alloc(t, sizeof *c);
	td_handler *h = c ? (td_logging_handler)(t, catch_record, c) : NULL;
	if (!h) return NULL;
	c->log = td_logging_get_logger(o.logger);
	c->level = o.level ? o.level : TD_LOGGING_INFO;
	c->none_wanted = none_wanted;
	td_handler_set_level(h, c->level);
	if (!td__log_divert(c->log, h, c->level, &c->before)) {
		td__raise_memory(t);
		return NULL;
	}
	c->watching = true;
	if (td_defer(t, let_go, c)) return c;
	let_go(t, c);
	return NULL;
}

td_log_capture *(td_unittest_assert_logs)(td_scope *t, const td_assert_logs_opts *opts) {
	return watch(t, opts, false);
}

td_log_capture *(td_unittest_assert_no_logs)(td_scope *t, const td_assert_logs_opts *opts) {
	return watch(t, opts, true);
}

static td_strs lines_of(td_scope *t, const td_log_capture *c) {
	const char **items = td_alloc_array(t, c->count + 1, sizeof *items);
	if (!items) return (td_strs){0};
	const char *at = c->seen.data;
	for (size_t i = 0; i < c->count; i++, at += strlen(at) + 1) items[i] = td_strdup(t, at);
	return (td_strs){items, c->count};
}

td_strs(td_unittest_assert_logs_end)(td_scope *t, td_log_capture *c) {
	static const char *const nothing[] = {NULL};
	td_strs none = {nothing, 0};
	if (!td__enter(t) || !td__need_handle(t, "capture", c)) return none;
	if (!c->watching) {
		td_raise(t, TD_ValueError, "what was watched has been let go");
		return none;
	}
	td_strs lines = lines_of(t, c);
	bool short_of_memory = c->seen.failed;
	td_undefer(t, let_go, c);
	let_go(t, c);
	if (td_failed(t)) return none;
	if (short_of_memory) {
		td__raise_memory(t);
	} else if (c->none_wanted && lines.len) {
		TD_SCOPE(tmp, t);
		td_raise(t, TD_AssertionError, "Unexpected logs found: %s", td_value_repr(tmp, td_value_new_strs(tmp, lines)));
	} else if (!c->none_wanted && !lines.len) {
		td_raise(t, TD_AssertionError, "no logs of level %s or higher triggered on %s",
		         td_logging_get_level_name(c->level), td_logging_name(c->log));
	}
	return td_failed(t) ? none : lines;
}
