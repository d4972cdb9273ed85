/* tools/agent/log.h: the agent's log lines, through the logger "agent". */
#ifndef AGENT_LOG_H
#define AGENT_LOG_H

#include <tend/logging.h>

#define agent_info(...) td_logging_info(agent_logger(), __VA_ARGS__)
#define agent_warning(...) td_logging_warning(agent_logger(), __VA_ARGS__)
#define agent_error(...) td_logging_error(agent_logger(), __VA_ARGS__)

td_logger *agent_logger(void);

/* Sends the lines to standard error, in UTC, as text or as one JSON object a line, until s ends. */
void agent_log_to_stderr(td_scope *s, bool json);

#endif
