/* Any bytes as gzipped data: in one piece and as a file it comes to the same, in bounded memory; what went in comes out. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 20 };

static void unpack(td_scope *s, td_bytes data) {
	TD_SCOPE(a, s);
	td_bytes whole = td_gzip_decompress(a, data, .max_output = MOST);
	bool bad = td_catch(a) != NULL;
	td_file *f = td_gzip_open(a, "x", "rb", .fileobj = td_file_mem(a, data), .max_output = MOST);
	td_bytes pieces = td_file_read_bytes(a, f);
	if ((td_catch(a) != NULL) != bad) abort();
	if (!bad && (whole.len != pieces.len || memcmp(whole.data, pieces.data, whole.len) != 0)) abort();
	td_zlib_decompress(a, data, .wbits = TD_INT(47), .max_output = MOST);
	td_catch(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *copy = malloc(size + 1);
	if (!copy) return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	td_bytes bytes = {copy, size};
	td_scope *s = td_scope_open_root();
	unpack(s, bytes);
	td_bytes packed = td_gzip_compress(s, bytes, .mtime = TD_INT(size % 3), .compresslevel = TD_INT(size % 10));
	td_bytes back = td_gzip_decompress(s, packed);
	if (td_failed(s) || back.len != size || memcmp(back.data, copy, size) != 0) abort();
	td_scope_close(s);
	free(copy);
	return 0;
}
