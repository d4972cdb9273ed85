/* raise.c: errors on scopes. A scope that holds one is failed, and so is every scope around it in the same thread until
 * the error is caught or has been handed on. The first error wins: a later one becomes a note on it. */
#include <stdio.h>

#include "core/format.h"
#include "core/scope_private.h"

enum { REFUSALS_MOST = 1000000 };

/* A loop that ignores failure would spin for ever, and silently: after SIGTERM, say. */
static _Noreturn void give_up(td_scope *s) {
	const td_scope *with = s;
	while (with && !with->error) with = with->parent;
	fprintf(stderr, "%s:%u: %d calls in a row were refused because their scope has failed; giving up\n",
	        s->head.at_file ? s->head.at_file : "?", s->head.at_line, REFUSALS_MOST);
	if (with) td__error_print(stderr, &with->error->e);
	abort();
}

bool td__refused(td_scope *s) {
	if (++s->context->refusals >= REFUSALS_MOST) give_up(s);
	return false;
}

void td__opts_copy(void *full, size_t full_size, const void *opts) {
	memset(full, 0, full_size);
	if (!opts) return;
	size_t given = ((const struct td__opts_head *)opts)->td__size;
	memcpy(full, opts, given && given < full_size ? given : full_size);
}

/* --- what a scope holds --- */

bool td__scope_is_failed(const td_scope *s) {
	return s->born_failed || s->error || s->failed_children;
}

void td__refresh_failed(td_scope *s) {
	s->head.failed = td__scope_is_failed(s);
}

/* Only scopes of the same thread: another thread's are told by its cancel flag and at the join. */
static void count_in_ancestors(td_scope *s, bool more) {
	for (td_scope *p = s->parent; p && p->context == s->context; p = p->parent) {
		p->failed_children += more ? 1u : -1u;
		td__refresh_failed(p);
	}
}

void td__error_place(td_scope *s, td__owned_error *error) {
	s->error = error;
	s->context->refusals = 0;
	td__refresh_failed(s);
	count_in_ancestors(s, true);
	if (s->is_root && s->context->on_fatal && !s->ending) {
		td__context *context = s->context;
		td__on_fatal on_fatal = context->on_fatal;
		void *arg = context->on_fatal_arg;
		td_error *left = td__scope_end(s);
		on_fatal(left, arg);
	}
}

td__owned_error *td__error_take(td_scope *s) {
	td__owned_error *error = s->error;
	if (!error) return NULL;
	s->error = NULL;
	s->context->refusals = 0;
	td__refresh_failed(s);
	count_in_ancestors(s, false);
	return error;
}

td_error *td__error_detach(td_scope *s) {
	td__owned_error *error = td__error_take(s);
	return error ? &error->e : NULL;
}

/* The error because of which s counts as failed: its own, or that of a scope below it. */
static td__owned_error *first_error(td_scope *s) {
	if (s->error) return s->error;
	for (td_scope *child = s->children; child; child = child->next) {
		if (!child->failed_children && !child->error) continue;
		td__owned_error *error = first_error(child);
		if (error) return error;
	}
	return NULL;
}

/* --- raising --- */

void td__error_throw(td_scope *s, td_error *e) {
	td__owned_error *error = (td__owned_error *)e;
	if (s->emergency) {
		td__error_free(e);
		return;
	}
	if (s->head.failed) {
		td__owned_error *first = first_error(s);
		if (first && first != error) td__error_note_error(first, e);
		td__error_free(e);
		return;
	}
	td__error_place(s, error);
}

void td__raise_memory(td_scope *s) {
	if (s->head.failed) return;
	td__error_throw(s, &td__error_make(s, TD_MemoryError)->e);
}

TD__PRINTF(3, 0) static td_error *vnew(td_scope *s, const td_kind *kind, const char *fmt, va_list args) {
	td__owned_error *error = td__error_make(s, kind);
	if (!error->reserved) td__error_vmessage(&error->e, fmt, args);
	return &error->e;
}

td_error *td__error_new(td_scope *s, const td_kind *kind, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	td_error *e = vnew(s, kind, fmt, args);
	va_end(args);
	return e;
}

void(td_raise)(td_scope *s, const td_kind *kind, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	td_error *e = vnew(s, kind, fmt, args);
	va_end(args);
	td__error_throw(s, e);
}

void(td_raise_from)(td_scope *s, const td_error *cause, const td_kind *kind, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	td_error *e = vnew(s, kind, fmt, args);
	va_end(args);
	if (cause) td__error_set_cause(e, cause);
	td__error_throw(s, e);
}

void td_reraise(td_scope *s, const td_error *e) {
	if (!e) {
		td_raise(s, TD_RuntimeError, "No active exception to reraise");
		return;
	}
	td__error_throw(s, &td__error_copy(s, e)->e);
}

void td_add_note(td_scope *s, const char *fmt, ...) {
	if (!s->error) return;
	char small[512], *text = small;
	va_list args;
	va_start(args, fmt);
	size_t len = td__vsnformat(small, sizeof small, NULL, fmt, args);
	va_end(args);
	if (len >= sizeof small && (text = td__malloc(len + 1))) {
		va_start(args, fmt);
		td__vsnformat(text, len + 1, NULL, fmt, args);
		va_end(args);
	}
	td__error_note(s->error, "%s", text ? text : small); /* cut short rather than not at all */
	if (text != small) td__free(text);
}

