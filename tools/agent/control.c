/* tools/agent/control.c: the control socket. A client that is slow, or says what it may not, costs only its own
 * connection: nothing here waits. */
#include "agent/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <tend/difflib.h>
#include <tend/json.h>
#include <tend/socket.h>
#include <tend/text.h>
#include <tend/time.h>
#include <unistd.h>

#include "agent/log.h"
#include "agent/loop.h"

enum { LINE_MOST = 64 * 1024, CLIENTS_MOST = 64 };

struct agent_control {
	td_scope *s;
	td_selector *selector;
	agent_control_opts o;
	td_sock *listener;
	agent_source source;
	size_t clients;
	double began;
};

typedef struct client {
	agent_control *control;
	td_scope *life; /* the client lives here */
	td_sock *sock;
	agent_source source;
	size_t len;
	char line[LINE_MOST];
} client;

/* --- answering --- */

td_value *agent_service_value(td_scope *s, const agent_service_status *service) {
	td_value *v =
		td_dict(s, "name", service->name, "state", service->state, "up", td__lit_bool(service->up), "pid", service->pid,
	            "restarts", service->restarts, "since", service->since, "uptime", service->uptime);
	td_value_set(s, v, "next", service->next < 0 ? td_value_new_null(s) : td_value_new_float(s, service->next));
	td_value_set(s, v, "last_status",
	             service->has_ended ? td_value_new_int(s, service->last_status) : td_value_new_null(s));
	td_value_set(s, v, "reason", td_value_new_str(s, service->reason));
	td_value_set(s, v, "command", td_value_new_str(s, service->command));
	return v;
}

static td_value *refused(td_scope *s, const char *why) {
	return td_dict(s, "ok", TD_FALSE, "error", why);
}

static td_value *status(td_scope *s, const agent_control *c) {
	const agent_supervisor *v = c->o.supervisor;
	td_value *services = td_value_new_list(s);
	for (size_t i = 0; i < agent_supervisor_count(v); i++) {
		agent_service_status one = agent_supervisor_status(v, i);
		td_value_append(s, services, agent_service_value(s, &one));
	}
	td_value *agent = td_dict(s, "version", TD_VERSION, "pid", (int)getpid(), "uptime", td_time_monotonic() - c->began,
	                          "config", c->o.config_path);
	return td_dict(s, "ok", TD_TRUE, "agent", agent, "services", services);
}

static td_value *unknown(td_scope *s, const agent_control *c, const char *name) {
	const agent_supervisor *v = c->o.supervisor;
	const char **names = td_alloc_array(s, agent_supervisor_count(v) + 1, sizeof *names);
	if (!names) return NULL;
	for (size_t i = 0; i < agent_supervisor_count(v); i++) names[i] = agent_supervisor_status(v, i).name;
	td_strs close = td_difflib_get_close_matches(s, name, ((td_strs){names, agent_supervisor_count(v)}));
	td_value *answer = refused(s, td_format(s, "no service %s", td_str_repr(s, name)));
	if (close.len) td_value_set(s, answer, "suggestion", td_value_new_str(s, close.items[0]));
	return answer;
}

static td_value *reload(td_scope *s, const agent_control *c) {
	td_strs plan = {NULL, 0};
	const char *why_not = c->o.reload(s, c->o.userdata, &plan);
	if (*why_not) return refused(s, why_not);
	return td_dict(s, "ok", TD_TRUE, "plan", td_value_new_strs(s, plan));
}

static td_value *past(td_scope *s, const agent_control *c, const td_value *at) {
	const char *why_not = "nothing is sampled";
	if (!(td_value_float(at, -1) >= 0)) return refused(s, "\"at\" is a number of seconds since 1970");
	const td_value *v = c->o.sampler ? agent_sampler_past(s, c->o.sampler, td_value_float(at, 0), &why_not) : NULL;
	return v ? td_dict(s, "ok", TD_TRUE, "past", v) : refused(s, why_not);
}

static td_value *answer(td_scope *s, const agent_control *c, td_bytes line) {
	const td_value *request = td_json_loads_bytes(s, line);
	if (td_catch(s)) return refused(s, "that is not JSON");
	const char *what = td_value_str(td_value_get(request, "do"), "");
	const char *name = td_value_str(td_value_get(request, "name"), "");
	if (strcmp(what, "status") == 0) return status(s, c);
	if (strcmp(what, "reload") == 0) return reload(s, c);
	if (strcmp(what, "past") == 0) return past(s, c, td_value_get(request, "at"));
	agent_event event = strcmp(what, "start") == 0     ? AGENT_START
	                    : strcmp(what, "stop") == 0    ? AGENT_STOP
	                    : strcmp(what, "restart") == 0 ? AGENT_RESTART
	                                                   : AGENT_EVENT_COUNT;
	if (event == AGENT_EVENT_COUNT) return refused(s, "\"do\" is one of status, start, stop, restart, reload, past");
	int64_t i = agent_supervisor_find(c->o.supervisor, name);
	if (i < 0) return unknown(s, c, name);
	agent_supervisor_do(s, c->o.supervisor, (size_t)i, event);
	agent_service_status one = agent_supervisor_status(c->o.supervisor, (size_t)i);
	return td_dict(s, "ok", TD_TRUE, "service", agent_service_value(s, &one));
}

