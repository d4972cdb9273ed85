/* Answers tests/real/logging: formats one record in many ways. Each line of standard input is a JSON list [style, format,
 * datefmt, logger, level, message, seconds, nanoseconds]; each line out is the text, or the error, as JSON. */
#include <string.h>
#include <tend.h>
#include <time.h>

extern const struct timespec *td__log_frozen; /* of the static library */

static void keep(void *arg, const td_log_record *r, const char *text, size_t len) {
	(void)r;
	td_scope *s = ((void **)arg)[0];
	((void **)arg)[1] = (void *)(uintptr_t)td_strndup(s, text, len);
}

static void answer(td_scope *s, const td_value *v) {
	const char *datefmt = td_value_str(td_value_at(v, 2), NULL);
	td_formatter *f = td_logging_formatter(s, .fmt = td_value_str(td_value_at(v, 1), NULL), .datefmt = datefmt,
	                                       .style = td_value_str(td_value_at(v, 0), NULL), .gmtime = true);
	const td_error *e = td_catch(s);
	if (e) {
		td_print(s, "%s", td_json_dumps(s, td_dict(s, "error", e->message)));
		return;
	}
	void *got[2] = {s, NULL};
	td_handler *h = td_logging_handler(s, keep, got);
	td_handler_set_formatter(h, f);
	td_logger *log = td_logging_get_logger(td_value_str(td_value_at(v, 3), ""));
	td_logging_set_propagate(log, false);
	td_logging_add_handler(log, h);
	struct timespec when = {.tv_sec = td_value_int(td_value_at(v, 6), 0),
	                        .tv_nsec = td_value_int(td_value_at(v, 7), 0)};
	td__log_frozen = &when;
	td__logging_write(log, (int)td_value_int(td_value_at(v, 4), 0), "/srv/app/module.name.py", 42, "run", NULL, NULL,
	                  "%s", td_value_str(td_value_at(v, 5), ""));
	td__log_frozen = NULL;
	if (got[1])
		td_print(s, "%s", td_json_dumps(s, td_dict(s, "ok", (const char *)got[1])));
	else
		td_print(s, "{\"lost\": true}");
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_file *in = td_sys_stdin(s);
	for (td_bytes line; td_file_next_line(s, in, &line);) {
		TD_SCOPE(turn, s);
		answer(turn, td_json_loads_bytes(turn, line));
	}
}
