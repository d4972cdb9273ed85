/* Tests of tools/agent/config.h: what a configuration means, and how a wrong one is told. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tend.h>

#include "agent/config.h"

static void write_text(const char *path, const char *text) {
	FILE *f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
}

static const agent_config *load(td_scope *s, const char *text) {
	write_text("tend.yaml", text);
	return agent_config_load(s, "tend.yaml");
}

TD_TEST(TestAgentConfig, test_an_empty_file_is_all_defaults) {
	const agent_config *c = load(t, "# nothing\n");
	td_unittest_assert_equal(t, c->listen, "127.0.0.1:9180");
	td_unittest_assert_equal(t, c->listen_port, 9180);
	td_unittest_assert_equal(t, c->service_count, 0);
	td_unittest_assert_equal(t, c->token, "");
	td_unittest_assert_true(t, td_path_isabs(c->socket));
}

TD_TEST(TestAgentConfig, test_a_service_with_all_there_is) {
	const agent_config *c = load(t, "version: 1\n"
	                                "agent: {listen: '[::1]:0', socket: run/tend.sock}\n"
	                                "services:\n"
	                                "  web:\n"
	                                "    run: [/srv/web, --port, '8080']\n"
	                                "    env: {A: '1', B: x=y}\n"
	                                "    cwd: sub\n"
	                                "    user: www\n"
	                                "    after: [db]\n"
	                                "    restart: {when: on-failure, backoff: 200ms..1m, stable: 2m}\n"
	                                "    stop: {signal: INT, within: 30s}\n"
	                                "    log: web.log\n"
	                                "  db: {run: [/srv/db], restart: never}\n");
	td_unittest_assert_equal(t, c->listen_host, "::1");
	td_unittest_assert_equal(t, c->listen_port, 0);
	td_unittest_assert_equal(t, c->service_count, 2);
	const agent_service *db = &c->services[0], *web = &c->services[1];
	td_unittest_assert_equal(t, db->name, "db");
	td_unittest_assert_equal(t, (int)db->restart.when, (int)AGENT_RESTART_NEVER);
	td_unittest_assert_equal(t, db->restart.backoff_min, 0.1);
	td_unittest_assert_equal(t, db->restart.backoff_max, 30.0);
	td_unittest_assert_equal(t, db->restart.stable, 60.0);
	td_unittest_assert_equal(t, db->stop.signal, SIGTERM);
	td_unittest_assert_equal(t, web->name, "web");
	td_unittest_assert_equal(t, td_str_join(t, " ", web->run), "/srv/web --port 8080");
	td_unittest_assert_equal(t, td_str_join(t, " ", web->env), "A=1 B=x=y");
	td_unittest_assert_equal(t, web->cwd, td_path_join(t, td_os_getcwd(t), "sub"));
	td_unittest_assert_equal(t, web->user, "www");
	td_unittest_assert_equal(t, web->after_at[0], 0);
	td_unittest_assert_equal(t, (int)web->restart.when, (int)AGENT_RESTART_ON_FAILURE);
	td_unittest_assert_equal(t, web->restart.backoff_min, 0.2);
	td_unittest_assert_equal(t, web->restart.backoff_max, 60.0);
	td_unittest_assert_equal(t, web->stop.signal, SIGINT);
	td_unittest_assert_equal(t, web->stop.within, 30.0);
	td_unittest_assert_equal(t, web->log, td_path_join(t, td_os_getcwd(t), "web.log"));
	td_unittest_assert_equal(t, web->where, "tend.yaml:4:3");
}

TD_TEST(TestAgentConfig, test_what_is_wrong_is_told_with_its_place) {
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"services:\n  web:\n    rn: [x]\n", "tend.yaml:3:5: unknown key 'rn' in service 'web'; did you mean 'run'?"},
		{"servces: {}\n", "tend.yaml:1:1: unknown key 'servces'; did you mean 'services'?"},
		{"agent: {zzz: 1}\n",
	     "tend.yaml:1:9: unknown key 'zzz' in 'agent'; known are listen, token_file, token, socket"},
		{"services: {web: {}}\n",
	     "tend.yaml:1:12: service 'web' has no 'run': the program and its arguments, as in run: [/bin/sleep, \"60\"]"},
		{"services: {web: {run: x}}\n", "tend.yaml:1:23: 'run' in service 'web' must be a list of texts, the program "
	                                    "and its arguments, as in [/bin/sleep, \"60\"], not the text 'x'"},
		{"services: {web: {run: [x, 8080]}}\n", "tend.yaml:1:27: item 2 of 'run' in service 'web' must be a text, not "
	                                            "the number 8080; put it in quotes if it is meant as a text"},
		{"services: {web: {run: []}}\n", "tend.yaml:1:23: 'run' in service 'web' names no program"},
		{"services: {web: {run: [x], stop: {within: 5}}}\n",
	     "tend.yaml:1:43: 'within' of 'stop' in service 'web' must be a duration with its unit, as in 30s or 100ms, "
	     "not the number 5"},
		{"services: {web: {run: [x], stop: {within: 5x}}}\n",
	     "tend.yaml:1:43: 'within' of 'stop' in service 'web': invalid duration '5x': expected a number and ns, us, "
	     "ms, s, m, h, d or w, as in 1h30m"},
		{"services: {web: {run: [x], stop: {signal: TREM}}}\n",
	     "tend.yaml:1:43: 'signal' of 'stop' in service 'web': there is no signal 'TREM'; did you mean 'TERM'?"},
		{"services: {web: {run: [x], restart: no}}\n", "tend.yaml:1:37: 'restart' in service 'web' must be always, "
	                                                   "on-failure or never; an unquoted no is false: write never"},
		{"services: {web: {run: [x], restart: {backoff: 5s..1s}}}\n",
	     "tend.yaml:1:47: 'backoff' of 'restart' in service 'web': 5s..1s goes downwards"},
		{"services: {web: {run: [x], env: {A: 1}}}\n", "tend.yaml:1:37: 'A' of 'env' in service 'web' must be a text, "
	                                                   "not the number 1; put it in quotes if it is meant as a text"},
		{"services: {web: {run: [x], after: [dbs]}, db: {run: [x]}}\n",
	     "tend.yaml:1:36: 'after' in service 'web': there is no service 'dbs'; did you mean 'db'?"},
		{"services: {a: {run: [x], after: b}, b: {run: [x], after: [a]}}\n",
	     "tend.yaml:1:59: services wait for each other in a circle: 'a' after 'b' after 'a'"},
		{"services: {a: {run: [x], after: a}}\n",
	     "tend.yaml:1:33: services wait for each other in a circle: 'a' after 'a'"},
		{"services: {'a b': {run: [x]}}\n", "tend.yaml:1:12: 'a b' is no name for a service: letters, digits, '_', "
	                                        "'-', '.' and '@' make one, 64 of them at most"},
		{"agent: {listen: '0.0.0.0:80'}\n",
	     "tend.yaml:1:17: 'listen' in 'agent': 0.0.0.0:80 can be reached from other machines; that takes TLS and a "
	     "token, and TLS is not offered: use 127.0.0.1:80 or [::1]:80"},
		{"agent: {listen: 9180}\n",
	     "tend.yaml:1:17: 'listen' in 'agent' must be an address and a port, as in 127.0.0.1:9180, or false"},
		{"agent: {listen: '127.0.0.1:65536'}\n",
	     "tend.yaml:1:17: 'listen' in 'agent' must be an address and a port, as in 127.0.0.1:9180, or false"},
		{"agent: {token: secret}\n", "tend.yaml:1:16: 'token' in 'agent' must say where the token is, as in {env: "
	                                 "TEND_TOKEN} or {file: token}: a secret has no place in a configuration"},
		{"agent: {token_file: none}\n",
	     "tend.yaml:1:21: the token cannot be read: [Errno 2] No such file or directory: "},
		{"agent: {token: {env: TEND_NO_SUCH}}\n",
	     "tend.yaml:1:16: the variable TEND_NO_SUCH, which holds the token, is not set"},
		{"version: 2\n", "tend.yaml:1:10: 'version' must be 1, the only one there is"},
		{"[a]\n", "tend.yaml:1:1: the configuration must be a mapping, not a list"},
		{"services: {a: {run: [x]}, a: {run: [y]}}\n", "found duplicate key 'a', first given in line 1"},
		{"a: [\n", "tend.yaml:2:1: while parsing a flow node\nexpected the node content, but found '<stream end>'"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		TD_SUBTEST (t, "%s", rows[i].text) {
			td_unittest_assert_raises_message(t, agent_config_error, rows[i].message, load(c, rows[i].text));
		}
	td_unittest_assert_raises_message(t, agent_config_error,
	                                  "none.yaml: [Errno 2] No such file or directory: 'none.yaml'",
	                                  agent_config_load(c, "none.yaml"));
}

TD_TEST(TestAgentConfig, test_an_error_knows_its_place) {
	TD_SCOPE(c, t);
	load(c, "services:\n  web:\n    rn: [x]\n");
	const td_error *e = td_catch(c, TD_ValueError);
	if (!td_unittest_assert_is_not_none(t, e)) return;
	td_unittest_assert_equal(t, e->line, 3);
	td_unittest_assert_equal(t, e->column, 5);
	td_unittest_assert_equal(t, e->source, "tend.yaml");
}

TD_TEST(TestAgentConfig, test_conf_d_is_merged_by_name) {
	mkdir("conf.d", 0755);
	write_text("conf.d/20-b.yaml", "services: {b: {run: [b], after: a}}\n");
	write_text("conf.d/10-c.yaml", "services: {c: {run: [c]}}\nagent: {listen: false}\n");
	write_text("conf.d/.hidden.yaml", "nonsense: 1\n");
	write_text("conf.d/notes.txt", "nonsense: 1\n");
	const agent_config *c = load(t, "services: {a: {run: [a]}}\n");
	td_unittest_assert_equal(t, td_str_join(t, " ", c->files), "tend.yaml conf.d/10-c.yaml conf.d/20-b.yaml");
	td_unittest_assert_equal(t, c->service_count, 3);
	td_unittest_assert_equal(t, c->listen, "");
	td_unittest_assert_equal(t, c->services[1].where, "conf.d/10-c.yaml:1:12");
	write_text("conf.d/30-d.yaml", "services: {a: {run: [d]}}\n");
	td_unittest_assert_raises_message(t, agent_config_error,
	                                  "conf.d/30-d.yaml:1:12: service 'a' is declared already, at tend.yaml:1:12",
	                                  agent_config_load(c, "tend.yaml"));
}

TD_TEST(TestAgentConfig, test_the_token_comes_from_a_file_or_the_environment) {
	write_text("token", " secret \n");
	setenv("TEND_TEST_TOKEN", "other", 1);
	td_unittest_assert_equal(t, load(t, "agent: {token_file: token}\n")->token, "secret");
	td_unittest_assert_equal(t, load(t, "agent: {token: {file: token}}\n")->token, "secret");
	td_unittest_assert_equal(t, load(t, "agent: {token: {env: TEND_TEST_TOKEN}}\n")->token, "other");
}

TD_TEST(TestAgentConfig, test_what_is_shown_is_read_again_to_the_same) {
	const agent_config *a =
		load(t, "services: {b: {run: [x, y], after: a, env: {S: secret}}, a: {run: [z], stop: {signal: USR1}}}\n");
	const char *shown = td_json_dumps(t, agent_config_value(t, a));
	td_unittest_assert_not_in(t, "secret", shown);
	const agent_config *b = load(t, shown);
	td_unittest_assert_equal(t, td_json_dumps(t, agent_config_value(t, b)), shown);
	td_unittest_assert_true(t, agent_service_same(&a->services[0], &b->services[0]));
	td_unittest_assert_equal(t, a->services[0].name, "a");
}
