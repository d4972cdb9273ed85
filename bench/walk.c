/* bench-walk HOW TREE: goes through a tree once and prints how many entries it has. HOW: ours, ours-stat; limit and
 * limit-stat: what getdents64 and fstatat cost alone. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tend.h>

#include "os/dirs.h"

static long count_ours(td_scope *s, const char *top, bool with_stat) {
	long count = 0;
	for (td_walk *w = td_os_walk(s, top); td_walk_next(s, w);) {
		count += (long)(w->dirs.len + w->files.len);
		for (size_t i = 0; with_stat && i < w->files.len; i++) td_walk_stat(s, w, w->files.items[i], .nofollow = true);
	}
	return count;
}

enum { BUFFER = 65536 };

static long count_bare(int fd, bool with_stat) {
	char *buffer = malloc(BUFFER);
	long count = 0;
	for (ssize_t got; (got = syscall(SYS_getdents64, fd, buffer, BUFFER)) > 0;) {
		for (ssize_t at = 0; at < got;) {
			const td__dirent *e = (const td__dirent *)(const void *)(buffer + at);
			struct stat st;
			at += e->length;
			if (td__is_dots(e->name)) continue;
			count++;
			if (e->type == DT_DIR)
				count += count_bare(openat(fd, e->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), with_stat);
			else if (with_stat)
				fstatat(fd, e->name, &st, AT_SYMLINK_NOFOLLOW);
		}
	}
	free(buffer);
	close(fd);
	return count;
}

int main(int argc, char **argv) {
	if (argc != 3) return 2;
	bool with_stat = strstr(argv[1], "-stat");
	if (strncmp(argv[1], "limit", 5) == 0) {
		printf("%ld\n", count_bare(open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC), with_stat));
		return 0;
	}
	TD_MAIN(s, argc, argv);
	td_print(s, "%ld", count_ours(s, argv[2], with_stat));
	return 0;
}