/* --- connections --- */

static void hang_up(client *p) {
	agent_control *c = p->control;
	td_selectors_unregister(p->life, c->selector, td_socket_fileno(p->sock));
	td_catch(p->life);
	c->clients--;
	td_scope_close(p->life); /* and p with it */
}

/* False when the client is not to be listened to any longer. */
static bool serve_line(td_scope *turn, client *p, td_bytes line) {
	TD_SCOPE(attempt, turn);
	td_value *v = answer(attempt, p->control, line);
	const char *text = td_json_dumps(attempt, v);
	td_socket_sendall(attempt, p->sock, (td_bytes){text, strlen(text)});
	td_socket_sendall(attempt, p->sock, (td_bytes){"\n", 1});
	return !td_catch(attempt);
}

static void on_client(td_scope *turn, void *self, unsigned events) {
	(void)events;
	client *p = self;
	TD_SCOPE(attempt, turn);
	int64_t n = td_socket_recv_into(attempt, p->sock, p->line + p->len, LINE_MOST - p->len);
	if (td_catch(attempt, TD_BlockingIOError)) return;
	if (td_catch(attempt) || n <= 0) {
		hang_up(p);
		return;
	}
	p->len += (size_t)n;
	char *end;
	while ((end = memchr(p->line, '\n', p->len)) != NULL) {
		size_t len = (size_t)(end - p->line);
		if (!serve_line(attempt, p, (td_bytes){p->line, len})) {
			hang_up(p);
			return;
		}
		p->len -= len + 1;
		memmove(p->line, end + 1, p->len);
	}
	if (p->len == LINE_MOST) hang_up(p); /* a line without end */
}

static void on_connection(td_scope *turn, void *self, unsigned events) {
	(void)turn;
	(void)events;
	agent_control *c = self;
	td_scope *life = td_scope_open(c->s, .name = "client");
	client *p = td_alloc(life, sizeof *p);
	td_sock *sock = td_socket_accept(life, c->listener, NULL);
	if (p && c->clients < CLIENTS_MOST) {
		*p = (client){.control = c, .life = life, .sock = sock, .source = {on_client, p}};
		td_socket_settimeout(life, sock, TD_NOW);
		td_selectors_register(life, c->selector, td_socket_fileno(sock), TD_EVENT_READ, &p->source);
	} else {
		td_raise(life, TD_RuntimeError, "too many clients");
	}
	if (td_catch(life))
		td_scope_close(life);
	else
		c->clients++;
}

/* --- listening --- */

static void remove_socket(td_scope *c, void *path) {
	(void)c;
	unlink(path);
}

/* Raises when somebody answers there; takes away what an agent left that was killed. */
static void take_place(td_scope *s, const char *path) {
	struct stat st;
	if (lstat(path, &st) < 0) return;
	if (!S_ISSOCK(st.st_mode)) {
		td_raise_os(s, EEXIST, path);
		return;
	}
	TD_SCOPE(attempt, s);
	td_sock *sock = td_socket_socket(attempt, .family = AF_UNIX);
	td_socket_settimeout(attempt, sock, 2);
	int e = td_socket_connect_ex(attempt, sock, path, 0);
	if (td_failed(attempt)) return;
	if (e == ECONNREFUSED)
		unlink(path);
	else
		td_raise_os(attempt, EADDRINUSE, path);
}

static void make_directory(td_scope *s, const char *path) {
	td_strs parts = td_str_rpartition(s, path, "/");
	if (td_failed(s) || !*parts.items[0]) return;
	if (mkdir(parts.items[0], geteuid() == 0 ? 0755 : 0700) < 0 && errno != EEXIST)
		td_raise_os(s, errno, parts.items[0]);
}

agent_control *agent_control_new(td_scope *s, td_selector *selector, const agent_control_opts *opts) {
	agent_control *c = td_alloc(s, sizeof *c);
	if (!c) return NULL;
	*c = (agent_control){.s = s, .selector = selector, .o = *opts, .source = {on_connection, c}};
	c->o.path = td_strdup(s, opts->path);
	c->o.config_path = td_strdup(s, opts->config_path);
	c->began = td_time_monotonic();
	make_directory(s, opts->path);
	take_place(s, opts->path);
	c->listener = td_socket_socket(s, .family = AF_UNIX);
	td_socket_settimeout(s, c->listener, TD_NOW);
	td_socket_bind(s, c->listener, opts->path, 0);
	if (td_failed(s)) return NULL;
	td_defer(s, remove_socket, (void *)(uintptr_t)c->o.path);
	/* Nobody can connect before it listens: the mode is right by then. */
	if (chmod(opts->path, geteuid() == 0 ? 0660 : 0600) < 0) td_raise_os(s, errno, opts->path);
	td_socket_listen(s, c->listener);
	td_selectors_register(s, selector, td_socket_fileno(c->listener), TD_EVENT_READ, &c->source);
	return td_failed(s) ? NULL : c;
}
