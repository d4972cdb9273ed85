/* tools/agent/log.h: the agent's log lines, through the logger "agent". */
#ifndef AGENT_LOG_H
#define AGENT_LOG_H

#include <tend/scope.h>

/* Sends the lines to standard error, as text or as one JSON object a line. */
void agent_log_to_stderr(td_scope *s, bool json);

void agent_info(const char *fmt, ...) TD__PRINTF(1, 2);
void agent_warning(const char *fmt, ...) TD__PRINTF(1, 2);
void agent_error(const char *fmt, ...) TD__PRINTF(1, 2);

#endif
