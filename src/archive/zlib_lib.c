/* zlib_lib.c: zlib, opened on first use. */
#include "archive/zlib_lib.h"

td__zlib_table td__zlib;

static const char *const names[] = {
	"deflateInit2_", "deflateSetDictionary", "deflate", "deflateReset", "deflateEnd",
	"inflateInit2_", "inflateSetDictionary", "inflate", "inflateReset", "inflateEnd",
};

static td__lib lib = {
	.soname = "libz.so.1",
	.package = "zlib1g",
	.names = names,
	.slots = (void **)(void *)&td__zlib,
	.count = sizeof names / sizeof names[0],
};
_Static_assert(sizeof td__zlib == sizeof names, "one name per function");

bool td__zlib_open(td_scope *s) {
	return td__lib_open(s, &lib);
}

bool td__zlib_raise(td_scope *s, const z_stream *z, int err, const char *doing) {
	const char *why = z->msg;
	if (!why && err == Z_BUF_ERROR) why = "incomplete or truncated stream";
	if (!why && err == Z_STREAM_ERROR) why = "inconsistent stream state";
	if (!why && err == Z_DATA_ERROR) why = "invalid input data";
	if (err == Z_MEM_ERROR) {
		td_raise(s, TD_MemoryError, "Out of memory %s", doing);
	} else if (why) {
		td_raise(s, TD_zlib_error, "Error %d %s: %.200s", err, doing, why);
	} else {
		td_raise(s, TD_zlib_error, "Error %d %s", err, doing);
	}
	return false;
}

static void *allocate(void *opaque, unsigned count, unsigned size) {
	(void)opaque;
	size_t bytes;
	return __builtin_mul_overflow((size_t)count, (size_t)size, &bytes) ? NULL : td__malloc(bytes);
}

static void release(void *opaque, void *memory) {
	(void)opaque;
	td__free(memory);
}

void td__zlib_prepare(z_stream *z) {
	memset(z, 0, sizeof *z);
	z->zalloc = allocate;
	z->zfree = release;
}

int td__zlib_deflate_begin(z_stream *z, int level, int wbits, int mem_level, int strategy) {
	td__zlib_prepare(z);
	return td__zlib.deflate_init2(z, level, Z_DEFLATED, wbits, mem_level, strategy, ZLIB_VERSION, (int)sizeof *z);
}

int td__zlib_inflate_begin(z_stream *z, int wbits) {
	td__zlib_prepare(z);
	return td__zlib.inflate_init2(z, wbits, ZLIB_VERSION, (int)sizeof *z);
}
