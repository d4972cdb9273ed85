/* tools/agent/log.c: one line per event on standard error. */
#include "agent/log.h"

#include <stdio.h>
#include <tend/json.h>
#include <tend/text.h>
#include <tend/time.h>
#include <tend/value.h>

static td_scope *scope;
static bool as_json;

void agent_log_to_stderr(td_scope *s, bool json) {
	scope = s;
	as_json = json;
}

static void line(const char *level, const char *fmt, va_list args) {
	char text[1024];
	vsnprintf(text, sizeof text, fmt, args);
	if (!scope) return;
	TD_SCOPE(attempt, scope);
	int64_t now = td_time_time_ns();
	const char *seconds = td_time_strftime(attempt, "%Y-%m-%dT%H:%M:%S", .t = td_time_gmtime(attempt, .secs = TD_FLOAT((double)(now / 1000000000))));
	const char *when = td_format(attempt, "%s.%03dZ", seconds, (int)(now / 1000000 % 1000));
	if (as_json) {
		td_value *v = td_dict(attempt, "time", when, "level", level, "logger", "agent", "message", text);
		fprintf(stderr, "%s\n", td_json_dumps(attempt, v));
	} else {
		fprintf(stderr, "%s %-7s %s\n", when, level, text);
	}
	td_catch(attempt);
}

#define LEVEL(name, text)                                                                                              \
	void agent_##name(const char *fmt, ...) {                                                                          \
		va_list args;                                                                                                  \
		va_start(args, fmt);                                                                                           \
		line(text, fmt, args);                                                                                         \
		va_end(args);                                                                                                  \
	}
LEVEL(info, "INFO")
LEVEL(warning, "WARNING")
LEVEL(error, "ERROR")
