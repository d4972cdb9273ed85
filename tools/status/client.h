/* tools/status/client.h: asking the running agent. */
#ifndef STATUS_CLIENT_H
#define STATUS_CLIENT_H

#include <tend/value.h>

/* Where the agent is to be found: --socket, else TEND_SOCKET of the environment, else /run/tend/tend.sock for root and
 * tend/tend.sock below XDG_RUNTIME_DIR for anybody else, as the agent itself has it without a configured one. */
const char *tend_socket_path(td_scope *s, const char *option);

/* One request, one answer. When nobody answers, or the answer is a refusal, it says so on standard error, suggestion
 * included, and ends the program: 1 without an agent, 2 for a service that is not there. */
const td_value *tend_ask(td_scope *s, const char *path, const td_value *request);

#endif
