/* tools/agent/config.c: the configuration of the agent: files are found, read and merged, and what they say is checked as
 * a whole. docs/man/tend.yaml.5 is this file for its users. */
#include "agent/config.h"

#include <stdlib.h>
#include <string.h>
#include <tend/os.h>
#include <tend/path.h>
#include <tend/signal.h>
#include <tend/units.h>
#include <tend/yaml.h>
#include <unistd.h>

#include "agent/config_read.h"

const td_kind agent_config_error[1] = {{"ConfigError", TD_ValueError, "tend", "a configuration is wrong"}};

/* What is gathered while the files are read. */
typedef struct draft {
	config_reader r;
	agent_config *config;
	agent_service *services;
	const td_value **after; /* per service: where its `after` stands, for messages */
	size_t count, capacity;
	const td_value *agent; /* where the section was first seen */
	const char *agent_source;
	const char *token_file, *token_env;
	const td_value *token_at;
} draft;

/* --- agent: --- */

/* Splits "host:port" and "[::1]:port"; false when it is neither. */
static bool split_address(td_scope *s, const char *text, const char **host, int *port) {
	const char *colon = strrchr(text, ':');
	if (!colon || !colon[1] || strlen(colon + 1) > 5 || !td_str_isdigit(colon + 1)) return false;
	size_t len = (size_t)(colon - text);
	bool bracketed = len > 2 && text[0] == '[' && text[len - 1] == ']';
	if (len == 0 || (!bracketed && memchr(text, ':', len))) return false;
	*host = bracketed ? td_strndup(s, text + 1, len - 2) : td_strndup(s, text, len);
	*port = (int)td_int(s, colon + 1);
	return !td_failed(s) && *port <= 65535;
}

static bool is_loopback(const char *host) {
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 || strncmp(host, "127.", 4) == 0;
}

static bool read_listen(const config_reader *r, const char *name, const td_value *v, void *into) {
	agent_config *c = into;
	if (td_value_type(v) == TD_BOOL && !td_value_bool(v, true)) {
		c->listen = c->listen_host = "";
		c->listen_port = 0;
		return true;
	}
	const char *text = td_value_str(v, "");
	if (!split_address(r->s, text, &c->listen_host, &c->listen_port))
		return config_wrong(r, v, "%s must be an address and a port, as in 127.0.0.1:9180, or false", name);
	if (!is_loopback(c->listen_host)) {
		return config_wrong(
			r, v,
			"%s: %s can be reached from other machines; that takes TLS and a token, and TLS is not offered: "
			"use 127.0.0.1:%d or [::1]:%d",
			name, text, c->listen_port, c->listen_port);
	}
	c->listen = td_strdup(r->s, text);
	return !td_failed(r->s);
}

static const config_key token_keys[] = {
	{"file", config_read_path, offsetof(draft, token_file)},
	{"env", config_read_text, offsetof(draft, token_env)},
	{NULL, NULL, 0},
};

static bool read_token(const config_reader *r, const char *name, const td_value *v, void *into) {
	draft *d = into;
	if (td_value_type(v) != TD_DICT) {
		return config_wrong(r, v,
		                    "%s must say where the token is, as in {env: TEND_TOKEN} or {file: token}: a secret has no "
		                    "place in a configuration",
		                    name);
	}
	d->token_at = v;
	return config_read_table(r, v, name, " in 'token'", token_keys, d);
}

static bool read_token_file(const config_reader *r, const char *name, const td_value *v, void *into) {
	draft *d = into;
	d->token_at = v;
	return config_read_path(r, name, v, &d->token_file);
}

static bool read_agent_listen(const config_reader *r, const char *name, const td_value *v, void *into) {
	return read_listen(r, name, v, ((draft *)into)->config);
}
static bool read_agent_socket(const config_reader *r, const char *name, const td_value *v, void *into) {
	return config_read_path(r, name, v, &((draft *)into)->config->socket);
}

static const config_key agent_keys[] = {
	{"listen", read_agent_listen, 0},
	{"token_file", read_token_file, 0},
	{"token", read_token, 0},
	{"socket", read_agent_socket, 0},
	{NULL, NULL, 0},
};

