/* tools/agent/sample.h: what the machine is doing, looked at once a second.
 *
 *     agent_sampler *sampler = agent_sampler_new(s, NULL, NULL);
 *     agent_sampler_tick(tick, sampler);                               // once a second, from the agent's loop
 *     const td_value *now = agent_sampler_value(request, sampler);     // for /api/v1/sample
 *     td_bytes text = agent_node_metrics(request, sampler);            // for /metrics (agent/metrics_node.h)
 *     const td_value *past = agent_history_query(request, agent_sampler_history(sampler), …);
 *
 * One thread uses a sampler. It keeps the files of /proc open and its memory for good, so that a tick costs no fresh
 * page. A part of the system that cannot be read is left out of the sample and named in its "missing"; that never fails
 * the agent. File systems are asked every tenth tick, each with a time limit: a dead mount is shown as stale. */
#ifndef AGENT_SAMPLE_H
#define AGENT_SAMPLE_H

#include <tend/psutil.h>
#include <tend/value.h>

#include "agent/history.h"

typedef struct agent_sampler agent_sampler;

/* Lives in s. procfs and sysfs are recorded trees for tests; NULL is /proc and /sys. NULL when s has failed. */
agent_sampler *agent_sampler_new(td_scope *s, const char *procfs, const char *sysfs);

/* Looks at everything and adds it to the history. What cannot be read is no error; false only when memory is out or tick
 * was cancelled. */
bool agent_sampler_tick(td_scope *tick, agent_sampler *sampler);

/* The latest sample, made in s; rates are over the last two ticks, and null before the second one:
 *   time            seconds since the epoch
 *   host            {name, system, release, machine, boot_time, uptime, cpus}
 *   cpu             {busy, user, system, iowait, steal, cores: [busy …], frequency} in percent, MHz
 *   load            [1, 5, 15 minutes]
 *   memory          {total, available, used, free, cached, buffers, percent}
 *   swap            {total, used, free, percent, in_rate, out_rate} bytes, bytes a second
 *   pressure        {cpu: {some, full}, memory: …, io: …}: percent of the last second that was lost; null without PSI
 *   disks           [{name, read_rate, write_rate, reads, writes, busy}] bytes and operations a second, percent
 *   filesystems     [{device, mountpoint, type, total, used, free, percent, files, files_free, read_only, stale, age}]
 *   network         [{name, up, recv_rate, sent_rate, packets_in, packets_out, errors, drops, addresses}]
 *   temperatures    [{name, label, current, high, critical}]
 *   processes       {count, running, threads, top_cpu: [P …], top_memory: [P …]}
 *                   P: {pid, name, user, cpu, rss, status, command}; at most 20 each
 *   missing         [what could not be read]
 *   cost            seconds of processor time that the last tick took */
const td_value *agent_sampler_value(td_scope *s, agent_sampler *sampler);

/* Every process, for the table: [{pid, ppid, name, user, status, cpu, rss, vms, threads, nice, created, cpu_time,
 * command}], cpu in percent of one processor since the last tick. */
const td_value *agent_sampler_processes(td_scope *s, agent_sampler *sampler);

/* The three rings of this sampler. */
agent_history *agent_sampler_history(agent_sampler *sampler);

/* What is remembered of a moment (seconds since the epoch), for `tend top --at`:
 *   {time, step, host, uptime, cpu: {busy, user, system, iowait, steal, cores: […]}, load: […], memory: {total, used,
 *   cached, percent}, swap: {total, percent}, pressure: {cpu, memory, io}, processes: {count, step, items: […]}}
 * Numbers are means over step seconds, null where nothing was kept; the items are those of agent/past.h. NULL, with the
 * reason in *why_not, when the moment is outside of what is kept. */
const td_value *agent_sampler_past(td_scope *s, agent_sampler *sampler, double at, const char **why_not);

/* One sample by itself, for `tend agent --once --json`: two ticks a moment apart, so that rates are there. Blocks for
 * that moment (a quarter of a second). */
const td_value *agent_sample_once(td_scope *s, const char *procfs, const char *sysfs);

#endif
