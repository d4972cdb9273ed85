/* argparse_act.c: an argument's values are read, kept in the namespace, and its action done. */
#include <stdio.h>

#include "data/argparse_run.h"

bool td__argparse_add_text(td_scope *s, td_strs *list, size_t *room, const char *text) {
	void *items = (void *)(uintptr_t)list->items;
	if (!td__grow(s, &items, room, list->len + 2, sizeof(char *))) return false;
	((const char **)items)[list->len++] = text;
	((const char **)items)[list->len] = NULL;
	list->items = items;
	return true;
}

bool td__argparse_add_extras(arg_run *r, size_t from, size_t to) {
	for (; from < to; from++) {
		if (!td__argparse_add_text(r->ns->s, &r->ns->extras, &r->ns->extras_room,
		                           td_strdup(r->ns->s, r->args.items[from])))
			return false;
	}
	return true;
}

/* --- the namespace --- */

arg_entry *td__argparse_find(const arg_space *ns, const char *dest) {
	for (size_t i = 0; i < ns->count; i++) {
		if (strcmp(ns->items[i].dest, dest) == 0) return &ns->items[i];
	}
	return NULL;
}

bool td__argparse_put(arg_space *ns, const char *dest, const td_value *value) {
	if (!dest) return true;
	arg_entry *e = td__argparse_find(ns, dest);
	if (e) {
		e->value = value;
		return true;
	}
	void *items = ns->items;
	if (!td__grow(ns->s, &items, &ns->capacity, ns->count + 1, sizeof *ns->items)) return false;
	ns->items = items;
	ns->items[ns->count++] = (arg_entry){dest, value};
	return true;
}

const td_value *td__argparse_current(const arg_space *ns, const char *dest) {
	const arg_entry *e = dest ? td__argparse_find(ns, dest) : NULL;
	return e ? e->value : NULL;
}

/* --- values --- */

const td_value *td__argparse_read(arg_run *r, const arg_action *a, const char *text) {
	TD_SCOPE(tmp, r->s);
	const td_value *v = td__argparse_convert(tmp, a, text);
	return v ? td_value_copy(r->ns->s, v) : NULL;
}

static const td_value *convert_list(arg_run *r, const arg_action *a, td_strs args, bool checked) {
	td_value *list = td_value_new_list(r->ns->s);
	for (size_t i = 0; i < args.len; i++) {
		TD_SCOPE(tmp, r->s);
		const td_value *v = td__argparse_convert(tmp, a, args.items[i]);
		if (!v || !td_value_append(tmp, list, v)) return NULL;
	}
	for (size_t i = 0; checked && i < args.len; i++) {
		if (!td__argparse_check_choice(r->s, a, td_value_at(list, i))) return NULL;
	}
	return list;
}

const td_value *td__argparse_read_default(arg_run *r, const arg_action *a, const td_value *v) {
	bool reads = v && td_value_type(v) == TD_STR && a->type != TD_ARG_TEXT && a->type != TD_ARG_STR;
	return reads ? td__argparse_read(r, a, td_value_str(v, "")) : v;
}

/* The value of an action for its arguments; NULL is None unless r->s has failed. *nothing: there is none at all. */
static const td_value *values_of(arg_run *r, const arg_action *a, td_strs args, bool *nothing) {
	*nothing = false;
	if (a->nargs != NARGS_PARSER && a->nargs != NARGS_REST) {
		for (size_t i = 0; i < args.len; i++) {
			if (strcmp(args.items[i], "--") != 0) continue;
			const char **kept = td_alloc_array(r->s, args.len + 1, sizeof *kept);
			if (!kept) return NULL;
			memcpy(kept, args.items, i * sizeof *kept);
			memcpy(kept + i, args.items + i + 1, (args.len - i - 1) * sizeof *kept);
			args = (td_strs){kept, args.len - 1};
			break;
		}
	}
	if (!args.len && a->nargs == NARGS_OPTIONAL) {
		if (!a->flags.len && a->no_default) {
			*nothing = true;
			return NULL;
		}
		const td_value *v = a->flags.len ? a->konst : a->def;
		if (!v || td_value_type(v) != TD_STR) return v;
		v = td__argparse_read_default(r, a, v);
		return td__argparse_check_choice(r->s, a, v) ? v : NULL;
	}
	if (!args.len && a->nargs == NARGS_ANY && !a->flags.len) {
		*nothing = a->no_default;
		if (*nothing) return NULL;
		const td_value *v = a->def ? a->def : td_value_new_list(r->ns->s);
		return td__argparse_check_choice(r->s, a, v) ? v : NULL;
	}
	if (args.len == 1 && (a->nargs == NARGS_ONE || a->nargs == NARGS_OPTIONAL)) {
		const td_value *v = td__argparse_read(r, a, args.items[0]);
		return v && td__argparse_check_choice(r->s, a, v) ? v : NULL;
	}
	const td_value *list = convert_list(r, a, args, a->nargs != NARGS_REST && a->nargs != NARGS_PARSER);
	if (list && a->nargs == NARGS_PARSER && !td__argparse_check_choice(r->s, a, td_value_at(list, 0))) return NULL;
	return list;
}

/* --- actions --- */

static void print_and_exit(td_scope *s, const char *text) {
	if (td_failed(s)) return;
	fputs(text, stdout);
	td_sys_exit(s, 0);
}

