/* Extended attributes, as Linux has them. Another program may change one between the look at its size and the reading: the
 * size is asked again until both agree. */
#include <sys/xattr.h>
#include <tend/stat.h>

#include "core/sys.h"

typedef struct source {
	const char *path, *attribute; /* without an attribute it is the list of their names */
	bool nofollow;
} source;

static ssize_t fetch(const source *from, char *into, size_t size) {
	if (!from->attribute)
		return from->nofollow ? td__sys_llistxattr(from->path, into, size) : td__sys_listxattr(from->path, into, size);
	return from->nofollow ? td__sys_lgetxattr(from->path, from->attribute, into, size)
	                      : td__sys_getxattr(from->path, from->attribute, into, size);
}

/* Its bytes in s, with a NUL behind; NULL data when it raised. */
static td_bytes fetch_all(td_scope *s, const source *from) {
	for (size_t room = 256;;) {
		char *data = td__alloc_raw(s, room + 1);
		if (!data) break;
		ssize_t len = fetch(from, data, room);
		if (len >= 0) {
			data[len] = '\0';
			return (td_bytes){data, (size_t)len};
		}
		int err_no = errno;
		ssize_t needed = err_no == ERANGE ? fetch(from, NULL, 0) : -1;
		if (needed < 0) {
			td__os_error(s, err_no == ERANGE ? errno : err_no, from->path);
			break;
		}
		room = (size_t)needed > room ? (size_t)needed : room * 2;
	}
	return (td_bytes){NULL, 0};
}

td_bytes(td_os_getxattr)(td_scope *s, const char *path, const char *attribute, const td_os_nofollow_opts *opts) {
	const td_bytes none = {td_no_text, 0};
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__need_text(s, "attribute", attribute) ||
	    !td__may_block(s))
		return none;
	td_os_nofollow_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes value = fetch_all(s, &(source){path, attribute, o.nofollow});
	return value.data ? value : none;
}

td_strs(td_os_listxattr)(td_scope *s, const char *path, const td_os_nofollow_opts *opts) {
	static const char *const no_items[1] = {NULL};
	const td_strs none = {no_items, 0};
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__may_block(s)) return none;
	td_os_nofollow_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_bytes names = fetch_all(s, &(source){path, NULL, o.nofollow});
	size_t count = 0;
	for (size_t i = 0; i < names.len; i++) count += names.data[i] == '\0';
	const char **items = names.data ? td_alloc_array(s, count + 1, sizeof *items) : NULL;
	if (!items) return none;
	const char *name = names.data;
	for (size_t i = 0; i < count; i++, name += strlen(name) + 1) items[i] = name;
	return (td_strs){items, count};
}

bool(td_os_setxattr)(td_scope *s, const char *path, const char *attribute, td_bytes value,
                     const td_os_setxattr_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__need_text(s, "attribute", attribute) ||
	    !td__need_text(s, "value", value.data) || !td__may_block(s))
		return false;
	td_os_setxattr_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int flags = (o.create ? XATTR_CREATE : 0) | (o.replace ? XATTR_REPLACE : 0);
	int result = o.nofollow ? td__sys_lsetxattr(path, attribute, value.data, value.len, flags)
	                        : td__sys_setxattr(path, attribute, value.data, value.len, flags);
	return result == 0 || td__os_error(s, errno, path);
}

bool(td_os_removexattr)(td_scope *s, const char *path, const char *attribute, const td_os_nofollow_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path) || !td__need_text(s, "attribute", attribute) ||
	    !td__may_block(s))
		return false;
	td_os_nofollow_opts o;
	td__opts_copy(&o, sizeof o, opts);
	int result = o.nofollow ? td__sys_lremovexattr(path, attribute) : td__sys_removexattr(path, attribute);
	return result == 0 || td__os_error(s, errno, path);
}
