/* tools/agent/loop.h: what the agent's one loop calls when a descriptor is ready. A part that watches one registers it
 * with the loop's selector and a pointer to such a source, which lives as long as the registration. */
#ifndef AGENT_LOOP_H
#define AGENT_LOOP_H

#include <tend/scope.h>

typedef struct agent_source {
	void (*ready)(td_scope *turn, void *self, unsigned events); /* TD_EVENT_READ, TD_EVENT_WRITE */
	void *self;
} agent_source;

#endif
