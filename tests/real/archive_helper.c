/* The archive calls as a command, for tests/real/archive. Errors are "KIND: message" on standard error and status 3. */
#include <string.h>
#include <tend.h>

static td_value *describe_tar(td_scope *s, const td_tarinfo *m) {
	td_value *sparse = td_list(s);
	for (size_t i = 0; i < m->sparse_count; i++)
		td_value_append(s, sparse, td_list(s, m->sparse[i].offset, m->sparse[i].size));
	td_value *d = td_dict(s, "name", "", "size", m->size, "mode", m->mode, "type", (int)m->type, "linkname", "", "uid",
	                      m->uid, "gid", m->gid, "uname", m->uname, "gname", m->gname, "devmajor", m->devmajor,
	                      "devminor", m->devminor, "chksum", m->chksum, "offset", m->offset, "offset_data",
	                      m->offset_data, "mtime", td_float_repr(s, m->mtime));
	td_value_set(s, d, "sparse", m->is_sparse ? sparse : td_v(s, TD_NULL));
	return d;
}

/* Names as hexadecimal, since they may be no text. */
static const char *hex(td_scope *s, td_bytes b) {
	char *out = td_alloc(s, 2 * b.len + 1);
	for (size_t i = 0; out && i < b.len; i++) snprintf(out + 2 * i, 3, "%02x", (unsigned char)b.data[i]);
	return out ? out : "";
}

static void list_tar(td_scope *s, const char *file, const char *mode) {
	td_tarfile *t = td_tarfile_open(s, file, mode);
	for (const td_tarinfo *m; (m = td_tarfile_next(s, t));) {
		td_value *d = describe_tar(s, m);
		td_value_set(s, d, "name", td_v(s, hex(s, td_bytes_of(m->name))));
		td_value_set(s, d, "linkname", td_v(s, hex(s, td_bytes_of(m->linkname))));
		td_value_set(s, d, "crc",
		             td_v(s, td_tarinfo_isreg(m) && m->size < 1 << 28
		                         ? (int64_t)td_zlib_crc32(td_tarfile_read(s, t, m, 0), 0)
		                         : (int64_t)-1));
		td_print(s, "%s", td_json_dumps(s, d));
	}
	td_tarfile_close(s, t);
}

static void list_zip(td_scope *s, const char *file) {
	td_zipfile *z = td_zipfile_open(s, file, "r");
	td_zipinfos all = td_zipfile_infolist(s, z);
	for (size_t i = 0; i < all.len && !td_failed(s); i++) {
		const td_zipinfo *m = all.items[i];
		td_value *when = td_list(s);
		for (int k = 0; k < 6; k++) td_value_append(s, when, td_v(s, m->date_time[k]));
		td_print(s, "%s",
		         td_json_dumps(s, td_dict(s, "name", m->filename, "size", m->file_size, "packed", m->compress_size,
		                                  "crc", (int64_t)m->crc, "type", m->compress_type, "flags", m->flag_bits,
		                                  "attr", (int64_t)m->external_attr, "offset", m->header_offset, "time", when,
		                                  "extra", hex(s, m->extra), "comment", hex(s, m->comment))));
	}
	const char *damaged = td_zipfile_testzip(s, z);
	td_print(s, "%s", td_json_dumps(s, td_dict(s, "testzip", damaged ? damaged : "-")));
	td_zipfile_close(s, z);
}

static void cat_gzip(td_scope *s, const char *file) {
	td_file *f = td_gzip_open(s, file, "rb");
	td_file *out = td_sys_stdout(s);
	for (;;) {
		TD_SCOPE(turn, s);
		td_bytes piece = td_file_read_bytes(turn, f, .n = TD_INT(10000));
		if (!piece.len) break;
		td_file_write_bytes(turn, out, piece);
	}
	td_file_close(s, f);
	td_file_flush(s, out);
}

static void make_gzip(td_scope *s, const char *file, const char *from, const char *level) {
	td_file *f = td_gzip_open(s, file, "wb", .compresslevel = TD_INT(td_int(s, level)), .mtime = TD_INT(1700000000));
	td_file_write_bytes(s, f, td_path_read_bytes(s, from));
	td_file_close(s, f);
}

