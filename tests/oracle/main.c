/* main.c: the oracle. One JSON object a line on standard input, one on standard output, flushed, in order:
 *     {"id": 1, "call": "str.split", "args": ["a,b", ","], "kwargs": {}}
 *     {"id": 1, "ok": ["a", "b"]}
 *     {"id": 2, "error": {"kind": "ValueError", "message": "…"}}
 * A line that is no such object is answered with an error too. With "exact": true a dict with keys that are not texts is
 * answered as {"$dict": [[key, value], …]}. `oracle --list` prints the names and signatures of the rows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "oracle.h"

enum { REQUEST_DEPTH = 2000 }; /* what a row refuses as too deep has to reach it */

static oracle_row *rows;

void oracle_register(oracle_row *row) {
	row->next = rows;
	rows = row;
}

static const oracle_row *find(const char *name) {
	for (const oracle_row *row = rows; row; row = row->next) {
		if (strcmp(row->name, name) == 0) return row;
	}
	return NULL;
}

/* Python's name of the kind: "HTTPError" of requests_HTTPError. */
static const char *kind_name(const td_kind *kind) {
	size_t len = strcspn(kind->module, ".");
	bool prefixed = len && strncmp(kind->name, kind->module, len) == 0 && kind->name[len] == '_';
	return prefixed ? kind->name + len + 1 : kind->name;
}

static const td_value *call(td_scope *s, const td_value *request) {
	if (td_value_type(request) != TD_DICT) {
		td_raise(s, TD_ValueError, "a request is an object");
		return NULL;
	}
	const char *name = td_value_str(td_get(request, "call"), NULL);
	const oracle_row *row = name ? find(name) : NULL;
	if (!row) {
		td_raise(s, TD_NotImplementedError, "there is no call %s here", name ? name : "without a name");
		return NULL;
	}
	const td_value *args = oracle_decode(s, td_get(request, "args"));
	const td_value *given = td_get(request, "kwargs");
	td_value *kwargs = td_value_new_dict(s);
	for (size_t i = 0; i < td_value_len(given) && td_value_type(given) == TD_DICT; i++) {
		td_value_set_key(s, kwargs, td_value_key(given, i), oracle_decode(s, td_value_at(given, i)));
	}
	oracle_call bound;
	if (td_failed(s) || !oracle_bind(s, row, args, kwargs, &bound)) return NULL;
	return row->fn(s, &bound);
}

/* The answer as one line; in s, with its own errors in it. */
static const char *answer(td_scope *s, const char *line) {
	TD_SCOPE(attempt, s);
	const td_value *request = td_json_loads(attempt, line, .max_depth = REQUEST_DEPTH), *id = td_get(request, "id");
	const td_value *result = td_failed(attempt) ? NULL : call(attempt, request);
	const td_value *shown = oracle_encode(attempt, result, oracle_truth(td_get(request, "exact")));
	const td_error *e = td_catch(attempt, TD_BaseException);
	td_value *out = td_value_new_dict(s);
	td_value_set(s, out, "id", id ? id : td_value_new_null(s));
	if (e) {
		td_value_set(s, out, "error", td_dict(s, "kind", kind_name(e->kind), "message", e->message));
	} else {
		td_value_set(s, out, "ok", shown);
	}
	return td_json_dumps(s, out);
}

static void list_rows(void) {
	for (const oracle_row *row = rows; row; row = row->next) printf("%s(%s)\n", row->name, row->signature);
}

int main(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[1], "--list") == 0) {
		list_rows();
		return fflush(stdout) == 0 ? 0 : 1;
	}
	td_scope *root = td_scope_open_root();
	char *line = NULL;
	size_t capacity = 0;
	for (ssize_t len; (len = getline(&line, &capacity, stdin)) > 0;) {
		if (line[len - 1] == '\n') line[--len] = '\0';
		TD_SCOPE(s, root);
		const char *text = strlen(line) == (size_t)len ? answer(s, line) : td_no_text;
		const td_error *e = td_catch(s, TD_BaseException);
		if (e || text == td_no_text) {
			printf("{\"id\": null, \"error\": {\"kind\": \"%s\", \"message\": \"the line could not be answered\"}}\n",
			       e ? kind_name(e->kind) : "ValueError");
		} else {
			puts(text);
		}
		if (fflush(stdout) != 0) break;
	}
	free(line);
	td_scope_close(root);
	return 0;
}
