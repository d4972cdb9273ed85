#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

#include "fault.h"
#include "put.h"

/* What td_process says is held against python3-psutil by tests/real/psutil; here is what a program relies on besides. */

static pid_t sleeper(void) {
	pid_t child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;) pause();
	}
	return child;
}

static const td_process_row *row_of(td_scope *t, int pid) {
	const td_process_table *table = td_psutil_process_table(t, .no_cmdline = true, .no_username = true);
	for (size_t i = 0; i < table->len; i++) {
		if (table->items[i].pid == pid) return &table->items[i];
	}
	td_unittest_fail(t, "the process is not in the table");
	return NULL;
}

TD_TEST(TestOneProcess, test_a_number_that_was_given_to_another_is_never_signalled) {
	pid_t child = sleeper();
	td_process_row row = *row_of(t, child);
	td_unittest_assert_equal(t, td_process_ppid(t, td_process_of_row(t, &row)), getpid());
	row.start--; /* an older process that had this number */
	td_process *old = td_process_of_row(t, &row);
	td_unittest_assert_false(t, td_process_is_running(t, old));
	static const char reused[] = "process no longer exists and its PID has been reused (pid=";
	td_unittest_assert_raises_message(t, TD_NoSuchProcess, reused, td_process_kill(c, old));
	td_unittest_assert_raises_message(t, TD_NoSuchProcess, reused, td_process_set_nice(c, old, 5));
	td_unittest_assert_raises_message(t, TD_NoSuchProcess, reused, td_process_children(c, old));
	td_unittest_assert_equal(t, td_process_wait(t, old), TD_PROCESS_NO_STATUS, .msg = "that one has ended");
	row.start++;
	td_process *it = td_process_of_row(t, &row);
	td_unittest_assert_equal(t, td_process_nice(t, it), getpriority(PRIO_PROCESS, 0), .msg = "untouched");
	td_process_kill(t, it);
	td_unittest_assert_equal(t, td_process_wait(t, it, .timeout = 10), -SIGKILL);
	td_unittest_assert_equal(t, td_process_returncode(it), -SIGKILL);
	td_unittest_assert_raises(t, TD_TypeError, td_process_of_row(c, NULL));
}

static void count_call(td_scope *s, td_process *p, void *arg) {
	(void)s;
	(void)p;
	++*(int *)arg;
}

TD_TEST(TestOneProcess, test_waiting_for_many) {
	pid_t children[5];
	td_process *procs[5];
	for (int i = 0; i < 5; i++) {
		children[i] = sleeper();
		procs[i] = td_process_new(t, .pid = children[i]);
	}
	int calls = 0;
	kill(children[1], SIGTERM);
	kill(children[3], SIGKILL);
	const td_psutil_waited *w =
		td_psutil_wait_procs(t, procs, 2, .callback = count_call, .arg = &calls, .timeout = 0.2);
	td_unittest_assert_equal(t, td_list(t, w->gone.len, w->alive.len, calls), td_list(t, 1, 1, 1));
	td_unittest_assert_equal(t, td_process_returncode(w->gone.items[0]), -SIGTERM);
	w = td_psutil_wait_procs(t, procs, 5, .timeout = 0.2, .callback = count_call, .arg = &calls);
	td_unittest_assert_equal(t, td_list(t, w->gone.len, w->alive.len, calls), td_list(t, 2, 3, 3));
	td_unittest_assert_true(t, w->gone.items[1] == procs[3]);
	w = td_psutil_wait_procs(t, procs, 5, .timeout = TD_NOW);
	td_unittest_assert_equal(t, w->alive.len, 3);
	for (int i = 0; i < 5; i += 2) kill(children[i], SIGTERM);
	struct rlimit old, few = {.rlim_cur = 0};
	getrlimit(RLIMIT_NOFILE, &old);
	few.rlim_max = old.rlim_max;
	int free_fd = dup(0);
	close(free_fd);
	few.rlim_cur = (rlim_t)free_fd + 3; /* the three descriptors of looking who it is, and one to wait with */
	setrlimit(RLIMIT_NOFILE, &few);
	w = td_psutil_wait_procs(t, procs, 5, .timeout = 10);
	setrlimit(RLIMIT_NOFILE, &old);
	td_unittest_assert_equal(t, td_list(t, w->gone.len, w->alive.len), td_list(t, 5, 0),
	                         .msg = "with few descriptors, one after the other");
	td_unittest_assert_raises_message(t, TD_ValueError, "timeout must be a positive integer, got -3.0",
	                                  td_psutil_wait_procs(c, procs, 5, .timeout = -3));
	td_unittest_assert_equal(t, td_psutil_wait_procs(t, NULL, 0)->gone.len, 0);
}

