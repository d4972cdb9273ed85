/* yaml_construct.c: nodes become values; PyYAML's SafeConstructor. First every node is checked and every scalar made, in
 * PyYAML's order (a collection's items come after all of its siblings), so that of several errors the same one is told;
 * then the tree is built, depth first, and nothing but memory can be wrong with it any more. */
#include "core/value_build.h"
#include "data/yaml_internal.h"
#include <tend/text.h>

typedef struct constructor {
	td_scope *s;
	td_scope *scratch;
	yaml_loader *l;
	yaml_node *first, *last; /* collections whose items are to be looked at */
} constructor;

static bool refuse(constructor *c, const char *context, const yaml_node *context_node, const char *problem,
                   const yaml_node *problem_node) {
	return td__yaml_raise(c->s, c->l, TD_ConstructorError, context, context_node ? &context_node->at : NULL, problem,
	                      &problem_node->at);
}

/* "expected WANTED, but found KIND" at that node. */
static bool expected(constructor *c, const char *context, const yaml_node *context_node, const char *wanted,
                     const yaml_node *found) {
	const char *text = td_format(c->scratch, "expected %s, but found %s", wanted, td__yaml_kind_name(found->kind));
	return refuse(c, context, context_node, text, found);
}

/* The text of a scalar; of a mapping that of its key '=', if it has one. */
static bool scalar_text(constructor *c, const yaml_node *node, td_bytes *text) {
	while (node->kind == YAML_MAPPING) {
		const yaml_node *value = NULL;
		for (size_t i = 0; i < node->count && !value; i += 2) {
			if (node->items[i]->tag == YAML_TAG_VALUE) value = node->items[i + 1];
		}
		if (!value) break;
		node = value;
	}
	if (node->kind != YAML_SCALAR) return expected(c, NULL, NULL, "a scalar node", node);
	*text = node->text;
	return true;
}

static bool make_scalar(constructor *c, yaml_node *node) {
	td_bytes text;
	if (!scalar_text(c, node, &text)) return false;
	switch (node->tag) {
	case YAML_TAG_BOOL: return td__yaml_bool(c->s, text, &node->made);
	case YAML_TAG_INT: return td__yaml_int(c->s, c->scratch, text, &node->made);
	case YAML_TAG_FLOAT: return td__yaml_float(c->s, c->scratch, text, &node->made);
	case YAML_TAG_TIMESTAMP: return td__yaml_timestamp(c->s, c->scratch, text, &node->made);
	case YAML_TAG_BINARY: return td__yaml_binary(c->s, c->scratch, c->l, node, text, &node->made);
	case YAML_TAG_STR: node->made = (yaml_made){.type = TD_STR, .text = text}; return true;
	default: node->made.type = TD_NULL_TYPE; return true;
	}
}

static bool is_collection(const yaml_node *node) {
	return node->tag >= YAML_TAG_OMAP && node->tag <= YAML_TAG_MAP && node->tag != YAML_TAG_STR;
}

/* PyYAML's construct_object. */
static bool check_node(constructor *c, yaml_node *node) {
	if (node->checked) return true;
	node->checked = true;
	if (node->tag == YAML_TAG_OTHER || node->tag == YAML_TAG_MERGE || node->tag == YAML_TAG_VALUE) {
		const char *tag = node->tag == YAML_TAG_OTHER   ? node->tag_text
		                  : node->tag == YAML_TAG_MERGE ? "tag:yaml.org,2002:merge"
		                                                : "tag:yaml.org,2002:value";
		const char *text =
			td_format(c->scratch, "could not determine a constructor for the tag %s", td_str_repr(c->scratch, tag));
		return refuse(c, NULL, NULL, text, node);
	}
	if (!is_collection(node)) return make_scalar(c, node);
	if (c->last)
		c->last->next_queued = node;
	else
		c->first = node;
	c->last = node;
	return true;
}

/* --- mappings --- */

static bool append_pairs(constructor *c, yaml_node *to, yaml_node *const *items, size_t count) {
	if (count == 0) return true;
	void *room = to->items;
	if (!td__grow(c->scratch, &room, &to->capacity, to->count + count, sizeof *to->items)) return false;
	to->items = room;
	memcpy(to->items + to->count, items, count * sizeof *items);
	to->count += count;
	return true;
}

