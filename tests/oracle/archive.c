/* Rows of tarfile, zipfile and shutil's archives: what is in a file. */
#include "oracle.h"

static td_file *document(td_scope *s, const oracle_call *call, const char *name) {
	return td_file_mem(s, oracle_document(s, call, name));
}

static td_tarfile *tar(td_scope *s, const oracle_call *call) {
	return td_tarfile_open(s, NULL, "r", .fileobj = document(s, call, "self"));
}

static td_zipfile *zip(td_scope *s, const oracle_call *call) {
	return td_zipfile_open(s, NULL, "r", .fileobj = document(s, call, "self"));
}

static const td_value *strs(td_scope *s, td_strs list) {
	return td_failed(s) ? NULL : td_value_new_strs(s, list);
}

ORACLE_ROW(tar_getnames, "tarfile.TarFile.getnames", "self") {
	return strs(s, td_tarfile_getnames(s, tar(s, call)));
}

ORACLE_ROW(tar_getmembers, "tarfile.TarFile.getmembers", "self") {
	td_tarinfos all = td_tarfile_getmembers(s, tar(s, call));
	td_value *list = td_list(s);
	for (size_t i = 0; i < all.len && !td_failed(s); i++) {
		const td_tarinfo *m = all.items[i];
		char type[2] = {m->type ? m->type : '0', '\0'};
		td_value_append(s, list,
		                td_dict(s, "name", m->name, "size", m->size, "mode", m->mode, "mtime", m->mtime, "type", type,
		                        "linkname", m->linkname, "uid", m->uid, "gid", m->gid, "uname", m->uname, "gname",
		                        m->gname, "devmajor", m->devmajor, "devminor", m->devminor, "offset", m->offset,
		                        "offset_data", m->offset_data, "chksum", m->chksum));
	}
	return td_failed(s) ? NULL : list;
}

ORACLE_ROW(zip_namelist, "zipfile.ZipFile.namelist", "self") {
	return strs(s, td_zipfile_namelist(s, zip(s, call)));
}

ORACLE_ROW(zip_testzip, "zipfile.ZipFile.testzip", "self") {
	const char *damaged = td_zipfile_testzip(s, zip(s, call));
	return td_failed(s) || !damaged ? NULL : td_value_new_str(s, damaged);
}

ORACLE_ROW(zip_read, "zipfile.ZipFile.read", "self, name") {
	td_bytes content = td_zipfile_read(s, zip(s, call), oracle_text(s, call, "name", NULL));
	return td_failed(s) ? NULL : td_value_new_bytes(s, content);
}

static const td_value *lines_of(td_scope *s, td_file *f) {
	td_value *list = td_list(s);
	if (f) {
		for (td_bytes line; td_file_next_line(s, f, &line);)
			td_value_append(s, list, td_value_new_bytes(s, td_keep(s, line)));
	}
	return td_failed(s) || !f ? NULL : list;
}

ORACLE_ROW(zip_open, "zipfile.ZipFile.open", "self, name") {
	return lines_of(s, td_zipfile_open_member(s, zip(s, call), oracle_text(s, call, "name", NULL), "r"));
}

ORACLE_ROW(tar_extractfile, "tarfile.TarFile.extractfile", "self, name") {
	td_tarfile *t = tar(s, call);
	return lines_of(s, td_tarfile_extractfile(s, t, td_tarfile_getmember(s, t, oracle_text(s, call, "name", NULL))));
}

ORACLE_ROW(zip_infolist, "zipfile.ZipFile.infolist", "self") {
	td_zipinfos all = td_zipfile_infolist(s, zip(s, call));
	td_value *list = td_list(s);
	for (size_t i = 0; i < all.len && !td_failed(s); i++) {
		const td_zipinfo *m = all.items[i];
		td_value *when = td_list(s);
		for (int k = 0; k < 6; k++) td_value_append(s, when, td_v(s, m->date_time[k]));
		td_value_append(s, list,
		                td_dict(s, "filename", m->filename, "date_time", when, "compress_type", m->compress_type,
		                        "create_system", m->create_system, "create_version", m->create_version,
		                        "extract_version", m->extract_version, "flag_bits", m->flag_bits, "external_attr",
		                        (int64_t)m->external_attr, "header_offset", m->header_offset, "CRC", (int64_t)m->crc,
		                        "compress_size", m->compress_size, "file_size", m->file_size, "comment", m->comment,
		                        "extra", m->extra));
	}
	return td_failed(s) ? NULL : list;
}

ORACLE_ROW(get_archive_formats, "shutil.get_archive_formats", "") {
	return td_shutil_get_archive_formats(s);
}

ORACLE_ROW(get_unpack_formats, "shutil.get_unpack_formats", "") {
	return td_shutil_get_unpack_formats(s);
}
