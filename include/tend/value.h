/* tend/value.h: the one value tree. JSON, YAML, INI, CSV rows, TOML, pickle and configuration all read into it and are
 * written from it.
 *
 * A value is null, bool, int (64 bits; longer ones keep their digits), float, str, bytes, list, or dict in insertion
 * order. Readers take a `const td_value *`, never fail and never crash on a missing one: NULL is read as "nothing
 * there". Setters copy what they are given into the container's scope, so a cycle cannot come about.
 *
 *     #include <tend.h>
 *
 *     static const char *first_server(td_scope *s) {
 *         const td_value *cfg = td_dict(s, "name", "web", "port", 8080, "debug", TD_FALSE,
 *                                       "servers", td_list(s, td_dict(s, "name", "alpha"), td_dict(s, "name", "beta")));
 *         int64_t port = td_value_int(td_get(cfg, "port"), 80);
 *         return port ? td_value_str(td_get(cfg, "servers", "0", "name"), "nobody") : "";
 *     }
 */
#ifndef TEND_VALUE_H
#define TEND_VALUE_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef enum td_type {
	TD_NONE,
	TD_NULL_TYPE,
	TD_BOOL,
	TD_INTEGER,
	TD_FLOAT_TYPE,
	TD_STR,
	TD_BYTES,
	TD_LIST,
	TD_DICT
} td_type;

/* --- reading: none of these fails, and NULL is allowed everywhere --- */

/* The type; TD_NONE for NULL. */
TD_API td_type td_value_type(const td_value *v);
/* Python's name of the type: "NoneType" "bool" "int" "float" "str" "bytes" "list" "dict"; "nothing" for NULL. */
TD_API const char *td_value_type_name(const td_value *v);
TD_API bool td_value_is_null(const td_value *v); /* null, and also nothing there */

/* The value as that type, or the fallback when it is of another type or not there. A float is read from an int too;
 * nothing else is converted. */
TD_API bool td_value_bool(const td_value *v, bool fallback);
TD_API int64_t td_value_int(const td_value *v, int64_t fallback); /* the fallback also for integers past 64 bits */
TD_API double td_value_float(const td_value *v, double fallback);
TD_API const char *td_value_str(const td_value *v, const char *fallback);
TD_API td_bytes td_value_bytes(const td_value *v); /* of a str or bytes, with any NUL inside; else empty */
/* The digits of an int of any length, in decimal; of a short one they are made in s. "" for what is no int. */
TD_API const char *td_value_digits(td_scope *s, const td_value *v);

/* Items of a list, pairs of a dict, bytes of a str or bytes; else 0. Python: len. */
TD_API size_t td_value_len(const td_value *v);
/* The i-th item of a list, or value of a dict; NULL past the end. */
TD_API const td_value *td_value_at(const td_value *v, size_t i);
/* The i-th key of a dict; NULL past the end. Keys are texts in most formats, and any scalar in YAML. */
TD_API const td_value *td_value_key(const td_value *v, size_t i);
/* The value of that text key in a dict, or NULL. Python: d.get(key). */
TD_API const td_value *td_value_get(const td_value *v, const char *key);
TD_API const td_value *td_value_get_bytes(const td_value *v, td_bytes key);

/* td_get(v, "servers", "0", "name"): follows keys into dicts and decimal positions into lists; NULL when a step is not
 * there. */