/* Puts what merge keys bring before the mapping's own pairs. */
static bool flatten(constructor *c, yaml_node *node, size_t depth) {
	if (depth > c->l->max_depth) {
		td_raise(c->s, TD_RecursionError,
		         "maximum recursion depth exceeded: more than %zu merges inside each other in "
		         "\"%s\", line %zu, column %zu",
		         c->l->max_depth, c->l->name, node->at.line + 1, node->at.column + 1);
		return false;
	}
	bool merges = false;
	for (size_t i = 0; i < node->count; i += 2) {
		yaml_node *key = node->items[i];
		if (key->tag == YAML_TAG_MERGE)
			merges = true;
		else if (key->tag == YAML_TAG_VALUE)
			key->tag = YAML_TAG_STR;
	}
	if (!merges) return true;
	yaml_node all = {0}, own = {0};
	for (size_t i = 0; i < node->count; i += 2) {
		yaml_node *value = node->items[i + 1];
		if (node->items[i]->tag != YAML_TAG_MERGE) {
			if (!append_pairs(c, &own, node->items + i, 2)) return false;
		} else if (value->kind == YAML_MAPPING) {
			if (!flatten(c, value, depth + 1) || !append_pairs(c, &all, value->items, value->count)) return false;
		} else if (value->kind == YAML_SEQUENCE) {
			for (size_t k = 0; k < value->count; k++) {
				yaml_node *item = value->items[k];
				if (item->kind != YAML_MAPPING)
					return expected(c, "while constructing a mapping", node, "a mapping for merging", item);
				if (!flatten(c, item, depth + 1)) return false;
			}
			for (size_t k = value->count; k-- > 0;) {
				if (!append_pairs(c, &all, value->items[k]->items, value->items[k]->count)) return false;
			}
		} else {
			return expected(c, "while constructing a mapping", node, "a mapping or list of mappings for merging",
			                value);
		}
	}
	node->merged = all.count;
	if (!append_pairs(c, &all, own.items, own.count)) return false;
	node->items = all.items;
	node->count = all.count;
	node->capacity = all.capacity;
	return true;
}

static bool same_key(const yaml_made *a, const yaml_made *b) {
	if (a->type != b->type) return false;
	switch (a->type) {
	case TD_BOOL: return a->as.b == b->as.b;
	case TD_FLOAT_TYPE: return a->as.d == b->as.d;
	case TD_INTEGER:
	case TD_STR:
	case TD_BYTES:
		return a->as.i == b->as.i && a->text.len == b->text.len &&
		       (a->text.len == 0 || memcmp(a->text.data, b->text.data, a->text.len) == 0);
	default: return true;
	}
}

static size_t hash_key(const yaml_made *m) {
	size_t hash = 2166136261u ^ (size_t)m->type;
	for (size_t i = 0; i < m->text.len; i++) hash = (hash ^ (unsigned char)m->text.data[i]) * 16777619u;
	return m->type == TD_INTEGER ? hash ^ (size_t)m->as.i * 0x9E3779B97F4A7C15u : hash;
}

/* Of the pairs that were written in this mapping itself no two may have the same key. */
static bool check_unique(constructor *c, const yaml_node *node) {
	size_t pairs = (node->count - node->merged) / 2, buckets = pairs + 1;
	size_t *heads = td_alloc_array(c->scratch, buckets, sizeof *heads);
	size_t *next = td_alloc_array(c->scratch, pairs + 1, sizeof *next);
	if (!heads || !next) return false;
	for (size_t i = 1; i <= pairs; i++) {
		yaml_node *key = node->items[node->merged + 2 * (i - 1)];
		size_t *bucket = &heads[hash_key(&key->made) % buckets];
		for (size_t k = *bucket; k; k = next[k]) {
			const yaml_node *earlier = node->items[node->merged + 2 * (k - 1)];
			if (!same_key(&key->made, &earlier->made)) continue;
			const char *text = td_format(c->scratch, "found duplicate key %s, first given in line %zu",
			                             td_str_repr(c->scratch, key->text.data), earlier->at.line + 1);
			return refuse(c, "while constructing a mapping", node, text, key);
		}
		next[i] = *bucket;
		*bucket = i;
	}
	return true;
}

static bool check_mapping(constructor *c, yaml_node *node) {
	if (node->kind != YAML_MAPPING) return expected(c, NULL, NULL, "a mapping node", node);
	if (!flatten(c, node, 0)) return false;
	for (size_t i = 0; i < node->count; i += 2) {
		yaml_node *key = node->items[i];
		if (!check_node(c, key)) return false;
		if (is_collection(key)) return refuse(c, "while constructing a mapping", node, "found unhashable key", key);
		if (!check_node(c, node->items[i + 1])) return false;
	}
	return !c->l->unique_keys || check_unique(c, node);
}

/* --- sequences --- */

static bool check_pairs(constructor *c, yaml_node *node) {
	const char *context = node->tag == YAML_TAG_OMAP ? "while constructing an ordered map" : "while constructing pairs";
	if (node->kind != YAML_SEQUENCE) return expected(c, context, node, "a sequence", node);
	for (size_t i = 0; i < node->count; i++) {
		yaml_node *item = node->items[i];
		if (item->kind != YAML_MAPPING) return expected(c, context, node, "a mapping of length 1", item);
		if (item->count != 2) {
			const char *text =
				td_format(c->scratch, "expected a single mapping item, but found %zu items", item->count / 2);
			return refuse(c, context, node, text, item);
		}
		if (!check_node(c, item->items[0]) || !check_node(c, item->items[1])) return false;
	}
	return true;
}

