/* tree.c: the files that were named, and those below a directory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <tend/array.h>
#include <tend/path.h>
#include <tend/walk.h>

#include "hash.h"

typedef struct trouble {
	const char *name;
	int err_no;
} trouble;

struct hash_tree {
	td_scope *scope;
	td_strs paths;
	size_t at;
	bool recursive;
	td_walk *walk; /* of the directory that one is in, or NULL */
	size_t file;   /* of that step, the next */
	td_array *troubles;
	size_t told;
};

hash_tree *hash_tree_new(td_scope *s, td_strs paths, bool recursive) {
	hash_tree *tree = td_alloc(s, sizeof *tree);
	if (!tree) return NULL;
	tree->scope = s;
	tree->paths = paths;
	tree->recursive = recursive;
	tree->troubles = td_array_new(s, sizeof(trouble));
	return tree;
}

static void unreadable(td_scope *s, const td_error *e, void *arg) {
	hash_tree *tree = arg;
	trouble t = {td_strdup(tree->scope, e->filename), e->err_no};
	td_array_append(s, tree->troubles, &t);
}

/* Regular files only: what else lies in a tree has no content, or one without an end. */
static bool is_file(td_scope *s, hash_tree *tree, size_t i) {
	if (tree->walk->file_types[i] != TD_TYPE_UNKNOWN) return tree->walk->file_types[i] == TD_TYPE_REG;
	TD_SCOPE(attempt, s);
	unsigned mode = td_walk_stat(attempt, tree->walk, tree->walk->files.items[i], .nofollow = true)->mode;
	return !td_catch(attempt, TD_OSError) && td_stat_isreg(mode);
}

static void fill_in(td_scope *s, hash_tree *tree, const char *name, hash_item *item) {
	size_t len = strlen(tree->walk->path);
	bool slash = len && tree->walk->path[len - 1] == '/';
	item->name = td_format(s, "%s%s%s", tree->walk->path, slash ? "" : "/", name);
	if (td_failed(s) || strlen(item->name) < PATH_MAX) return;
	item->fd = openat(tree->walk->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (item->fd < 0) item->err_no = errno;
}

static bool next_below(td_scope *s, hash_tree *tree, hash_item *item) {
	for (;;) {
		while (tree->file < tree->walk->files.len) {
			size_t i = tree->file++;
			if (!is_file(s, tree, i)) continue;
			fill_in(s, tree, tree->walk->files.items[i], item);
			return true;
		}
		if (!td_walk_next(tree->scope, tree->walk)) break;
		td_walk_sort(tree->walk);
		tree->file = 0;
		if (tree->told < td_array_len(tree->troubles)) return false;
	}
	tree->walk = NULL;
	return false;
}

bool hash_tree_next(td_scope *s, hash_tree *tree, hash_item *item) {
	while (!td_failed(s) && !td_failed(tree->scope)) {
		if (tree->told < td_array_len(tree->troubles)) {
			const trouble *t = td_array_at(tree->troubles, tree->told++);
			item->name = t->name;
			item->err_no = t->err_no;
			return true;
		}
		if (tree->walk && next_below(s, tree, item)) return true;
		if (tree->walk || tree->told < td_array_len(tree->troubles)) continue;
		if (tree->at >= tree->paths.len) return false;
		const char *path = tree->paths.items[tree->at++];
		if (tree->recursive && strcmp(path, "-") != 0 && td_path_isdir(s, path)) {
			tree->walk = td_os_walk(tree->scope, path, .onerror = unreadable, .onerror_arg = tree);
			tree->file = 0;
			continue;
		}
		item->name = path;
		return true;
	}
	return false;
}

int64_t hash_bytes(td_scope *s, td_strs paths) {
	int64_t sum = 0;
	for (size_t i = 0; i < paths.len; i++) {
		TD_SCOPE(attempt, s);
		const td_stat *st = td_os_stat(attempt, paths.items[i]);
		if (td_catch(attempt, TD_OSError) || !td_stat_isreg(st->mode)) return -1;
		sum += st->size;
	}
	return sum;
}
