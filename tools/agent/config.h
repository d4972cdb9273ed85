/* tools/agent/config.h: the agent's configuration, read, checked and made typed.
 *
 *     const agent_config *config = agent_config_load(s, "/etc/tend/tend.yaml");
 *     for (size_t i = 0; config && i < config->service_count; i++) start(&config->services[i]);
 *
 * The main file is read first, then conf.d/<anything>.yaml beside it in the order of their names; services are merged by
 * name, two of the same name are an error. Fields are named as in the YAML; docs/man/tend.yaml.5 tells what each means.
 * Everything lives in s, nothing in it is ever NULL, and nothing is shared with another configuration: load the new
 * one, compare, then end the scope of the old one. */
#ifndef AGENT_CONFIG_H
#define AGENT_CONFIG_H

#include <tend/errors.h>
#include <tend/scope.h>
#include <tend/text.h>
#include <tend/value.h>

typedef enum agent_restart_when {
	AGENT_RESTART_ALWAYS,
	AGENT_RESTART_ON_FAILURE,
	AGENT_RESTART_NEVER
} agent_restart_when;

typedef struct agent_restart {
	agent_restart_when when;
	double backoff_min; /* seconds before the first restart; doubled for each further one */
	double backoff_max; /* seconds, where the doubling ends */
	double stable;      /* seconds of running after which the back-off begins anew */
} agent_restart;

typedef struct agent_stop {
	int signal;    /* number of the signal that asks it to end */
	double within; /* seconds until KILL */
} agent_stop;

typedef struct agent_service {
	const char *name;
	td_strs run;            /* the command, never empty */
	td_strs env;            /* "NAME=value", on top of the agent's own environment */
	const char *cwd;        /* absolute; "" is the agent's own directory */
	const char *user;       /* "" is the agent's own */
	td_strs after;          /* names of the services that are started before it and stopped after it */
	const size_t *after_at; /* the same as positions in config->services, after.len of them */
	agent_restart restart;
	agent_stop stop;
	const char *log;   /* absolute path that its output is appended to; "" is the agent's own output */
	const char *where; /* "tend.yaml:12:3", where it was declared */
} agent_service;

typedef struct agent_config {
	const char *path;              /* of the main file, as it was given */
	td_strs files;                 /* all that was read, the main file first */
	const char *listen;            /* "127.0.0.1:9180"; "" when the agent shall not listen */
	const char *listen_host;       /* an address or "localhost", without brackets */
	int listen_port;               /* 0 lets the system choose */
	const char *token;             /* what a request that changes state must carry; "" when none was set */
	const char *socket;            /* absolute path of the control socket */
	const agent_service *services; /* in the order to start them: each stands behind what it is after */
	size_t service_count;
} agent_config;

/* What is wrong with a configuration: a ValueError whose message is for the user as it stands, "tend.yaml:12:5: unknown
 * key 'rn' in service 'web'; did you mean 'run'?", with source, line and column set. A tool that gets one ends with 2. */
extern const td_kind agent_config_error[1];

/* Reads and checks the configuration. Raises agent_config_error also when a file cannot be read or is not YAML. */
const agent_config *agent_config_load(td_scope *s, const char *path);

/* The file that is meant when none is named: TEND_CONFIG of the environment, else /etc/tend/tend.yaml for root, else
 * tend/tend.yaml below XDG_CONFIG_HOME (~/.config), or /etc/tend/tend.yaml where that is not there. */
const char *agent_config_default_path(td_scope *s);

/* Whether the two would run the same process in the same way, so that a reload need not restart it. */
bool agent_service_same(const agent_service *a, const agent_service *b);

/* The configuration as it is understood, defaults filled in, secrets left out: for `tend config show`. */
const td_value *agent_config_value(td_scope *s, const agent_config *config);

#endif