static void make_tar(td_scope *s, char **a) {
	td_tar_format format = strcmp(a[2], "gnu") == 0     ? TD_TAR_GNU
	                       : strcmp(a[2], "ustar") == 0 ? TD_TAR_USTAR
	                                                    : TD_TAR_PAX;
	td_tarfile *t = td_tarfile_open(s, a[0], a[1], .format = format);
	td_tarfile_add(s, t, a[3], .arcname = a[4]);
	td_tarfile_close(s, t);
}

static void extract_tar(td_scope *s, char **a) {
	td_tarfile *t = td_tarfile_open(s, a[0], "r");
	td_tarfile_extractall(s, t, .path = a[1], .filter = a[2], .max_size = a[3] ? td_int(s, a[3]) : 0,
	                      .max_entries = a[3] && a[4] ? td_int(s, a[4]) : 0,
	                      .max_ratio = a[3] && a[4] && a[5] ? td_float(s, a[5]) : 0);
	td_tarfile_close(s, t);
}

static void make_zip(td_scope *s, char **a) {
	td_zipfile *z = td_zipfile_open(s, a[0], a[1], .compression = (td_zip_compression)td_int(s, a[2]));
	for (a += 3; a[0] && a[1]; a += 2) td_zipfile_write(s, z, a[0], .arcname = a[1]);
	td_zipfile_close(s, z);
}

static void extract_zip(td_scope *s, char **a) {
	td_zipfile *z = td_zipfile_open(s, a[0], "r");
	td_zipfile_extractall(s, z, .path = a[1], .max_size = a[2] ? td_int(s, a[2]) : 0,
	                      .max_ratio = a[2] && a[3] ? td_float(s, a[3]) : 0);
	td_zipfile_close(s, z);
}

/* What is done with an open member, one line for each: rN reads N bytes (r alone: all), l a line, t tells, sN and eN seek
 * from the beginning and the end. What is refused is a line too. */
static void operate(td_scope *s, td_file *f, char **ops) {
	for (; *ops && !td_failed(s); ops++) {
		TD_SCOPE(turn, s);
		const char *rest = *ops + 1;
		td_bytes got = {"", 0};
		switch (**ops) {
		case 'r': got = td_file_read_bytes(turn, f, .n = *rest ? TD_INT(td_int(turn, rest)) : TD_INT(-1)); break;
		case 'l': td_file_next_line(turn, f, &got); break;
		case 't': got = td_bytes_of(td_format(turn, "%lld", (long long)td_file_tell(turn, f))); break;
		default:
			td_file_seek(turn, f, td_int(turn, rest), .whence = **ops == 'e' ? 2 : 0);
			got = td_bytes_of(td_format(turn, "%lld", (long long)td_file_tell(turn, f)));
		}
		const td_error *e = td_catch(turn);
		if (e)
			td_print(s, "%s: %s", e->kind->name, e->message);
		else
			td_print(s, "%s", td_binascii_hexlify(turn, got));
	}
}

static void operate_on_zip(td_scope *s, char **a) {
	td_zipfile *z = td_zipfile_open(s, a[0], "r");
	operate(s, td_zipfile_open_member(s, z, a[1], "r"), a + 2);
}

static void operate_on_tar(td_scope *s, char **a) {
	td_tarfile *t = td_tarfile_open(s, a[0], "r");
	operate(s, td_tarfile_extractfile(s, t, td_tarfile_getmember(s, t, a[1])), a + 2);
}

/* Copies a member to standard output in pieces. */
static void cat(td_scope *s, td_file *f) {
	td_file *out = td_sys_stdout(s);
	TD_LOOP (turn, s) {
		td_bytes piece = td_file_read_bytes(turn, f, .n = TD_INT(100000));
		if (!piece.len) break;
		td_file_write_bytes(turn, out, piece);
	}
	td_file_flush(s, out);
}

