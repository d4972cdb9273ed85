/* src/os/cgroup_linux.c: where the hierarchies of control groups are. Version 1 has one for each controller or pair of them,
 * mounted as the machine likes; in a container a mount may begin at the container's own group, which /proc/PID/cgroup names
 * by its path on the host. */
#include "os/cgroup_linux.h"

#include <tend/text.h>

#include "core/sys.h"

bool td__names_have(td_bytes list, char separator, const char *name) {
	size_t len = strlen(name);
	for (const char *p = list.data, *end = p + list.len; p < end;) {
		const char *next = memchr(p, separator, (size_t)(end - p));
		size_t n = (size_t)((next ? next : end) - p);
		if (n == len && memcmp(p, name, len) == 0) return true;
		p += n + 1;
	}
	return false;
}

typedef struct mount {
	td_bytes root, point; /* as they stand there: a blank is \040 */
} mount;

/* "36 35 98:0 ROOT POINT OPTIONS … - TYPE SOURCE OPTIONS" */
static bool mount_of(const char *line, const char *controller, mount *out) {
	size_t len = strcspn(line, "\n");
	const char *p = line, *rest = memmem(line, len, " - ", 3);
	if (!rest) return false;
	for (int i = 0; i < 3; i++) td__scan_word(&p);
	out->root = td__scan_word(&p);
	out->point = td__scan_word(&p);
	rest += 3;
	td_bytes type = td__scan_word(&rest);
	td__scan_word(&rest);
	td_bytes options = td__scan_word(&rest);
	if (!*controller) return td__names_have(type, ' ', "cgroup2");
	return td__names_have(type, ' ', "cgroup") && td__names_have(options, ',', controller);
}

static bool is_octal(const char *p, size_t left) {
	return left > 3 && p[0] == '\\' && p[1] >= '0' && p[1] <= '3' && p[2] >= '0' && p[2] <= '7' && p[3] >= '0' &&
	       p[3] <= '7';
}

static char *plain(td_scope *s, td_bytes text) {
	char *out = td_alloc(s, text.len + 1), *to = out;
	if (!out) return NULL;
	for (size_t i = 0; i < text.len; i++) {
		const char *p = text.data + i;
		if (!is_octal(p, text.len - i)) {
			*to++ = *p;
			continue;
		}
		*to++ = (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
		i += 3;
	}
	return out;
}

static bool exists(const char *path) {
	struct stat st;
	return td__sys_stat(path, &st) == 0;
}

/* Where they are mounted when nothing says where. */
static const char *usual_place(td_scope *s, const char *sysfs, const char *controller, const char *list) {
	const char *names[] = {list && *list ? list : controller, controller};
	for (size_t i = 0; i < 2; i++) {
		const char *place = *controller ? td_format(s, "%s/fs/cgroup/%s", sysfs, names[i])
		                                : td_format(s, "%s/fs/cgroup%s", sysfs, i ? "/unified" : "");
		if (exists(*controller ? place : td_format(s, "%s/cgroup.controllers", place))) return place;
	}
	return NULL;
}

char *td__cgroup_dir(td_scope *scratch, const char *sysfs, const char *mountinfo, const char *controller,
                     const char *list, const char *path, size_t *top) {
	const char *place = NULL, *root = "/";
	for (const char *line = mountinfo; !place && line && *line; line = td__next_line(line)) {
		mount m;
		if (!mount_of(line, controller, &m)) continue;
		root = plain(scratch, m.root);
		place = plain(scratch, m.point);
		if (!root || !place) return NULL;
		if (strncmp(place, "/sys/", 5) == 0) place = td_format(scratch, "%s%s", sysfs, place + 4);
	}
	if (!place) place = usual_place(scratch, sysfs, controller, list);
	if (!place || td_failed(scratch)) return NULL;
	/* What lies outside of the mount is not to be seen: the group that the mount begins at stands for it. */
	size_t above = strcmp(root, "/") == 0 ? 0 : strlen(root);
	bool below = strncmp(path, root, above) == 0 && (path[above] == '/' || !path[above]);
	*top = strlen(place);
	return (char *)(uintptr_t)td_format(scratch, "%s%s", place, below && strcmp(path, "/") != 0 ? path + above : "");
}
