/* tend/yaml.h: YAML into values, as PyYAML's SafeLoader reads it.
 *
 * That is YAML 1.1: `on` is true, `017` is 15, `1:30` is 90, `0o17` a text. Merge keys, anchors, !!binary, !!set, !!omap
 * and !!pairs are understood; any other tag is a ConstructorError and never runs anything. Of a key that is given twice
 * the last value counts, unless .unique_keys is set. Every value and every key knows its line and column.
 *
 *     #include <tend.h>
 *
 *     static const char *first_host(td_scope *s) {
 *         const td_value *cfg = td_yaml_safe_load(s, "hosts:\n  - {name: alpha, port: 22}\n", .source = "hosts.yaml");
 *         const td_value *port = td_get(cfg, "hosts", "0", "port");
 *         if (td_value_int(port, 0) > 65535) {
 *             td_raise(s, TD_ValueError, "%s: no such port", td_value_where(s, port));    // hosts.yaml:2:25: …
 *         }
 *         return td_value_str(td_get(cfg, "hosts", "0", "name"), "localhost");
 *     }
 *
 * Differences from PyYAML: a date or time stays a text, in ISO form (.tag_times tells it from a text); a set is a dict of
 * nulls; a value that holds itself is refused; depth and the growth by aliases are limited. The syntax is read by
 * libyaml, opened on first use: ImportError names the package when it is missing. Results are read-only: an alias and
 * its anchor are one value. Safe to use from several threads, each with its own scope. Nothing here blocks but reading
 * the file. */
#ifndef TEND_YAML_H
#define TEND_YAML_H

#pragma GCC system_header

#include <tend/value.h>

TD__BEGIN

typedef struct td_yaml_opts {
	TD__OPTS_HEAD;
	const char *source; /* what messages and td_value_where call the text; NULL is "<unicode string>", or the path */
	size_t max_depth;   /* lists and dicts inside each other; 0 is 1000; more is RecursionError */
	size_t max_aliases; /* how many values aliases may add in all; 0 is 1 000 000; more is ComposerError */
	bool unique_keys;   /* a key given twice is a ConstructorError */
	bool tag_times;     /* a date becomes {"$date": "2001-12-14"}, a time {"$datetime": "2001-12-14T21:59:43+00:00"} */
} td_yaml_opts;

/* The one document in text; null when there is none. Raises ScannerError, ParserError, ComposerError (also for a second
 * document), ConstructorError, with PyYAML's message, line, column and source set; ReaderError for what may not stand in
 * YAML; ValueError for a date that does not exist; RecursionError. Python: yaml.safe_load(text). */
TD_API const td_value *td_yaml_safe_load(td_scope *s, const char *text, const td_yaml_opts *opts);
#define td_yaml_safe_load(s, ...) TD__YAML(td_yaml_safe_load, s, __VA_ARGS__)
#define TD__YAML(fn, s, x, ...) (fn)(TD_HERE(s), (x), TD__OPTS(td_yaml_opts, __VA_ARGS__))

/* The same of a file, in UTF-8, or in UTF-16 with a byte order mark. Raises also FileNotFoundError and its like.
 * Python: yaml.safe_load(open(path, "rb")). */
TD_API const td_value *td_yaml_safe_load_path(td_scope *s, const char *path, const td_yaml_opts *opts);
#define td_yaml_safe_load_path(s, ...) TD__YAML(td_yaml_safe_load_path, s, __VA_ARGS__)

/* The documents in text, one after another; an empty document is null. An error comes when its document is reached.
 *
 *     for (td_yaml_docs *d = td_yaml_safe_load_all(s, text); td_yaml_docs_next(s, d);) … td_yaml_docs_value(d) …
 *
 * A document is valid until the next step (td_keep takes it along). Python: yaml.safe_load_all(text). */
typedef struct td_yaml_docs td_yaml_docs;
TD_API td_yaml_docs *td_yaml_safe_load_all(td_scope *s, const char *text, const td_yaml_opts *opts);
#define td_yaml_safe_load_all(s, ...) TD__YAML(td_yaml_safe_load_all, s, __VA_ARGS__)
TD_API td_yaml_docs *td_yaml_safe_load_all_path(td_scope *s, const char *path, const td_yaml_opts *opts);
#define td_yaml_safe_load_all_path(s, ...) TD__YAML(td_yaml_safe_load_all_path, s, __VA_ARGS__)
/* False at the end, after an error, and when s has failed. */
TD_API bool td_yaml_docs_next(td_scope *s, td_yaml_docs *docs);
TD_API const td_value *td_yaml_docs_value(const td_yaml_docs *docs);

TD__END
#endif