static void cat_member(td_scope *s, char **a, bool tar) {
	if (!tar) {
		cat(s, td_zipfile_open_member(s, td_zipfile_open(s, a[0], "r"), a[1], "r"));
		return;
	}
	td_tarfile *t = td_tarfile_open(s, a[0], a[2]);
	for (const td_tarinfo *m; (m = td_tarfile_next(s, t));) {
		if (strcmp(m->name, a[1]) == 0) return cat(s, td_tarfile_extractfile(s, t, m));
	}
}

/* FILE MODE METHOD FORCE, then names and files: each is a member, written in pieces of 1000 bytes. */
static void stream_zip(td_scope *s, char **a) {
	td_zipfile *z = td_zipfile_open(s, a[0], a[1], .compression = (td_zip_compression)td_int(s, a[2]));
	bool force = strcmp(a[3], "force") == 0;
	for (a += 4; a[0] && a[1]; a += 2) {
		td_file *from = td_open(s, a[1], "rb");
		td_file *to = td_zipfile_open_member(s, z, a[0], "w", .force_zip64 = force);
		td_shutil_copyfileobj(s, from, to, .length = 1000);
		td_file_close(s, to);
	}
	td_zipfile_close(s, z);
}

/* Again and again, for the race: what is refused is no matter. */
static void extract_often(td_scope *s, char **a) {
	int64_t rounds = td_int(s, a[3]), refused = 0;
	for (int64_t i = 0; i < rounds && !td_failed(s); i++) {
		TD_SCOPE(turn, s);
		char *arguments[6] = {a[0], a[1], a[2], NULL};
		extract_tar(turn, arguments);
		if (td_catch(turn, TD_OSError, TD_FilterError)) refused++;
	}
	td_print(s, "%lld rounds, %lld refused", (long long)rounds, (long long)refused);
}

static const char *given(const char *text) {
	return text && strcmp(text, "-") != 0 ? text : NULL;
}

static void run(td_scope *s, const char *what, char **a, int n) {
	if (strcmp(what, "tar-list") == 0)
		list_tar(s, a[0], n > 1 ? a[1] : "r");
	else if (strcmp(what, "tar-make") == 0)
		make_tar(s, a);
	else if (strcmp(what, "tar-extract") == 0)
		extract_tar(s, a);
	else if (strcmp(what, "tar-often") == 0)
		extract_often(s, a);
	else if (strcmp(what, "zip-list") == 0)
		list_zip(s, a[0]);
	else if (strcmp(what, "zip-make") == 0)
		make_zip(s, a);
	else if (strcmp(what, "zip-extract") == 0)
		extract_zip(s, a);
	else if (strcmp(what, "zip-operate") == 0)
		operate_on_zip(s, a);
	else if (strcmp(what, "tar-operate") == 0)
		operate_on_tar(s, a);
	else if (strcmp(what, "zip-cat") == 0 || strcmp(what, "tar-cat") == 0)
		cat_member(s, a, *what == 't');
	else if (strcmp(what, "zip-stream") == 0)
		stream_zip(s, a);
	else if (strcmp(what, "gzip-cat") == 0)
		cat_gzip(s, a[0]);
	else if (strcmp(what, "gzip-make") == 0)
		make_gzip(s, a[0], a[1], a[2]);
	else if (strcmp(what, "make") == 0)
		td_print(s, "%s", td_shutil_make_archive(s, a[0], a[1], .root_dir = given(a[2]), .base_dir = given(a[3])));
	else if (strcmp(what, "unpack") == 0)
		td_shutil_unpack_archive(s, a[0], .extract_dir = a[1], .format = given(a[2]));
	else
		td_raise(s, TD_ValueError, "unknown: %s", what);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	TD_SCOPE(attempt, s);
	if (argc > 1) run(attempt, argv[1], argv + 2, argc - 2);
	const td_error *e = td_catch(attempt);
	if (!e) return 0;
	fprintf(stderr, "%s: %s\n", e->kind->name, e->message);
	td_sys_exit(s, 3);
	return 3;
}
