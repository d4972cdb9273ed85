/* R60: hashes many files by a pool of processes. */
#include <tend.h>

static const td_value *digest(td_scope *t, const td_value *path) {
	return td_v(t, td_hash_hexdigest(t, td_hashlib_file_digest(t, td_value_str(path, ""), "sha256")));
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_value *paths = td_value_new_list(s);
	for (int i = 0; i < 200; i++) {
		const char *path = td_format(s, "file%03d.txt", i);
		td_path_write_text(s, path, td_format(s, "content of %d\n", i));
		td_value_append(s, paths, td_v(s, path));
	}
	td_pool *pool = td_pool_new(s, .processes = 4);
	const td_value *sums = td_pool_map(s, pool, digest, paths);
	for (size_t i = 0; i < td_value_len(sums); i++) {
		td_print(s, "%s  %s", td_value_str(td_value_at(sums, i), ""), td_value_str(td_value_at(paths, i), ""));
	}
}
