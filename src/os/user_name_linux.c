/* src/os/user_name_linux.c: the name of a user's number, for lists of processes. Where the system looks into /etc/passwd
 * first, as nearly all do, the file is read here: libc finds the same name there, with five times the system calls and
 * 300 KB of its code that a list needs for nothing else. Whatever is not plain is left to libc. */
#include "os/process_internal.h"
#include <fcntl.h>
#include <pwd.h>
#include <tend/text.h>

static const char *blanks(const char *p) {
	return p + strspn(p, " \t");
}

/* Whether nsswitch.conf names the files first for users, with no rule of its own for what is found there. Of several
 * lines libc takes the last. */
static bool files_first(const char *nsswitch) {
	bool first = false;
	for (const char *line = nsswitch; line && *line; line = td__next_line(line)) {
		const char *p = blanks(line);
		if (strncmp(p, "passwd", 6) != 0) continue;
		if (p[6] != ':') return false;
		p = blanks(p + 7);
		first = strncmp(p, "files", 5) == 0 && strchr(" \t\n#", p[5]) && *blanks(p + 5) != '[';
	}
	return first;
}

/* Digits up to the colon; *p behind it. */
static bool number_field(const char **p, int64_t *out) {
	const char *digits = *p;
	size_t n = strspn(digits, "0123456789");
	if (!n || n > 10 || digits[n] != ':') return false;
	*out = (int64_t)td__scan_u64(p);
	++*p;
	return true;
}

bool td__user_in_files(const char *nsswitch, const char *passwd, int64_t uid, td_bytes *name) {
	if (!files_first(nsswitch)) return false;
	for (const char *line = passwd; line && *line; line = td__next_line(line)) {
		const char *p = line;
		if (*p == '#' || *p == '\n') continue;
		size_t len = strcspn(p, ":\n");
		if (!len || p[len] != ':' || strchr("+- \t", *p)) return false;
		p += len + 1;
		p += strcspn(p, ":\n");
		int64_t user, group;
		if (*p++ != ':' || !number_field(&p, &user) || !number_field(&p, &group)) return false;
		if (user != uid) continue;
		*name = (td_bytes){line, len};
		return true;
	}
	return false;
}

const char *td__user_name(td_scope *s, int64_t uid) {
	if (uid < 0) return td_strdup(s, "");
	TD_SCOPE(scratch, s);
	td_bytes nsswitch, passwd, name;
	if (td__file_read(scratch, AT_FDCWD, "/etc/nsswitch.conf", true, &nsswitch) &&
	    td__file_read(scratch, AT_FDCWD, "/etc/passwd", true, &passwd) &&
	    td__user_in_files(nsswitch.data, passwd.data, uid, &name))
		return td_strndup(s, name.data, name.len);
	struct passwd entry, *found = NULL;
	for (size_t size = 1024; size <= 1 << 20; size *= 4) {
		char *buffer = td_alloc(scratch, size);
		if (!buffer) return td_no_text;
		if (getpwuid_r((uid_t)uid, &entry, buffer, size, &found) != ERANGE) break;
	}
	return found ? td_strdup(s, found->pw_name) : td_format(s, "%lld", (long long)uid);
}