TD_TEST(TestOneProcess, test_oneshot_remembers_until_its_scope_ends) {
	pid_t child = sleeper();
	td_process *p = td_process_new(t, .pid = child);
	{
		TD_SCOPE(once, t);
		td_process_oneshot(once, p);
		td_process_oneshot(once, p); /* twice is as once */
		td_unittest_assert_equal(t, td_process_ppid(t, p), getpid());
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		td_unittest_assert_equal(t, td_process_ppid(t, p), getpid(), .msg = "as it was");
		td_unittest_assert_false(t, td_process_is_running(t, p), .msg = "this is always asked anew");
	}
	td_unittest_assert_raises_message(t, TD_NoSuchProcess, "process no longer exists (pid=", td_process_ppid(c, p));
	td_unittest_assert_raises(t, TD_NoSuchProcess, td_process_as_dict(c, p));
}

TD_TEST(TestOneProcess, test_a_share_of_the_machine) {
	pid_t child = sleeper();
	td_process *p = td_process_new(t, .pid = child);
	td_process_set_nice(t, p, 7);
	td_unittest_assert_equal(t, td_process_nice(t, p), 7);
	td_process_set_ionice(t, p, TD_IOPRIO_CLASS_BE, 6);
	td_unittest_assert_equal(t, td_list(t, td_process_ionice(t, p)->ioclass, td_process_ionice(t, p)->value),
	                         td_list(t, 2, 6));
	td_process_set_rlimit(t, p, RLIMIT_NOFILE, (td_prlimit){20, 30});
	td_unittest_assert_equal(t,
	                         td_list(t, td_process_rlimit(t, p, RLIMIT_NOFILE)->soft,
	                                 td_process_rlimit(t, p, RLIMIT_NOFILE)->hard),
	                         td_list(t, 20, 30));
	int first = td_process_cpu_affinity(t, p)->items[0];
	size_t all = td_process_cpu_affinity(t, p)->len;
	td_process_set_cpu_affinity(t, p, &first, 1);
	td_unittest_assert_equal(t, td_process_cpu_affinity(t, p)->len, 1);
	td_process_set_cpu_affinity(t, p, NULL, 0);
	td_unittest_assert_less_equal(t, td_process_cpu_affinity(t, p)->len, all);
	td_unittest_assert_true(t, td_str_startswith(td_process_cgroup(t, p)->path, "/"));
	td_unittest_assert_equal(t, td_process_terminal(t, p), td_process_terminal(t, td_process_new(t)));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	td_unittest_assert_raises(t, TD_NoSuchProcess, td_process_set_nice(c, p, 1));
	td_unittest_assert_raises(t, TD_NoSuchProcess, td_process_cgroup(c, p));
}

