/* tools/hash/hash.h: `tend hash`: digests of files, as coreutils prints and checks them. */
#ifndef TOOLS_HASH_HASH_H
#define TOOLS_HASH_HASH_H

#include <stdio.h>
#include <tend/argparse.h>
#include <tend/file.h>
#include <tend/value.h>

#include "progress.h"

void tend_hash(td_scope *s, td_strs argv);
td_argparser *tend_hash_parser(td_scope *s);

/* --- algorithms.c --- */

enum { HASH_MOST = 16, HASH_LONGEST = 64 };

typedef struct hash_algorithm {
	const char *name; /* Python's */
	const char *tag;  /* coreutils' */
	size_t size;      /* bytes */
	bool any_size;    /* up to that */
} hash_algorithm;

/* Of one digest: the algorithm, and how many bytes of it are wanted. */
typedef struct hash_wanted {
	const hash_algorithm *algorithm;
	size_t size;
} hash_wanted;

typedef struct hash_set {
	size_t count;
	hash_wanted of[HASH_MOST];
} hash_set;

extern const hash_algorithm hash_algorithms[]; /* a NULL name ends it */
/* By Python's name, in any letters and with - for _, or NULL. */
const hash_algorithm *hash_algorithm_named(const char *name);

/* --- names.c: file names in sums and in messages --- */

/* Whether a line that holds it must be escaped. */
bool hash_name_needs_escape(const char *name);
void hash_print_name(const char *name, bool escape, FILE *out);
/* Takes the escapes of len bytes away, in place; false for one that is none, or a NUL. */
bool hash_unescape(char *name, size_t len);
/* As coreutils' messages have it: in quotes that a shell would take, if it needs any. */
const char *hash_quote(td_scope *s, const char *name);
/* "tend hash: NAME: MESSAGE" on standard error. */
void hash_complain(td_scope *s, const char *name, const char *message);
/* A name as a value for JSON: bytes that are no UTF-8 become what Python's surrogateescape makes of them. */
const td_value *hash_json_name(td_scope *s, const char *name);

/* --- rows of JSON, one a line, in a list --- */

typedef struct hash_rows {
	bool wanted, any;
} hash_rows;
void hash_rows_begin(hash_rows *rows);
void hash_rows_add(td_scope *s, hash_rows *rows, const td_value *row);
void hash_rows_end(hash_rows *rows);

/* --- lines.c: reading sums --- */

typedef struct hash_reader {
	hash_set allowed; /* count 0: any algorithm, as the line tells */
	int reversed;     /* -1 not known yet; 1: lines are "digest name", as old BSDs wrote them */
	const char *tag;  /* of the line before, for messages */
} hash_reader;

typedef struct hash_line {
	hash_wanted wanted;
	const char *hex, *name;
} hash_line;

/* One line without its end; it is changed. False when it is no line of sums. */
bool hash_line_read(hash_reader *r, char *text, size_t len, hash_line *out);
/* The next line that is no comment and not empty, as coreutils reads them; NULL at the end. */
typedef struct hash_sums {
	td_file *file;
	const char *name; /* for messages */
	bool is_input;
	size_t number;
} hash_sums;
bool hash_sums_open(td_scope *s, hash_sums *sums, const char *path);
char *hash_sums_next(td_scope *s, hash_sums *sums, size_t *len);
/* Whether hex is that digest, in any letters. */
bool hash_same(const char *hex, const char *digest, size_t size);

/* --- run.c: hashing one file after the other, or several at once --- */

typedef struct hash_item {
	const char *name; /* "-": standard input */
	hash_set set;     /* count 0: nothing is read */
	const void *tag;  /* whatever the source wants to see again */
	int err_no;       /* why it could not be read, or 0; a source may set it: nothing is read then */
	int fd;           /* to be read and closed in the place of name, or -1: of what lies too deep for a name */
	int64_t size;
	char hex[HASH_MOST][2 * HASH_LONGEST + 1];
} hash_item;

typedef struct hash_run {
	/* Fills in the next item, whose memory may live in s; false at the end. Called in the thread of the caller. */
	bool (*next)(td_scope *s, void *arg, hash_item *item);
	/* Is handed every item in its order. */
	void (*done)(td_scope *s, void *arg, const hash_item *item);
	void *arg;
	int64_t jobs;  /* threads; 1 works in the caller's */
	int64_t total; /* bytes, for the bar; -1: not known */
	tend_progress *bar;
} hash_run;

void hash_run_all(td_scope *s, const hash_run *run);
/* main.c: how many threads -j N means. */
int64_t hash_jobs(int64_t asked);

/* --- tree.c: the files that were named, and those below --- */

typedef struct hash_tree hash_tree;
/* recursive: a directory stands for the regular files below it, each directory's in the order of their names. */
hash_tree *hash_tree_new(td_scope *s, td_strs paths, bool recursive);
/* Fills in the next one's name, and fd and err_no where they are needed; the rest stays as it is. False at the end. */
bool hash_tree_next(td_scope *s, hash_tree *tree, hash_item *item);
/* What these files add up to, or -1 when that cannot be said beforehand. */
int64_t hash_bytes(td_scope *s, td_strs paths);

/* --- what `tend hash` does --- */

typedef struct hash_options {
	hash_set set; /* count 0: none was named */
	bool binary, tag, untagged, zero, recursive;
	bool ignore_missing, quiet, status, strict, warn;
	int64_t jobs;
	hash_rows rows;
} hash_options;

/* Each is true when all went well. */
bool hash_print(td_scope *s, hash_options *o, td_strs paths);
bool hash_check(td_scope *s, hash_options *o, hash_reader *reader, const char *path);

void hash_diff_tool(td_scope *s, td_strs argv);
td_argparser *hash_diff_parser(td_scope *s);
void hash_watch_tool(td_scope *s, td_strs argv);
td_argparser *hash_watch_parser(td_scope *s);

#endif
