/* argparse_args.c: asking the result. */
#include "data/argparse_internal.h"

static td_strs texts_of(td_scope *s, const td_value *v) {
	bool list = td_value_type(v) == TD_LIST;
	size_t n = list ? td_value_len(v) : td_value_is_null(v) ? 0 : 1;
	const char **items = td_alloc_array(s, n + 1, sizeof *items);
	static const char *const none[] = {NULL};
	if (!items) return (td_strs){none, 0};
	for (size_t i = 0; i < n; i++) items[i] = td__argparse_str(s, list ? td_value_at(v, i) : v);
	return (td_strs){items, n};
}

const td_args *td__argparse_result(td_scope *s, td_value *values, td_arg_func func) {
	td_args *a = td_alloc(s, sizeof *a);
	if (!a) return NULL;
	a->values = values;
	a->func = func;
	a->list_count = td_value_len(values);
	a->lists = td_alloc_array(s, a->list_count + 1, sizeof *a->lists);
	for (size_t i = 0; a->lists && i < a->list_count; i++) {
		a->lists[i].dest = td_value_str(td_value_key(values, i), "");
		a->lists[i].texts = texts_of(s, td_value_at(values, i));
	}
	return td_failed(s) ? NULL : a;
}

td_arg_func td_args_func(const td_args *args) {
	return args ? args->func : NULL;
}

const td_value *td_args_values(const td_args *args) {
	return args ? args->values : NULL;
}

const td_value *td_args_value(const td_args *args, const char *dest) {
	return args && dest ? td_value_get(args->values, dest) : NULL;
}

bool td_args_has(const td_args *args, const char *dest) {
	return !td_value_is_null(td_args_value(args, dest));
}

const char *td_args_str(const td_args *args, const char *dest) {
	return td_value_str(td_args_value(args, dest), "");
}

int64_t td_args_int(const td_args *args, const char *dest) {
	return td_value_int(td_args_value(args, dest), 0);
}

bool td_args_bool(const td_args *args, const char *dest) {
	return td_value_bool(td_args_value(args, dest), false);
}

double td_args_float(const td_args *args, const char *dest) {
	return td_value_float(td_args_value(args, dest), 0);
}

td_strs td_args_strs(const td_args *args, const char *dest) {
	static const char *const none[] = {NULL};
	const td_strs *list = NULL;
	for (size_t i = 0; args && i < args->list_count && !list; i++) {
		if (strcmp(args->lists[i].dest, dest) == 0) list = &args->lists[i].texts;
	}
	return list ? *list : (td_strs){none, 0};
}