TD_TEST(TestOneProcess, test_after_an_error_nothing_happens) {
	TD_SCOPE(failed, t);
	td_process *p = td_process_new(t);
	td_raise(failed, TD_ValueError, "x");
	td_unittest_assert_equal(t, td_process_num_fds(failed, p), -1);
	td_unittest_assert_equal(t, td_process_cpu_num(failed, p), -1);
	td_unittest_assert_equal(t, td_process_threads(failed, p)->len, 0);
	td_unittest_assert_equal(t, td_process_uids(failed, p)->real, -1);
	td_unittest_assert_true(t, td_process_cwd(failed, p) == td_no_text);
	td_unittest_assert_is_none(t, td_process_as_dict(failed, p));
	td_unittest_assert_equal(t, td_psutil_net_connections(failed)->len, 0);
	td_unittest_assert_false(t, td_psutil_sensors_battery(failed)->present);
	td_catch(failed);
	td_unittest_assert_raises(t, TD_TypeError, td_process_cwd(c, NULL));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid attr names 'a', 'b'",
	                                  td_process_as_dict(c, p, .attrs = td_strs_of(c, "a", "pid", "b")));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid 'x' kind argument; choose between 'all', 'tcp'",
	                                  td_psutil_net_connections(c, .kind = "x"));
	td_unittest_assert_raises_message(t, TD_ValueError, "invalid 'all tcp' kind",
	                                  td_psutil_net_connections(c, .kind = "all tcp"));
}

/* --- what fails at each single step --- */

/* A machine with one process, so that a step costs little. */
static void small_tree(td_scope *t) {
	static const char stat[] = "7 (w) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 300 8192 2 0\n";
	put(t, "proc/stat", "cpu  100 0 50 850 0 0 0 0 0 0\ncpu0 100 0 50 850 0 0 0 0 0 0\nbtime 1000\n");
	put(t, "proc/7/stat", stat);
	put(t, "proc/7/task/7/stat", stat);
	put(t, "proc/8/stat", "8 (child) S 7 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 301 8192 2 0\n");
	put(t, "proc/7/status", "Name:\tw\nTgid:\t7\nUid:\t0\t0\t0\t0\n");
	put(t, "proc/7/environ", "A=b");
	put(t, "proc/7/cgroup", "0::/a/b\n");
	put(t, "proc/7/statm", "10 5 2 1 0 3 0\n");
	put(t, "proc/7/smaps_rollup", "Pss: 4 kB\n");
	put(t, "proc/7/smaps", "10-20 r-xp 00000000 08:01 5   /lib/x\nRss: 4 kB\n20-30 rw-p 00000000 08:01 5   /lib/x\n");
	put(t, "proc/7/fdinfo/0", "pos:\t5\nflags:\t0100001\n");
	put(t, "proc/net/tcp", "title\n 0: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 99\n");
	put(t, "proc/net/udp", "title\n");
	put(t, "proc/net/unix", "title\n0: 2 0 10000 1 1 99 /run/a b\n");
	td_os_makedirs(t, "proc/7/fd", .exist_ok = true);
	if (td_path_lexists(t, "proc/7/fd/0")) return;
	if (symlink(td_path_abspath(t, "proc/stat"), "proc/7/fd/0") != 0 || symlink("socket:[99]", "proc/7/fd/1") != 0)
		td_unittest_fail(t, "no link could be made");
}

static void all_of_it(td_scope *s) {
	td_process *p = td_process_new(s, .pid = 7);
	TD_SCOPE(once, s);
	td_process_oneshot(once, p);
	td_process_as_dict(once, p,
	                   .attrs = td_strs_of(once, "environ", "threads", "memory_full_info", "memory_maps", "terminal"));
	td_process_open_files(once, p);
	td_psutil_net_connections(once, .kind = "all");
	td_process_cgroup(once, p);
	td_process_children(once, p, .recursive = true);
	td_process_parents(once, p);
}

