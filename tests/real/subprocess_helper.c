/* What the script "subprocess" drives: runs of commands that are to be watched from outside.
 *
 *     captured N              N runs of /bin/true, both outputs captured, after one more; write(-1) stands between
 *     fds CLOSED SETTING      closes the descriptors in CLOSED ("012"), opens some high ones, and runs a child that lists its own
 *     stress THREADS N        N runs by so many threads at once; the descriptors and children left over
 *     tree                    a timeout on a command whose grandchild calls setsid; its number, and how it was found */
#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

static const char list[] = "import os\n"
						   "seen = []\n"
						   "for f in range(600):\n"
						   "    try: t = os.readlink(f'/proc/self/fd/{f}')\n"
						   "    except OSError: continue\n"
						   "    seen.append(f'{f} {t.split(\":\")[0]}')\n"
						   "os.write(1, '\\n'.join(seen).encode())\n";

static int count_fds(void) {
	int n = 0;
	DIR *d = opendir("/proc/self/fd");
	while (d && readdir(d)) n++;
	if (d) closedir(d);
	return n;
}

static void captured(td_scope *s, int n) {
	for (int i = 0; i <= n; i++) {
		TD_SCOPE(t, s);
		td_subprocess_run(t, TD_ARGV("/bin/true"), .capture_output = true, .check = true);
		if (write(-1, "mark", 4) >= 0) return;
	}
}

static void fds(td_scope *s, const char *closed, const char *setting) {
	const int high[] = {7, 20, 21, 300};
	int out = fcntl(1, F_DUPFD_CLOEXEC, 400), null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i < 4; i++) dup2(null, high[i]);
	close(null);
	for (const char *c = closed; *c >= '0' && *c <= '2'; c++) close(*c - '0');
	td_strs argv = TD_ARGV("/usr/bin/python3", "-c", list);
	const td_completed_process *p =
		strcmp(setting, "capture") == 0 ? td_subprocess_run(s, argv, .capture_output = true)
		: strcmp(setting, "input") == 0 ? td_subprocess_run(s, argv, .input = "x", .out = TD_PIPE)
		: strcmp(setting, "merged") == 0
			? td_subprocess_run(s, argv, .in = TD_DEVNULL, .out = TD_PIPE, .err = TD_STDOUT)
		: strcmp(setting, "pass") == 0 ? td_subprocess_run(s, argv, .out = TD_PIPE, .pass_fds = TD_FDS(300, 20))
									   : td_subprocess_run(s, argv, .out = TD_PIPE, .keep_fds = true);
	dprintf(out, "%s\n", p->out);
}

typedef struct stress {
	atomic_int left;
} stress;

static void spawn_some(td_scope *s, void *arg) {
	stress *all = arg;
	for (int n; (n = atomic_fetch_sub(&all->left, 1)) > 0 && !td_failed(s);) {
		TD_SCOPE(t, s);
		if (n % 5 == 0) {
			td_popen *p = td_subprocess_popen(t, TD_ARGV("/bin/cat"), .in = TD_PIPE, .out = TD_PIPE);
			const char *said = td_popen_communicate(t, p, .input = "both ways")->out;
			if (!td_failed(t) && strcmp(said, "both ways") != 0) td_raise(t, TD_AssertionError, "read %s", said);
		} else if (n % 7 == 0) {
			td_subprocess_popen(t, TD_ARGV("/bin/sleep", "30")); /* ended by its scope */
		} else {
			td_subprocess_run(t, TD_ARGV("/bin/true"), .capture_output = n % 2, .check = true);
		}
	}
}

static void do_nothing(td_scope *s, void *arg) {
	(void)s;
	(void)arg;
}

static void stress_all(td_scope *s, int threads, int n) {
	stress all = {n};
	td_thread_join(s,
	               td_thread_start(s, do_nothing, NULL)); /* from now on a cancel of s wakes threads: one descriptor */
	int before = count_fds();
	{
		TD_SCOPE(nursery, s);
		for (int i = 0; i < threads; i++) td_thread_start(nursery, spawn_some, &all);
	}
	bool child = waitpid(-1, NULL, WNOHANG) != -1;
	td_print(s, "%d descriptors more, %s", count_fds() - before, child ? "a child is left" : "no child is left");
}

static void tree(td_scope *s) {
	TD_SCOPE(attempt, s);
	td_subprocess_run(attempt,
	                  TD_ARGV("sh", "-c", "setsid sh -c 'cat /proc/self/cgroup >&2; echo $$; exec sleep 60' & wait"),
	                  .capture_output = true, .timeout = 1, .kill_tree = true);
	const td_error *e = td_catch(attempt, TD_TimeoutExpired);
	if (e) td_print(s, "%s%s", e->process->out, td_str_find(e->process->err, "/tend-") >= 0 ? "group" : "mark");
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *what = argc > 1 ? argv[1] : "", *first = argc > 2 ? argv[2] : "0", *second = argc > 3 ? argv[3] : "0";
	if (strcmp(what, "captured") == 0) captured(s, (int)td_int(s, first));
	if (strcmp(what, "fds") == 0) fds(s, first, second);
	if (strcmp(what, "stress") == 0) stress_all(s, (int)td_int(s, first), (int)td_int(s, second));
	if (strcmp(what, "tree") == 0) tree(s);
}
