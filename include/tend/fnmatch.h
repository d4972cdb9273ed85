/* tend/fnmatch.h: names that match a shell's pattern, as Python's fnmatch has it.
 *
 * "*" is any characters, "?" any one, "[a-z]" one of these, "[!a-z]" one that is none of these; all else is itself. "/" and a
 * leading dot are characters like any other (td_glob_glob and td_path_glob know better). A character is a code point; a byte
 * that is not UTF-8 is one too. Time grows with the product of the two lengths at worst, never exponentially. Thread-safe.
 *
 *     #include <tend.h>
 *
 *     static td_strs sources(td_scope *s, const char *dir) {
 *         return td_fnmatch_filter(s, td_os_listdir(s, dir), "*.[ch]");
 *     }
 */
#ifndef TEND_FNMATCH_H
#define TEND_FNMATCH_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* Whether all of name matches; upper and lower case differ, as they do in file names here. False also when s has failed.
 * Python: fnmatch.fnmatch, fnmatch.fnmatchcase. */
TD_API bool td_fnmatch_fnmatch(td_scope *s, const char *name, const char *pat);
#define td_fnmatch_fnmatch(s, ...) (td_fnmatch_fnmatch)(TD_HERE(s), __VA_ARGS__)
TD_API bool td_fnmatch_fnmatchcase(td_scope *s, const char *name, const char *pat);
#define td_fnmatch_fnmatchcase(s, ...) (td_fnmatch_fnmatchcase)(TD_HERE(s), __VA_ARGS__)
/* Those that match, in their order; the texts are not copied. Python: fnmatch.filter. */
TD_API td_strs td_fnmatch_filter(td_scope *s, td_strs names, const char *pat);
#define td_fnmatch_filter(s, ...) (td_fnmatch_filter)(TD_HERE(s), __VA_ARGS__)
/* The regular expression that matches the same: "(?s:.*\.txt)\Z". Python: fnmatch.translate. */
TD_API const char *td_fnmatch_translate(td_scope *s, const char *pat);
#define td_fnmatch_translate(s, ...) (td_fnmatch_translate)(TD_HERE(s), __VA_ARGS__)

TD__END
#endif