TD_API const td_value *td__get(const td_value *v, const char *const *path, size_t count);
#ifdef __cplusplus
TD__END
#include <initializer_list>
inline const td_value *td__get_list(const td_value *v, std::initializer_list<const char *> path) {
	return td__get(v, path.begin(), path.size());
}
#define td_get(v, ...) td__get_list((v), {__VA_ARGS__})
TD__BEGIN
#else
#define td_get(v, ...)                                                                                                 \
	td__get((v), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
#endif

/* As td_get, but a step that is not there raises, saying which: KeyError 'name' or IndexError. Python: v[a][b]. */
TD_API const td_value *td__need(td_scope *s, const td_value *v, const char *const *path, size_t count);
#ifdef __cplusplus
TD__END
inline const td_value *td__need_list(td_scope *s, const td_value *v, std::initializer_list<const char *> path) {
	return td__need(s, v, path.begin(), path.size());
}
#define td_need(s, v, ...) td__need_list(TD_HERE(s), (v), {__VA_ARGS__})
TD__BEGIN
#else
#define td_need(s, v, ...)                                                                                             \
	td__need(TD_HERE(s), (v), (const char *const[]){__VA_ARGS__},                                                      \
	         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
#endif

/* Python's ==: 1 == 1.0 == True, dicts without regard to order, NaN equal to nothing. */
TD_API bool td_value_equal(const td_value *a, const td_value *b);
/* Python's <=>: -1, 0, 1 for numbers among each other, texts, bytes, lists; TypeError "'<' not supported between
 * instances of 'int' and 'str'" for what cannot be ordered. */
TD_API int td_value_compare(td_scope *s, const td_value *a, const td_value *b);
/* The value as Python's repr shows it. */
TD_API const char *td_value_repr(td_scope *s, const td_value *v);

/* Where the value stood in its source, from 1; 0 when it is not known. */
TD_API uint32_t td_value_line(const td_value *v);
TD_API uint32_t td_value_column(const td_value *v);
/* "tend.yaml:12:5" for messages; "" when it is not known. */
TD_API const char *td_value_where(td_scope *s, const td_value *v);

/* Walks v and everything in it, depth first, parents before what they hold:
 *     for (td_value_walk *w = td_value_walk_open(s, v); td_value_walk_next(s, w);) … td_value_walk_value(w) …
 * The path is what td_get would take to come there: "servers.0.name". */
typedef struct td_value_walk td_value_walk;
TD_API td_value_walk *td_value_walk_open(td_scope *s, const td_value *v);
TD_API bool td_value_walk_next(td_scope *s, td_value_walk *w);
TD_API const td_value *td_value_walk_value(const td_value_walk *w);
TD_API const char *td_value_walk_path(td_scope *s, const td_value_walk *w);
TD_API size_t td_value_walk_depth(const td_value_walk *w);

/* --- making: results live in s; NULL when s has failed --- */

TD_API td_value *td_value_new_null(td_scope *s);
TD_API td_value *td_value_new_bool(td_scope *s, bool b);
TD_API td_value *td_value_new_int(td_scope *s, int64_t i);
TD_API td_value *td_value_new_uint(td_scope *s, uint64_t u);
/* An int of any length from its decimal digits ("-123…"); ValueError for anything else. */
TD_API td_value *td_value_new_digits(td_scope *s, const char *digits);
TD_API td_value *td_value_new_float(td_scope *s, double d);
TD_API td_value *td_value_new_str(td_scope *s, const char *text);
TD_API td_value *td_value_new_text(td_scope *s, td_bytes text); /* a str that may hold NUL */
TD_API td_value *td_value_new_bytes(td_scope *s, td_bytes bytes);
TD_API td_value *td_value_new_strs(td_scope *s, td_strs list);
TD_API td_value *td_value_new_list(td_scope *s);
TD_API td_value *td_value_new_dict(td_scope *s);
TD_API td_value *td_value_copy(td_scope *s, const td_value *v); /* deep */

/* Setters. They copy v into the container's own scope; s is where an error goes. TypeError when the container is not of
 * the right type. Python: list.append, d[key] = v, list[i] = v, del d[key]. */
TD_API bool td_value_append(td_scope *s, td_value *list, const td_value *v);
TD_API bool td_value_set(td_scope *s, td_value *dict, const char *key, const td_value *v);
TD_API bool td_value_set_key(td_scope *s, td_value *dict, const td_value *key, const td_value *v);
TD_API bool td_value_set_at(td_scope *s, td_value *list, size_t i, const td_value *v);
TD_API bool td_value_remove(td_scope *s, td_value *dict, const char *key); /* KeyError when it is not there */

/* --- literals: td_list(s, 1, "two", 3.0, TD_NULL) and td_dict(s, "key", value, …), nested as you like ---
 * Items are ints, doubles, bools, texts, td_bytes, td_strs and values. `true` is an int in C: write TD_TRUE.
 * At most 64 items in one literal. */
typedef struct td_lit {
	uint8_t kind;
	union {
		int64_t i;
		uint64_t u;
		double d;
		const char *t;
		td_bytes b;
		td_strs l;
		const td_value *v;
	} as;
} td_lit;
TD_API td_value *td__list(td_scope *s, const td_lit *items, size_t count);
TD_API td_value *td__dict(td_scope *s, const td_lit *pairs, size_t count);
TD_API td_value *td__value(td_scope *s, td_lit item);
TD__END

enum {
	TD__LIT_NULL,
	TD__LIT_BOOL,
	TD__LIT_INT,
	TD__LIT_UINT,
	TD__LIT_FLOAT,
	TD__LIT_TEXT,
	TD__LIT_BYTES,
	TD__LIT_STRS,
	TD__LIT_VALUE,
	TD__LIT_END
};
static inline td_lit td__lit_null(void) {
	td_lit l;
	l.kind = TD__LIT_NULL;
	l.as.i = 0;
	return l;
}
static inline td_lit td__lit_bool(bool x) {
	td_lit l;
	l.kind = TD__LIT_BOOL;
	l.as.i = x;
	return l;
}
static inline td_lit td__lit_int(int64_t x) {
	td_lit l;
	l.kind = TD__LIT_INT;
	l.as.i = x;
	return l;
}
static inline td_lit td__lit_uint(uint64_t x) {
	td_lit l;
	l.kind = TD__LIT_UINT;
	l.as.u = x;
	return l;
}
static inline td_lit td__lit_float(double x) {
	td_lit l;
	l.kind = TD__LIT_FLOAT;
	l.as.d = x;
	return l;
}
static inline td_lit td__lit_text(const char *x) {
	td_lit l;
	l.kind = TD__LIT_TEXT;
	l.as.t = x;
	return l;
}
static inline td_lit td__lit_bytes(td_bytes x) {
	td_lit l;
	l.kind = TD__LIT_BYTES;
	l.as.b = x;
	return l;
}
static inline td_lit td__lit_strs(td_strs x) {
	td_lit l;
	l.kind = TD__LIT_STRS;
	l.as.l = x;
	return l;
}
static inline td_lit td__lit_value(const td_value *x) {
	td_lit l;
	l.kind = TD__LIT_VALUE;
	l.as.v = x;
	return l;
}
static inline td_lit td__lit_lit(td_lit x) {
	return x;
}

#define TD_TRUE td__lit_bool(true)
#define TD_FALSE td__lit_bool(false)
#define TD_NULL td__lit_null()

#ifdef __cplusplus
#include <initializer_list>
#include <type_traits>
template <class T> inline td_lit td__lit(T x) {
	if constexpr (std::is_same_v<T, td_lit>)
		return x;
	else if constexpr (std::is_same_v<T, bool>)
		return td__lit_bool(x);
	else if constexpr (std::is_floating_point_v<T>)
		return td__lit_float((double)x);
	else if constexpr (std::is_unsigned_v<T>)
		return td__lit_uint(x);
	else if constexpr (std::is_integral_v<T>)
		return td__lit_int(x);
	else if constexpr (std::is_same_v<T, td_bytes>)
		return td__lit_bytes(x);
	else if constexpr (std::is_same_v<T, td_strs>)
		return td__lit_strs(x);
	else if constexpr (std::is_convertible_v<T, const char *>)
		return td__lit_text(x);
	else
		return td__lit_value(x);
}
template <class... T> inline td_value *td__list_of(td_scope *s, T... x) {
	const td_lit items[] = {td__lit(x)..., td__lit_null()};
	return td__list(s, items, sizeof...(x));
}
template <class... T> inline td_value *td__dict_of(td_scope *s, T... x) {
	const td_lit items[] = {td__lit(x)..., td__lit_null()};
	return td__dict(s, items, sizeof...(x));
}
#define td_list(s, ...) td__list_of(TD_HERE(s) __VA_OPT__(, ) __VA_ARGS__)
#define td_dict(s, ...) td__dict_of(TD_HERE(s) __VA_OPT__(, ) __VA_ARGS__)
#define td_v(s, x) td__value(TD_HERE(s), td__lit(x))
#else
#define td__lit(x)                                                                                                     \
	_Generic((x),                                                                                                      \
	    td_lit: td__lit_lit,                                                                                           \
	    bool: td__lit_bool,                                                                                            \
	    float: td__lit_float,                                                                                          \
	    double: td__lit_float,                                                                                         \
	    char *: td__lit_text,                                                                                          \
	    const char *: td__lit_text,                                                                                    \
	    td_bytes: td__lit_bytes,                                                                                       \
	    td_strs: td__lit_strs,                                                                                         \
	    td_value *: td__lit_value,                                                                                     \
	    const td_value *: td__lit_value,                                                                               \
	    unsigned: td__lit_uint,                                                                                        \
	    unsigned long: td__lit_uint,                                                                                   \
	    unsigned long long: td__lit_uint,                                                                              \
	    default: td__lit_int)(x)
/* td__lit over each of up to 64 arguments. A literal inside a literal is expanded before the outer one begins. */
#define TD__LIT_ARRAY(...)                                                                                             \
	(const td_lit[]) {                                                                                                 \
		__VA_OPT__(TD__LITS(__VA_ARGS__), ) {                                                                          \
			TD__LIT_END, {                                                                                             \
				0                                                                                                      \
			}                                                                                                          \
		}                                                                                                              \
	}
#define td_list(s, ...) td__list(TD_HERE(s), TD__LIT_ARRAY(__VA_ARGS__), TD__TO_END)
#define td_dict(s, ...) td__dict(TD_HERE(s), TD__LIT_ARRAY(__VA_ARGS__), TD__TO_END)
#define TD__TO_END SIZE_MAX
#define TD__LITS(...) TD__PASTE(TD__L, TD__COUNT(__VA_ARGS__))(__VA_ARGS__)
#define TD__PASTE(a, b) TD__PASTE_(a, b)
#define TD__PASTE_(a, b) a##b
#define TD__COUNT(...)                                                                                                 \
	TD__NTH(__VA_ARGS__, 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42,   \
	        41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,    \
	        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define TD__NTH(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, _20, _21, _22,   \
                _23, _24, _25, _26, _27, _28, _29, _30, _31, _32, _33, _34, _35, _36, _37, _38, _39, _40, _41, _42,    \
                _43, _44, _45, _46, _47, _48, _49, _50, _51, _52, _53, _54, _55, _56, _57, _58, _59, _60, _61, _62,    \
                _63, _64, n, ...)                                                                                      \
	n
#define TD__L1(a) td__lit(a)
#define TD__L2(a, ...) td__lit(a), TD__L1(__VA_ARGS__)
#define TD__L3(a, ...) td__lit(a), TD__L2(__VA_ARGS__)
#define TD__L4(a, ...) td__lit(a), TD__L3(__VA_ARGS__)
#define TD__L5(a, ...) td__lit(a), TD__L4(__VA_ARGS__)
#define TD__L6(a, ...) td__lit(a), TD__L5(__VA_ARGS__)
#define TD__L7(a, ...) td__lit(a), TD__L6(__VA_ARGS__)
#define TD__L8(a, ...) td__lit(a), TD__L7(__VA_ARGS__)
#define TD__L9(a, ...) td__lit(a), TD__L8(__VA_ARGS__)
#define TD__L10(a, ...) td__lit(a), TD__L9(__VA_ARGS__)
#define TD__L11(a, ...) td__lit(a), TD__L10(__VA_ARGS__)
#define TD__L12(a, ...) td__lit(a), TD__L11(__VA_ARGS__)
#define TD__L13(a, ...) td__lit(a), TD__L12(__VA_ARGS__)
#define TD__L14(a, ...) td__lit(a), TD__L13(__VA_ARGS__)
#define TD__L15(a, ...) td__lit(a), TD__L14(__VA_ARGS__)
#define TD__L16(a, ...) td__lit(a), TD__L15(__VA_ARGS__)
#define TD__L17(a, ...) td__lit(a), TD__L16(__VA_ARGS__)
#define TD__L18(a, ...) td__lit(a), TD__L17(__VA_ARGS__)
#define TD__L19(a, ...) td__lit(a), TD__L18(__VA_ARGS__)
#define TD__L20(a, ...) td__lit(a), TD__L19(__VA_ARGS__)
#define TD__L21(a, ...) td__lit(a), TD__L20(__VA_ARGS__)
#define TD__L22(a, ...) td__lit(a), TD__L21(__VA_ARGS__)
#define TD__L23(a, ...) td__lit(a), TD__L22(__VA_ARGS__)
#define TD__L24(a, ...) td__lit(a), TD__L23(__VA_ARGS__)
#define TD__L25(a, ...) td__lit(a), TD__L24(__VA_ARGS__)
#define TD__L26(a, ...) td__lit(a), TD__L25(__VA_ARGS__)
#define TD__L27(a, ...) td__lit(a), TD__L26(__VA_ARGS__)
#define TD__L28(a, ...) td__lit(a), TD__L27(__VA_ARGS__)
#define TD__L29(a, ...) td__lit(a), TD__L28(__VA_ARGS__)
#define TD__L30(a, ...) td__lit(a), TD__L29(__VA_ARGS__)
#define TD__L31(a, ...) td__lit(a), TD__L30(__VA_ARGS__)
#define TD__L32(a, ...) td__lit(a), TD__L31(__VA_ARGS__)
#define TD__L33(a, ...) td__lit(a), TD__L32(__VA_ARGS__)
#define TD__L34(a, ...) td__lit(a), TD__L33(__VA_ARGS__)
#define TD__L35(a, ...) td__lit(a), TD__L34(__VA_ARGS__)
#define TD__L36(a, ...) td__lit(a), TD__L35(__VA_ARGS__)
#define TD__L37(a, ...) td__lit(a), TD__L36(__VA_ARGS__)
#define TD__L38(a, ...) td__lit(a), TD__L37(__VA_ARGS__)
#define TD__L39(a, ...) td__lit(a), TD__L38(__VA_ARGS__)
#define TD__L40(a, ...) td__lit(a), TD__L39(__VA_ARGS__)
#define TD__L41(a, ...) td__lit(a), TD__L40(__VA_ARGS__)
#define TD__L42(a, ...) td__lit(a), TD__L41(__VA_ARGS__)
#define TD__L43(a, ...) td__lit(a), TD__L42(__VA_ARGS__)
#define TD__L44(a, ...) td__lit(a), TD__L43(__VA_ARGS__)
#define TD__L45(a, ...) td__lit(a), TD__L44(__VA_ARGS__)
#define TD__L46(a, ...) td__lit(a), TD__L45(__VA_ARGS__)
#define TD__L47(a, ...) td__lit(a), TD__L46(__VA_ARGS__)
#define TD__L48(a, ...) td__lit(a), TD__L47(__VA_ARGS__)
#define TD__L49(a, ...) td__lit(a), TD__L48(__VA_ARGS__)
#define TD__L50(a, ...) td__lit(a), TD__L49(__VA_ARGS__)
#define TD__L51(a, ...) td__lit(a), TD__L50(__VA_ARGS__)
#define TD__L52(a, ...) td__lit(a), TD__L51(__VA_ARGS__)
#define TD__L53(a, ...) td__lit(a), TD__L52(__VA_ARGS__)
#define TD__L54(a, ...) td__lit(a), TD__L53(__VA_ARGS__)
#define TD__L55(a, ...) td__lit(a), TD__L54(__VA_ARGS__)
#define TD__L56(a, ...) td__lit(a), TD__L55(__VA_ARGS__)
#define TD__L57(a, ...) td__lit(a), TD__L56(__VA_ARGS__)
#define TD__L58(a, ...) td__lit(a), TD__L57(__VA_ARGS__)
#define TD__L59(a, ...) td__lit(a), TD__L58(__VA_ARGS__)
#define TD__L60(a, ...) td__lit(a), TD__L59(__VA_ARGS__)
#define TD__L61(a, ...) td__lit(a), TD__L60(__VA_ARGS__)
#define TD__L62(a, ...) td__lit(a), TD__L61(__VA_ARGS__)
#define TD__L63(a, ...) td__lit(a), TD__L62(__VA_ARGS__)
#define TD__L64(a, ...) td__lit(a), TD__L63(__VA_ARGS__)
/* td_v(s, x): one value from any of those. */
#define td_v(s, x) td__value(TD_HERE(s), td__lit(x))
#endif

#endif
