/* tools/agent/web_private.h: what the files of the agent's web share. */
#ifndef AGENT_WEB_PRIVATE_H
#define AGENT_WEB_PRIVATE_H

#include <tend/http_server.h>
#include <tend/json.h>
#include <tend/prometheus_client.h>
#include <tend/text.h>
#include <tend/time.h>
#include <tend/value.h>

#include "agent/loop.h"
#include "agent/web.h"

enum { AGENT_WEB_LISTENERS = 64 };

typedef struct agent_listener {
	td_scope *scope; /* NULL: free */
	td_http_stream *stream;
} agent_listener;

struct agent_web {
	td_scope *s;
	td_http_server *server;
	agent_source source;
	agent_sampler *sampler;
	agent_supervisor *supervisor;
	td_scope *token_scope;
	const char *token;
	double started;
	double pressure[3]; /* cpu, memory, io: percent lost, smoothed over about ten seconds */
	td_prometheus_registry *registry;
	agent_listener listeners[AGENT_WEB_LISTENERS];
};

/* api.c */
const td_value *agent_api_services(td_scope *s, const agent_web *web);
const td_value *agent_api_problems(td_scope *s, const agent_web *web, const td_value *sample);
const td_value *agent_api_info(td_scope *s, const agent_web *web);
/* What an event carries, and the page begins with: {sample, problems, services}. */
const td_value *agent_api_state(td_scope *s, const agent_web *web);
/* metrics.c */
bool agent_metrics_begin(td_scope *s, agent_web *web);
td_bytes agent_metrics_text(td_scope *s, agent_web *web);
/* page.c: the page, with current numbers in it. */
const char *agent_page(td_scope *s, const agent_web *web);

/* Made at build time from tools/agent/web/ and the charts library. */
typedef struct agent_asset {
	const char *path, *content_type;
	const unsigned char *data; /* compressed by gzip when gzip is set */
	size_t len;
	bool gzip;
} agent_asset;
extern const agent_asset agent_assets[];
extern const size_t agent_asset_count;

#endif