TD_TEST(TestOneProcess, test_a_recorded_one) {
	small_tree(t);
	td_psutil_set_procfs("proc");
	td_process *p = td_process_new(t, .pid = 7);
	const td_popenfile_list *files = td_process_open_files(t, p);
	td_unittest_assert_equal(t, files->len, 1);
	td_unittest_assert_equal(t, td_list(t, files->items[0].mode, files->items[0].position), td_list(t, "w", 5));
	const td_sconn_list *all = td_psutil_net_connections(t, .kind = "tcp");
	td_unittest_assert_equal(t,
	                         td_list(t, all->items[0].laddr, all->items[0].lport, all->items[0].pid, all->items[0].fd),
	                         td_list(t, "127.0.0.1", 8080, 7, 1));
	all = td_process_net_connections(t, p, .kind = "unix");
	td_unittest_assert_equal(t, td_list(t, all->len, all->items[0].laddr), td_list(t, 1, "/run/a b"));
	const td_pmmap_list *maps = td_process_memory_maps(t, p);
	td_unittest_assert_equal(t, td_list(t, maps->len, maps->items[0].path, maps->items[0].rss),
	                         td_list(t, 1, "/lib/x", 4096));
	td_unittest_assert_equal(t, td_process_memory_maps(t, p, .each = true)->len, 2);
	td_unittest_assert_equal(t, td_value_len(td_process_environ(t, p)), 0, .msg = "not ended by a NUL, as in Python");
	put(t, "proc/net/tcp", "title\n 0: 0100007F:1F90\n");
	td_unittest_assert_raises_message(t, TD_RuntimeError,
	                                  "error while parsing proc/net/tcp; malformed line 1 ' 0: 0100007F:1F90\\n'",
	                                  td_psutil_net_connections(c, .kind = "tcp"));
	td_psutil_set_procfs(NULL);
}

TD_FAULT_SCENARIO(one_process, .prepare = small_tree) {
	td_psutil_set_procfs("proc");
	all_of_it(s);
	td_psutil_set_procfs(NULL);
}

/* --- control groups --- */

/* A machine with two hierarchies of version 1, mounted where nobody expects them, seen from a container: one mount begins
 * at the container's group. The second step up is the stricter one. */
