#include <sys/resource.h>

#include "agent/metrics_node.h"
#include "agent/web_private.h"

static td_prometheus_family *family(td_scope *s, td_prometheus_registry *out, const char *type, const char *name,
                                    const char *help, const char *label) {
	return td_prometheus_family_new(s, out, type, name, help, label ? td_strs_of(s, label) : (td_strs){0});
}

static void one(td_scope *s, td_prometheus_registry *out, const char *type, const char *name, const char *help,
                double value) {
	td_strs none = {0};
	td_prometheus_family_add(s, family(s, out, type, name, help, NULL), none, value);
}

static void collect_services(td_scope *s, td_prometheus_registry *out, const agent_web *web) {
	size_t count = web->supervisor ? agent_supervisor_count(web->supervisor) : 0;
	td_prometheus_family *up =
		family(s, out, "gauge", "tend_service_up", "Whether the service runs and is ready.", "service");
	td_prometheus_family *wanted =
		family(s, out, "gauge", "tend_service_wanted", "Whether the service is wanted up.", "service");
	td_prometheus_family *restarts =
		family(s, out, "counter", "tend_service_restarts_total", "Starts after an unexpected end.", "service");
	td_prometheus_family *uptime =
		family(s, out, "gauge", "tend_service_uptime_seconds", "How long its process has been running.", "service");
	td_prometheus_family *state =
		td_prometheus_family_new(s, out, "gauge", "tend_service_state", "1 for the state that the service is in.",
	                             td_strs_of(s, "service", "state"));
	for (size_t i = 0; i < count; i++) {
		agent_service_status st = agent_supervisor_status(web->supervisor, i);
		td_strs name = td_strs_of(s, st.name);
		td_prometheus_family_add(s, up, name, st.number == AGENT_RUNNING);
		td_prometheus_family_add(s, wanted, name, st.up);
		td_prometheus_family_add(s, restarts, name, (double)st.restarts);
		td_prometheus_family_add(s, uptime, name, st.uptime);
		for (agent_state k = 0; k < AGENT_STATE_COUNT; k++) {
			td_prometheus_family_add(s, state, td_strs_of(s, st.name, agent_state_name(k)), k == st.number);
		}
	}
}

static void collect_http(td_scope *s, td_prometheus_registry *out, const agent_web *web) {
	td_http_server_stats stats = td_http_server_statistics(web->server);
	td_prometheus_family *responses =
		family(s, out, "counter", "tend_http_responses_total", "Answers by the hundred of their status.", "code");
	static const char *const codes[] = {"2xx", "3xx", "4xx", "5xx"};
	for (size_t i = 0; i < 4; i++)
		td_prometheus_family_add(s, responses, td_strs_of(s, codes[i]), (double)stats.responses[i + 2]);
	one(s, out, "counter", "tend_http_requests_total", "Requests that were read.", (double)stats.requests);
	one(s, out, "counter", "tend_http_connections_total", "Connections that were taken.", (double)stats.accepted);
	one(s, out, "counter", "tend_http_sent_bytes_total", "Bytes of answers.", (double)stats.bytes);
	one(s, out, "gauge", "tend_http_connections_open", "Connections that are open now.", (double)stats.connections);
	one(s, out, "gauge", "tend_http_streams_open", "Listeners to the events now.", (double)stats.streams);
}

static void collect(td_scope *s, td_prometheus_registry *out, void *userdata) {
	const agent_web *web = userdata;
	td_prometheus_family *build =
		family(s, out, "gauge", "tend_build_info", "The version that runs; always 1.", "version");
	td_prometheus_family_add(s, build, td_strs_of(s, TD_VERSION), 1);
	one(s, out, "gauge", "tend_start_time_seconds", "When the agent began, in seconds since 1970.", web->started);
	struct rusage use;
	getrusage(RUSAGE_SELF, &use);
	one(s, out, "counter", "tend_cpu_seconds_total", "Processor time that the agent took.",
	    (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	        (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6);
	one(s, out, "gauge", "tend_resident_memory_max_bytes", "The most memory that the agent has held.",
	    (double)use.ru_maxrss * 1024);
	const td_value *sample = agent_sampler_value(s, web->sampler);
	one(s, out, "gauge", "tend_sample_cpu_seconds", "Processor time that the last sample took.",
	    td_value_float(td_get(sample, "cost"), 0));
	one(s, out, "gauge", "tend_problems", "What the dashboard shows as wrong.",
	    (double)td_value_len(agent_api_problems(s, web, sample)));
	collect_services(s, out, web);
	collect_http(s, out, web);
}

bool agent_metrics_begin(td_scope *s, agent_web *web) {
	web->registry = td_prometheus_collector_registry(s);
	return td_prometheus_register(s, web->registry, collect, web);
}

td_bytes agent_metrics_text(td_scope *s, agent_web *web) {
	td_bytes node = agent_node_metrics(s, web->sampler), own = td_prometheus_generate_latest(s, web->registry);
	char *both = td_alloc(s, node.len + own.len + 1);
	if (!both) return own;
	for (size_t i = 0; i < node.len; i++) both[i] = node.data[i];
	for (size_t i = 0; i < own.len; i++) both[node.len + i] = own.data[i];
	return (td_bytes){both, node.len + own.len};
}
