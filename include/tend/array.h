/* tend/array.h: an array of things of one size, that grows.
 *
 *     #include <tend.h>
 *
 *     typedef struct sample {
 *         double at, value;
 *     } sample;
 *
 *     static double last_value(td_scope *s) {
 *         td_array *samples = td_array_new(s, sizeof(sample));
 *         for (int i = 0; i < 100; i++) {
 *             sample *x = td_array_append(s, samples, NULL);
 *             if (x) *x = (sample){.at = i, .value = i * 2.0};
 *         }
 *         const sample *x = td_array_at(samples, td_array_len(samples) - 1);
 *         return x ? x->value : 0;
 *     }
 *
 * The array and what is in it live until the scope that it was made in ends. Growing moves the items: a pointer to one is
 * valid until the next call that adds. What reads never fails and takes a NULL array for an empty one. One thread uses
 * an array at a time. */
#ifndef TEND_ARRAY_H
#define TEND_ARRAY_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

typedef struct td_array td_array;

typedef struct td_array_opts {
	TD__OPTS_HEAD;
	size_t room;  /* items there is room for from the beginning */
	size_t limit; /* items it may hold: one more is OverflowError; 0 is what memory holds */
} td_array_opts;

/* An empty array of items of size bytes each, aligned for any type. NULL when it raised. */
TD_API td_array *td_array_new(td_scope *s, size_t size, const td_array_opts *opts);
#define td_array_new(s, ...) TD__ARRAY_NEW(s, __VA_ARGS__)
#define TD__ARRAY_NEW(s, size, ...) (td_array_new)(TD_HERE(s), (size), TD__OPTS(td_array_opts, __VA_ARGS__))

/* How many items. Python: len(a). */
TD_API size_t td_array_len(const td_array *a);
/* The i-th, or NULL past the end. */
TD_API void *td_array_at(const td_array *a, size_t i);
/* All of them, one behind the other; never NULL. */
TD_API void *td_array_data(const td_array *a);

/* Adds a copy of *item (NULL: zeroes) and returns where it stands; NULL when it raised. Python: a.append, a.insert (a
 * place past the end is the end). */
TD_API void *td_array_append(td_scope *s, td_array *a, const void *item);
#define td_array_append(s, ...) (td_array_append)(TD_HERE(s), __VA_ARGS__)
TD_API void *td_array_insert(td_scope *s, td_array *a, size_t i, const void *item);
#define td_array_insert(s, ...) (td_array_insert)(TD_HERE(s), __VA_ARGS__)
/* Adds count items, which may be the array's own. Python: a.extend. */
TD_API bool td_array_extend(td_scope *s, td_array *a, const void *items, size_t count);
#define td_array_extend(s, ...) (td_array_extend)(TD_HERE(s), __VA_ARGS__)
/* Takes the i-th out, into *out unless that is NULL. IndexError "pop index out of range", "pop from empty list".
 * Python: a.pop(i). */
TD_API bool td_array_pop(td_scope *s, td_array *a, size_t i, void *out);
#define td_array_pop(s, ...) (td_array_pop)(TD_HERE(s), __VA_ARGS__)
/* Takes all out; the room stays. Python: a.clear. */
TD_API void td_array_clear(td_array *a);

/* In the order of compare, which is as qsort's with an argument; equal ones keep their order. False when it raised
 * (MemoryError). Python: a.sort. */
TD_API bool td_array_sort(td_scope *s, td_array *a, int (*compare)(const void *a, const void *b, void *arg), void *arg);
#define td_array_sort(s, ...) (td_array_sort)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