static void version_1(td_scope *t) {
	put(t, "proc/7/stat", "7 (w) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 300 8192 2 0\n");
	put(t, "proc/self/mountinfo",
	    "20 1 0:20 / /proc rw - proc proc rw\n"
	    "21 1 0:21 / /sys/fs/cgroup rw shared:1 - tmpfs tmpfs rw\n"
	    "22 1 0:22 / /sys/fs/cgroup/mem\\040ory rw - cgroup cgroup rw,memory,hugetlb\n"
	    "23 1 0:23 /docker/one /sys/fs/cgroup/cpu rw master:3 - cgroup cgroup rw,cpu\n"
	    "24 1 0:24 / /sys/fs/cgroup/acct rw - cgroup cgroup rw,cpuacct\n"
	    "25 1 0:25 / /elsewhere rw - cgroup cgroup rw,memory\n");
	put(t, "proc/self/cgroup", "9:hugetlb,memory:/docker/one/web\n8:cpu:/docker/one/web\n3:cpuacct:/docker/one/web\n");
	put(t, "proc/7/cgroup",
	    "9:hugetlb,memory:/docker/one/web\n8:cpu:/docker/one/web\n3:cpuacct:/docker/one/web\n0::/\n");
	put(t, "sys/fs/cgroup/mem ory/memory.limit_in_bytes", "9223372036854771712\n");
	put(t, "sys/fs/cgroup/mem ory/docker/memory.limit_in_bytes", "9223372036854771712\n");
	put(t, "sys/fs/cgroup/mem ory/docker/one/memory.limit_in_bytes", "1048576\n");
	put(t, "sys/fs/cgroup/mem ory/docker/one/memory.usage_in_bytes", "4096\n");
	put(t, "sys/fs/cgroup/mem ory/docker/one/web/memory.limit_in_bytes", "2097152\n");
	put(t, "sys/fs/cgroup/mem ory/docker/one/web/memory.usage_in_bytes", "1024\n");
	put(t, "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "250000\n");
	put(t, "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
	put(t, "sys/fs/cgroup/cpu/web/cpu.cfs_quota_us", "-1\n");
	put(t, "sys/fs/cgroup/cpu/web/cpu.cfs_period_us", "100000\n");
	put(t, "sys/fs/cgroup/acct/docker/one/cpuacct.usage", "1500000000\n");
	put(t, "sys/fs/cgroup/acct/docker/one/web/cpuacct.usage", "1\n");
}

static void check_version_1(td_scope *t, const td_pcgroup *g) {
	td_unittest_assert_equal(t, g->path, "/docker/one/web");
	td_unittest_assert_equal(t, g->memory_max.value, 1048576);
	td_unittest_assert_equal(t, g->memory_current.value, 1024);
	td_unittest_assert_equal(t, g->memory_used.value, 4096, .msg = "of the group that sets the limit");
	td_unittest_assert_equal(t, g->cpu_max.value, 2.5);
	td_unittest_assert_equal(t, g->cpu_time.value, 1.5);
	td_unittest_assert_false(t, g->pids_max.given);
	td_unittest_assert_true(t, !g->memory_pressure);
}

TD_TEST(TestCgroup, test_version_1) {
	version_1(t);
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "proc", .sysfs = "sys");
	check_version_1(t, td_psutil_cgroup(t, .reader = r));
	check_version_1(t, td_psutil_cgroup(t, .reader = r, .path = "/docker/one/web"));
	const td_pcgroup *none = td_psutil_cgroup(t, .reader = r, .path = "/no/such");
	td_unittest_assert_false(t, none->memory_max.given);
	td_unittest_assert_equal(t, none->cpu_max.value, 2.5, .msg = "what is outside of the mount is the mount's own");
	td_unittest_assert_true(t, td_os_unlink(t, "proc/self/cgroup"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_psutil_cgroup(c, .reader = r));
}

TD_TEST(TestCgroup, test_version_2_where_it_is_usual) {
	put(t, "proc/self/cgroup", "1:name=systemd:/old\n0::/slice/service\n");
	put(t, "sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
	put(t, "sys/fs/cgroup/slice/memory.max", "4194304\n");
	put(t, "sys/fs/cgroup/slice/memory.current", "1048576\n");
	put(t, "sys/fs/cgroup/slice/pids.max", "max\n");
	put(t, "sys/fs/cgroup/slice/service/memory.max", "8388608\n");
	put(t, "sys/fs/cgroup/slice/service/memory.current", "99\n");
	put(t, "sys/fs/cgroup/slice/service/pids.max", "12\n");
	put(t, "sys/fs/cgroup/slice/service/pids.current", "3\n");
	put(t, "sys/fs/cgroup/slice/service/cpu.max", "150000 100000\n");
	put(t, "sys/fs/cgroup/slice/service/cpu.stat", "usage_usec 2500000\nuser_usec 1\n");
	put(t, "sys/fs/cgroup/slice/service/io.pressure", "some avg10=1.50 avg60=0.00 avg300=0.00 total=7\n");
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "proc", .sysfs = "sys");
	const td_pcgroup *g = td_psutil_cgroup(t, .reader = r);
	td_unittest_assert_equal(t, g->path, "/slice/service");
	td_unittest_assert_equal(t, g->memory_max.value, 4194304);
	td_unittest_assert_equal(t, g->memory_current.value, 99);
	td_unittest_assert_equal(t, g->memory_used.value, 1048576);
	td_unittest_assert_equal(t, td_list(t, g->pids_max.value, g->pids_current.value), td_list(t, 12, 3));
	td_unittest_assert_equal(t, g->cpu_max.value, 1.5);
	td_unittest_assert_equal(t, g->cpu_time.value, 2.5);
	td_unittest_assert_equal(t, g->io_pressure->some.avg10, 1.5);
}

static void read_groups(td_scope *s) {
	td_psutil_reader *r = td_psutil_reader_open(s, .procfs = "proc", .sysfs = "sys");
	td_psutil_cgroup(s, .reader = r);
	td_psutil_cgroup(s, .reader = r, .path = "/docker/one/web");
}

TD_FAULT_SCENARIO(control_groups, .prepare = version_1) {
	read_groups(s);
}
