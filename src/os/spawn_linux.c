/* src/os/spawn_linux.c: the child's first microseconds.
 *
 * The child shares the parent's memory and the parent's thread stands still until the child executes (CLONE_VM and
 * CLONE_VFORK): no page table is copied, and an error comes back as a plain store. Danger: until then the child must not
 * allocate, take a lock, or run a signal handler, which would run in the parent's memory. So it makes system calls only,
 * and clone3 is asked to take all handlers away (CLONE_CLEAR_SIGHAND); where clone3 is forbidden or unknown, all signals
 * are blocked around the old call and the child resets the handlers itself. The child's stack is kept for the next. */
#include "core/sys.h"
#include "os/spawn.h"
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (64 * 1024)
#define PLAIN __attribute__((no_sanitize("address", "thread", "undefined"), noinline))

bool td__spawn_clone3 = true;
static _Atomic(char *) kept_stack;

static char *stack_take(void) {
	char *stack = atomic_exchange(&kept_stack, NULL);
	if (stack) return stack;
	stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	return stack == MAP_FAILED ? NULL : stack;
}

static void stack_give(char *stack) {
	stack = atomic_exchange(&kept_stack, stack);
	if (stack) munmap(stack, STACK_SIZE);
}

/* --- in the child: system calls only --- */

struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

PLAIN static void signal_default(int number, bool only_handlers) {
	struct kernel_sigaction act = {.handler = SIG_DFL};
	if (only_handlers) {
		if (syscall(SYS_rt_sigaction, number, NULL, &act, sizeof act.mask) < 0) return;
		if (act.handler == SIG_DFL || act.handler == SIG_IGN) return;
		act = (struct kernel_sigaction){.handler = SIG_DFL};
	}
	syscall(SYS_rt_sigaction, number, &act, NULL, sizeof act.mask);
}

/* The standard streams. A source that stands where another target goes is moved out of the way first. */
PLAIN static bool move_fds(td__spawn *sp) {
	int from[3] = {sp->fds[0], sp->fds[1], sp->fds[2]};
	for (int i = 0; i < 3; i++) {
		if (from[i] < 0 || from[i] > 2 || from[i] == i) continue;
		from[i] = (int)syscall(SYS_fcntl, from[i], F_DUPFD_CLOEXEC, 3);
		if (from[i] < 0) return false;
	}
	for (int i = 0; i < 3; i++) {
		if (from[i] < 0) continue;
		long r = from[i] == i ? syscall(SYS_fcntl, i, F_SETFD, 0) : syscall(SYS_dup3, from[i], i, 0);
		if (r < 0) return false;
	}
	return true;
}

PLAIN static void close_span(unsigned first, unsigned last) {
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return;
	struct rlimit limit = {.rlim_cur = 1024};
	syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
	for (unsigned fd = first; fd <= last && fd < limit.rlim_cur; fd++) syscall(SYS_close, fd);
}

/* pass_fds is sorted. */
PLAIN static bool close_fds(td__spawn *sp) {
	unsigned first = 3;
	for (size_t i = 0; i < sp->pass_count; i++) {
		int fd = sp->pass_fds[i];
		if (syscall(SYS_fcntl, fd, F_SETFD, 0) < 0) return false;
		if (sp->keep_fds || fd < 3) continue;
		if ((unsigned)fd > first) close_span(first, (unsigned)fd - 1);
		first = (unsigned)fd + 1;
	}
	if (!sp->keep_fds) close_span(first, ~0U);
	return true;
}

PLAIN static bool set_up(td__spawn *sp, bool reset_handlers) {
	if (!move_fds(sp)) return false;
	if (sp->cwd && syscall(SYS_chdir, sp->cwd) < 0) {
		sp->stage = TD__SPAWN_CWD;
		return false;
	}
	if (sp->has_umask) syscall(SYS_umask, sp->umask);
	if (!sp->keep_signals) {
		signal_default(SIGPIPE, false);
		signal_default(SIGXFSZ, false);
	}
	if (sp->new_session) syscall(SYS_setsid);
	if (sp->has_group && syscall(SYS_setpgid, 0, sp->group) < 0) return false;
	if (sp->has_groups && syscall(SYS_setgroups, sp->group_count, sp->groups) < 0) return false;
	if (sp->has_gid && syscall(SYS_setresgid, sp->gid, sp->gid, sp->gid) < 0) return false;
	if (sp->has_uid && syscall(SYS_setresuid, sp->uid, sp->uid, sp->uid) < 0) return false;
	if (!close_fds(sp)) return false;
	if (reset_handlers) {
		for (int number = 1; number <= 64; number++) signal_default(number, true);
	}
	uint64_t none = 0;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
	return true;
}

