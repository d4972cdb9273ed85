/* spawn.c CHILD [MB]: microseconds that it takes to start CHILD and to see its end, in turn by ours and by the peers, with
 * so much memory of this process written to. One line a peer: name, tab, the median of the rounds. */
#include <dlfcn.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <tend.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<uv.h>)
#include <uv.h>
#define HAVE_UV 1
#endif

extern char **environ;

enum { ROUNDS = 9, EACH = 150, EACH_SLOW = 6 };

static char *child;
static char *arguments[2];
static td_scope *root;

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void must(bool done, const char *what) {
	if (done) return;
	perror(what);
	exit(1);
}

static void ours_bare(void) {
	TD_SCOPE(s, root);
	td_subprocess_run(s, TD_ARGV(child));
}

static void ours_captured(void) {
	TD_SCOPE(s, root);
	td_subprocess_run(s, TD_ARGV(child), .capture_output = true);
}

static void vfork_bare(void) {
	pid_t pid = vfork();
	if (pid == 0) {
		execve(child, arguments, environ);
		_exit(127);
	}
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
}

static void fork_bare(void) {
	pid_t pid = fork();
	if (pid == 0) {
		execve(child, arguments, environ);
		_exit(127);
	}
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
}

static void spawn_bare(void) {
	pid_t pid;
	must(posix_spawn(&pid, child, NULL, NULL, arguments, environ) == 0, "posix_spawn");
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
}

static void spawn_captured(void) {
	int out[2], err[2];
	must(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0, "pipe2");
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_adddup2(&actions, err[1], 2);
	pid_t pid;
	must(posix_spawn(&pid, child, &actions, NULL, arguments, environ) == 0, "posix_spawn");
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	close(err[1]);
	struct pollfd fds[2] = {{.fd = out[0], .events = POLLIN}, {.fd = err[0], .events = POLLIN}};
	for (int open = 2; open > 0;) {
		must(poll(fds, 2, -1) > 0, "poll");
		for (int i = 0; i < 2; i++) {
			char buffer[4096];
			if (!fds[i].revents || read(fds[i].fd, buffer, sizeof buffer) > 0) continue;
			close(fds[i].fd);
			fds[i].fd = -1;
			open--;
		}
	}
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
}

#ifdef HAVE_UV
static struct {
	uv_loop_t *(*default_loop)(void);
	int (*spawn)(uv_loop_t *, uv_process_t *, const uv_process_options_t *);
	int (*run)(uv_loop_t *, uv_run_mode);
	void (*close)(uv_handle_t *, uv_close_cb);
} uv;

static void uv_ended(uv_process_t *process, int64_t status, int number) {
	(void)status, (void)number;
	uv.close((uv_handle_t *)process, NULL);
}

static void uv_bare(void) {
	uv_process_t process;
	uv_process_options_t options = {.exit_cb = uv_ended, .file = child, .args = arguments};
	must(uv.spawn(uv.default_loop(), &process, &options) == 0, "uv_spawn");
	uv.run(uv.default_loop(), UV_RUN_DEFAULT);
}
#endif

static bool uv_open(void) {
#ifdef HAVE_UV
	void *lib = dlopen("libuv.so.1", RTLD_NOW);
	if (!lib) return false;
	*(void **)&uv.default_loop = dlsym(lib, "uv_default_loop");
	*(void **)&uv.spawn = dlsym(lib, "uv_spawn");
	*(void **)&uv.run = dlsym(lib, "uv_run");
	*(void **)&uv.close = dlsym(lib, "uv_close");
	return true;
#else
	return false;
#endif
}

typedef struct peer {
	const char *name;
	void (*run)(void);
	bool slow; /* with much memory: it copies the page tables */
	double seen[ROUNDS];
} peer;

static int by_size(const void *a, const void *b) {
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	root = s;
	child = arguments[0] = argv[1];
	size_t mb = argc > 2 ? (size_t)td_int(s, argv[2]) : 0;
	if (mb) {
		char *much = mmap(NULL, mb << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		must(much != MAP_FAILED, "mmap");
		madvise(much, mb << 20, MADV_NOHUGEPAGE);
		memset(much, 1, mb << 20);
	}
	peer peers[] = {
		{"tend, no capture", ours_bare, false, {0}},
		{"tend, both outputs captured", ours_captured, false, {0}},
		{"vfork + execve + waitpid", vfork_bare, false, {0}},
		{"posix_spawn + waitpid", spawn_bare, false, {0}},
		{"posix_spawn, captured by poll", spawn_captured, false, {0}},
		{"fork + execve + waitpid", fork_bare, true, {0}},
#ifdef HAVE_UV
		{"libuv uv_spawn", uv_bare, true, {0}},
#endif
	};
	size_t count = sizeof peers / sizeof *peers - (uv_open() ? 0 : 1);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < count; i++) {
			int each = mb && peers[i].slow ? EACH_SLOW : EACH;
			double start = now();
			for (int n = 0; n < each; n++) peers[i].run();
			peers[i].seen[round] = (now() - start) / each;
		}
	}
	for (size_t i = 0; i < count; i++) {
		qsort(peers[i].seen, ROUNDS, sizeof(double), by_size);
		printf("%s\t%.2f\n", peers[i].name, peers[i].seen[ROUNDS / 2]);
	}
}
