/* tools/agent/config_read.c: the values of a configuration, typed. */
#include <stdarg.h>
#include <string.h>
#include <tend/difflib.h>
#include <tend/errors.h>
#include <tend/path.h>
#include <tend/signal.h>
#include <tend/units.h>

#include "agent/config.h"
#include "agent/config_read.h"

bool config_wrong(const config_reader *r, const td_value *at, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	TD_SCOPE(tmp, r->s);
	const char *text = td_vformat(tmp, fmt, args);
	va_end(args);
	if (!td_failed(tmp))
		td_raise_at(r->s, agent_config_error, r->source, td_value_line(at), td_value_column(at), "%s", text);
	return false;
}

const char *config_meant(td_scope *s, const char *word, td_strs words) {
	td_strs near = td_difflib_get_close_matches(s, word, words, .n = 1);
	return near.len ? td_format(s, "; did you mean '%s'?", near.items[0]) : "";
}

/* What a value is, for who wrote it: "a list", "the number 5". */
static const char *shown(td_scope *s, const td_value *v) {
	switch (td_value_type(v)) {
	case TD_LIST: return "a list";
	case TD_DICT: return "a mapping";
	case TD_BOOL: return td_value_bool(v, false) ? "the truth value true" : "the truth value false";
	case TD_STR: return td_format(s, "the text %s", td_value_repr(s, v));
	case TD_INTEGER:
	case TD_FLOAT_TYPE: return td_format(s, "the number %s", td_value_repr(s, v));
	default: return "nothing";
	}
}

static bool expected(const config_reader *r, const char *name, const char *what, const td_value *v) {
	TD_SCOPE(tmp, r->s);
	const char *quotes = "";
	td_type type = td_value_type(v);
	if (strstr(what, "text") && (type == TD_INTEGER || type == TD_FLOAT_TYPE || type == TD_BOOL))
		quotes = "; put it in quotes if it is meant as a text";
	return config_wrong(r, v, "%s must be %s, not %s%s", name, what, shown(tmp, v), quotes);
}

/* --- mappings --- */

static bool unknown_key(const config_reader *r, const td_value *key, const char *where, const config_key *table) {
	TD_SCOPE(tmp, r->s);
	const char *names[32];
	td_strs known = {names, 0};
	for (; table[known.len].name && known.len < 31; known.len++) names[known.len] = table[known.len].name;
	const char *word = td_value_type(key) == TD_STR ? td_value_str(key, "") : td_value_repr(tmp, key);
	const char *meant = config_meant(tmp, word, known);
	if (!*meant) meant = td_format(tmp, "; known are %s", td_str_join(tmp, ", ", known));
	return config_wrong(r, key, "unknown key '%s'%s%s", word, where, meant);
}

bool config_read_table(const config_reader *r, const td_value *v, const char *what, const char *where,
                       const config_key *table, void *into) {
	if (td_value_type(v) != TD_DICT) return expected(r, what, "a mapping", v);
	for (size_t i = 0; i < td_value_len(v); i++) {
		const td_value *key = td_value_key(v, i);
		const config_key *k = table;
		while (k->name && strcmp(k->name, td_value_str(key, "")) != 0) k++;
		if (!k->name) return unknown_key(r, key, where, table);
		TD_SCOPE(tmp, r->s);
		if (!k->read(r, td_format(tmp, "'%s'%s", k->name, where), td_value_at(v, i), (char *)into + k->offset))
			return false;
	}
	return !td_failed(r->s);
}

/* --- texts --- */

bool config_read_text(const config_reader *r, const char *name, const td_value *v, void *into) {
	const char *text = td_value_str(v, "");
	if (!*text) return expected(r, name, "a text", v);
	if (strlen(text) != td_value_len(v)) return config_wrong(r, v, "%s holds a NUL", name);
	*(const char **)into = td_strdup(r->s, text);
	return !td_failed(r->s);
}

bool config_read_path(const config_reader *r, const char *name, const td_value *v, void *into) {
	const char *path = NULL;
	if (td_value_type(v) != TD_STR) return expected(r, name, "a path, as text", v);
	if (!config_read_text(r, name, v, &path)) return false;
	*(const char **)into = td_path_normpath(r->s, td_path_join(r->s, r->directory, path));
	return !td_failed(r->s);
}