/* The token's text, from where the configuration says. */
static bool fetch_token(draft *d) {
	td_scope *s = d->r.s;
	if (d->token_file && d->token_env)
		return config_wrong(&d->r, d->token_at, "the token is to come from a file and from the environment");
	if (d->token_env) {
		const char *text = td_os_getenv(s, d->token_env, .fallback = "");
		if (!*text)
			return config_wrong(&d->r, d->token_at, "the variable %s, which holds the token, is not set", d->token_env);
		d->config->token = text;
	}
	if (d->token_file) {
		TD_SCOPE(attempt, s);
		const char *text = td_str_strip(attempt, td_path_read_text(attempt, d->token_file));
		const td_error *e = td_catch(attempt, TD_OSError, TD_ValueError);
		if (e) return config_wrong(&d->r, d->token_at, "the token cannot be read: %s", e->message);
		if (!*text) return config_wrong(&d->r, d->token_at, "the token's file %s is empty", d->token_file);
		d->config->token = td_strdup(s, text);
	}
	return !td_failed(s);
}

/* --- services: --- */

static bool read_when(const config_reader *r, const char *name, const td_value *v, void *into) {
	static const char *const words[] = {"always", "on-failure", "never", NULL};
	for (int i = 0; words[i]; i++) {
		if (strcmp(td_value_str(v, ""), words[i]) != 0) continue;
		*(agent_restart_when *)into = (agent_restart_when)i;
		return true;
	}
	TD_SCOPE(tmp, r->s);
	const char *meant = td_value_type(v) == TD_STR ? config_meant(tmp, td_value_str(v, ""), (td_strs){words, 3}) : "";
	if (td_value_type(v) == TD_BOOL && !td_value_bool(v, true)) meant = "; an unquoted no is false: write never";
	return config_wrong(r, v, "%s must be always, on-failure or never%s", name, meant);
}

/* "100ms..30s", or one duration for both. */
static bool read_backoff(const config_reader *r, const char *name, const td_value *v, void *into) {
	agent_restart *restart = into;
	const char *text = td_value_str(v, ""), *dots = strstr(text, "..");
	if (!dots) {
		if (!config_read_duration(r, name, v, &restart->backoff_min)) return false;
		restart->backoff_max = restart->backoff_min;
		return true;
	}
	TD_SCOPE(attempt, r->s);
	restart->backoff_min = td_units_duration(attempt, td_strndup(attempt, text, (size_t)(dots - text)));
	restart->backoff_max = td_units_duration(attempt, dots + 2);
	const td_error *e = td_catch(attempt, TD_ValueError, TD_TypeError);
	if (e) return config_wrong(r, v, "%s must be two durations, as in 100ms..30s: %s", name, e->message);
	if (restart->backoff_min > restart->backoff_max) return config_wrong(r, v, "%s: %s goes downwards", name, text);
	return !td_failed(attempt);
}

static const config_key restart_keys[] = {
	{"when", read_when, offsetof(agent_restart, when)},
	{"backoff", read_backoff, 0},
	{"stable", config_read_duration, offsetof(agent_restart, stable)},
	{NULL, NULL, 0},
};

static bool read_restart(const config_reader *r, const char *name, const td_value *v, void *into) {
	agent_restart *restart = into;
	if (td_value_type(v) != TD_DICT) return read_when(r, name, v, &restart->when);
	TD_SCOPE(tmp, r->s);
	return config_read_table(r, v, name, td_format(tmp, " of %s", name), restart_keys, restart);
}

static const config_key stop_keys[] = {
	{"signal", config_read_signal, offsetof(agent_stop, signal)},
	{"within", config_read_duration, offsetof(agent_stop, within)},
	{NULL, NULL, 0},
};

static bool read_stop(const config_reader *r, const char *name, const td_value *v, void *into) {
	TD_SCOPE(tmp, r->s);
	return config_read_table(r, v, name, td_format(tmp, " of %s", name), stop_keys, into);
}

static const config_key service_keys[] = {
	{"run", config_read_command, offsetof(agent_service, run)},
	{"env", config_read_env, offsetof(agent_service, env)},
	{"cwd", config_read_path, offsetof(agent_service, cwd)},
	{"user", config_read_text, offsetof(agent_service, user)},
	{"after", config_read_names, offsetof(agent_service, after)},
	{"restart", read_restart, offsetof(agent_service, restart)},
	{"stop", read_stop, offsetof(agent_service, stop)},
	{"log", config_read_path, offsetof(agent_service, log)},
	{NULL, NULL, 0},
};

static const char *const nothing[] = {NULL};

