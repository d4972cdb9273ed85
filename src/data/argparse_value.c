/* argparse_value.c: an argument's text becomes a value of its type, and is held against the choices. */
#include "data/argparse_internal.h"
#include <tend/difflib.h>
#include <tend/units.h>

const char *td__argparse_type_name(const arg_action *a) {
	static const char *const names[] = {"None", "str", "int", "float", "path", "duration", "size"};
	if (a->type == TD_ARG_OWN) return a->type_name ? a->type_name : "argument";
	return names[a->type];
}

const char *td__argparse_str(td_scope *s, const td_value *v) {
	return !v ? "None" : td_value_type(v) == TD_STR ? td_value_str(v, "") : td_value_repr(s, v);
}

bool td__argparse_argument_error(td_scope *s, const arg_action *a, const char *message) {
	TD_SCOPE(tmp, s);
	const char *name = a ? td__argparse_name(tmp, a) : NULL;
	if (!td_failed(tmp))
		td_raise(s, TD_ArgumentError, "%s%s%s%s", name ? "argument " : "", name ? name : "", name ? ": " : "", message);
	return false;
}

/* An int of any length, as Python's int() reads it. */
static const td_value *read_int(td_scope *tmp, const char *text) {
	TD_SCOPE(attempt, tmp);
	int64_t x = td_int(attempt, text);
	if (!td_catch(attempt, TD_OverflowError)) return td_failed(attempt) ? NULL : td_value_new_int(tmp, x);
	const char *digits = td_str_replace(attempt, td_str_strip(attempt, text), "_", "");
	return td_value_new_digits(tmp, *digits == '+' ? digits + 1 : digits);
}

static const td_value *read_value(td_scope *tmp, const arg_action *a, const char *text) {
	switch (a->type) {
	case TD_ARG_INT: return read_int(tmp, text);
	case TD_ARG_FLOAT: return td_value_new_float(tmp, td_float(tmp, text));
	case TD_ARG_DURATION: return td_value_new_float(tmp, td_units_duration(tmp, text));
	case TD_ARG_SIZE: return td_value_new_int(tmp, td_units_size(tmp, text));
	case TD_ARG_OWN: return a->parse(tmp, text);
	case TD_ARG_PATH:
		if (!*text) td_raise(tmp, TD_ValueError, "an empty path");
		return td_value_new_str(tmp, text);
	case TD_ARG_TEXT:
	case TD_ARG_STR: break;
	}
	return td_value_new_str(tmp, text);
}

const td_value *td__argparse_convert(td_scope *s, const arg_action *a, const char *text) {
	TD_SCOPE(tmp, s);
	const td_value *v = read_value(tmp, a, text);
	const td_error *e = td_catch(tmp, TD_ArgumentTypeError);
	if (e) {
		td__argparse_argument_error(s, a, e->message);
		return NULL;
	}
	e = td_catch(tmp, TD_ValueError, TD_TypeError);
	if (e) {
		const char *message = td_format(tmp, "invalid %s value: %s", td__argparse_type_name(a), td_str_repr(tmp, text));
		/* Python says no more; where the grammar is ours, what was expected is worth saying. */
		const char *expected = strstr(e->message, ": expected ");
		bool ours = a->type == TD_ARG_DURATION || a->type == TD_ARG_SIZE;
		td__argparse_argument_error(s, a,
		                            ours && expected ? td_format(tmp, "%s (%s)", message, expected + 2) : message);
		return NULL;
	}
	return td_failed(tmp) || !v ? NULL : td_value_copy(s, v);
}

static bool refuse_choice(td_scope *s, const arg_action *a, const td_value *value, td_strs texts, const char *list) {
	TD_SCOPE(tmp, s);
	td_strs near = {NULL, 0};
	if (value && td_value_type(value) == TD_STR)
		near = td_difflib_get_close_matches(tmp, td_value_str(value, ""), texts, .n = 1);
	const char *shown = value ? td_value_repr(tmp, value) : "None";
	td__argparse_argument_error(s, a, td_format(tmp, "invalid choice: %s (choose from %s)", shown, list));
	if (near.len) td_add_note(s, "did you mean %s?", td_str_repr(tmp, near.items[0]));
	return false;
}

bool td__argparse_check_choice(td_scope *s, const arg_action *a, const td_value *value) {
	TD_SCOPE(tmp, s);
	const char *text = td_value_str(value, NULL);
	if (a->sub) {
		td_strs names = td__argparse_command_names(tmp, a->sub);
		if (text && td_strs_contains(names, text)) return true;
		const char *list = "";
		for (size_t i = 0; i < names.len; i++)
			list = td_format(tmp, "%s%s%s", list, i ? ", " : "", td_str_repr(tmp, names.items[i]));
		return !td_failed(tmp) && refuse_choice(s, a, value, names, list);
	}
	if (!a->choices) return true;
	size_t n = td_value_len(a->choices);
	const char **texts = td_alloc_array(tmp, n + 1, sizeof *texts);
	const char *list = "";
	if (!texts) return false;
	for (size_t i = 0; i < n; i++) {
		const td_value *choice = td_value_at(a->choices, i);
		if (value && td_value_equal(choice, value)) return true;
		texts[i] = td__argparse_str(tmp, choice);
		list = td_format(tmp, "%s%s%s", list, i ? ", " : "", td_value_repr(tmp, choice));
	}
	return !td_failed(tmp) && refuse_choice(s, a, value, (td_strs){texts, n}, list);
}