static bool read_list(const config_reader *r, const char *name, const char *what, const td_value *v, td_strs *out) {
	if (td_value_type(v) != TD_LIST) return expected(r, name, what, v);
	size_t n = td_value_len(v);
	const char **items = td_alloc_array(r->s, n + 1, sizeof *items);
	if (!items) return false;
	for (size_t i = 0; i < n; i++) {
		TD_SCOPE(tmp, r->s);
		const td_value *item = td_value_at(v, i);
		const char *part = td_format(tmp, "item %zu of %s", i + 1, name);
		if (td_value_type(item) != TD_STR) return expected(r, part, "a text", item);
		if (strlen(td_value_str(item, "")) != td_value_len(item)) return config_wrong(r, item, "%s holds a NUL", part);
		items[i] = td_strdup(r->s, td_value_str(item, ""));
	}
	*out = (td_strs){items, n};
	return !td_failed(r->s);
}

bool config_read_texts(const config_reader *r, const char *name, const td_value *v, void *into) {
	return read_list(r, name, "a list of texts", v, into);
}

bool config_read_command(const config_reader *r, const char *name, const td_value *v, void *into) {
	if (!read_list(r, name, "a list of texts, the program and its arguments, as in [/bin/sleep, \"60\"]", v, into))
		return false;
	const td_strs *list = into;
	return (list->len && *list->items[0]) || config_wrong(r, v, "%s names no program", name);
}

bool config_read_names(const config_reader *r, const char *name, const td_value *v, void *into) {
	if (td_value_type(v) != TD_STR) return read_list(r, name, "a name or a list of names", v, into);
	const char **items = td_alloc_array(r->s, 2, sizeof *items);
	if (!items || !config_read_text(r, name, v, &items[0])) return false;
	*(td_strs *)into = (td_strs){items, 1};
	return true;
}

bool config_read_env(const config_reader *r, const char *name, const td_value *v, void *into) {
	if (td_value_type(v) != TD_DICT) return expected(r, name, "a mapping of names to texts", v);
	size_t n = td_value_len(v);
	const char **items = td_alloc_array(r->s, n + 1, sizeof *items);
	if (!items) return false;
	for (size_t i = 0; i < n; i++) {
		TD_SCOPE(tmp, r->s);
		const td_value *key = td_value_key(v, i), *value = td_value_at(v, i);
		const char *variable = td_value_str(key, ""), *part = td_format(tmp, "'%s' of %s", variable, name);
		if (!*variable || strchr(variable, '='))
			return config_wrong(r, key, "a key of %s is no name of a variable", name);
		if (td_value_type(value) != TD_STR) return expected(r, part, "a text", value);
		if (strlen(td_value_str(value, "")) != td_value_len(value))
			return config_wrong(r, value, "%s holds a NUL", part);
		items[i] = td_format(r->s, "%s=%s", variable, td_value_str(value, ""));
	}
	*(td_strs *)into = (td_strs){items, n};
	return !td_failed(r->s);
}

/* --- numbers --- */

bool config_read_duration(const config_reader *r, const char *name, const td_value *v, void *into) {
	td_type type = td_value_type(v);
	TD_SCOPE(tmp, r->s);
	if (type == TD_INTEGER || type == TD_FLOAT_TYPE) {
		if (td_value_float(v, 1) == 0) {
			*(double *)into = 0;
			return true;
		}
		return config_wrong(r, v, "%s must be a duration with its unit, as in 30s or 100ms, not %s", name,
		                    shown(tmp, v));
	}
	if (type != TD_STR) return expected(r, name, "a duration, as in 30s or 100ms", v);
	double seconds;
	const td_error *e;
	{
		TD_SCOPE(attempt, tmp);
		seconds = td_units_duration(attempt, td_value_str(v, ""));
		e = td_catch(attempt, TD_ValueError);
		if (e) return config_wrong(r, v, "%s: %s", name, e->message);
	}
	*(double *)into = seconds;
	return !td_failed(r->s);
}

bool config_read_signal(const config_reader *r, const char *name, const td_value *v, void *into) {
	static const char *const names[] = {"TERM", "INT", "HUP", "QUIT", "KILL", "USR1", "USR2", "WINCH", NULL};
	int64_t number = td_value_int(v, 0);
	TD_SCOPE(tmp, r->s);
	if (td_value_type(v) == TD_STR) {
		const char *text = td_value_str(v, "");
		number = td_signal_number(text);
		if (number < 1) number = td_signal_number(td_format(tmp, "SIG%s", text));
		if (number < 1) {
			const char *bare = strncmp(text, "SIG", 3) == 0 ? text + 3 : text;
			const char *meant = config_meant(tmp, td_str_upper(tmp, bare), (td_strs){names, 8});
			return config_wrong(r, v, "%s: there is no signal '%s'%s", name, text, meant);
		}
	} else if (td_value_type(v) != TD_INTEGER) {
		return expected(r, name, "a signal, as in TERM or INT", v);
	}
	if (number < 1 || number > 64) return config_wrong(r, v, "%s: there is no signal %lld", name, (long long)number);
	*(int *)into = (int)number;
	return true;
}