/* A name stands in metrics, paths and command lines. */
static bool check_name(const config_reader *r, const td_value *key) {
	const char *name = td_value_str(key, "");
	size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@");
	if (*name && *name != '-' && *name != '.' && strlen(name) == plain && plain == td_value_len(key) && plain <= 64)
		return true;
	TD_SCOPE(tmp, r->s);
	return config_wrong(
		r, key, "%s is no name for a service: letters, digits, '_', '-', '.' and '@' make one, 64 of them at most",
		td_value_repr(tmp, key));
}

static bool read_service(draft *d, const td_value *key, const td_value *v) {
	if (!check_name(&d->r, key)) return false;
	td_scope *s = d->r.s;
	const char *name = td_value_str(key, "");
	for (size_t i = 0; i < d->count; i++) {
		if (strcmp(d->services[i].name, name) == 0)
			return config_wrong(&d->r, key, "service '%s' is declared already, at %s", name, d->services[i].where);
	}
	if (d->count == d->capacity) {
		size_t room = d->capacity ? 2 * d->capacity : 16;
		agent_service *services = td_alloc_array(s, room, sizeof *services);
		const td_value **after = td_alloc_array(s, room, sizeof *after);
		if (!services || !after) return false;
		if (d->count) memcpy(services, d->services, d->count * sizeof *services);
		if (d->count) memcpy(after, d->after, d->count * sizeof *after);
		d->services = services;
		d->after = after;
		d->capacity = room;
	}
	agent_service *service = &d->services[d->count];
	*service = (agent_service){
		.name = td_strdup(s, name),
		.env = {nothing, 0},
		.cwd = "",
		.user = "",
		.after = {nothing, 0},
		.restart = {AGENT_RESTART_ALWAYS, 0.1, 30, 60},
		.stop = {SIGTERM, 10},
		.log = "",
		.where = td_format(s, "%s:%u:%u", d->r.source, td_value_line(key), td_value_column(key)),
	};
	TD_SCOPE(tmp, s);
	const char *what = td_format(tmp, "service '%s'", name);
	if (!config_read_table(&d->r, v, what, td_format(tmp, " in %s", what), service_keys, service)) return false;
	if (!service->run.len)
		return config_wrong(&d->r, key,
		                    "%s has no 'run': the program and its arguments, as in run: [/bin/sleep, \"60\"]", what);
	d->after[d->count++] = td_value_get(v, "after");
	return true;
}

/* --- files --- */

static bool read_version(const config_reader *r, const char *name, const td_value *v, void *into) {
	(void)into;
	return td_value_int(v, 0) == 1 || config_wrong(r, v, "%s must be 1, the only one there is", name);
}

static bool read_agent(const config_reader *r, const char *name, const td_value *v, void *into) {
	draft *d = into;
	if (d->agent) {
		return config_wrong(r, v, "%s is set already, at %s:%u:%u", name, d->agent_source, td_value_line(d->agent),
		                    td_value_column(d->agent));
	}
	d->agent = v;
	d->agent_source = r->source;
	return config_read_table(r, v, name, " in 'agent'", agent_keys, d) && fetch_token(d);
}

static bool read_services(const config_reader *r, const char *name, const td_value *v, void *into) {
	if (td_value_is_null(v)) return true;
	if (td_value_type(v) != TD_DICT) return config_wrong(r, v, "%s must be a mapping from names to services", name);
	for (size_t i = 0; i < td_value_len(v); i++) {
		if (!read_service(into, td_value_key(v, i), td_value_at(v, i))) return false;
	}
	return true;
}

static const config_key file_keys[] = {
	{"version", read_version, 0},
	{"agent", read_agent, 0},
	{"services", read_services, 0},
	{NULL, NULL, 0},
};

/* The value in a file; NULL with agent_config_error raised. */
static const td_value *parse_file(td_scope *s, const char *path) {
	TD_SCOPE(attempt, s);
	const td_value *v = td_yaml_safe_load_path(attempt, path, .unique_keys = true);
	const td_error *e = td_catch(attempt, TD_YAMLError, TD_OSError, TD_ValueError, TD_RecursionError);
	if (e) {
		td_raise_at(s, agent_config_error, path, e->line, e->column, "%s", e->message);
		return NULL;
	}
	return td_failed(attempt) ? NULL : td_keep(s, v);
}

static bool read_file(draft *d, const char *path) {
	d->r.source = td_strdup(d->r.s, path);
	const td_value *v = parse_file(d->r.s, path);
	if (!v) return false;
	if (td_value_is_null(v)) return true; /* a file of comments */
	return config_read_table(&d->r, v, "the configuration", "", file_keys, d);
}

