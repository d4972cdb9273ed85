/* zip_read.c: members read whole, and members to files. */
#include <tend/os.h>
#include <tend/path.h>
#include <tend/text.h>

#include "archive/extract.h"
#include "archive/zip_private.h"
#include "core/buffer.h"

enum { RATIO_FROM = 1 << 20 };

/* --- the calls --- */

typedef struct gathering {
	td__buffer b;
	int64_t most;
} gathering;

static bool gather(td_scope *s, void *arg, const char *data, size_t len) {
	gathering *g = arg;
	td__buffer_put(&g->b, data, len);
	if (g->most && (int64_t)g->b.len > g->most) {
		td_raise(s, TD_OverflowError, "the member is longer than %lld bytes", (long long)g->most);
		return false;
	}
	return !g->b.failed;
}

td_bytes(td_zipfile_read)(td_scope *s, td_zipfile *z, const char *name, const td_zipfile_read_opts *opts) {
	td_bytes none = {"", 0};
	if (!td__enter_opts(s, opts) || !td__zip_enter(s, z)) return none;
	td_zipfile_read_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const td_zipinfo *m = (td_zipfile_getinfo)(s, z, name);
	if (!m || !td__zip_may_read(s, z)) return none;
	gathering g = {.most = o.max_size};
	td__buffer_begin(&g.b, s);
	if (td__zip_read(s, z, m, gather, &g)) return td__buffer_text(&g.b);
	td__buffer_drop(&g.b);
	return none;
}

static bool drop(td_scope *s, void *arg, const char *data, size_t len) {
	(void)s;
	(void)arg;
	(void)data;
	(void)len;
	return true;
}

const char *(td_zipfile_testzip)(td_scope *s, td_zipfile *z) {
	if (!td__zip_enter(s, z) || !td__zip_may_read(s, z)) return NULL;
	for (size_t i = 0; i < z->count && !td_failed(s); i++) {
		TD_SCOPE(attempt, s);
		const td_zipinfo *m = (td_zipfile_getinfo)(attempt, z, z->members[i]->filename);
		if (m) td__zip_read(attempt, z, m, drop, NULL);
		if (td_catch(attempt, TD_BadZipFile)) return z->members[i]->filename;
	}
	return NULL;
}

/* --- to files --- */

typedef struct extraction {
	td_zipfile *z;
	td_zipfile_extract_opts o;
	td__target target;
	int64_t bytes, total, entries;
	td__new_file file;
} extraction;

static bool too_much(td_scope *s, const char *what, int64_t most) {
	td_raise(s, TD_OverflowError, "the archive holds more than %lld %s", (long long)most, what);
	return false;
}

static bool write_piece(td_scope *s, void *arg, const char *data, size_t len) {
	extraction *x = arg;
	x->bytes += (int64_t)len;
	if (x->o.max_size && x->bytes > x->o.max_size) return too_much(s, "bytes", x->o.max_size);
	if (x->o.max_ratio > 0 && x->bytes > RATIO_FROM && (double)x->bytes > x->o.max_ratio * (double)x->z->size) {
		td_raise(s, TD_OverflowError, "the archive unfolds to more than %g times its size", x->o.max_ratio);
		return false;
	}
	while (len) {
		ssize_t done = td__sys_write(x->file.fd, data, len);
		if (done < 0 && errno == EINTR) continue;
		if (done < 0) return td__os_error(s, errno, td__target_name(s, &x->target, x->file.name));
		data += done;
		len -= (size_t)done;
	}
	if (x->o.progress) x->o.progress(x->o.progress_arg, x->bytes, x->total);
	return true;
}

/* The name without "..", "." and empty parts. */
static const char *safe_name(td_scope *s, const char *name) {
	td_strs parts = td_str_split(s, name, .sep = "/");
	const char *out = "";
	for (size_t i = 0; i < parts.len; i++) {
		const char *part = parts.items[i];
		if (!*part || strcmp(part, ".") == 0 || strcmp(part, "..") == 0) continue;
		out = *out ? td_format(s, "%s/%s", out, part) : part;
	}
	return out;
}

static bool extract_file(td_scope *s, extraction *x, const td_zipinfo *m, const char *name) {
	if (!td__target_create(s, &x->target, name, &x->file)) return false;
	if (td__zip_read(s, x->z, m, write_piece, x)) return td__target_commit(s, &x->target, &x->file);
	td__target_drop(&x->target, &x->file);
	return false;
}

static const char *extract_one(td_scope *s, extraction *x, const td_zipinfo *m) {
	if (x->o.max_entries && ++x->entries > x->o.max_entries)
		return too_much(s, "members", x->o.max_entries) ? NULL : td_no_text;
	TD_SCOPE(attempt, s);
	const char *name = safe_name(attempt, m->filename);
	const char *where = td_path_normpath(s, td_path_join(attempt, x->target.path, name));
	if (td_failed(attempt)) return td_no_text;
	bool ok = td_zipinfo_is_dir(m) ? !*name || td__target_mkdir(attempt, &x->target, name, 0777)
	                               : extract_file(attempt, x, m, name);
	if (!ok && td__target_escaped(attempt)) {
		td_raise(s, TD_OutsideDestinationError, "%s would be extracted to outside the destination, through a link",
		         td_str_repr(attempt, m->filename));
	}
	return ok ? where : td_no_text;
}

static bool begin(td_scope *s, extraction *x, td_zipfile *z, const td_zipfile_extract_opts *opts) {
	*x = (extraction){.z = z, .target = {.root = -1, .parent = -1}};
	td__opts_copy(&x->o, sizeof x->o, opts);
	const char *path = x->o.path ? x->o.path : td_os_getcwd(s);
	return td__need_text(s, "path", path) && td__target_open(s, &x->target, *path ? path : ".", false);
}

bool(td_zipfile_extractall)(td_scope *s, td_zipfile *z, const td_zipfile_extract_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__zip_enter(s, z) || !td__zip_may_read(s, z)) return false;
	TD_SCOPE(work, s);
	extraction x;
	bool ok = begin(work, &x, z, opts);
	bool all = !x.o.members.items;
	for (size_t i = 0; ok && i < z->count; i++) x.total += z->members[i]->file_size;
	if (!all) x.total = -1;
	for (size_t i = 0; ok && i < (all ? z->count : x.o.members.len); i++) {
		TD_SCOPE(turn, work);
		const td_zipinfo *m = (td_zipfile_getinfo)(turn, z, all ? z->members[i]->filename : x.o.members.items[i]);
		ok = m && td__may_block(turn) && extract_one(turn, &x, m) != td_no_text;
	}
	td__target_close(&x.target);
	return ok;
}

const char *(td_zipfile_extract)(td_scope *s, td_zipfile *z, const char *member, const td_zipfile_extract_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__zip_enter(s, z)) return td_no_text;
	const td_zipinfo *m = (td_zipfile_getinfo)(s, z, member);
	if (!m || !td__zip_may_read(s, z)) return td_no_text;
	extraction x;
	const char *where = begin(s, &x, z, opts) ? extract_one(s, &x, m) : td_no_text;
	td__target_close(&x.target);
	return where;
}
