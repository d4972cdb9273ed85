/* tools/top/past.c: the moment that was asked for, and the agent's answer as a sample. */
#include "top/past.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <tend/json.h>
#include <tend/socket.h>
#include <tend/time.h>
#include <tend/units.h>
#include <tend/value.h>

#define NAN_ __builtin_nan("")

struct top_past {
	const char *socket;
};

/* --- the moment --- */

/* text read by format, as local time; the fields that are not in it are those of now. */
static bool read_clock(td_scope *s, const char *text, const char *format, double *out) {
	TD_SCOPE(attempt, s);
	const td_struct_time *t = td_time_strptime(attempt, text, .format = format);
	double moment = td_time_mktime(attempt, t);
	if (td_catch(attempt) || td_failed(attempt)) return false;
	*out = moment;
	return true;
}

double top_past_moment(td_scope *s, const char *text, double now) {
	static const char *const formats[] = {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"};
	double moment;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (read_clock(s, text, formats[i], &moment)) return moment;
	}
	TD_SCOPE(scratch, s);
	const char *today = td_time_strftime(scratch, "%Y-%m-%d", .t = td_time_localtime(scratch, .secs = TD_FLOAT(now)));
	const char *yesterday =
		td_time_strftime(scratch, "%Y-%m-%d", .t = td_time_localtime(scratch, .secs = TD_FLOAT(now - 86400)));
	for (size_t i = 0; i < 2; i++) {
		if (!read_clock(scratch, td_format(scratch, "%s %s", today, text), formats[i], &moment)) continue;
		if (moment <= now) return moment;
		if (read_clock(scratch, td_format(scratch, "%s %s", yesterday, text), formats[i], &moment)) return moment;
	}
	double ago = td_units_duration(scratch, *text == '-' ? text + 1 : text);
	if (!td_catch(scratch, TD_ValueError)) return now - ago;
	td_raise(s, TD_ValueError,
	         "'%s' is no moment: expected 14:05, 14:05:30, '2024-02-29 14:05', or so long ago as in 10m", text);
	return 0;
}

/* --- the answer --- */

top_past *top_past_new(td_scope *s, const char *socket) {
	top_past *past = td_alloc(s, sizeof *past);
	if (past) past->socket = td_strdup(s, socket);
	return past;
}

static const td_value *ask(td_scope *s, const top_past *past, double at) {
	TD_SCOPE(attempt, s, .timeout = 10);
	td_sock *sock = td_socket_socket(attempt, .family = AF_UNIX);
	td_socket_connect(attempt, sock, past->socket, 0);
	const char *text = td_format(attempt, "{\"do\": \"past\", \"at\": %.3f}\n", at);
	td_socket_sendall(attempt, sock, (td_bytes){text, strlen(text)});
	td_bytes line = {"", 0};
	while (!td_failed(attempt) && (line.len == 0 || line.data[line.len - 1] != '\n')) {
		td_bytes more = td_socket_recv(attempt, sock, 65536);
		if (!more.len) break;
		char *joined = td_alloc(attempt, line.len + more.len + 1);
		if (!joined) break;
		memcpy(joined, line.data, line.len);
		memcpy(joined + line.len, more.data, more.len);
		line = (td_bytes){joined, line.len + more.len};
	}
	const td_value *answer = td_json_loads_bytes(s, line);
	const td_error *e = td_catch(attempt, TD_FileNotFoundError, TD_ConnectionRefusedError, TD_PermissionError);
	if (e) {
		td_raise(s, TD_RuntimeError, "no agent answers at %s (%s); 'tend agent' keeps the past", past->socket,
		         td_kind_is(e->kind, TD_FileNotFoundError) ? "there is no such socket"
		         : td_kind_is(e->kind, TD_PermissionError) ? "not permitted"
		                                                   : "nobody listens");
	} else if ((e = td_catch(attempt)) != NULL) {
		td_raise(s, TD_RuntimeError, "the agent at %s: %s", past->socket, e->message);
	} else if (!td_value_bool(td_get(answer, "ok"), false)) {
		td_raise(s, TD_RuntimeError, "the agent says: %s", td_value_str(td_get(answer, "error"), "nothing sensible"));
	}
	return td_failed(s) ? NULL : answer;
}

static double number(const td_value *v) {
	return td_value_float(v, NAN_);
}

static uint64_t bytes(const td_value *v) {
	double x = td_value_float(v, 0);
	return x > 0 ? (uint64_t)x : 0;
}

