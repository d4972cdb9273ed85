/* tools/agent/notify.h: telling systemd, or whoever else started the agent with NOTIFY_SOCKET, how it is. */
#ifndef AGENT_NOTIFY_H
#define AGENT_NOTIFY_H

#include <tend/scope.h>

/* Sends the lines ("READY=1\nSTATUS=…") as one datagram. Does nothing without NOTIFY_SOCKET; what goes wrong is not the
 * agent's trouble. Does not block. */
void agent_notify(td_scope *s, const char *lines);

/* RELOADING=1 with the moment it begins, as systemd wants it. */
void agent_notify_reloading(td_scope *s);

/* Seconds between two WATCHDOG=1, half of what was asked for; 0 when none was. */
double agent_notify_watchdog(td_scope *s);

#endif
