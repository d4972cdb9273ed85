/* argparse_parents.c: a parser takes over what others declare. */
#include "data/argparse_internal.h"

/* The group of p with the title that theirs has; made when there is none. */
static td_arggroup *same_title(td_argparser *p, const td_arggroup *theirs) {
	for (size_t i = 0; i < p->groups.count; i++) {
		td_arggroup *g = p->groups.items[i];
		bool same = g->title && theirs->title ? strcmp(g->title, theirs->title) == 0 : g->title == theirs->title;
		if (same) return g;
	}
	return td__argparse_new_group(p, &p->groups, theirs->title, theirs->description);
}

static bool titles_differ(td_scope *s, const td_argparser *p) {
	for (size_t i = 0; i < p->groups.count; i++) {
		const char *title = p->groups.items[i]->title;
		for (size_t k = 0; title && k < i; k++) {
			const char *other = p->groups.items[k]->title;
			if (!other || strcmp(other, title) != 0) continue;
			TD_SCOPE(tmp, s);
			td_raise(s, TD_ValueError, "cannot merge actions - two groups are named %s", td_str_repr(tmp, title));
			return false;
		}
	}
	return true;
}

static bool holds(const td_arggroup *g, const arg_action *a) {
	for (size_t i = 0; i < g->actions.count; i++) {
		if (g->actions.items[i] == a) return true;
	}
	return false;
}

/* As in Python, what is in an exclusive group stands among the options, whatever title it had. */
static td_arggroup *group_for(td_argparser *p, const td_argparser *parent, td_arggroup **exclusive,
                              const arg_action *a) {
	for (size_t i = 0; i < parent->exclusive.count; i++) {
		if (holds(parent->exclusive.items[i], a)) return exclusive[i];
	}
	return a->home ? same_title(p, a->home) : NULL;
}

static bool take_parent(td_scope *s, td_argparser *p, const td_argparser *parent) {
	TD_SCOPE(tmp, s);
	td_arggroup **exclusive = td_alloc_array(tmp, parent->exclusive.count + 1, sizeof *exclusive);
	if (!exclusive || !titles_differ(s, p)) return false;
	for (size_t i = 0; i < parent->groups.count; i++) {
		if (!same_title(p, parent->groups.items[i])) return false;
	}
	for (size_t i = 0; i < parent->exclusive.count; i++) {
		exclusive[i] =
			(td_argparse_add_mutually_exclusive_group)(s, p,
		                                               TD__OPTS(td_arggroup_opts,
		                                                        .required = parent->exclusive.items[i]->required));
		if (!exclusive[i]) return false;
	}
	for (size_t i = 0; i < parent->actions.count; i++) {
		const arg_action *theirs = parent->actions.items[i];
		arg_action *a = td_alloc(p->s, sizeof *a);
		if (!a) return false;
		*a = *theirs;
		td_arggroup *group = group_for(p, parent, exclusive, theirs);
		a->home = NULL;
		if (!td__argparse_add_action(s, p, a, group)) return false;
		if (a->sub) p->sub = a->sub;
	}
	for (size_t i = 0; i < td_value_len(parent->defaults); i++) {
		const char *dest = td_value_str(td_value_key(parent->defaults, i), "");
		if (!td_value_set(s, p->defaults, dest, td_value_copy(p->s, td_value_at(parent->defaults, i)))) return false;
	}
	return true;
}

bool td__argparse_take_parents(td_scope *s, td_argparser *p, td_argparser *const *parents, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (!td__need_handle(s, "parent", parents[i]) || !take_parent(s, p, parents[i])) return false;
	}
	return true;
}
