/* Writing through the buffer, and going to another place in the file. */
#include "core/file_private.h"
#include "core/format.h"

bool td__file_flush_pending(td_scope *s, td_file *f) {
	size_t pending = f->pending;
	if (!pending) return true;
	f->pending = 0; /* also when it fails: what was half written must not be written again */
	return f->backend->write(s, f, f->buffer, pending);
}

bool td__file_rewind_ahead(td_scope *s, td_file *f) {
	size_t ahead = f->end - f->at;
	f->at = f->end = 0;
	if (!ahead || !f->seekable) return true;
	f->consumed -= (int64_t)ahead;
	return f->backend->seek(s, f, -(int64_t)ahead, SEEK_CUR) >= 0;
}

bool td__file_to_reading(td_scope *s, td_file *f) {
	return td__file_flush_pending(s, f);
}

bool td__file_to_writing(td_scope *s, td_file *f) {
	return f->end == 0 || td__file_rewind_ahead(s, f);
}

static bool enter_writing(td_scope *s, td_file *f) {
	if (!td__file_enter(s, f, "write to closed file")) return false;
	if (!f->writable) {
		(td_raise)(s, TD_UnsupportedOperation, f->text ? "not writable" : "write");
		return false;
	}
	return td__file_to_writing(s, f);
}

/* Into the buffer, or straight down when it is more than a buffer holds. */
bool td__file_put(td_scope *s, td_file *f, const char *data, size_t len) {
	if (f->unbuffered) return f->backend->write(s, f, data, len);
	if (!td__file_buffer(s, f)) return false;
	size_t room = f->capacity - f->pending;
	if (len > room) {
		if (f->pending && f->pending + len < 2 * f->capacity) { /* fill up: fewer and larger writes */
			memcpy(f->buffer + f->pending, data, room);
			f->pending += room;
			data += room;
			len -= room;
		}
		if (!td__file_flush_pending(s, f)) return false;
		if (len >= f->capacity) return f->backend->write(s, f, data, len);
	}
	if (len) memcpy(f->buffer + f->pending, data, len);
	f->pending += len;
	return true;
}

static bool put_text(td_scope *s, td_file *f, const char *text, size_t len) {
	if (f->newline[0] != '\r') return td__file_put(s, f, text, len);
	const char *end = text + len;
	while (text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));
		if (!line_end) return td__file_put(s, f, text, (size_t)(end - text));
		if (!td__file_put(s, f, text, (size_t)(line_end - text)) || !td__file_put(s, f, f->newline, strlen(f->newline)))
			return false;
		text = line_end + 1;
	}
	return true;
}

static bool write_text(td_scope *s, td_file *f, const char *text, size_t len) {
	if (!put_text(s, f, text, len)) return false;
	return !f->line_flush || !memchr(text, '\n', len) || td__file_flush_pending(s, f);
}

bool(td_file_write)(td_scope *s, td_file *f, const char *text) {
	return enter_writing(s, f) && td__need_text(s, "text", text) && write_text(s, f, text, strlen(text));
}

bool(td_file_write_bytes)(td_scope *s, td_file *f, td_bytes bytes) {
	return enter_writing(s, f) && td__need_handle(s, "bytes", bytes.data) && td__file_put(s, f, bytes.data, bytes.len);
}

bool(td_file_printf)(td_scope *s, td_file *f, const char *fmt, ...) {
	if (!enter_writing(s, f) || !td__need_text(s, "fmt", fmt)) return false;
	char small[1024];
	td__format_report report;
	va_list args;
	va_start(args, fmt);
	size_t len = td__vsnformat(small, sizeof small, &report, fmt, args);
	va_end(args);
	if (report.fault) return td__format_raise(s, &report);
	if (len < sizeof small) return write_text(s, f, small, len);
	char *large = td__malloc(len + 1);
	if (!large) {
		(td_raise)(s, TD_MemoryError, "%s", "");
		return false;
	}
	va_start(args, fmt);
	td__vsnformat(large, len + 1, &report, fmt, args);
	va_end(args);
	bool ok = write_text(s, f, large, len);
	td__free(large);
	return ok;
}

bool(td_file_flush)(td_scope *s, td_file *f) {
	if (!td__file_enter(s, f, "flush of closed file")) return false;
	return td__file_flush_pending(s, f) && (!f->writable || f->backend->flush(s, f));
}

/* --- the position --- */

static bool check_seek(td_scope *s, td_file *f, int64_t offset, int whence) {
	if (f->text && !f->seekable) {
		(td_raise)(s, TD_UnsupportedOperation, "underlying stream is not seekable");
	} else if (!f->seekable) {
		(td_raise)(s, TD_UnsupportedOperation, "File or stream is not seekable.");
	} else if (whence < 0 || whence > 2) {
		(td_raise)(s, TD_ValueError,
		           f->text ? "invalid whence (%d, should be 0, 1 or 2)" : "whence value %d unsupported", whence);
	} else if (f->text && whence == 0 && offset < 0) {
		(td_raise)(s, TD_ValueError, "negative seek position %lld", (long long)offset);
	} else {
		return true;
	}
	return false;
}

int64_t(td_file_seek)(td_scope *s, td_file *f, int64_t offset, const td_file_seek_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__file_enter(s, f, "seek of closed file")) return -1;
	td_file_seek_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!check_seek(s, f, offset, o.whence)) return -1;
	if (!td__file_flush_pending(s, f)) return -1;
	if (o.whence == 1) offset -= (int64_t)(f->end - f->at);
	int64_t at = f->backend->seek(s, f, offset, o.whence);
	if (at < 0) return -1; /* what was read ahead is still ahead */
	f->at = f->end = 0;
	f->consumed = at;
	return at;
}

static int64_t position(td_scope *s, td_file *f) {
	if (f->append && !td__file_flush_pending(s, f)) return -1;
	int64_t at = f->backend->seek(s, f, 0, SEEK_CUR);
	return at < 0 ? -1 : at - (int64_t)(f->end - f->at) + (int64_t)f->pending;
}

int64_t(td_file_tell)(td_scope *s, td_file *f) {
	if (!td__file_enter(s, f, "I/O operation on closed file")) return -1;
	if (f->text && !f->seekable) {
		(td_raise)(s, TD_UnsupportedOperation, "underlying stream is not seekable");
		return -1;
	}
	return position(s, f);
}

int64_t(td_file_truncate)(td_scope *s, td_file *f, const td_file_truncate_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__file_enter(s, f, "truncate of closed file")) return -1;
	td_file_truncate_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!f->writable) {
		(td_raise)(s, TD_UnsupportedOperation, "truncate");
		return -1;
	}
	if (!td__file_flush_pending(s, f) || !td__file_rewind_ahead(s, f)) return -1;
	int64_t size = o.size.given ? o.size.value : position(s, f);
	if (!o.size.given && size < 0) return -1;
	return f->backend->truncate(s, f, size) ? size : -1;
}
