/* yaml_compose.c: libyaml's events become nodes; PyYAML's Composer. */
#include "data/yaml_internal.h"
#include <tend/text.h>

yaml_event_type_t td__yaml_peek(td_scope *s, yaml_loader *l) {
	if (l->event.type != YAML_NO_EVENT) return l->event.type;
	if (!td__yaml.parser_parse(&l->parser, &l->event)) {
		memset(&l->event, 0, sizeof l->event);
		td__yaml_parser_error(s, l);
	}
	return l->event.type;
}

void td__yaml_take(yaml_loader *l) {
	td__yaml.event_delete(&l->event);
	memset(&l->event, 0, sizeof l->event);
}

typedef struct anchor {
	const char *name;
	yaml_node *node;
	struct anchor *next; /* of the same bucket */
} anchor;
enum { BUCKETS = 512 };

typedef struct composer {
	td_scope *s;       /* where errors go */
	td_scope *scratch; /* where nodes live */
	yaml_loader *l;
	anchor **anchors; /* BUCKETS of them once there is one */
	size_t aliased;   /* values that aliases have added so far */
} composer;

static yaml_node *compose_node(composer *c, size_t depth);

static size_t bucket_of(const char *name) {
	uint32_t hash = 2166136261u;
	for (; *name; name++) hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash % BUCKETS;
}

static anchor *find_anchor(const composer *c, const char *name) {
	if (!c->anchors) return NULL;
	for (anchor *a = c->anchors[bucket_of(name)]; a; a = a->next) {
		if (strcmp(a->name, name) == 0) return a;
	}
	return NULL;
}

static bool add_anchor(composer *c, const char *name, yaml_node *node) {
	if (!c->anchors) c->anchors = td_alloc_array(c->scratch, BUCKETS, sizeof *c->anchors);
	anchor *a = td_alloc(c->scratch, sizeof *a);
	if (!c->anchors || !a) return false;
	anchor **bucket = &c->anchors[bucket_of(name)];
	*a = (anchor){td_strdup(c->scratch, name), node, *bucket};
	*bucket = a;
	return true;
}

static yaml_at start_of(const yaml_loader *l) {
	return (yaml_at){l->event.start_mark.line, l->event.start_mark.column};
}

static yaml_node *compose_alias(composer *c) {
	yaml_at at = start_of(c->l);
	const char *name = (const char *)c->l->event.data.alias.anchor;
	anchor *a = find_anchor(c, name);
	TD_SCOPE(tmp, c->s);
	if (!a) {
		const char *text = td_format(tmp, "found undefined alias %s", td_str_repr(tmp, name));
		td__yaml_raise(c->s, c->l, TD_ComposerError, NULL, NULL, text, &at);
		return NULL;
	}
	td__yaml_take(c->l);
	if (a->node->open) {
		td__yaml_raise(c->s, c->l, TD_ConstructorError, NULL, NULL, "found unconstructable recursive node",
		               &a->node->at);
		return NULL;
	}
	/* Nodes are shared, so that this is cheap; but what is read is to be walked, merged and written by others. */
	c->aliased += a->node->weight;
	if (c->aliased > c->l->max_aliases) {
		const char *text = td_format(tmp, "aliases stand for more than %zu values", c->l->max_aliases);
		td__yaml_raise(c->s, c->l, TD_ComposerError, NULL, NULL, text, &at);
		return NULL;
	}
	return a->node;
}

static bool add_item(composer *c, yaml_node *node, yaml_node *item) {
	void *items = node->items;
	if (!td__grow(c->scratch, &items, &node->capacity, node->count + 1, sizeof *node->items)) return false;
	node->items = items;
	node->items[node->count++] = item;
	node->weight += item->weight;
	return true;
}

