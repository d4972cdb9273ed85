/* Opening and closing files, and what every call on one begins with. */
#include "core/file_private.h"

#include "core/sys.h"

/* --- Python's modes --- */

typedef struct mode {
	bool create, read, write, append, plus, text, binary;
} mode;

static bool wrong(td_scope *s, const char *message) {
	(td_raise)(s, TD_ValueError, "%s", message);
	return false;
}

static bool parse_mode(td_scope *s, const char *text, mode *m) {
	*m = (mode){0};
	for (const char *c = text; *c; c++) {
		static const char letters[] = "xrwa+tb";
		bool *const flags[] = {&m->create, &m->read, &m->write, &m->append, &m->plus, &m->text, &m->binary};
		const char *letter = strchr(letters, *c);
		bool *flag = letter ? flags[letter - letters] : NULL;
		if (!flag || *flag) {
			(td_raise)(s, TD_ValueError, "invalid mode: '%s'", text);
			return false;
		}
		*flag = true;
	}
	if (m->text && m->binary) return wrong(s, "can't have text and binary mode at once");
	int ways = m->create + m->read + m->write + m->append;
	if (ways > 1) return wrong(s, "must have exactly one of create/read/write/append mode");
	if (ways == 0) return wrong(s, "Must have exactly one of create/read/write/append mode and at most one plus");
	return true;
}

static bool parse_text_options(td_scope *s, td_file *f, const mode *m, const td_open_opts *o) {
	f->newline = "\n";
	if (m->binary) {
		if (o->errors) return wrong(s, "binary mode doesn't take an errors argument");
		if (o->newline) return wrong(s, "binary mode doesn't take a newline argument");
		return true;
	}
	f->translate = !o->newline;
	static const char *const newlines[] = {"", "\n", "\r", "\r\n"};
	f->newline = o->newline ? NULL : "";
	for (int i = 0; o->newline && i < 4; i++) {
		if (strcmp(o->newline, newlines[i]) == 0) f->newline = newlines[i];
	}
	if (!f->newline) {
		(td_raise)(s, TD_ValueError, "illegal newline value: %s", o->newline);
		return false;
	}
	static const char *const errors[] = {"strict", "surrogateescape", "replace", "ignore"};
	for (int i = 0; i < 4; i++) {
		if (!o->errors || strcmp(o->errors, errors[i]) == 0) {
			f->errors = (td__file_errors)i;
			return true;
		}
	}
	(td_raise)(s, TD_LookupError, "unknown error handler name '%s'", o->errors);
	return false;
}

/* --- making one --- */

static void free_buffers(td_file *f) {
	td__free(f->buffer);
	td__free(f->decoded);
	f->buffer = f->decoded = f->cut = NULL;
}

void td__file_remove_at_close(td_file *f, td__temp *temp) {
	f->temp = temp;
}

/* 0 or the errno. Gone already is as good. */
static int remove_temp(td_file *f) {
	if (!f->temp) return 0;
	int err_no = td__sys_unlink(f->name) == 0 || errno == ENOENT ? 0 : errno;
	if (err_no) td__temp_delete(f->name, false); /* once more, before it is left to nobody */
	td__temp_remove(f->temp);
	f->temp = NULL;
	return err_no;
}

static void end_file(td_scope *c, void *handle) {
	td_file *f = handle;
	bool lost = f->pending && !f->temp && td__is_debug() && !td_failed(td__handle_scope(f));
	if (lost) {
		(td_raise)(c, TD_RuntimeError, "%s was still open for writing when its scope ended: %zu bytes were not written",
		           f->name, f->pending);
	}
	f->backend->close(NULL, f);
	free_buffers(f);
	int err_no = remove_temp(f);
	if (err_no) td__os_error(c, err_no, f->name);
}

td_file *td__file_abandon(td_file *f) {
	f->backend->close(NULL, f);
	free_buffers(f);
	td__handle_close(f);
	return NULL;
}

