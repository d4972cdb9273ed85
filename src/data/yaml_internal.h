/* src/data/yaml_internal.h: what the files of yaml share. The road: libyaml's events (yaml_lib.c) become nodes with their
 * tags resolved (yaml_compose.c, yaml_resolve.c), nodes become values (yaml_construct.c, yaml_scalar.c), and whatever
 * goes wrong is told in PyYAML's words (yaml_error.c). The split is PyYAML's own, and so is the order in which errors
 * are found. */
#ifndef TD_DATA_YAML_INTERNAL_H
#define TD_DATA_YAML_INTERNAL_H

#include <yaml.h>

#include <tend/yaml.h>

#include "core/internal.h"

/* libyaml, once td__yaml_open has returned true. */
typedef struct td__yaml_table {
	int (*parser_initialize)(yaml_parser_t *parser);
	void (*parser_delete)(yaml_parser_t *parser);
	void (*parser_set_input_string)(yaml_parser_t *parser, const unsigned char *input, size_t size);
	void (*parser_set_encoding)(yaml_parser_t *parser, yaml_encoding_t encoding);
	int (*parser_parse)(yaml_parser_t *parser, yaml_event_t *event);
	void (*event_delete)(yaml_event_t *event);
} td__yaml_table;
extern td__yaml_table td__yaml;
bool td__yaml_open(td_scope *s);

/* Where something stands, in lines and characters from 0. */
typedef struct yaml_at {
	size_t line, column;
} yaml_at;

/* The tags of SafeLoader; OTHER is every other one. */
typedef enum yaml_tag {
	YAML_TAG_OTHER,
	YAML_TAG_NULL,
	YAML_TAG_BOOL,
	YAML_TAG_INT,
	YAML_TAG_FLOAT,
	YAML_TAG_BINARY,
	YAML_TAG_TIMESTAMP,
	YAML_TAG_OMAP,
	YAML_TAG_PAIRS,
	YAML_TAG_SET,
	YAML_TAG_STR,
	YAML_TAG_SEQ,
	YAML_TAG_MAP,
	YAML_TAG_MERGE,
	YAML_TAG_VALUE,
} yaml_tag;

typedef enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING } yaml_kind;

/* What a scalar has become. */
typedef struct yaml_made {
	td_type type; /* TD_NONE: not made yet */
	union {
		bool b;
		int64_t i;
		double d;
	} as;
	td_bytes text;        /* of str and bytes, and the digits of an int past 64 bits */
	const char *time_tag; /* "$date" or "$datetime" of a text that was one */
} yaml_made;

/* A node of PyYAML's. Aliases share their anchor's node. */
typedef struct yaml_node {
	yaml_kind kind;
	yaml_tag tag;
	bool open;    /* its end has not been read: an alias to it would hold itself */
	bool checked; /* its tag was looked at; a list or dict then waits to have its items looked at */
	yaml_at at;
	const char *tag_text;     /* of YAML_TAG_OTHER */
	td_bytes text;            /* of a scalar */
	struct yaml_node **items; /* of a sequence; of a mapping key, value, key, value … */
	size_t count, capacity;
	size_t weight;   /* how many values it stands for, what aliases add counted in */
	size_t merged;   /* of a mapping: items that came by merge keys, which stand first */
	yaml_made made;  /* of a scalar */
	td_value *built; /* of a list or dict, once it is built: what an alias shares */
	struct yaml_node *next_queued;
} yaml_node;

/* One text being read. It lives in the scope scratch, which outlives every document. */
typedef struct yaml_loader {
	td_scope *scratch;
	yaml_parser_t parser;
	yaml_event_t event; /* the one that comes next; type NO_EVENT when none was fetched */
	td_bytes text;
	const char *name;   /* in marks */
	const char *source; /* for values and td_error */
	bool snippets;      /* the text was given as text, so messages show the line */
	size_t max_depth, max_aliases;
	bool unique_keys, tag_times;
} yaml_loader;

/* yaml_lib.c */
bool td__yaml_begin(td_scope *s, yaml_loader *l);
void td__yaml_end(yaml_loader *l);

/* yaml_error.c. Each raises on s and is false. context or problem may be NULL, as may a mark. */
bool td__yaml_raise(td_scope *s, const yaml_loader *l, const td_kind *kind, const char *context,
                    const yaml_at *context_at, const char *problem, const yaml_at *problem_at);
bool td__yaml_parser_error(td_scope *s, const yaml_loader *l); /* what the parser holds */
bool td__yaml_check_text(td_scope *s, const yaml_loader *l);   /* ReaderError for what may not stand in YAML */

/* yaml_compose.c */
yaml_event_type_t td__yaml_peek(td_scope *s, yaml_loader *l); /* NO_EVENT: raised */
void td__yaml_take(yaml_loader *l);
yaml_node *td__yaml_compose_document(td_scope *s, td_scope *scratch, yaml_loader *l);

/* yaml_resolve.c: what PyYAML's Resolver says of a plain scalar, and of a tag that was written out. */
yaml_tag td__yaml_resolve(const char *text, size_t len);
yaml_tag td__yaml_tag_of(const char *tag);
const char *td__yaml_kind_name(yaml_kind kind);

/* yaml_construct.c: the value of a document's root, in home; NULL: raised on s. */
const td_value *td__yaml_construct(td_scope *s, td_scope *home, td_scope *scratch, yaml_loader *l, yaml_node *root);

/* yaml_scalar.c: a scalar's text becomes what its tag says; texts in made live in scratch. false: raised on s. */
bool td__yaml_bool(td_scope *s, td_bytes text, yaml_made *made);
bool td__yaml_int(td_scope *s, td_scope *scratch, td_bytes text, yaml_made *made);
bool td__yaml_float(td_scope *s, td_scope *scratch, td_bytes text, yaml_made *made);
bool td__yaml_timestamp(td_scope *s, td_scope *scratch, td_bytes text, yaml_made *made);
bool td__yaml_binary(td_scope *s, td_scope *scratch, const yaml_loader *l, const yaml_node *node, td_bytes text,
                     yaml_made *made);

#endif
