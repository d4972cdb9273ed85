/* tend/platform.h: which system, release and machine this is.
 *
 *     #include <tend.h>
 *
 *     static void where_am_i(td_scope *s) {
 *         printf("%s %s on %s\n", td_platform_system(s), td_platform_release(s), td_platform_machine(s));
 *         const td_value *os = td_platform_freedesktop_os_release(s);
 *         puts(td_value_str(td_get(os, "PRETTY_NAME"), "Linux"));
 *     }
 *
 * Nothing here blocks but the reading of two small files, and nothing is kept: a host name that changes is seen. Results
 * live in s; the texts of a result are "" where nothing is known, as in Python. */
#ifndef TEND_PLATFORM_H
#define TEND_PLATFORM_H

#pragma GCC system_header

#include <tend/value.h>

TD__BEGIN

typedef struct td_platform_uname_result {
	const char *system;    /* "Linux" */
	const char *node;      /* the machine's name on the network */
	const char *release;   /* "6.1.0-18-amd64" */
	const char *version;   /* "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)" */
	const char *machine;   /* "x86_64" */
	const char *processor; /* "": where Python asks `uname -p`, Debian's answer is "unknown" */
} td_platform_uname_result;

/* All of them. Python: platform.uname. */
TD_API const td_platform_uname_result *td_platform_uname(td_scope *s);

/* One of them. Python: platform.system, node, release, version, machine, processor. */
TD_API const char *td_platform_system(td_scope *s);
TD_API const char *td_platform_node(td_scope *s);
TD_API const char *td_platform_release(td_scope *s);
TD_API const char *td_platform_version(td_scope *s);
TD_API const char *td_platform_machine(td_scope *s);
TD_API const char *td_platform_processor(td_scope *s);

typedef struct td_platform_platform_opts {
	TD__OPTS_HEAD;
	bool aliased; /* other names for some systems; Linux has none */
	bool terse;   /* of no effect on Linux, as in Python */
} td_platform_platform_opts;
/* All in one word: "Linux-6.1.0-18-amd64-x86_64-with-glibc2.36". Python: platform.platform. */
TD_API const char *td_platform_platform(td_scope *s, const td_platform_platform_opts *opts);
#define td_platform_platform(...) TD__PLATFORM(__VA_ARGS__, )
#define TD__PLATFORM(s, ...) (td_platform_platform)(TD_HERE(s), TD__OPTS(td_platform_platform_opts, __VA_ARGS__))

typedef struct td_platform_architecture_result {
	const char *bits;    /* "64bit" */
	const char *linkage; /* "ELF" */
} td_platform_architecture_result;
/* What the running program is built for. Python: platform.architecture, which asks file(1). */
TD_API const td_platform_architecture_result *td_platform_architecture(td_scope *s);

typedef struct td_platform_libc_result {
	const char *lib;     /* "glibc"; "libc" for another */
	const char *version; /* "2.36", or "" */
} td_platform_libc_result;
/* The C library in use. Python: platform.libc_ver. */
TD_API const td_platform_libc_result *td_platform_libc_ver(td_scope *s);

/* The CPython whose behaviour libtend follows: "3.11". Python: platform.python_version. */
TD_API const char *td_platform_python_version(void);

typedef struct td_platform_freedesktop_os_release_opts {
	TD__OPTS_HEAD;
	const char *path; /* of another file, such as an image's; NULL: /etc/os-release, then /usr/lib/os-release */
} td_platform_freedesktop_os_release_opts;
/* The distribution: a dict of texts with at least NAME, ID and PRETTY_NAME. Raises OSError or a descendant when no file
 * can be read. Python: platform.freedesktop_os_release. */
TD_API const td_value *td_platform_freedesktop_os_release(td_scope *s,
                                                          const td_platform_freedesktop_os_release_opts *opts);
#define td_platform_freedesktop_os_release(...) TD__OS_RELEASE(__VA_ARGS__, )
#define TD__OS_RELEASE(s, ...)                                                                                         \
	(td_platform_freedesktop_os_release)(TD_HERE(s), TD__OPTS(td_platform_freedesktop_os_release_opts, __VA_ARGS__))

TD__END
#endif