td_file *td__file_new(td_scope *s, const char *name, const char *mode_text, const td_open_opts *opts, int *flags) {
	mode m;
	td_open_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!parse_mode(s, mode_text, &m)) return NULL;
	td_file *f = td__handle_new(s, sizeof *f + strlen(name) + 1, end_file);
	if (!f) return NULL;
	memcpy(f->name, name, strlen(name) + 1);
	f->backend = &td__file_fd;
	f->fd = -1;
	f->readable = m.read || m.plus;
	f->writable = !m.read || m.plus;
	f->append = m.append;
	f->text = !m.binary;
	f->keep_fd = o.keep_fd;
	if (!parse_text_options(s, f, &m, &o)) return td__file_abandon(f);
	*flags = O_CLOEXEC | (f->readable && f->writable ? O_RDWR : f->writable ? O_WRONLY : O_RDONLY);
	if (m.create) *flags |= O_CREAT | O_EXCL;
	if (m.write) *flags |= O_CREAT | O_TRUNC;
	if (m.append) *flags |= O_CREAT | O_APPEND;
	return f;
}

/* What kind of file it is decides how it is read. */
static td_file *settle(td_scope *s, td_file *f, const char *path) {
	struct stat st;
	if (td__sys_fstat(f->fd, &st) < 0) {
		td__os_error(s, errno, path);
		return td__file_abandon(f);
	}
	if (S_ISDIR(st.st_mode)) {
		td__os_error(s, EISDIR, path);
		return td__file_abandon(f);
	}
	f->regular = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode);
	f->size_hint = S_ISREG(st.st_mode) ? st.st_size : 0;
	f->seekable = f->regular;
	if (!f->regular && !S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode)) f->seekable = lseek(f->fd, 0, SEEK_CUR) >= 0;
	if (S_ISCHR(st.st_mode) && f->text) f->line_flush = isatty(f->fd);
	if (f->readable && f->writable && !f->seekable) {
		(td_raise)(s, TD_UnsupportedOperation, "File or stream is not seekable.");
		return td__file_abandon(f);
	}
	if (f->append && f->seekable && td__sys_lseek(f->fd, 0, SEEK_END) < 0) {
		td__os_error(s, errno, path);
		return td__file_abandon(f);
	}
	return f;
}

enum { FIFO_STEP = 5000000 };

/* Opened without blocking, because a FIFO would wait for its other end past every deadline: a reader then waits at its
 * first read, a writer here. */
static int open_waiting(td_scope *s, const char *path, int flags, mode_t perm) {
	for (;;) {
		if (!td__may_block(s)) return -1;
		int fd = td__sys_open(path, flags | O_NONBLOCK, perm);
		if (fd < 0 && errno == EAGAIN) fd = td__sys_open(path, flags, perm); /* a lease must be given up first */
		if (fd >= 0) return fd;
		int err_no = errno;
		struct stat st;
		if (err_no == EINTR) continue;
		if (err_no != ENXIO || td__sys_stat(path, &st) < 0 || !S_ISFIFO(st.st_mode)) {
			td__os_error(s, err_no, path);
			return -1;
		}
		if (td__poll(s, NULL, 0, td__now() + FIFO_STEP) < 0) return -1;
	}
}

td_file *(td_open)(td_scope *s, const char *path, const char *mode_text, const td_open_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__need_text(s, "mode", mode_text))
		return NULL;
	td_open_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int flags;
	td_file *f = td__file_new(s, path, mode_text, opts, &flags);
	if (!f) return NULL;
	f->keep_fd = false;
	f->fd = open_waiting(s, path, flags, o.perm.given ? (mode_t)o.perm.value : 0666);
	if (f->fd < 0) return td__file_abandon(f);
	f = settle(s, f, path);
	if (f && !f->regular) fcntl(f->fd, F_SETFL, fcntl(f->fd, F_GETFL) & ~O_NONBLOCK); /* children inherit the flag */
	return f;
}

