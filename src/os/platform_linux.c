/* platform_linux.c: what uname(2), the C library and os-release say, with Python's clean-up rules. */
#include <elf.h>
#include <sys/utsname.h>
#include <tend/platform.h>
#include <tend/text.h>

#include "core/internal.h"
#include "core/sys.h"

static const td_platform_uname_result no_uname = {"", "", "", "", "", ""};
static const td_platform_architecture_result no_architecture = {"", ""};
static const td_platform_libc_result no_libc = {"", ""};

/* "unknown" is no information. */
static const char *known(td_scope *s, const char *text) {
	return strcmp(text, "unknown") == 0 ? "" : td_strdup(s, text);
}

const td_platform_uname_result *td_platform_uname(td_scope *s) {
	if (!td__enter(s)) return &no_uname;
	struct utsname u;
	if (uname(&u) < 0) {
		td__os_error(s, errno, NULL);
		return &no_uname;
	}
	td_platform_uname_result *r = td_alloc(s, sizeof *r);
	if (!r) return &no_uname;
	r->system = known(s, u.sysname);
	r->node = known(s, u.nodename);
	r->release = known(s, u.release);
	r->version = known(s, u.version);
	r->machine = known(s, u.machine);
	r->processor = "";
	return td_failed(s) ? &no_uname : r;
}

const char *td_platform_system(td_scope *s) {
	const char *text = td_platform_uname(s)->system;
	return td_failed(s) ? td_no_text : text;
}
const char *td_platform_node(td_scope *s) {
	const char *text = td_platform_uname(s)->node;
	return td_failed(s) ? td_no_text : text;
}
const char *td_platform_release(td_scope *s) {
	const char *text = td_platform_uname(s)->release;
	return td_failed(s) ? td_no_text : text;
}
const char *td_platform_version(td_scope *s) {
	const char *text = td_platform_uname(s)->version;
	return td_failed(s) ? td_no_text : text;
}
const char *td_platform_machine(td_scope *s) {
	const char *text = td_platform_uname(s)->machine;
	return td_failed(s) ? td_no_text : text;
}
const char *td_platform_processor(td_scope *s) {
	const char *text = td_platform_uname(s)->processor;
	return td_failed(s) ? td_no_text : text;
}

const char *td_platform_python_version(void) {
	return "3.11";
}

/* Removes every occurrence of what from text, in place. */
static void cut(char *text, const char *what) {
	size_t n = strlen(what);
	for (char *p = text; (p = strstr(p, what));) memmove(p, p + n, strlen(p + n) + 1);
}

const char *(td_platform_platform)(td_scope *s, const td_platform_platform_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	TD_SCOPE(tmp, s);
	const td_platform_uname_result *u = td_platform_uname(tmp);
	const td_platform_libc_result *libc = td_platform_libc_ver(tmp);
	const char *parts[] = {u->system, u->release, u->machine, "with", td_format(tmp, "%s%s", libc->lib, libc->version)};
	size_t n = 0, room = 1;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) room += strlen(parts[i]) + 1;
	char *out = td_alloc(s, room);
	if (!out) return td_no_text;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const char *part = td_str_strip(tmp, parts[i]);
		size_t len = strlen(part);
		if (!*parts[i]) continue;
		if (n) out[n++] = '-';
		memcpy(out + n, part, len);
		n += len;
	}
	out[n] = '\0';
	for (char *p = out; *p; p++) {
		if (*p == ' ')
			*p = '_';
		else if (strchr("/\\:;\"()", *p))
			*p = '-';
	}
	cut(out, "unknown");
	for (char *p = out; (p = strstr(p, "--"));) memmove(p, p + 1, strlen(p));
	n = strlen(out);
	while (n && out[n - 1] == '-') out[--n] = '\0';
	return td_failed(tmp) ? td_no_text : out;
}

const td_platform_libc_result *td_platform_libc_ver(td_scope *s) {
	if (!td__enter(s)) return &no_libc;
	td_platform_libc_result *r = td_alloc(s, sizeof *r);
	if (!r) return &no_libc;
	*r = (td_platform_libc_result){"libc", ""};
#ifdef _CS_GNU_LIBC_VERSION
	char text[64];
	size_t n = confstr(_CS_GNU_LIBC_VERSION, text, sizeof text);
	char *blank = n > 0 && n <= sizeof text ? strchr(text, ' ') : NULL;
	if (blank) {
		r->lib = td_strndup(s, text, (size_t)(blank - text));
		r->version = td_str_strip(s, blank);
	}
#endif
	return td_failed(s) ? &no_libc : r;
}