static yaml_node *new_node(composer *c, yaml_kind kind, const yaml_char_t *name, const yaml_char_t *tag) {
	yaml_node *node = td_alloc(c->scratch, sizeof *node);
	if (!node) return NULL;
	node->kind = kind;
	node->weight = 1;
	node->at = start_of(c->l);
	if (tag && strcmp((const char *)tag, "!") != 0) {
		node->tag = td__yaml_tag_of((const char *)tag);
		node->tag_text = td_strdup(c->scratch, (const char *)tag);
	} else {
		node->tag = kind == YAML_SCALAR ? YAML_TAG_STR : kind == YAML_SEQUENCE ? YAML_TAG_SEQ : YAML_TAG_MAP;
		node->tag_text = "";
	}
	if (name && !add_anchor(c, (const char *)name, node)) return NULL;
	return td_failed(c->scratch) ? NULL : node;
}

static yaml_node *compose_scalar(composer *c) {
	const yaml_event_t *e = &c->l->event;
	yaml_node *node = new_node(c, YAML_SCALAR, e->data.scalar.anchor, e->data.scalar.tag);
	if (!node) return NULL;
	size_t len = e->data.scalar.length;
	char *text = td_alloc(c->scratch, len + 1);
	if (!text) return NULL;
	memcpy(text, e->data.scalar.value, len);
	node->text = (td_bytes){text, len};
	bool tagged = e->data.scalar.tag && strcmp((const char *)e->data.scalar.tag, "!") != 0;
	if (!tagged && e->data.scalar.plain_implicit) node->tag = td__yaml_resolve(text, len);
	td__yaml_take(c->l);
	return node;
}

static yaml_node *compose_collection(composer *c, yaml_kind kind, size_t depth) {
	const yaml_event_t *e = &c->l->event;
	bool list = kind == YAML_SEQUENCE;
	yaml_node *node = new_node(c, kind, list ? e->data.sequence_start.anchor : e->data.mapping_start.anchor,
	                           list ? e->data.sequence_start.tag : e->data.mapping_start.tag);
	if (!node) return NULL;
	if (depth >= c->l->max_depth) {
		td_raise(c->s, TD_RecursionError,
		         "maximum recursion depth exceeded: more than %zu lists and dicts inside each "
		         "other in \"%s\", line %zu, column %zu",
		         c->l->max_depth, c->l->name, node->at.line + 1, node->at.column + 1);
		return NULL;
	}
	node->open = true;
	td__yaml_take(c->l);
	yaml_event_type_t end = list ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT;
	for (;;) {
		yaml_event_type_t type = td__yaml_peek(c->s, c->l);
		if (type == YAML_NO_EVENT) return NULL;
		if (type == end) break;
		yaml_node *item = compose_node(c, depth + 1);
		if (!item || !add_item(c, node, item)) return NULL;
	}
	td__yaml_take(c->l);
	node->open = false;
	return node;
}

static yaml_node *compose_node(composer *c, size_t depth) {
	yaml_event_type_t type = td__yaml_peek(c->s, c->l);
	if (type == YAML_NO_EVENT) return NULL;
	if (type == YAML_ALIAS_EVENT) return compose_alias(c);
	const yaml_event_t *e = &c->l->event;
	const yaml_char_t *name = type == YAML_SCALAR_EVENT           ? e->data.scalar.anchor
	                          : type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.anchor
	                                                              : e->data.mapping_start.anchor;
	anchor *first = name ? find_anchor(c, (const char *)name) : NULL;
	if (first) {
		TD_SCOPE(tmp, c->s);
		yaml_at at = start_of(c->l);
		const char *text = td_format(tmp, "found duplicate anchor %s; first occurrence", td_str_repr(tmp, first->name));
		td__yaml_raise(c->s, c->l, TD_ComposerError, text, &first->node->at, "second occurrence", &at);
		return NULL;
	}
	if (type == YAML_SCALAR_EVENT) return compose_scalar(c);
	return compose_collection(c, type == YAML_SEQUENCE_START_EVENT ? YAML_SEQUENCE : YAML_MAPPING, depth);
}

yaml_node *td__yaml_compose_document(td_scope *s, td_scope *scratch, yaml_loader *l) {
	composer c = {.s = s, .scratch = scratch, .l = l};
	td__yaml_take(l); /* document start */
	yaml_node *node = compose_node(&c, 0);
	if (!node || td__yaml_peek(s, l) == YAML_NO_EVENT) return NULL;
	td__yaml_take(l); /* document end */
	return node;
}
