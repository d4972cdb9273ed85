/* Whole files in one call, and the write that is all or nothing. */
#include <tend/file.h>
#include <tend/path.h>

#include "core/sys.h"
#include "os/replace.h"

const char *(td_path_read_text)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td_file *f = td_open(tmp, path, "r");
	const char *text = td_file_read(s, f);
	return td_failed(tmp) || td_failed(s) ? td_no_text : text;
}

td_bytes(td_path_read_bytes)(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	td_file *f = td_open(tmp, path, "rb");
	td_bytes bytes = td_file_read_bytes(s, f);
	return td_failed(tmp) || td_failed(s) ? (td_bytes){"", 0} : bytes;
}

static bool write_plain(td_scope *s, const char *path, td_bytes data, const td_path_write_opts *o) {
	TD_SCOPE(tmp, s);
	td_file *f = td_open(tmp, path, "wb", .perm = o->perm);
	td_file_write_bytes(tmp, f, data);
	return td_file_close(tmp, f);
}

/* --- all or nothing --- */

static bool write_all(td_scope *s, const td__replacement *r, td_bytes data) {
	while (data.len) {
		if (!td__may_block(s)) return false;
		ssize_t done = td__sys_write(r->fd, data.data, data.len);
		if (done < 0 && errno == EINTR) continue;
		if (done < 0) return td__os_error(s, errno, r->target);
		data.data += done;
		data.len -= (size_t)done;
	}
	return true;
}

static bool write_atomic(td_scope *s, const char *path, td_bytes data, const td_path_write_opts *o) {
	TD_SCOPE(tmp, s);
	td__replacement r;
	bool ok = td__replace_open(tmp, &r, path, o->perm.given ? (mode_t)o->perm.value : 0666) &&
	          td__replace_inherit(tmp, &r) && write_all(tmp, &r, data);
	return td__replace_end(tmp, &r, ok);
}

static bool write_whole(td_scope *s, const char *path, td_bytes data, const td_path_write_opts *opts) {
	td_path_write_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__need_text(s, "path", path)) return false;
	return o.atomic ? write_atomic(s, path, data, &o) : write_plain(s, path, data, &o);
}

bool(td_path_write_text)(td_scope *s, const char *path, const char *text, const td_path_write_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return false;
	return write_whole(s, path, (td_bytes){text, strlen(text)}, opts);
}

bool(td_path_write_bytes)(td_scope *s, const char *path, td_bytes bytes, const td_path_write_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "bytes", bytes.data)) return false;
	return write_whole(s, path, bytes, opts);
}
