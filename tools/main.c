/* tools/main.c: `tend`: finds the tool and starts it. What every start pays for stands here, so there is little of it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <tend/difflib.h>
#include <tend/file.h>
#include <unistd.h>

#include "tools.h"

/* tend-NAME on the PATH takes this program's place; returns when there is none. */
static void become_program(td_scope *s, const char *name, char **argv) {
	if (!*name || strchr(name, '/')) return;
	const char *program = td_format(s, "tend-%s", name);
	if (td_failed(s)) return;
	signal(SIGPIPE, SIG_DFL); /* TD_MAIN ignores it, and exec would hand that on */
	execvp(program, argv + 1);
	int err_no = errno;
	signal(SIGPIPE, SIG_IGN);
	if (err_no == ENOENT) return;
	fprintf(stderr, "tend: %s cannot be started: %s\n", program, strerror(err_no));
	td_sys_exit(s, 1);
}

static void refuse(td_scope *s, const char *name) {
	const char *names[64];
	td_strs known = {names, 0};
	for (const tend_tool *t = tend_tools; t->name && known.len < 62; t++) names[known.len++] = t->name;
	names[known.len++] = "--help";
	names[known.len++] = "--version";
	td_strs near = td_difflib_get_close_matches(s, name, known, .n = 1);
	const char *meant = near.len ? td_format(s, "did you mean '%s'?", near.items[0]) : "'tend --help' lists them all.";
	fprintf(stderr, "tend: '%s' is %s; %s\n", name, name[0] == '-' ? "no option" : "no tool", meant);
	td_sys_exit(s, 2);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *name = argc > 1 ? argv[1] : "";
	if (strcmp(name, "--version") == 0) {
		td_print(s, "tend %s", TD_VERSION);
		return 0;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		td_print(s, "%s", td_str_removesuffix(s, tend_usage(s), "\n"));
		return 0;
	}
	if (argc < 2) {
		fputs(tend_usage(s), stderr);
		td_sys_exit(s, 2);
		return 0;
	}
	const tend_tool *tool = tend_tool_find(name);
	if (tool) {
		tool->run(s, (td_strs){(const char *const *)argv + 2, (size_t)argc - 2});
		return 0;
	}
	become_program(s, name, argv);
	refuse(s, name);
}
