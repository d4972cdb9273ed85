/* tend/difflib.h: what a mistyped word was meant to be.
 *
 *     #include <tend.h>
 *
 *     static const char *meant(td_scope *s, const char *command) {
 *         td_strs close = td_difflib_get_close_matches(s, command, td_strs_of(s, "start", "stop", "status"), .n = 1);
 *         return close.len ? close.items[0] : "";                                  // "stats" was meant to be "status"
 *     }
 *
 * Nothing here blocks. Safe to use from several threads, each with its own scope. */
#ifndef TEND_DIFFLIB_H
#define TEND_DIFFLIB_H

#pragma GCC system_header

#include <tend/text.h>

TD__BEGIN

typedef struct td_difflib_get_close_matches_opts {
	TD__OPTS_HEAD;
	int n;               /* at most so many; 0 is 3 */
	td_opt_float cutoff; /* how alike at least, from 0 to 1; absent: 0.6 */
} td_difflib_get_close_matches_opts;

/* Those of the possibilities that are like word, the most alike first. The texts are not copied. Raises ValueError for
 * an n or a cutoff that makes no sense. Python: difflib.get_close_matches. */
TD_API td_strs td_difflib_get_close_matches(td_scope *s, const char *word, td_strs possibilities,
                                            const td_difflib_get_close_matches_opts *opts);
#define td_difflib_get_close_matches(s, word, ...) TD__CLOSE_MATCHES(s, word, __VA_ARGS__)
#define TD__CLOSE_MATCHES(s, word, possibilities, ...)                                                                 \
	(td_difflib_get_close_matches)(TD_HERE(s), (word), (possibilities),                                                \
	                               TD__OPTS(td_difflib_get_close_matches_opts, __VA_ARGS__))

TD__END
#endif
