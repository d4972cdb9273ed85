/* Any bytes as a zip archive: an answer or an error, in bounded time and memory. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > 1 << 16) return 0;
	char *copy = malloc(size + 1);
	if (!copy) return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	td_scope *s = td_scope_open_root();
	td_file *f = td_file_mem(s, (td_bytes){copy, size});
	td_zipfile *z = td_zipfile_open(s, NULL, "r", .fileobj = f);
	td_zipinfos all = td_zipfile_infolist(s, z);
	for (size_t i = 0; i < all.len && i < 20; i++) {
		TD_SCOPE(one, s);
		if (all.items[i]->file_size < 0 || all.items[i]->compress_size < 0) abort();
		const char *name = all.items[i]->filename;
		td_bytes whole = td_zipfile_read(one, z, name, .max_size = 1 << 20);
		bool sound = !td_catch(one);
		td_file *file = td_zipfile_open_member(one, z, name, "r"); /* in pieces it is the same */
		size_t at = 0;
		for (td_bytes piece; (piece = td_file_read_bytes(one, file, .n = TD_INT(999))).len && at <= 1 << 20;
		     at += piece.len) {
			if (sound && (piece.len > whole.len - at || memcmp(piece.data, whole.data + at, piece.len) != 0)) abort();
		}
		if (sound && (td_failed(one) || at != whole.len)) abort();
		td_catch(one);
	}
	td_scope_close(s);
	free(copy);
	return 0;
}
