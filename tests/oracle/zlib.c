/* Rows of zlib and gzip. */
#include "oracle.h"

static const td_value *bytes(td_scope *s, td_bytes b) {
	return td_failed(s) ? NULL : td_value_new_bytes(s, b);
}

/* A bytes-like argument; Python's words for what is none. */
static td_bytes data_of(td_scope *s, const oracle_call *call, const char *name) {
	const td_value *v = oracle_arg(call, name);
	if (td_value_type(v) == TD_DICT) return oracle_document(s, call, name);
	if (td_value_type(v) != TD_BYTES) {
		const char *type = td_value_type(v) == TD_NULL_TYPE ? "NoneType" : td_value_type_name(v);
		td_raise(s, TD_TypeError, "a bytes-like object is required, not '%s'", type);
		return (td_bytes){"", 0};
	}
	return td_value_bytes(v);
}

/* Python takes any integer here and keeps its low 32 bits. */
static uint32_t low_bits(td_scope *s, const oracle_call *call, const char *name, uint32_t fallback) {
	return (uint32_t)oracle_int(s, call, name, fallback);
}

ORACLE_ROW(zlib_crc32, "zlib.crc32", "data, value=0, /") {
	uint32_t value = low_bits(s, call, "value", 0);
	td_bytes data = data_of(s, call, "data");
	return td_failed(s) ? NULL : td_value_new_int(s, td_zlib_crc32(data, value));
}

ORACLE_ROW(binascii_crc32, "binascii.crc32", "data, crc=0, /") {
	uint32_t value = low_bits(s, call, "crc", 0);
	td_bytes data = data_of(s, call, "data");
	return td_failed(s) ? NULL : td_value_new_int(s, td_zlib_crc32(data, value));
}

ORACLE_ROW(zlib_adler32, "zlib.adler32", "data, value=1, /") {
	uint32_t value = low_bits(s, call, "value", 1);
	td_bytes data = data_of(s, call, "data");
	return td_failed(s) ? NULL : td_value_new_int(s, td_zlib_adler32(data, value));
}

ORACLE_ROW(zlib_compress, "zlib.compress", "data, /, level=-1, wbits=15") {
	td_bytes data = data_of(s, call, "data");
	return bytes(s, td_zlib_compress(s, data, .level = oracle_opt_int(s, call, "level"),
	                                 .wbits = oracle_opt_int(s, call, "wbits")));
}

ORACLE_ROW(zlib_decompress, "zlib.decompress", "data, /, wbits=15, bufsize=16384") {
	td_bytes data = data_of(s, call, "data");
	return bytes(s, td_zlib_decompress(s, data, .wbits = oracle_opt_int(s, call, "wbits"),
	                                   .bufsize = oracle_opt_int(s, call, "bufsize")));
}

ORACLE_ROW(gzip_compress, "gzip.compress", "data, compresslevel=9, *, mtime=None") {
	td_bytes data = data_of(s, call, "data");
	return bytes(s, td_gzip_compress(s, data, .compresslevel = oracle_opt_int(s, call, "compresslevel"),
	                                 .mtime = oracle_opt_int(s, call, "mtime")));
}

ORACLE_ROW(gzip_decompress, "gzip.decompress", "data") {
	return bytes(s, td_gzip_decompress(s, data_of(s, call, "data")));
}
