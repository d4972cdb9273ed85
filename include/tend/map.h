/* tend/map.h: a map from texts to pointers, in the order in which they came, as Python's dict.
 *
 *     #include <tend.h>
 *
 *     static const char *colour_of(td_scope *s, const char *fruit) {
 *         td_map *colours = td_map_new(s);
 *         td_map_set(s, colours, "apple", "red");
 *         td_map_set(s, colours, "pear", "green");
 *         const char *key;
 *         void *value;
 *         for (size_t at = 0; td_map_next(colours, &at, &key, &value);) {
 *             td_print(s, "%s is %s", key, (const char *)value);
 *         }
 *         return td_map_get(colours, fruit);
 *     }
 *
 * Keys are copied; what the pointers point to is the caller's, and must live as long as the map has them. Both live until
 * the scope that the map was made in ends. Keys may come from anywhere: the hash is different in each process, so nobody
 * can prepare a set of them that makes the map slow. What reads never fails and takes a NULL map for an empty one. One
 * thread uses a map at a time. */
#ifndef TEND_MAP_H
#define TEND_MAP_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_map td_map;

typedef struct td_map_opts {
	TD__OPTS_HEAD;
	size_t limit; /* keys it may hold: one more is OverflowError; 0 is two thousand million */
} td_map_opts;

/* An empty map. NULL when it raised. Python: {}. */
TD_API td_map *td_map_new(td_scope *s, const td_map_opts *opts);
#define td_map_new(...) TD__MAP_NEW(__VA_ARGS__, )
#define TD__MAP_NEW(s, ...) (td_map_new)(TD_HERE(s), TD__OPTS(td_map_opts, __VA_ARGS__))

/* How many keys. Python: len(m). */
TD_API size_t td_map_len(const td_map *m);
/* The value of key, or NULL; whether there is one, for maps that hold NULL. Python: m.get(key), key in m. */
TD_API void *td_map_get(const td_map *m, const char *key);
TD_API bool td_map_contains(const td_map *m, const char *key);

/* Sets key to value: a new key comes last, a known one keeps its place. False when it raised. Python: m[key] = value. */
TD_API bool td_map_set(td_scope *s, td_map *m, const char *key, const void *value);
#define td_map_set(s, ...) (td_map_set)(TD_HERE(s), __VA_ARGS__)
/* Takes key out and returns its value; KeyError when it is not there. Python: m.pop(key). */
TD_API void *td_map_pop(td_scope *s, td_map *m, const char *key);
#define td_map_pop(s, ...) (td_map_pop)(TD_HERE(s), __VA_ARGS__)
/* Takes key out; whether it was there. Never raises. Python: m.pop(key, None). */
TD_API bool td_map_remove(td_map *m, const char *key);
/* Takes all out. Python: m.clear. */
TD_API void td_map_clear(td_map *m);

/* Goes through the pairs in their order: *at begins with 0, key and value may be NULL. A pair may be taken out or given
 * another value meanwhile; a new key must not be set. Python: for key, value in m.items(). */
TD_API bool td_map_next(const td_map *m, size_t *at, const char **key, void **value);

TD__END
#endif
