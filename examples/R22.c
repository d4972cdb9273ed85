/* Verifies a large file against a SHA-256 in chunks; a mismatch stops the deployment. */
#include <string.h>
#include <tend.h>

static const char *sha256_of(td_scope *s, const char *path) {
	TD_SCOPE(reading, s);
	td_hash *digest = td_hashlib_sha256(reading);
	td_file *f = td_open(reading, path, "rb");
	TD_LOOP (turn, reading) {
		td_bytes chunk = td_file_read_bytes(turn, f, .n = TD_INT(65536));
		if (!chunk.len) break;
		td_hash_update(turn, digest, chunk);
	}
	return td_keep(s, td_hash_hexdigest(reading, digest));
}

static void verify(td_scope *s, const char *path, const char *expected) {
	const char *found = sha256_of(s, path);
	if (!td_failed(s) && strcmp(found, expected) != 0) {
		fprintf(stderr, "%s: expected %.12s, found %.12s\n", path, expected, found);
		td_print(s, "deployment stopped");
		td_sys_exit(s, 1);
	}
	td_print(s, "%s is whole: %s", path, found);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_file *f = td_open(s, "release.tar", "wb");
	char block[65536];
	for (int i = 0; i < 64; i++) {
		memset(block, i, sizeof block);
		td_file_write_bytes(s, f, (td_bytes){block, sizeof block});
	}
	td_file_close(s, f);

	td_print(s, "%lld bytes", (long long)td_path_getsize(s, "release.tar"));
	verify(s, "release.tar", td_hash_hexdigest(s, td_hashlib_file_digest(s, "release.tar", "sha256")));
	verify(s, "release.tar", "0000000000000000000000000000000000000000000000000000000000000000");
	td_print(s, "never reached");
}
