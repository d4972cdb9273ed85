/* tools/agent/config_read.h: reading a mapping of the configuration by a table of its keys, so that every wrong key and
 * every wrong value is told with its place, what was expected, and what may have been meant. */
#ifndef AGENT_CONFIG_READ_H
#define AGENT_CONFIG_READ_H

#include <tend/text.h>
#include <tend/value.h>

typedef struct config_reader {
	td_scope *s;
	const char *source;    /* the file that is being read */
	const char *directory; /* that relative paths begin at, absolute */
} config_reader;

/* Raises agent_config_error at a value's place; false always. */
bool config_wrong(const config_reader *r, const td_value *at, const char *fmt, ...) TD__PRINTF(3, 4);

/* What reads one value. name is the key's, for messages: "'within' in service 'web'". */
typedef bool (*config_read_fn)(const config_reader *r, const char *name, const td_value *v, void *into);

typedef struct config_key {
	const char *name;
	config_read_fn read;
	size_t offset; /* of what it fills in, in the struct that the table is for */
} config_key;

/* Reads the dict v into the struct by the table, which ends with a NULL name. where ends messages: " in service 'web'". */
bool config_read_table(const config_reader *r, const td_value *v, const char *what, const char *where,
                       const config_key *table, void *into);

/* Readers of one value. Texts are copied into r->s. */
bool config_read_text(const config_reader *r, const char *name, const td_value *v, void *into);     /* const char * */
bool config_read_path(const config_reader *r, const char *name, const td_value *v, void *into);     /* absolute */
bool config_read_texts(const config_reader *r, const char *name, const td_value *v, void *into);    /* td_strs */
bool config_read_command(const config_reader *r, const char *name, const td_value *v, void *into);  /* not empty */
bool config_read_names(const config_reader *r, const char *name, const td_value *v, void *into);    /* one or a list */
bool config_read_env(const config_reader *r, const char *name, const td_value *v, void *into);      /* "NAME=value" */
bool config_read_duration(const config_reader *r, const char *name, const td_value *v, void *into); /* double */
bool config_read_signal(const config_reader *r, const char *name, const td_value *v, void *into);   /* int */

/* "; did you mean 'x'?" when one of the words is like it, else "". */
const char *config_meant(td_scope *s, const char *word, td_strs words);

#endif