static const char *status_of(char state) {
	switch (state) {
	case 'R': return "running";
	case 'D': return "disk-sleep";
	case 'T': return "stopped";
	case 'Z': return "zombie";
	case 'I': return "idle";
	default: return "sleeping";
	}
}

static int by_pid(const void *a, const void *b) {
	const td_process_row *x = a, *y = b;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static void processes(td_scope *s, top_sample *m, const td_value *list) {
	size_t len = td_value_len(list);
	td_process_row *rows = td_alloc_array(s, len, sizeof *rows);
	for (size_t i = 0; rows && i < len; i++) {
		const td_value *v = td_value_at(list, i);
		char state = *td_value_str(td_get(v, "state"), "S");
		rows[i] = (td_process_row){.pid = (int)td_value_int(td_get(v, "pid"), 0),
		                           .ppid = (int)td_value_int(td_get(v, "ppid"), 0),
		                           .name = td_value_str(td_get(v, "name"), "?"),
		                           .cmdline = td_value_str(td_get(v, "command"), ""),
		                           .username = td_value_str(td_get(v, "user"), ""),
		                           .status = status_of(state),
		                           .state = state,
		                           .create_time = td_value_float(td_get(v, "created"), 0),
		                           .cpu_user = td_value_float(td_get(v, "cpu_time"), 0),
		                           .cpu_percent = td_value_float(td_get(v, "cpu"), 0),
		                           .rss = bytes(td_get(v, "rss")),
		                           .num_threads = (int)td_value_int(td_get(v, "threads"), 0),
		                           .nice = (int)td_value_int(td_get(v, "nice"), 0),
		                           .cgroup = "",
		                           .terminal = ""};
		rows[i].start = (uint64_t)rows[i].create_time;
	}
	if (!rows) return;
	if (len > 1) qsort(rows, len, sizeof *rows, by_pid);
	m->items = rows;
	m->len = len;
}

static top_cpu cpu_of(const td_value *v) {
	return (top_cpu){number(td_get(v, "user")), number(td_get(v, "system")), number(td_get(v, "iowait")),
	                 number(td_get(v, "steal"))};
}

const top_sample *top_past_at(td_scope *s, top_past *past, double at, double *step) {
	const td_value *answer = ask(s, past, at), *v = td_get(answer, "past");
	top_sample *m = td_alloc(s, sizeof *m);
	if (!answer || !m) return NULL;
	*step = td_value_float(td_get(v, "step"), 1);
	m->time = td_value_float(td_get(v, "time"), at);
	m->host = td_value_str(td_get(v, "host"), "");
	m->uptime = td_value_float(td_get(v, "uptime"), 0);
	m->all = cpu_of(td_get(v, "cpu"));
	const td_value *cores = td_get(v, "cpu", "cores");
	m->cpus = td_value_len(cores);
	top_cpu *each = td_alloc_array(s, m->cpus, sizeof *each);
	for (size_t i = 0; each && i < m->cpus; i++) each[i] = (top_cpu){number(td_value_at(cores, i)), 0, 0, 0};
	m->each = each;
	for (size_t i = 0; i < 3; i++) m->load[i] = td_value_float(td_value_at(td_get(v, "load"), i), NAN_);
	m->memory_total = bytes(td_get(v, "memory", "total"));
	m->memory_used = bytes(td_get(v, "memory", "used"));
	m->memory_cached = bytes(td_get(v, "memory", "cached"));
	m->swap_total = bytes(td_get(v, "swap", "total"));
	m->swap_used = (uint64_t)((double)m->swap_total * td_value_float(td_get(v, "swap", "percent"), 0) / 100);
	static const char *const stalls[TOP_STALLS] = {"cpu", "memory", "io"};
	for (int i = 0; i < TOP_STALLS; i++) {
		double lost = number(td_get(v, "pressure", stalls[i]));
		m->stalls[i] = (top_stall){lost > 100 ? 100 : lost, NAN_};
	}
	m->limits = (top_limits){.cgroup = "", .cpu = NAN_};
	m->tasks = (size_t)bytes(td_get(v, "processes", "count"));
	processes(s, m, td_get(v, "processes", "items"));
	m->partly = true;
	double span = td_value_float(td_get(v, "processes", "step"), 0);
	m->note = span > 0 ? td_format(s, "the busiest and largest %zu, means of %g s; the machine's of %g s", m->len, span,
	                               *step)
	                   : td_format(s, "of the processes nothing is kept; the machine's means of %g s", *step);
	return td_failed(s) ? NULL : m;
}
