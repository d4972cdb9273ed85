/* tar_filter.c: what may be extracted, as Python's filters say it. They look at names; that nothing is written outside
 * whatever the names say, and whoever moves links about meanwhile, is extract_linux.c's. */
#include <tend/os.h>
#include <tend/path.h>
#include <tend/text.h>

#include "archive/tar_private.h"
#include "core/sys.h"

enum { LINKS_MOST = 40 };

/* Follows every link that is there, one component after the other; what is missing, or cannot be looked at, stays as it
 * is named. */
const char *td__tar_realpath(td_scope *s, const char *path) {
	TD_SCOPE(tmp, s);
	const char *done = "/", *rest = *path == '/' ? path : td_format(tmp, "%s/%s", td_os_getcwd(tmp), path);
	for (int links = 0; *rest && !td_failed(tmp);) {
		while (*rest == '/') rest++;
		size_t len = strcspn(rest, "/");
		const char *part = td_strndup(tmp, rest, len);
		rest += len;
		if (!*part || strcmp(part, ".") == 0) continue;
		if (strcmp(part, "..") == 0) {
			done = td_path_dirname(tmp, done);
			continue;
		}
		const char *here = td_format(tmp, "%s%s%s", done, strcmp(done, "/") == 0 ? "" : "/", part);
		char target[4096];
		ssize_t n = links < LINKS_MOST ? readlink(here, target, sizeof target - 1) : -1;
		if (n < 0) {
			done = here;
			continue;
		}
		links++;
		target[n] = '\0';
		rest = td_format(tmp, "%s/%s", target, rest);
		if (*target == '/') done = "/";
	}
	return td_failed(tmp) ? td_no_text : td_strdup(s, done);
}

static bool is_within(const char *path, const char *dir) {
	size_t len = strlen(dir);
	if (strcmp(dir, "/") == 0) return true;
	return strncmp(path, dir, len) == 0 && (path[len] == '/' || !path[len]);
}

static const td_tarinfo *refuse(td_scope *s, const td_kind *kind, const td_tarinfo *m, const char *how,
                                const char *where) {
	TD_SCOPE(tmp, s);
	const char *name = td_str_repr(tmp, m->name);
	if (where)
		td_raise(s, kind, "%s would %s %s, which is outside the destination", name, how, td_str_repr(tmp, where));
	else
		td_raise(s, kind, "%s is %s", name, how);
	return NULL;
}

static bool is_link(const td_tarinfo *m) {
	return td_tarinfo_islnk(m) || td_tarinfo_issym(m);
}

void td__tar_limit_mode(td_tarinfo *c, bool data) {
	c->mode &= 0755;
	if (!data) return;
	if (td_tarinfo_isreg(c) || td_tarinfo_islnk(c)) {
		if (!(c->mode & 0100)) c->mode &= ~0111u;
		c->mode |= 0600;
	} else {
		c->no_mode = true;
	}
}

/* A link's target must stay inside too. */
static const td_tarinfo *check_link(td_scope *s, td_tarinfo *c, const td_tarinfo *m, const char *dest) {
	if (td_path_isabs(c->linkname)) return refuse(s, TD_AbsoluteLinkError, m, "a link to an absolute path", NULL);
	const char *dir = td_tarinfo_issym(c) ? td_path_dirname(s, c->name) : "";
	const char *target = td_format(s, "%s/%s%s%s", dest, dir, *dir ? "/" : "", c->linkname);
	target = td__tar_realpath(s, target);
	if (td_failed(s)) return NULL;
	if (!is_within(target, dest)) return refuse(s, TD_LinkOutsideDestinationError, m, "link to", target);
	c->linkname = td_path_normpath(s, c->linkname);
	return c;
}

static const td_tarinfo *filter(td_scope *s, const td_tarinfo *m, const char *path, bool data) {
	if (!td__enter(s) || !td__need_handle(s, "m", m) || !td__need_text(s, "path", path)) return NULL;
	td_tarinfo *c = td__alloc_raw(s, sizeof *c);
	if (!c) return NULL;
	*c = *m;
	while (*c->name == '/') c->name++;
	const char *dest = td__tar_realpath(s, path);
	const char *target = td__tar_realpath(s, td_format(s, "%s/%s", dest, c->name));
	if (td_failed(s)) return NULL;
	if (!is_within(target, dest)) return refuse(s, TD_OutsideDestinationError, m, "be extracted to", target);
	if (data && !td_tarinfo_isreg(m) && !td_tarinfo_isdir(m) && !is_link(m))
		return refuse(s, TD_tarfile_SpecialFileError, m, "a special file", NULL);
	td__tar_limit_mode(c, data);
	if (!data) return c;
	c->no_owner = true;
	return is_link(m) ? check_link(s, c, m, dest) : c;
}

const td_tarinfo *(td_tarfile_data_filter)(td_scope *s, const td_tarinfo *m, const char *path) {
	return filter(s, m, path, true);
}

const td_tarinfo *(td_tarfile_tar_filter)(td_scope *s, const td_tarinfo *m, const char *path) {
	return filter(s, m, path, false);
}

const td_tarinfo *(td_tarfile_fully_trusted_filter)(td_scope *s, const td_tarinfo *m, const char *path) {
	return td__enter(s) && td__need_handle(s, "m", m) && td__need_text(s, "path", path) ? m : NULL;
}

td__tar_filter td__tar_filter_named(td_scope *s, const char *name) {
	if (!name || strcmp(name, "data") == 0) return td_tarfile_data_filter;
	if (strcmp(name, "tar") == 0) return td_tarfile_tar_filter;
	if (strcmp(name, "fully_trusted") == 0) return td_tarfile_fully_trusted_filter;
	TD_SCOPE(tmp, s);
	td_raise(s, TD_ValueError, "filter %s not found", td_str_repr(tmp, name));
	return NULL;
}
