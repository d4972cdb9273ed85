/* src/time/logging_handlers.c: where records go. */
#include "core/sys.h"
#include "time/logging_internal.h"
#include <limits.h>
#include <tend/text.h>
#include <unistd.h>

static td_handler *latest; /* the head of the list of all */

void td__log_put(td__log_buffer *b, const char *text, size_t len) {
	if (td__unlikely(b->capacity - b->len < len + 1)) {
		size_t more = b->capacity ? b->capacity : 512;
		while (more - b->len < len + 1) more *= 2;
		char *data = td__realloc(b->data, more);
		if (!data) {
			b->failed = true;
			return;
		}
		b->data = data;
		b->capacity = more;
	}
	memcpy(b->data + b->len, text, len);
	b->len += len;
}

/* --- writing --- */

static bool write_all(int fd, const char *data, size_t len) {
	while (len) {
		ssize_t n = td__sys_write(fd, data, len);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static bool open_file(td_handler *h) {
	if (h->fd < 0 && h->path) h->fd = td__sys_open(h->path, h->flags | O_CLOEXEC, 0666);
	return h->fd >= 0;
}

/* What was gathered goes out; it is gone also if that fails, so that memory does not grow while a disk is full. */
static bool flush(td_handler *h) {
	td__log_buffer *b = &h->gathered;
	bool ok = true;
	if (b->len) {
		if (h->sort == TD__HANDLER_STREAM) {
			FILE *stream = h->stream ? h->stream : stderr;
			flockfile(stream);
			ok = fflush(stream) == 0 && write_all(fileno(stream), b->data, b->len);
			funlockfile(stream);
		} else {
			ok = open_file(h) && write_all(h->fd, b->data, b->len);
		}
	}
	b->len = 0;
	return ok;
}

static void call(td_handler *h, td__record *r) {
	td__log_buffer text = {0}; /* its own: what is called may log, and come here again */
	td__log_format(h->formatter, r, &text);
	td__log_put(&text, "", 1);
	if (text.failed || r->lacks)
		h->lost++;
	else
		h->emit(h->arg, &r->r, text.data, text.len - 1);
	td__free(text.data);
}

void td__handler_take(td_handler *h, td__record *r) {
	r->lacks = false;
	if (h->sort == TD__HANDLER_NULL) return;
	if (h->sort == TD__HANDLER_CALL) {
		call(h, r);
		return;
	}
	td__log_buffer *b = &h->gathered;
	size_t before = b->len;
	b->failed = false;
	td__log_format(h->formatter, r, b);
	td__log_put(b, "\n", 1);
	if (td__unlikely(b->failed || r->lacks)) { /* a half record is none */
		b->len = before;
		h->lost++;
		return;
	}
	if (b->len < h->buffer && r->r.levelno < TD_LOGGING_ERROR) return;
	if (!flush(h)) h->lost++;
}

/* --- life --- */

static void enlist(td_handler *h) {
	td__log_lock();
	h->next = latest;
	if (latest) latest->before = h;
	latest = h;
	h->listed = true;
	td__log_unlock();
}

td_handler *td__handler_latest(void) {
	return latest;
}

static bool close_file(td_handler *h) {
	bool ok = flush(h);
	if (h->sort == TD__HANDLER_FILE && h->fd >= 0) {
		ok = td__sys_close(h->fd) == 0 && ok;
		h->fd = -1;
		if (h->flags & (O_TRUNC | O_EXCL)) { /* opened again it would be empty again */
			td__free(h->path);
			h->path = NULL;
		}
	}
	return ok;
}

void td__handler_end(td_handler *h) {
	td__log_lock();
	td__log_detach(h);
	if (!close_file(h)) h->lost++;
	if (h->listed) {
		if (h->before)
			h->before->next = h->next;
		else
			latest = h->next;
		if (h->next) h->next->before = h->before;
		h->listed = false;
	}
	td__free(h->gathered.data);
	h->gathered = (td__log_buffer){0};
	td__free(h->path);
	h->path = NULL;
	td__log_unlock();
}

static void end(td_scope *c, void *handle) {
	(void)c;
	td__handler_end(handle);
}

static td_handler *new_handler(td_scope *s, td__handler_sort sort) {
	td_handler *h = td__handle_new(s, sizeof *h, end);
	if (!h) return NULL;
	h->sort = sort;
	h->fd = -1;
	enlist(h);
	return h;
}

td_handler *(td_logging_null_handler)(td_scope *s) {
	return td__enter(s) ? new_handler(s, TD__HANDLER_NULL) : NULL;
}

td_handler *(td_logging_handler)(td_scope *s, td_log_emit_fn emit, void *arg) {
	if (!td__enter(s) || !td__need_handle(s, "emit", (const void *)(uintptr_t)emit)) return NULL;
	td_handler *h = new_handler(s, TD__HANDLER_CALL);
	if (!h) return NULL;
	h->emit = emit;
	h->arg = arg;
	return h;
}

td_handler *(td_logging_stream_handler)(td_scope *s, const td_logging_stream_handler_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_logging_stream_handler_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_handler *h = new_handler(s, TD__HANDLER_STREAM);
	if (h) h->stream = o.stream;
	return h;
}

/* Absolute, so that a change of directory does not move the log. */
static char *absolute(td_scope *s, const char *path) {
	TD_SCOPE(scratch, s);
	const char *whole = path;
	char here[PATH_MAX];
	if (*path != '/') {
		if (!getcwd(here, sizeof here)) {
			td__os_error(s, errno, NULL);
			return NULL;
		}
		whole = td_format(scratch, "%s/%s", here, path);
	}
	char *copy = td_failed(scratch) ? NULL : td__malloc(strlen(whole) + 1);
	if (copy)
		memcpy(copy, whole, strlen(whole) + 1);
	else
		td_raise(s, TD_MemoryError, "%s", "");
	return copy;
}

td_handler *(td_logging_file_handler)(td_scope *s, const char *filename, const td_logging_file_handler_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "filename", filename)) return NULL;
	td_logging_file_handler_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *mode = o.mode ? o.mode : "a";
	int flags = !strcmp(mode, "a") ? O_APPEND : !strcmp(mode, "w") ? O_TRUNC : !strcmp(mode, "x") ? O_EXCL : -1;
	if (flags < 0) {
		td_raise(s, TD_ValueError, "invalid mode: '%s'", mode);
		return NULL;
	}
	td_handler *h = new_handler(s, TD__HANDLER_FILE);
	if (!h) return NULL;
	h->flags = O_WRONLY | O_CREAT | flags;
	h->buffer = o.buffer;
	h->path = absolute(s, filename);
	if (!h->path) return NULL;
	if (!o.delay && !open_file(h)) {
		td__os_error(s, errno, h->path);
		return NULL;
	}
	return h;
}