static int by_name(const void *a, const void *b) {
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The main file and conf.d's. */
static td_strs find_files(td_scope *s, const char *path) {
	const char *folder = td_path_join(s, td_path_dirname(s, path), "conf.d");
	td_strs names = td_path_isdir(s, folder) ? td_os_listdir(s, folder) : (td_strs){nothing, 0};
	const char **files = td_alloc_array(s, names.len + 2, sizeof *files);
	if (!files) return (td_strs){nothing, 0};
	size_t n = 1;
	files[0] = td_strdup(s, path);
	for (size_t i = 0; i < names.len; i++) {
		if (names.items[i][0] != '.' && td_str_endswith(names.items[i], ".yaml"))
			files[n++] = td_path_join(s, folder, names.items[i]);
	}
	qsort(files + 1, n - 1, sizeof *files, by_name);
	return (td_strs){files, n};
}

/* --- order --- */

typedef struct orderer {
	draft *d;
	unsigned char *state; /* 1: being visited, 2: placed */
	size_t *place;        /* of each service, in the order to start them */
	agent_service *out;
	size_t placed;
	size_t *path, depth; /* those being visited, to tell a circle */
} orderer;

static size_t find_service(const draft *d, const char *name) {
	for (size_t i = 0; i < d->count; i++) {
		if (strcmp(d->services[i].name, name) == 0) return i;
	}
	return d->count;
}

static const td_value *after_item(const draft *d, size_t service, size_t i) {
	const td_value *v = d->after[service];
	return td_value_type(v) == TD_LIST ? td_value_at(v, i) : v;
}

/* A reader for what a service says, whichever file it stands in. */
static config_reader reader_of(td_scope *s, const draft *d, size_t service) {
	const char *where = d->services[service].where, *end = strrchr(where, ':');
	while (end > where && *--end != ':') {
	}
	return (config_reader){s, td_strndup(s, where, (size_t)(end - where)), d->r.directory};
}

static bool tell_circle(const orderer *o, size_t again, const td_value *at) {
	td_scope *s = o->d->r.s;
	TD_SCOPE(tmp, s);
	size_t from = 0;
	while (o->path[from] != again) from++;
	const char *circle = "";
	for (size_t i = from; i < o->depth; i++)
		circle = td_format(tmp, "%s'%s' after ", circle, o->d->services[o->path[i]].name);
	config_reader r = reader_of(tmp, o->d, o->path[o->depth - 1]);
	r.s = s;
	const char *source = td_strdup(s, r.source);
	r.source = source;
	return config_wrong(&r, at, "services wait for each other in a circle: %s'%s'", circle, o->d->services[again].name);
}

static bool place(orderer *o, size_t i) {
	draft *d = o->d;
	agent_service *service = &d->services[i];
	td_scope *s = d->r.s;
	if (o->state[i] == 2) return true;
	o->state[i] = 1;
	o->path[o->depth++] = i;
	size_t *after_at = td_alloc_array(s, service->after.len + 1, sizeof *after_at);
	if (!after_at) return false;
	for (size_t k = 0; k < service->after.len; k++) {
		const char *name = service->after.items[k];
		size_t other = find_service(d, name);
		if (other == d->count) {
			const char **names = td_alloc_array(s, d->count + 1, sizeof *names);
			for (size_t n = 0; names && n < d->count; n++) names[n] = d->services[n].name;
			if (!names) return false;
			config_reader r = reader_of(s, d, i);
			return config_wrong(&r, after_item(d, i, k), "'after' in service '%s': there is no service '%s'%s",
			                    service->name, name, config_meant(s, name, (td_strs){names, d->count}));
		}
		if (o->state[other] == 1) return tell_circle(o, other, after_item(d, i, k));
		if (!place(o, other)) return false;
		after_at[k] = o->place[other];
	}
	service->after_at = after_at;
	o->depth--;
	o->state[i] = 2;
	o->place[i] = o->placed;
	o->out[o->placed++] = *service;
	return true;
}

static bool order(draft *d) {
	td_scope *s = d->r.s;
	orderer o = {.d = d};
	o.state = td_alloc(s, d->count + 1);
	o.place = td_alloc_array(s, d->count + 1, sizeof *o.place);
	o.path = td_alloc_array(s, d->count + 1, sizeof *o.path);
	o.out = td_alloc_array(s, d->count + 1, sizeof *o.out);
	if (!o.state || !o.place || !o.path || !o.out) return false;
	for (size_t i = 0; i < d->count; i++) {
		if (!place(&o, i)) return false;
	}
	d->config->services = o.out;
	d->config->service_count = d->count;
	return true;
}

/* --- the whole --- */

static const char *default_socket(td_scope *s) {
	const char *runtime = geteuid() == 0 ? "" : td_os_getenv(s, "XDG_RUNTIME_DIR", .fallback = "");
	return *runtime ? td_path_join(s, runtime, "tend/tend.sock") : "/run/tend/tend.sock";
}

const char *agent_config_default_path(td_scope *s) {
	const char *set = td_os_getenv(s, "TEND_CONFIG", .fallback = "");
	if (*set || td_failed(s)) return set;
	if (geteuid() != 0) {
		const char *home = td_os_getenv(s, "HOME", .fallback = "");
		const char *base = td_os_getenv(s, "XDG_CONFIG_HOME", .fallback = "");
		if (!*base && *home) base = td_path_join(s, home, ".config");
		const char *path = *base ? td_path_join(s, base, "tend/tend.yaml") : "";
		if (*path && td_path_isfile(s, path)) return path;
	}
	return "/etc/tend/tend.yaml";
}

const agent_config *agent_config_load(td_scope *s, const char *path) {
	agent_config *config = td_alloc(s, sizeof *config);
	if (!config) return NULL;
	config->path = td_strdup(s, path);
	config->listen = "127.0.0.1:9180";
	config->listen_host = "127.0.0.1";
	config->listen_port = 9180;
	config->token = "";
	config->socket = default_socket(s);
	config->files = find_files(s, path);
	draft d = {.r = {s, path, td_path_dirname(s, td_path_abspath(s, path))}, .config = config};
	for (size_t i = 0; i < config->files.len; i++) {
		if (td_failed(s) || !read_file(&d, config->files.items[i])) return NULL;
	}
	return order(&d) && !td_failed(s) ? config : NULL;
}

static bool same_list(td_strs a, td_strs b) {
	if (a.len != b.len) return false;
	for (size_t i = 0; i < a.len; i++) {
		if (strcmp(a.items[i], b.items[i]) != 0) return false;
	}
	return true;
}

bool agent_service_same(const agent_service *a, const agent_service *b) {
	return same_list(a->run, b->run) && same_list(a->env, b->env) && strcmp(a->cwd, b->cwd) == 0 &&
	       strcmp(a->user, b->user) == 0 && strcmp(a->log, b->log) == 0;
}

static const td_value *service_value(td_scope *s, const agent_service *a) {
	static const char *const when[] = {"always", "on-failure", "never"};
	const char *signal = td_signal_name(a->stop.signal);
	const char *backoff = td_format(s, "%s..%s", td_units_format_duration(s, a->restart.backoff_min),
	                                td_units_format_duration(s, a->restart.backoff_max));
	td_value *v = td_dict(s, "run", a->run);
	td_value *env = td_value_new_dict(s);
	for (size_t i = 0; i < a->env.len; i++) {
		const char *equal = strchr(a->env.items[i], '=');
		td_value_set(s, env, td_strndup(s, a->env.items[i], (size_t)(equal - a->env.items[i])),
		             td_value_new_str(s, "(not shown)"));
	}
	if (a->env.len) td_value_set(s, v, "env", env);
	if (*a->cwd) td_value_set(s, v, "cwd", td_value_new_str(s, a->cwd));
	if (*a->user) td_value_set(s, v, "user", td_value_new_str(s, a->user));
	if (a->after.len) td_value_set(s, v, "after", td_value_new_strs(s, a->after));
	td_value_set(s, v, "restart",
	             td_dict(s, "when", when[a->restart.when], "backoff", backoff, "stable",
	                     td_units_format_duration(s, a->restart.stable)));
	td_value_set(s, v, "stop",
	             td_dict(s, "signal", strncmp(signal, "SIG", 3) == 0 ? signal + 3 : signal, "within",
	                     td_units_format_duration(s, a->stop.within)));
	if (*a->log) td_value_set(s, v, "log", td_value_new_str(s, a->log));
	return v;
}

const td_value *agent_config_value(td_scope *s, const agent_config *config) {
	td_value *services = td_value_new_dict(s);
	for (size_t i = 0; i < config->service_count; i++)
		td_value_set(s, services, config->services[i].name, service_value(s, &config->services[i]));
	const td_value *listen = *config->listen ? td_value_new_str(s, config->listen) : td_value_new_bool(s, false);
	return td_dict(s, "version", 1, "agent", td_dict(s, "listen", listen, "socket", config->socket), "services",
	               services);
}