static bool check_items(constructor *c, yaml_node *node) {
	switch (node->tag) {
	case YAML_TAG_MAP:
	case YAML_TAG_SET: return check_mapping(c, node);
	case YAML_TAG_OMAP:
	case YAML_TAG_PAIRS: return check_pairs(c, node);
	default: break;
	}
	if (node->kind != YAML_SEQUENCE) return expected(c, NULL, NULL, "a sequence node", node);
	for (size_t i = 0; i < node->count; i++) {
		if (!check_node(c, node->items[i])) return false;
	}
	return true;
}

/* --- building --- */

static bool build(constructor *c, td__build *b, yaml_node *node);

static void place(td__build *b, const yaml_node *node) {
	size_t line = node->at.line + 1, column = node->at.column + 1;
	td__build_at(b, line > UINT32_MAX ? UINT32_MAX : (uint32_t)line,
	             column > UINT32_MAX ? UINT32_MAX : (uint32_t)column);
}

static bool build_scalar(td__build *b, const yaml_node *node) {
	const yaml_made *m = &node->made;
	place(b, node);
	switch (m->type) {
	case TD_BOOL: return td__build_bool(b, m->as.b);
	case TD_INTEGER: return m->text.len ? td__build_digits(b, m->text.data, m->text.len) : td__build_int(b, m->as.i);
	case TD_FLOAT_TYPE: return td__build_float(b, m->as.d);
	case TD_STR: return td__build_text(b, m->text.data, m->text.len);
	case TD_BYTES: return td__build_bytes(b, m->text.data, m->text.len);
	default: return td__build_null(b);
	}
}

static bool build_time(td__build *b, const yaml_node *node) {
	place(b, node);
	const yaml_made *m = &node->made;
	return td__build_dict(b) && td__build_text(b, m->time_tag, strlen(m->time_tag)) && td__build_key(b) &&
	       td__build_text(b, m->text.data, m->text.len) && td__build_close(b);
}

static bool build_mapping(constructor *c, td__build *b, yaml_node *node) {
	if (!td__build_dict(b)) return false;
	for (size_t i = 0; i < node->count; i += 2) {
		if (!build_scalar(b, node->items[i]) || !td__build_key(b)) return false;
		if (node->tag == YAML_TAG_SET) {
			place(b, node->items[i]);
			if (!td__build_null(b)) return false;
		} else if (!build(c, b, node->items[i + 1])) {
			return false;
		}
	}
	return td__build_close(b);
}

static bool build_pairs(constructor *c, td__build *b, yaml_node *node) {
	if (!td__build_list(b)) return false;
	for (size_t i = 0; i < node->count; i++) {
		yaml_node *item = node->items[i];
		place(b, item);
		if (!td__build_list(b) || !build(c, b, item->items[0]) || !build(c, b, item->items[1]) || !td__build_close(b))
			return false;
	}
	return td__build_close(b);
}

static bool build_sequence(constructor *c, td__build *b, yaml_node *node) {
	if (!td__build_list(b)) return false;
	for (size_t i = 0; i < node->count; i++) {
		if (!build(c, b, node->items[i])) return false;
	}
	return td__build_close(b);
}

static bool build(constructor *c, td__build *b, yaml_node *node) {
	if (!is_collection(node))
		return c->l->tag_times && node->made.time_tag ? build_time(b, node) : build_scalar(b, node);
	if (node->built) return td__build_share(b, node->built);
	place(b, node);
	bool ok = node->tag == YAML_TAG_MAP || node->tag == YAML_TAG_SET      ? build_mapping(c, b, node)
	          : node->tag == YAML_TAG_OMAP || node->tag == YAML_TAG_PAIRS ? build_pairs(c, b, node)
	                                                                      : build_sequence(c, b, node);
	if (!ok) return false;
	/* The builder moves nodes about; their items stay. A copy of the node is what can be shared later. */
	node->built = td_alloc(c->scratch, TD__WIDE_NODE);
	if (!node->built) return false;
	memcpy(node->built, td__build_last(b), b->stride);
	return true;
}

const td_value *td__yaml_construct(td_scope *s, td_scope *home, td_scope *scratch, yaml_loader *l, yaml_node *root) {
	constructor c = {.s = s, .scratch = scratch, .l = l};
	if (!check_node(&c, root)) return NULL;
	for (yaml_node *node = c.first; node; node = node->next_queued) {
		if (!check_items(&c, node)) return NULL;
	}
	td__build b;
	const char *source = td_strdup(home, l->source); /* the values outlive the loader */
	td__build_begin(&b, home, source);
	bool ok = build(&c, &b, root);
	const td_value *v = td__build_end(&b);
	return ok ? v : NULL;
}
