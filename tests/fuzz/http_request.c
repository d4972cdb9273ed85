/* The reader of requests: whatever comes in, it comes to the same whole or in pieces, and nothing that the parser lets
 * through holds a bare CR or LF. */
#include "net/http_private.h"

typedef struct verdict {
	int64_t head, body;
	int status;
} verdict;

/* Reads data, which arrives in steps of that many bytes. */
static verdict read_request(const uint8_t *data, size_t size, size_t step, td__http_head *head) {
	verdict v = {0};
	char *buffer = malloc(size + 1);
	memcpy(buffer, data, size);
	td__http_scan scan = {0};
	td__http_chunks chunks = {0};
	for (size_t have = 0; have < size;) {
		have = size - have < step ? size : have + step;
		if (!v.head) {
			v.head = td__http_scan_head(&scan, buffer, have, 200, 2000);
			if (v.head < 0) break;
			if (!v.head) continue;
			v.status = td__http_parse_head(head, buffer + scan.skip, (size_t)v.head - scan.skip, 200);
			if (v.status) break;
		}
		if (!head->chunked) break;
		v.body = td__http_decode_chunks(&chunks, buffer + v.head, have - (size_t)v.head, 1000, 2000);
		if (v.body) break;
	}
	if (v.head > 0 && !v.status) {
		for (size_t i = 0; i < head->count; i++) {
			const td__http_field *f = &head->fields[i];
			if (!td__http_is_token(f->name, f->name_len) || !td__http_value_ok(f->value, f->value_len)) abort();
		}
		if (memchr(head->target, ' ', head->target_len) || (head->has_length && head->chunked)) abort();
		td_scope *s = td_scope_open_root();
		const char *path =
			td__http_decode_path(s, head->target + head->path_at, strcspn(head->target + head->path_at, "? "));
		if (path && (*path != '/' || strstr(path, "/../"))) abort();
		td__http_unquote_plus(s, head->target, head->target_len);
		td_scope_close(s);
	}
	if (v.body > 0) v.body = (int64_t)chunks.out + 1;
	free(buffer);
	return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static td__http_head head;
	if (size > 5000) return 0;
	verdict whole = read_request(data, size, size ? size : 1, &head), pieces = read_request(data, size, 1, &head);
	/* Which of two faults is found first may depend on how much is there; that there is one may not. */
	bool refused = whole.head < 0 || whole.status || whole.body < 0,
		 refused_pieces = pieces.head < 0 || pieces.status || pieces.body < 0;
	if (refused != refused_pieces || (!refused && (whole.head != pieces.head || whole.body != pieces.body))) abort();
	return 0;
}