static const td_value *appended(arg_run *r, const arg_action *a, const td_value *v, bool each) {
	const td_value *old = td__argparse_current(r->ns, a->dest);
	td_value *list = old && td_value_type(old) == TD_LIST ? td_value_copy(r->ns->s, old) : td_value_new_list(r->ns->s);
	if (!list) return NULL;
	if (!each || !v || td_value_type(v) != TD_LIST) {
		td_value_append(r->s, list, v ? v : td_value_new_null(r->s));
	} else {
		for (size_t i = 0; i < td_value_len(v); i++) td_value_append(r->s, list, td_value_at(v, i));
	}
	return list;
}

static bool run_command(arg_run *r, const arg_action *a, const td_value *v) {
	const char *name = td_value_str(td_value_at(v, 0), "");
	if (a->dest && !td__argparse_put(r->ns, a->dest, td_value_at(v, 0))) return false;
	td_argparser *below = NULL;
	for (size_t i = 0; i < a->sub->count && !below; i++) {
		if (strcmp(a->sub->commands[i].name, name) == 0) below = a->sub->commands[i].parser;
	}
	size_t count = td_value_len(v);
	const char **rest = td_alloc_array(r->s, count + 1, sizeof *rest);
	if (!rest || !below) return false;
	for (size_t i = 1; i < count; i++) rest[i - 1] = td_value_str(td_value_at(v, i), "");
	arg_space sub = {.s = r->ns->s, .flags = r->ns->flags, .flags_room = r->ns->flags_room};
	if (!td__argparse_parse_into(r->s, below, (td_strs){rest, count - 1}, &sub, WHOLE)) return false;
	for (size_t i = 0; i < sub.count; i++) {
		if (!td__argparse_put(r->ns, sub.items[i].dest, sub.items[i].value)) return false;
	}
	if (sub.func) r->ns->func = sub.func;
	r->ns->flags = sub.flags;
	r->ns->flags_room = sub.flags_room;
	for (size_t i = 0; i < sub.extras.len; i++) {
		if (!td__argparse_add_text(r->ns->s, &r->ns->extras, &r->ns->extras_room, sub.extras.items[i])) return false;
	}
	return true;
}

/* True, which another action may have put there, counts as 1. */
static const td_value *one_more(td_scope *s, const td_value *old) {
	return td_value_new_int(s, td_value_int(old, td_value_bool(old, false)) + 1);
}

static bool act(arg_run *r, const arg_action *a, const td_value *v, const char *flag) {
	arg_space *ns = r->ns;
	switch (a->kind) {
	case TD_ARG_STORE: return a->sub ? run_command(r, a, v) : td__argparse_put(ns, a->dest, v);
	case TD_ARG_STORE_CONST: return td__argparse_put(ns, a->dest, a->konst);
	case TD_ARG_STORE_TRUE: return td__argparse_put(ns, a->dest, td_value_new_bool(ns->s, true));
	case TD_ARG_STORE_FALSE: return td__argparse_put(ns, a->dest, td_value_new_bool(ns->s, false));
	case TD_ARG_APPEND: return td__argparse_put(ns, a->dest, appended(r, a, v, false));
	case TD_ARG_APPEND_CONST: return td__argparse_put(ns, a->dest, appended(r, a, a->konst, false));
	case TD_ARG_EXTEND: return td__argparse_put(ns, a->dest, appended(r, a, v, true));
	case TD_ARG_COUNT: return td__argparse_put(ns, a->dest, one_more(ns->s, td__argparse_current(ns, a->dest)));
	case TD_ARG_BOOLEAN_OPTIONAL:
		return td__argparse_put(ns, a->dest, td_value_new_bool(ns->s, !td_str_startswith(flag, "--no-")));
	case TD_ARG_HELP: print_and_exit(r->s, td_argparse_format_help(r->s, r->p)); return false;
	case TD_ARG_VERSION:
		print_and_exit(r->s, td__argparse_paragraph(r->s, r->p, a->version ? a->version : ""));
		return false;
	}
	return true;
}

static bool in_group(const td_arggroup *g, const arg_action *a) {
	for (size_t i = 0; i < g->actions.count; i++) {
		if (g->actions.items[i] == a) return true;
	}
	return false;
}

/* Whether a stands in an exclusive group of which another was given. */
static bool check_exclusive(arg_run *r, const arg_action *a) {
	for (size_t i = 0; i < r->p->exclusive.count; i++) {
		const td_arggroup *g = r->p->exclusive.items[i];
		if (!in_group(g, a)) continue;
		for (size_t k = 0; k < g->actions.count; k++) {
			const arg_action *other = g->actions.items[k];
			if (other == a || !r->given[other->number]) continue;
			const char *text = td_format(r->s, "not allowed with argument %s", td__argparse_name(r->s, other));
			return td__argparse_argument_error(r->s, a, text);
		}
	}
	return true;
}

bool td__argparse_take(arg_run *r, const arg_action *a, td_strs args, const char *flag) {
	bool nothing;
	r->seen[a->number] = true;
	const td_value *v = values_of(r, a, args, &nothing);
	if (td_failed(r->s)) return false;
	if (!(nothing || (v == a->def && !a->no_default))) {
		r->given[a->number] = true;
		if (!check_exclusive(r, a)) return false;
	}
	return nothing || (act(r, a, v, flag) && !td_failed(r->s));
}
