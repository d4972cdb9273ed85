/* Any bytes as a tar archive, whatever it is compressed with: an answer or an error, in bounded time and memory; what was
 * read can be written again, or is refused with an error. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(td_scope *s, td_bytes data, const char *mode, bool ignore_zeros) {
	TD_SCOPE(attempt, s);
	td_tarfile *t = td_tarfile_open(attempt, NULL, mode, .fileobj = td_file_mem(attempt, data),
	                                .ignore_zeros = ignore_zeros, .max_output = 1 << 20);
	for (const td_tarinfo *m; (m = td_tarfile_next(attempt, t));) {
		TD_SCOPE(one, attempt);
		if (m->size < 0 || m->offset_data < m->offset || strlen(m->name) > data.len * 1100 + 512) abort();
		td_bytes whole = td_tarfile_read(one, t, m, 1 << 16);
		bool sound = !td_catch(one);
		td_file *file = td_tarfile_extractfile(one, t, m); /* what can be read so is the same */
		td_bytes again = td_file_read_bytes(one, file, .n = TD_INT(1 << 16));
		bool read = file && !td_catch(one);
		if (sound && read && (again.len != whole.len || memcmp(again.data, whole.data, whole.len) != 0)) abort();
		td_catch(one);
		for (int format = 0; format < 3; format++) {
			td_bytes head = td_tarinfo_tobuf(one, m, (td_tar_format)format);
			if (!td_catch(one) && (head.len % 512 || !head.len)) abort();
		}
		td_tarfile_data_filter(one, m, "/nowhere");
		td_catch(one);
	}
	td_catch(attempt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > 1 << 16) return 0;
	char *copy = malloc(size + 1);
	if (!copy) return 0;
	memcpy(copy, data, size);
	copy[size] = '\0';
	/* The checksum of a header is made right, so that what comes after it is reached. */
	for (size_t at = 0; at + 512 <= size && size >= 512; at += 512) {
		if (memcmp(copy + at + 257, "ustar", 5) != 0) continue;
		unsigned sum = 256;
		for (size_t i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 0 : (unsigned char)copy[at + i];
		for (int i = 5; i >= 0; i--, sum >>= 3) copy[at + 148 + (size_t)i] = (char)('0' + (sum & 7));
		memcpy(copy + at + 154, "\0 ", 2);
	}
	td_bytes bytes = {copy, size};
	td_scope *s = td_scope_open_root();
	read_all(s, bytes, "r", false);
	read_all(s, bytes, "r:", true);
	td_scope_close(s);
	free(copy);
	return 0;
}