static td_file *over(td_scope *s, const char *name, int fd, const char *mode_text, const td_open_opts *opts) {
	int flags;
	td_file *f = td__file_new(s, name, mode_text, opts, &flags);
	if (!f) return NULL;
	bool keep = f->keep_fd;
	f->keep_fd = true; /* until it is ours for good: a refused descriptor stays the caller's */
	f->fd = fd;
	f = settle(s, f, NULL);
	if (f) f->keep_fd = keep;
	return f;
}

td_file *td__file_over(td_scope *s, const char *path, int fd, const char *mode_text) {
	return over(s, path, fd, mode_text, NULL);
}

td_file *(td_os_fdopen)(td_scope *s, int fd, const char *mode_text, const td_open_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "mode", mode_text)) return NULL;
	if (fd < 0) {
		wrong(s, "negative file descriptor");
		return NULL;
	}
	char name[24];
	snprintf(name, sizeof name, "<fd %d>", fd);
	return over(s, name, fd, mode_text, opts);
}

td_file *(td_file_mem)(td_scope *s, td_bytes data) {
	if (!td__enter(s) || !td__need_handle(s, "data", data.data)) return NULL;
	int flags;
	td_file *f = td__file_new(s, "<memory>", "wb+", NULL, &flags);
	if (!f) return NULL;
	f->backend = &td__file_memory;
	f->regular = f->seekable = f->unbuffered = true;
	if (!f->backend->write(s, f, data.data, data.len)) return td__file_abandon(f);
	f->memory_at = 0;
	return f;
}

td_bytes(td_file_getvalue)(td_scope *s, td_file *f) {
	td_bytes none = {"", 0};
	if (!td__file_enter(s, f, "I/O operation on closed file.")) return none;
	if (f->backend != &td__file_memory) {
		(td_raise)(s, TD_UnsupportedOperation, "getvalue");
		return none;
	}
	return td__keep_bytes(s, (td_bytes){f->memory ? f->memory : "", f->memory_len});
}

/* --- every call --- */

bool td__file_enter(td_scope *s, td_file *f, const char *closed) {
	if (!td__enter(s) || !td__need_handle(s, "f", f)) return false;
	if (!td__handle_open(f)) return wrong(s, f->text ? "I/O operation on closed file." : closed);
	if (f->cut) {
		*f->cut = f->cut_byte;
		f->cut = NULL;
	}
	return true;
}

bool td__file_buffer(td_scope *s, td_file *f) {
	if (f->buffer) return true;
	f->buffer = td__malloc(TD__FILE_BUFFER + 1);
	if (!f->buffer) {
		(td_raise)(s, TD_MemoryError, "%s", "");
		return false;
	}
	f->capacity = TD__FILE_BUFFER;
	return true;
}

bool(td_file_close)(td_scope *s, td_file *f) {
	if (!td__enter(s) || !td__need_handle(s, "f", f)) return false;
	if (!td__handle_open(f)) return true;
	f->closing = true;
	bool ok = td__file_flush_pending(s, f) && (!f->writable || f->backend->flush(s, f));
	ok = f->backend->close(ok ? s : NULL, f) && ok;
	f->pending = 0;
	int err_no = remove_temp(f);
	if (err_no && ok) ok = td__os_error(s, err_no, f->name);
	free_buffers(f);
	td__handle_close(f);
	return ok;
}

bool td_file_closed(const td_file *f) {
	return !f || !td__handle_open(f);
}

const char *td_file_name(const td_file *f) {
	return f ? f->name : "";
}

int(td_file_fileno)(td_scope *s, td_file *f) {
	if (!td__file_enter(s, f, "I/O operation on closed file")) return -1;
	if (f->backend == &td__file_memory) (td_raise)(s, TD_UnsupportedOperation, "fileno");
	if (!td__file_rollover(s, f)) return -1;
	return f->backend == &td__file_stream ? fileno(f->stream) : f->fd;
}

bool(td_file_isatty)(td_scope *s, td_file *f) {
	if (!td__file_enter(s, f, "I/O operation on closed file")) return false;
	if (f->backend == &td__file_memory || f->backend == &td__file_spooled) return false;
	return isatty(f->backend == &td__file_stream ? fileno(f->stream) : f->fd) == 1;
}
