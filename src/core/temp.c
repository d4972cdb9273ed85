/* temp.c: the list of temporary files and directories of this process. Whatever ends the program works it off: the scope
 * that made them, exit, or a fatal signal. The last may come at any moment and in any thread, so nodes are never freed,
 * only switched off and used again, and removing uses nothing but async-signal-safe calls. */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/scope_private.h"

struct td__temp {
	td__temp *next;
	size_t room;
	_Atomic unsigned active; /* the generation of fork that made it; 0 is off */
	bool is_dir;
	char path[];
};

static _Atomic(td__temp *) temps;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

td__temp *td__temp_add(const char *path, bool is_dir) {
	size_t need = strlen(path) + 1;
	pthread_mutex_lock(&lock);
	td__temp *t = atomic_load(&temps);
	while (t && (atomic_load(&t->active) || t->room < need)) t = t->next;
	if (!t) {
		size_t room = need < 256 ? 256 : need;
		t = malloc(sizeof *t + room); /* not the user's allocator: it outlives every scope */
		if (t) {
			atomic_init(&t->active, 0);
			t->room = room;
			t->next = atomic_load(&temps);
			atomic_store(&temps, t);
		}
	}
	if (t) {
		memcpy(t->path, path, need);
		t->is_dir = is_dir;
		atomic_store(&t->active, td__generation);
	}
	pthread_mutex_unlock(&lock);
	return t;
}

void td__temp_remove(td__temp *t) {
	if (t) atomic_store(&t->active, 0);
}

enum { DEEPEST = 400, ENTRIES = 2048 };

struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

static bool is_dots(const char *name) {
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Empties the directory fd refers to. Names are taken relative to descriptors that were opened without following links,
 * so a link put in the way is removed and not followed. */
static void empty(int fd, int depth) {
	_Alignas(struct entry) char buffer[ENTRIES];
	for (bool removed = true; removed;) {
		removed = false;
		lseek(fd, 0, SEEK_SET);
		long got;
		while ((got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0) {
			for (long at = 0; at < got;) {
				struct entry *e = (struct entry *)(void *)(buffer + at);
				at += e->length;
				if (is_dots(e->name)) continue;
				if (unlinkat(fd, e->name, 0) == 0) {
					removed = true;
					continue;
				}
				if (depth >= DEEPEST) continue;
				int below = openat(fd, e->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
				if (below < 0) continue;
				empty(below, depth + 1);
				close(below);
				if (unlinkat(fd, e->name, AT_REMOVEDIR) == 0) removed = true;
			}
		}
	}
}

void td__temp_delete(const char *path, bool is_dir) {
	if (!is_dir) {
		unlink(path);
		return;
	}
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		empty(fd, 0);
		close(fd);
	}
	rmdir(path);
}

void td__temp_purge(void) {
	int saved = errno;
	for (td__temp *t = atomic_load(&temps); t; t = t->next) {
		unsigned mine = td__generation;
		if (atomic_compare_exchange_strong(&t->active, &mine, 0)) td__temp_delete(t->path, t->is_dir);
	}
	errno = saved;
}

void (*_Atomic td__fatal_hook)(void);

void td__last_words(void) {
	void (*hook)(void) = atomic_exchange(&td__fatal_hook, NULL);
	if (hook) hook();
	td__temp_purge();
}