void td_handler_set_level(td_handler *h, int level) {
	if (!h) return;
	td__log_lock();
	h->level = level;
	td__log_unlock();
}

void td_handler_set_formatter(td_handler *h, td_formatter *formatter) {
	if (!h) return;
	td__log_lock();
	h->formatter = formatter;
	td__log_unlock();
}

bool td_handler_flush(td_handler *h) {
	if (!h) return false;
	td__log_lock();
	bool ok = flush(h);
	td__log_unlock();
	return ok;
}

void td_handler_close(td_handler *h) {
	if (!h) return;
	td__log_lock();
	if (!close_file(h)) h->lost++;
	td__log_unlock();
}

uint64_t td_handler_lost(const td_handler *h) {
	if (!h) return 0;
	td__log_lock();
	uint64_t lost = h->lost;
	td__log_unlock();
	return lost;
}

void td_logging_shutdown(void) {
	td__log_lock();
	for (td_handler *h = latest; h; h = h->next) {
		if (!close_file(h)) h->lost++;
	}
	td__log_unlock();
}

/* --- basicConfig --- */

static const char *default_format(const char *style) {
	return *style == '{'   ? "{levelname}:{name}:{message}"
	       : *style == '$' ? "${levelname}:${name}:${message}"
	                       : "%(levelname)s:%(name)s:%(message)s";
}

static void empty_root(void) {
	td_logger *root = td__logging_root;
	while (root->handler_count) {
		td_handler *h = root->handlers[root->handler_count - 1];
		root->handler_count--;
		td_handler_close(h);
	}
}

static bool check_together(td_scope *s, const td_logging_basic_config_opts *o) {
	const char *what = NULL;
	if (!o->handlers && o->stream && o->filename) {
		what = "'stream' and 'filename' should not be specified together";
	} else if (o->handlers && (o->stream || o->filename)) {
		what = "'stream' or 'filename' should not be specified together with 'handlers'";
	}
	if (what) td_raise(s, TD_ValueError, "%s", what);
	return !what;
}

bool(td_logging_basic_config)(td_scope *s, const td_logging_basic_config_opts *opts) {
	if (!td__enter_opts(s, opts)) return false;
	td_logging_basic_config_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__log_lock();
	if (o.force) empty_root();
	bool configured = td__logging_root->handler_count > 0;
	td__log_unlock();
	if (configured) return true;
	if (!check_together(s, &o)) return false;
	const char *style = o.style ? o.style : "%";
	td_handler *made = NULL;
	if (!o.handlers && o.filename)
		made = td_logging_file_handler(s, o.filename, .mode = o.filemode);
	else if (!o.handlers)
		made = td_logging_stream_handler(s, .stream = o.stream);
	if (!o.handlers && !made) return false;
	td_formatter *formatter = td_logging_formatter(s, .fmt = o.format ? o.format : default_format(style),
	                                               .datefmt = o.datefmt, .style = style);
	if (!formatter) return false;
	td_handler *const *handlers = o.handlers ? o.handlers : &made;
	size_t count = o.handlers ? o.handler_count : 1;
	for (size_t i = 0; i < count; i++) {
		if (!td__need_handle(s, "handlers", handlers[i])) return false;
		if (!handlers[i]->formatter) td_handler_set_formatter(handlers[i], formatter);
		if (!td_logging_add_handler(NULL, handlers[i])) {
			td_raise(s, TD_MemoryError, "%s", "");
			return false;
		}
	}
	if (o.level) td_logging_set_level(NULL, o.level);
	return true;
}

/* What the module functions make sure of. This handler belongs to no scope: it holds nothing but standard error. */
td_logger *td__logging_of_module(void) {
	static td__log_piece pieces[5];
	static td_formatter formatter = {.style = '%', .pieces = pieces, .count = 5};
	static td_handler standard = {.sort = TD__HANDLER_STREAM, .fd = -1, .formatter = &formatter};
	td_logger *root = td__logging_root;
	if (td__likely(__atomic_load_n(&root->handler_count, __ATOMIC_RELAXED))) return root;
	td__log_lock();
	if (!root->handler_count) {
		pieces[0] = td__log_piece_of("levelname", "s", 0);
		pieces[1] = (td__log_piece){.text = ":", .len = 1};
		pieces[2] = td__log_piece_of("name", "s", 0);
		pieces[3] = pieces[1];
		pieces[4] = td__log_piece_of("message", "s", 0);
		td_logging_add_handler(root, &standard);
	}
	td__log_unlock();
	return root;
}