const td_platform_architecture_result *td_platform_architecture(td_scope *s) {
	if (!td__enter(s)) return &no_architecture;
	td_platform_architecture_result *r = td_alloc(s, sizeof *r);
	if (!r) return &no_architecture;
	*r = (td_platform_architecture_result){sizeof(void *) == 8 ? "64bit" : "32bit", ""};
	unsigned char head[EI_NIDENT];
	int fd = td__sys_open("/proc/self/exe", O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) return r; /* without /proc the size of a pointer is all there is to know */
	ssize_t n = td__sys_read(fd, head, sizeof head);
	td__sys_close(fd);
	if (n < (ssize_t)sizeof head || memcmp(head, ELFMAG, SELFMAG) != 0) return r;
	r->bits = head[EI_CLASS] == ELFCLASS64 ? "64bit" : "32bit";
	r->linkage = "ELF";
	return r;
}

/* --- os-release --- */

enum { MOST = 1 << 20 };

/* The file's text in s; NULL with errno set. */
static char *read_text(td_scope *s, const char *path) {
	int fd = td__sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) return NULL;
	void *data = NULL;
	size_t room = 0, len = 0;
	ssize_t n = 1;
	while (n > 0 && len < MOST) {
		if (!td__grow(s, &data, &room, len + 4096, 1)) {
			errno = ENOMEM;
			n = -1;
			break;
		}
		do n = td__sys_read(fd, (char *)data + len, room - len - 1);
		while (n < 0 && errno == EINTR);
		if (n > 0) len += (size_t)n;
	}
	int err_no = errno;
	td__sys_close(fd);
	errno = err_no;
	if (n < 0) return NULL;
	((char *)data)[len] = '\0';
	return data;
}

/* A backslash before \ $ " ' ` is taken off, in place. */
static void unescape(char *text) {
	char *out = text;
	for (const char *in = text; *in; in++) {
		if (*in == '\\' && in[1] && strchr("\\$\"'`", in[1])) in++;
		*out++ = *in;
	}
	*out = '\0';
}

static bool add_line(td_scope *s, td_value *info, char *line) {
	size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	if (n == 0 || line[n] != '=') return true;
	char *value = line + n + 1;
	size_t len = strlen(value);
	line[n] = '\0';
	if (len >= 2 && (*value == '"' || *value == '\'') && value[len - 1] == *value) {
		value[len - 1] = '\0';
		value++;
	}
	unescape(value);
	TD_SCOPE(tmp, s);
	return td_value_set(s, info, line, td_value_new_str(tmp, value));
}

const td_value *(td_platform_freedesktop_os_release)(td_scope *s, const td_platform_freedesktop_os_release_opts *opts) {
	td_platform_freedesktop_os_release_opts o;
	if (!td__enter_opts(s, opts)) return NULL;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__may_block(s)) return NULL;
	TD_SCOPE(tmp, s);
	char *text = read_text(tmp, o.path ? o.path : "/etc/os-release");
	if (!text && !o.path && !td_failed(tmp)) text = read_text(tmp, "/usr/lib/os-release");
	if (!text) {
		if (td_failed(tmp)) return NULL;
		int err_no = errno;
		if (o.path) {
			td__os_error(s, err_no, o.path);
			return NULL;
		}
		td_error *e = td__error_new(s, td__kind_of_errno(err_no),
		                            "[Errno %d] Unable to read files /etc/os-release, "
		                            "/usr/lib/os-release",
		                            err_no);
		if (e) {
			e->err_no = err_no;
			td__error_throw(s, e);
		}
		return NULL;
	}
	td_value *info = td_dict(s, "NAME", "Linux", "ID", "linux", "PRETTY_NAME", "Linux");
	for (char *line = text; info && *line;) {
		size_t n = strcspn(line, "\r\n");
		char *next = line + n + (line[n] == '\r' && line[n + 1] == '\n') + (line[n] != '\0');
		line[n] = '\0';
		if (!add_line(s, info, line)) return NULL;
		line = next;
	}
	return info;
}