const td_error *td_peek(td_scope *s) {
	return s->error ? &s->error->e : NULL;
}

/* --- catching --- */

/* What a scope further out caused by its cancel or deadline is not this scope's to catch. */
static bool from_further_out(const td_scope *s, const td__owned_error *error) {
	if (!error->origin || error->origin == s) return false;
	for (const td_scope *p = s->parent; p; p = p->parent) {
		if (p == error->origin) return true;
	}
	return false;
}

const td_error *td__catch(td_scope *s, const td_kind *const *kinds, size_t count) {
	td__owned_error *error = s->error;
	if (!error || from_further_out(s, error)) return NULL;
	bool wanted = count == 0 && td_kind_is(error->e.kind, TD_Exception);
	for (size_t i = 0; i < count && !wanted; i++) wanted = kinds[i] && td_kind_is(error->e.kind, kinds[i]);
	if (!wanted) return NULL;
	td__error_take(s);
	if (error->reserved) { /* the next shortage needs it again */
		td__owned_error *copy = td__malloc(sizeof *copy);
		if (copy) {
			memcpy(copy, error, sizeof *copy);
			copy->bump = copy->limit = copy->space;
			copy->reserved = false;
			error = copy;
		}
	}
	error->next = error->reserved ? NULL : s->caught;
	if (!error->reserved) s->caught = error;
	return &error->e;
}

/* --- OSError and its family --- */

/* A file name as Python's repr shows it in the message of an OSError. */
static void append_repr(char *out, size_t size, const char *name) {
	bool single = strchr(name, '\'') != NULL, twice = strchr(name, '"') != NULL;
	char quote = single && !twice ? '"' : '\'';
	size_t n = 0;
	out[n++] = quote;
	for (const unsigned char *c = (const unsigned char *)name; *c && n + 8 < size; c++) {
		if (*c == (unsigned char)quote || *c == '\\') {
			out[n++] = '\\';
			out[n++] = (char)*c;
		} else if (*c == '\n' || *c == '\r' || *c == '\t') {
			out[n++] = '\\';
			out[n++] = *c == '\n' ? 'n' : *c == '\r' ? 'r' : 't';
		} else if (*c < 0x20 || *c == 0x7f) {
			n += (size_t)snprintf(out + n, size - n, "\\x%02x", *c);
		} else {
			out[n++] = (char)*c;
		}
	}
	out[n++] = quote;
	out[n] = '\0';
}

bool td__os_error2(td_scope *s, int err_no, const char *filename, const char *filename2) {
	const char *what = strerrordesc_np(err_no);
	char unknown[32], first[4300], second[4300];
	if (!what) {
		snprintf(unknown, sizeof unknown, "Unknown error %d", err_no);
		what = unknown;
	}
	const td_kind *kind = td__kind_of_errno(err_no);
	td_error *e;
	if (filename && filename2) {
		append_repr(first, sizeof first, filename);
		append_repr(second, sizeof second, filename2);
		e = td__error_new(s, kind, "[Errno %d] %s: %s -> %s", err_no, what, first, second);
	} else if (filename) {
		append_repr(first, sizeof first, filename);
		e = td__error_new(s, kind, "[Errno %d] %s: %s", err_no, what, first);
	} else {
		e = td__error_new(s, kind, "[Errno %d] %s", err_no, what);
	}
	e->err_no = err_no;
	if (filename) e->filename = td__error_text(e, filename, strlen(filename));
	if (filename2) e->filename2 = td__error_text(e, filename2, strlen(filename2));
	td__error_throw(s, e);
	return false;
}

bool td__os_error(td_scope *s, int err_no, const char *filename) {
	return td__os_error2(s, err_no, filename, NULL);
}

void(td_raise_os)(td_scope *s, int err_no, const char *filename) {
	td__os_error(s, err_no, filename);
}

/* --- arguments that cannot be used --- */

bool td__need_text(td_scope *s, const char *what, const char *value) {
	if (td__likely(value != NULL && value != td_no_text)) return true;
	td_raise(s, TD_TypeError, "%s is %s", what, value ? "the result of a call that failed" : "NULL");
	return false;
}

bool td__need_handle(td_scope *s, const char *what, const void *value) {
	return td__need_text(s, what, value);
}

bool td__need_strs(td_scope *s, const char *what, td_strs list) {
	if (list.len && !list.items) {
		td_raise(s, TD_TypeError, "%s is NULL", what);
		return false;
	}
	for (size_t i = 0; i < list.len; i++) {
		if (list.items[i] && list.items[i] != td_no_text) continue;
		td_raise(s, TD_TypeError, "%s: item %zu is %s", what, i,
		         list.items[i] ? "the result of a call that failed" : "NULL");
		return false;
	}
	return true;
}

void(td_sys_exit)(td_scope *s, int status) {
	td_error *e = td__error_new(s, TD_SystemExit, "%d", status);
	e->status = status;
	td__error_throw(s, e);
}