PLAIN static void run_child(td__spawn *sp, bool reset_handlers) {
	sp->stage = TD__SPAWN_SETUP;
	if (!set_up(sp, reset_handlers)) {
		sp->err_no = errno;
		syscall(SYS_exit_group, 127);
	}
	sp->stage = TD__SPAWN_EXEC;
	int why = ENOENT;
	bool told = false;
	for (const char *const *path = sp->paths; *path; path++) {
		syscall(SYS_execve, *path, sp->argv, sp->envp);
		/* As Python: what is there and cannot be executed says more than what is not there. */
		if (!told) why = errno;
		if (errno != ENOENT && errno != ENOTDIR) told = true;
	}
	sp->err_no = why;
	syscall(SYS_exit_group, 127);
	__builtin_trap();
}

PLAIN static int child_of_clone3(void *arg) {
	run_child(arg, false);
	return 127;
}

PLAIN static int child_of_clone(void *arg) {
	run_child(arg, true);
	return 127;
}

/* --- in the parent --- */

#ifdef __x86_64__
/* The system call itself, for both ways: the C library's clone would tell a sanitizer of a new thread. The child returns
 * from it on its own stack, so it must not return from this function. The pid, or minus errno. */
PLAIN static long enter(long number, const void *first, const void *second, void *third, int (*child)(void *),
                        void *arg_) {
	register int (*fn)(void *) __asm__("r12") = child;
	register void *arg __asm__("r13") = arg_;
	register long fourth __asm__("r10") = 0;
	register long fifth __asm__("r8") = 0;
	long r;
	__asm__ volatile("syscall\n\t"
	                 "testq %%rax, %%rax\n\t"
	                 "jnz 1f\n\t"
	                 "movq %[arg], %%rdi\n\t"
	                 "callq *%[fn]\n\t"
	                 "ud2\n"
	                 "1:"
	                 : "=a"(r)
	                 : "0"(number), "D"(first), "S"(second), "d"(third), [fn] "r"(fn), [arg] "r"(arg), "r"(fourth),
	                   "r"(fifth)
	                 : "rcx", "r11", "memory");
	return r;
}
#endif

static long start_clone3(td__spawn *sp, char *stack) {
#if defined(__x86_64__) && defined(CLONE_CLEAR_SIGHAND)
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
		.pidfd = (uint64_t)(uintptr_t)&sp->pidfd,
		.exit_signal = SIGCHLD,
		.stack = (uint64_t)(uintptr_t)stack,
		.stack_size = STACK_SIZE,
	};
	if (sp->cgroup >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)sp->cgroup;
	}
	return enter(SYS_clone3, &args, (const void *)sizeof args, NULL, child_of_clone3, sp);
#else
	(void)sp, (void)stack, (void)child_of_clone3;
	return -ENOSYS;
#endif
}

static long start_clone(td__spawn *sp, char *stack) {
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	long flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
#ifdef __x86_64__
	long r = enter(SYS_clone, (const void *)flags, stack + STACK_SIZE, &sp->pidfd, child_of_clone, sp);
#else
	long r = clone(child_of_clone, stack + STACK_SIZE, (int)flags, sp, &sp->pidfd);
	if (r < 0) r = -errno;
#endif
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r;
}

/* A control group that may not be entered is done without; so is clone3 where it is unknown or forbidden. */
static long start(td__spawn *sp, char *stack) {
	if (td__sys_fails("clone")) return -errno;
	long pid = td__spawn_clone3 ? start_clone3(sp, stack) : -ENOSYS;
	if (pid < 0 && pid != -EAGAIN && pid != -ENOMEM && sp->cgroup >= 0) {
		sp->cgroup = -1;
		pid = td__spawn_clone3 ? start_clone3(sp, stack) : -ENOSYS;
	}
	return pid == -ENOSYS || pid == -EPERM ? start_clone(sp, stack) : pid;
}

bool td__spawn_start(td__spawn *sp) {
	sp->pid = sp->pidfd = -1;
	sp->err_no = 0;
	sp->stage = TD__SPAWN_SETUP;
	char *stack = stack_take();
	if (!stack) {
		sp->err_no = ENOMEM;
		return false;
	}
	long pid = start(sp, stack);
	stack_give(stack);
	if (pid < 0) {
		sp->err_no = (int)-pid;
		return false;
	}
	sp->pid = (pid_t)pid;
	if (sp->err_no == 0) return true;
	siginfo_t gone;
	while (waitid((idtype_t)3 /* P_PIDFD */, (id_t)sp->pidfd, &gone, WEXITED) < 0 && errno == EINTR) {
	}
	td__sys_close(sp->pidfd);
	sp->pid = sp->pidfd = -1;
	return false;
}
