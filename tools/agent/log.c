/* tools/agent/log.c: one line per event on standard error. */
#include "agent/log.h"

td_logger *agent_logger(void) {
	static td_logger *logger;
	if (!logger) logger = td_logging_get_logger("agent");
	return logger;
}

void agent_log_to_stderr(td_scope *s, bool json) {
	td_handler *handler = td_logging_stream_handler(s);
	td_handler_set_formatter(handler,
	                         json ? td_logging_json_formatter(s)
	                              : td_logging_formatter(s,
	                                                     .fmt = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(message)s",
	                                                     .datefmt = "%Y-%m-%dT%H:%M:%S", .gmtime = true));
	td_logging_set_level(agent_logger(), TD_LOGGING_INFO);
	td_logging_add_handler(agent_logger(), handler);
}
