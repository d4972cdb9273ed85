/* tend/base.h: what every header of libtend stands on: visibility, attributes, and options written by name.
 *
 * Options. A function with options takes a pointer to a struct last; a macro of its name builds that struct from what
 * the caller writes, so that a call reads like Python's keyword arguments:
 *
 *     td_os_makedirs(s, "/opt/app", .exist_ok = true);
 *     (td_os_makedirs)(s, "/opt/app", &o);                  // the function itself, with options made elsewhere
 *
 * Zero is always Python's default. Options are named, never positional (a compile error otherwise). In C++20 they are
 * given in the order of the struct, as the language demands. */
#ifndef TEND_BASE_H
#define TEND_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#pragma GCC system_header
#ifdef __clang__ /* td_list(s), TD_SCOPE(a, s): nothing after the last named argument is what we mean */
#pragma clang diagnostic ignored "-Wgnu-zero-variadic-macro-arguments"
#endif

#ifdef __cplusplus
#define TD__BEGIN extern "C" {
#define TD__END }
#else
#define TD__BEGIN
#define TD__END
#endif

#define TD_API __attribute__((visibility("default")))
#define TD__PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define TD__CLEANUP(fn) __attribute__((cleanup(fn)))
#define TD__UNUSED __attribute__((unused))

/* A positional argument would land on the member that follows the head: one that no compiler fills without a name. In C it
 * has no elements, in C++ no constructor that takes anything; the int beside it keeps the layout the same. */
#ifdef __cplusplus
class td__named {
	int nothing = 0;

  public:
	constexpr td__named() {}
};
#define TD__OPTS_GUARD(name) td__named name
#else
#define TD__OPTS_GUARD(name)                                                                                           \
	struct {                                                                                                           \
		int nothing;                                                                                                   \
	} name[0];                                                                                                         \
	int name##_space
#endif

/* The first members of every options struct: its size (fields are only ever appended, and the callee reads no further
 * than this), and where in the caller's source the call stands. */
#define TD__OPTS_HEAD                                                                                                  \
	size_t td__size;                                                                                                   \
	const char *td__file;                                                                                              \
	unsigned td__line;                                                                                                 \
	TD__OPTS_GUARD(td__options_are_named)

#ifdef TD__BUILDING /* inside libtend a nested call must not take the place of the user's own line */
#define TD__FILE NULL
#define TD__LINE 0
#else
#define TD__FILE __FILE__
#define TD__LINE __LINE__
#endif

#ifdef __cplusplus
template <class T> inline const T *td__opts(const T &&o) {
	return &o;
}
#define TD__OPTS(type, ...)                                                                                            \
	(td__opts<type>(type{.td__size = sizeof(type), .td__file = TD__FILE, .td__line = TD__LINE, __VA_ARGS__}))
#else
#define TD__OPTS(type, ...)                                                                                            \
	(&(const type){.td__size = sizeof(type), .td__file = TD__FILE, .td__line = TD__LINE, __VA_ARGS__})
#endif

/* An option that may be 0 and whose default is something else: TD_INT(0), TD_FLOAT(0.0). Left out it is absent. */
typedef struct td_opt_int {
	bool given;
	int64_t value;
} td_opt_int;
typedef struct td_opt_float {
	bool given;
	double value;
} td_opt_float;
#ifdef __cplusplus
#define TD_INT(v) (td_opt_int{true, (v)})
#define TD_FLOAT(v) (td_opt_float{true, (v)})
#else
#define TD_INT(v) ((td_opt_int){true, (v)})
#define TD_FLOAT(v) ((td_opt_float){true, (v)})
#endif

/* A timeout of zero in Python's sense: now, or not at all. (A plain 0 is "no timeout of its own".) */
#define TD_NOW (-1.0)

typedef struct td_scope td_scope;
typedef struct td_kind td_kind;
typedef struct td_error td_error;
typedef struct td_value td_value;
typedef struct td_file td_file;

/* Bytes: data[len] is always NUL, so that text can be handed on as it is. Never NULL. */
typedef struct td_bytes {
	const char *data;
	size_t len;
} td_bytes;

/* A text as bytes, without its NUL. NULL and td_no_text stay what they are, to be refused by whoever is given them. */
static inline td_bytes td_bytes_of(const char *text) {
	td_bytes b;
	b.data = text;
	b.len = text ? __builtin_strlen(text) : 0;
	return b;
}

/* A list of texts: items[len] is NULL. Never NULL itself. */
typedef struct td_strs {
	const char *const *items;
	size_t len;
} td_strs;

/* Long work tells how far it is: done of total, in the work's own unit; total is -1 when it is not known. Called in the
 * thread that works, now and then; it must not use the work's scope. */
typedef void (*td_progress_fn)(void *arg, int64_t done, int64_t total);

/* What a text function returns when its scope has failed: the empty text at this one address. Handed to a call on a
 * healthy scope it raises TypeError, so that a failed path never becomes a relative one. */
TD__BEGIN
TD_API extern const char td_no_text[];
TD__END

/* The head of a scope, in the open so that a call can leave its file and line there for the price of two stores. */
struct td__scope_head {
	const char *at_file;
	unsigned at_line;
	bool failed;
};
static inline td_scope *td__here(td_scope *s, const char *file, unsigned line) {
	struct td__scope_head *h = (struct td__scope_head *)(void *)s;
	if (file && s) {
		h->at_file = file;
		h->at_line = line;
	}
	return s;
}
/* TD_HERE(s): s, having noted this source line as the user's call. */
#define TD_HERE(s) td__here((s), TD__FILE, TD__LINE)

#endif
