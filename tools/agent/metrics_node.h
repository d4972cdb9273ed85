/* tools/agent/metrics_node.h: the machine for Prometheus, under the names that node_exporter 1.5 gives it. */
#ifndef AGENT_METRICS_NODE_H
#define AGENT_METRICS_NODE_H

#include "agent/sample.h"

/* The families of node_exporter's collectors cpu, meminfo, diskstats, filesystem, netdev, loadavg, pressure, uname and
 * time, in text format 0.0.4: same names, types, help texts and labels. Counters are read now; file systems are those of
 * the last tick that asked them. The bytes are the sampler's, and valid until the next call. What cannot be read is left
 * out. Empty when s has failed. */
td_bytes agent_node_metrics(td_scope *s, agent_sampler *sampler);

#endif
