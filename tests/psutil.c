#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

#include "fault.h"
#include "put.h"

/* Numbers are held against python3-psutil by tests/real/psutil; here is what a program relies on besides. */

static void small_tree(td_scope *t) {
	put(t, "proc/stat", "cpu  100 0 50 850 0 0 0 0 0 0\ncpu0 100 0 50 850 0 0 0 0 0 0\nctxt 5\nbtime 1000\n");
	put(t, "proc/meminfo",
	    "MemTotal: 1000 kB\nMemFree: 400 kB\nMemAvailable: 600 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
	put(t, "proc/vmstat", "pswpin 1\npswpout 2\n");
	put(t, "proc/diskstats", " 8 0 sda 10 0 20 0 30 0 40 0 0 50 0\n");
	put(t, "proc/net/dev", "a\nb\n eth0: 4294967290 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\n");
	put(t, "proc/loadavg", "1.50 0.25 0.10 1/2 3\n");
	put(t, "proc/pressure/cpu", "some avg10=1.50 avg60=0.00 avg300=0.00 total=77\n");
	put(t, "proc/7/stat", "7 (w) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 300 8192 2 0\n");
	put(t, "proc/7/cmdline", "work hard");
	put(t, "proc/7/status", "Name:\tw\nUid:\t0\t0\t0\t0\n");
}

TD_TEST(TestReader, test_keeps_files_open_and_reads_them_anew) {
	small_tree(t);
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "proc");
	td_unittest_assert_equal(t, td_psutil_getloadavg(t, .reader = r)->one, 1.5);
	td_file *f = td_open(t, "proc/loadavg", "r+");
	td_file_write(t, f, "2.25");
	td_file_close(t, f);
	td_unittest_assert_equal(t, td_psutil_getloadavg(t, .reader = r)->one, 2.25);
	td_bytes text = td_psutil_reader_read(t, r, "pressure/cpu");
	td_unittest_assert_true(t, td_str_endswith(text.data, "total=77\n"));
	td_unittest_assert_equal(t, td_psutil_pressure(t, "cpu", .reader = r)->some.total, 77);
	td_unittest_assert_equal(t, td_psutil_pressure(t, "cpu", .reader = r)->full.total, 0);
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_psutil_pressure(c, "io", .reader = r));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_psutil_reader_read(c, r, "no/such"));
	td_unittest_assert_raises(t, TD_TypeError, td_psutil_reader_read(c, NULL, "stat"));
}

TD_TEST(TestReader, test_percentages_are_since_the_last_call) {
	small_tree(t);
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "proc");
	td_unittest_assert_equal(t, td_psutil_cpu_percent(t, .reader = r), 0.0, .msg = "the first has nothing before it");
	put(t, "proc/stat", "cpu  200 0 50 1750 0 0 0 0 0 0\ncpu0 200 0 50 1750 0 0 0 0 0 0\n");
	td_psutil_reader *other = td_psutil_reader_open(t, .procfs = "proc");
	td_unittest_assert_equal(t, td_psutil_cpu_percent(t, .reader = other), 0.0);
	td_unittest_assert_equal(t, td_psutil_cpu_percent(t, .reader = r), 10.0);
	td_unittest_assert_equal(t, td_psutil_cpu_percent(t, .reader = r), 0.0);
	td_unittest_assert_equal(t, td_psutil_cpu_percent_percpu(t, .reader = r)->items[0], 0.0);
	put(t, "proc/stat", "cpu  100 0 50 1850 0 0 0 0 0 0\ncpu0 200 0 150 2550 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0 0 0 0\n");
	td_unittest_assert_equal(t, td_psutil_cpu_percent(t, .reader = r), 0.0,
	                         .msg = "a counter that went back is no work");
	const td_psutil_percents *each = td_psutil_cpu_percent_percpu(t, .reader = r);
	td_unittest_assert_equal(t, each->len, 2, .msg = "a processor came");
	td_unittest_assert_equal(t, each->items[0], 11.1);
	td_unittest_assert_equal(t, each->items[1], 0.0);
	td_unittest_assert_raises(t, TD_TypeError, td_psutil_cpu_percent_percpu(c));
	td_unittest_assert_raises_message(t, TD_ValueError, "interval is not positive (got -1.0)",
	                                  td_psutil_cpu_percent(c, .interval = -1));
}

TD_TEST(TestReader, test_counters_that_wrap_go_on) {
	small_tree(t);
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "proc");
	td_unittest_assert_equal(t, td_psutil_net_io_counters(t, .reader = r)->bytes_recv, 4294967290u);
	put(t, "proc/net/dev", "a\nb\n eth0: 10 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\n");
	td_unittest_assert_equal(t, td_psutil_net_io_counters(t, .reader = r)->bytes_recv, 4294967300u);
	td_unittest_assert_equal(t, td_psutil_net_io_counters(t, .reader = r, .keep_wrapping = true)->bytes_recv, 10u);
	put(t, "proc/net/dev", "a\nb\n");
	td_unittest_assert_equal(t, td_psutil_net_io_counters(t, .reader = r)->bytes_recv, 0u);
	put(t, "proc/net/dev", "a\nb\n eth0: 5 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0\n");
	td_unittest_assert_equal(t, td_psutil_net_io_counters(t, .reader = r)->bytes_recv, 5u,
	                         .msg = "one that was gone begins anew");
}

TD_TEST(TestReader, test_what_cannot_be_read_is_an_error_or_a_zero) {
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "nowhere");
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_psutil_virtual_memory(c, .reader = r));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_psutil_process_table(c, .reader = r));
	put(t, "proc/stat", "");
	put(t, "proc/diskstats", " 8 0 sda 1 2\n");
	td_psutil_set_procfs("proc");
	td_unittest_assert_equal(t, td_psutil_cpu_times(t)->user, 0.0);
	td_unittest_assert_raises_message(t, TD_RuntimeError, "line 'btime' not found in proc/stat",
	                                  td_psutil_boot_time(c));
	td_unittest_assert_raises_message(t, TD_ValueError, "not sure how to interpret line",
	                                  td_psutil_disk_io_counters(c));
	td_psutil_set_procfs(NULL);
	td_unittest_assert_greater(t, td_psutil_boot_time(t), 1e9);
	TD_SCOPE(failed, t);
	td_raise(failed, TD_ValueError, "x");
	td_unittest_assert_equal(t, td_psutil_virtual_memory(failed)->total, 0);
	td_unittest_assert_equal(t, td_psutil_disk_partitions(failed)->len, 0);
	td_unittest_assert_equal(t, td_psutil_process_table(failed)->len, 0);
	td_catch(failed);
}

TD_TEST(TestDiskUsage, test_with_and_without_a_time_limit) {
	const td_sdiskusage *plain = td_psutil_disk_usage(t, "/"), *limited = td_psutil_disk_usage(t, "/", .timeout = 10);
	td_unittest_assert_greater(t, plain->total, 0);
	td_unittest_assert_equal(t, plain->total, limited->total);
	td_unittest_assert_equal(t, plain->used, plain->total - plain->free_root);
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_psutil_disk_usage(c, "no/such"));
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_psutil_disk_usage(c, "no/such", .timeout = 10));
	TD_SCOPE(limited_scope, t, .timeout = 20);
	td_unittest_assert_equal(t, td_psutil_disk_usage(limited_scope, "/")->total, plain->total);
	td_unittest_assert_raises(t, TD_TimeoutError, ({
								  TD_SCOPE(late, c, .timeout = TD_NOW);
								  td_psutil_disk_usage(late, "/");
							  }));
	td_time_sleep(t, 0.05); /* the thread that asked has gone by then: the test looks for threads that are left */
}

TD_TEST(TestProcess, test_the_table_knows_this_process_and_its_child) {
	pid_t child = fork();
	if (!child) {
		prctl(PR_SET_NAME, "odd) (name");
		for (;;) pause();
	}
	td_psutil_reader *r = td_psutil_reader_open(t);
	td_time_sleep(t, 0.05);
	const td_process_row *me = NULL, *it = NULL;
	for (int round = 0; round < 2; round++) { /* from files, and then from what the reader knows */
		const td_process_table *table = td_psutil_process_table(t, .reader = r);
		for (size_t i = 0; i < table->len; i++) {
			td_unittest_assert_true(t, i == 0 || table->items[i].pid > table->items[i - 1].pid);
			if (table->items[i].pid == getpid()) me = &table->items[i];
			if (table->items[i].pid == child) it = &table->items[i];
		}
		td_unittest_assert_is_not_none(t, me);
		td_unittest_assert_is_not_none(t, it);
		td_unittest_assert_equal(t, it->name, "odd) (name");
		td_unittest_assert_equal(t, it->ppid, getpid());
		td_unittest_assert_equal(t, it->status, "sleeping");
		td_unittest_assert_equal(t, it->cmdline, me->cmdline);
		td_unittest_assert_greater(t, me->rss, 100000);
	}
	kill(child, SIGKILL);
	td_time_sleep(t, 0.05);
	const td_process_table *table = td_psutil_process_table(t, .reader = r, .no_username = true);
	for (size_t i = 0; i < table->len; i++) {
		if (table->items[i].pid == child) td_unittest_assert_equal(t, table->items[i].status, "zombie");
		td_unittest_assert_equal(t, table->items[i].username, "");
	}
	waitpid(child, NULL, 0);
}

TD_TEST(TestProcess, test_the_table_has_more_when_asked) {
	small_tree(t);
	put(t, "proc/7/stat",
	    "7 (w) S 1 6 5 34819 -1 2097152 11 0 12 0 10 5 0 0 -51 -3 2 0 300 8192 2 0 0 0 0 0 0 0 0 0 0 0 0 "
	    "0 0 3 50 1 0\n");
	put(t, "proc/7/cgroup", "4:memory:/old\n1:name=systemd:/\n0::/a.slice/b.service\n");
	put(t, "proc/7/io", "rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 0\n");
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "proc");
	const td_process_row *row = &td_psutil_process_table(t, .reader = r, .cgroup = true, .io = true)->items[0];
	td_unittest_assert_equal(t, row->state, 'S');
	td_unittest_assert_true(t, row->kernel_thread);
	td_unittest_assert_equal(t, row->cmdline, "", .msg = "a kernel thread has none");
	td_unittest_assert_equal(t, row->uid, 0);
	td_unittest_assert_equal(t, row->username, "root");
	td_unittest_assert_equal(t, row->terminal, "/dev/pts/3");
	td_unittest_assert_equal(t,
	                         td_list(t, row->pgrp, row->session, row->foreground, row->priority, row->nice,
	                                 row->rt_priority, row->policy, row->cpu_num),
	                         td_list(t, 6, 5, -1, -51, -3, 50, 1, 3));
	td_unittest_assert_equal(t, td_list(t, row->minor_faults, row->major_faults, row->start), td_list(t, 11, 12, 300));
	td_unittest_assert_equal(t, row->cgroup, "/a.slice/b.service");
	td_unittest_assert_true(t, row->has_io);
	td_unittest_assert_equal(t, row->read_bytes, 4096);
	td_unittest_assert_equal(t, row->read_rate, 0.0);
	put(t, "proc/7/io", "read_bytes: 1052672\nwrite_bytes: 0\n");
	row = &td_psutil_process_table(t, .reader = r, .io = true)->items[0];
	td_unittest_assert_greater(t, row->read_rate, 0.0);
	td_unittest_assert_equal(t, row->write_rate, 0.0);
	td_unittest_assert_equal(t, row->cgroup, "");
	row = &td_psutil_process_table(t, .reader = r, .no_username = true)->items[0];
	td_unittest_assert_equal(t, row->uid, -1);
	td_unittest_assert_false(t, row->has_io);
	put(t, "proc/7/cgroup", "4:memory:/old\n1:name=systemd:/\n0::/\n");
	td_unittest_assert_equal(t, td_psutil_process_table(t, .no_cmdline = true, .cgroup = true)->len > 0, true);
	td_psutil_reader *other = td_psutil_reader_open(t, .procfs = "proc");
	td_unittest_assert_equal(t, td_psutil_process_table(t, .reader = other, .cgroup = true)->items[0].cgroup, "/old");
	row = &td_psutil_process_table(t, .reader = other, .effective_user = true)->items[0];
	td_unittest_assert_equal(t, row->uid, 0, .msg = "a kernel thread's is root");
	put(t, "proc/7/stat", "7 (w) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 301 8192 2 0\n");
	row = &td_psutil_process_table(t, .reader = other, .effective_user = true)->items[0];
	td_unittest_assert_equal(t, row->uid, getuid(), .msg = "the owner of the directory");
}

TD_TEST(TestProcess, test_a_process_id_that_is_used_again_is_another_process) {
	small_tree(t);
	td_psutil_reader *r = td_psutil_reader_open(t, .procfs = "proc");
	td_unittest_assert_equal(t, td_psutil_process_table(t, .reader = r)->items[0].cmdline, "work hard");
	put(t, "proc/7/cmdline", "other");
	td_unittest_assert_equal(t, td_psutil_process_table(t, .reader = r)->items[0].cmdline, "work hard",
	                         .msg = "known for a while");
	put(t, "proc/7/stat", "7 (w) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 900 8192 2 0\n");
	const td_process_row *row = &td_psutil_process_table(t, .reader = r)->items[0];
	td_unittest_assert_equal(t, row->cmdline, "other");
	td_unittest_assert_equal(t, row->cpu_percent, 0.0);
	put(t, "proc/7/cmdline", "third");
	put(t, "proc/7/stat", "7 (renamed) S 1 7 7 0 -1 0 0 0 0 0 10 5 0 0 20 0 1 0 900 8192 2 0\n");
	td_unittest_assert_equal(t, td_psutil_process_table(t, .reader = r)->items[0].cmdline, "third",
	                         .msg = "exec changes the name");
	put(t, "proc/8/stat", "8 broken");
	td_unittest_assert_equal(t, td_psutil_process_table(t, .reader = r)->len, 1);
}

TD_TEST(TestProcess, test_signals_and_the_end) {
	pid_t child = fork();
	if (!child) {
		for (;;) pause();
	}
	td_process *p = td_process_new(t, .pid = child);
	td_unittest_assert_true(t, td_process_is_running(t, p));
	td_unittest_assert_equal(t, td_process_ppid(t, p), getpid());
	td_unittest_assert_true(t, td_psutil_pid_exists(t, child));
	td_unittest_assert_raises_message(t, TD_psutil_TimeoutExpired,
	                                  "timeout after 0.05 seconds (pid=", td_process_wait(c, p, .timeout = 0.05));
	td_process_suspend(t, p);
	for (int i = 0; i < 1000 && strcmp(td_process_status(t, p), "stopped") != 0; i++) td_time_sleep(t, 0.005);
	td_unittest_assert_equal(t, td_process_status(t, p), "stopped");
	td_process_resume(t, p);
	td_process_terminate(t, p);
	td_unittest_assert_equal(t, td_process_wait(t, p, .timeout = 10), -SIGTERM);
	td_unittest_assert_equal(t, td_process_wait(t, p), -SIGTERM, .msg = "twice is as once");
	td_unittest_assert_false(t, td_process_is_running(t, p));
	td_unittest_assert_raises_message(t, TD_NoSuchProcess, "process no longer exists (pid=", td_process_name(c, p));
	td_unittest_assert_raises(t, TD_NoSuchProcess, td_process_kill(c, p));
	td_unittest_assert_raises_message(t, TD_NoSuchProcess,
	                                  "process PID not found (pid=", td_process_new(c, .pid = child));
	td_unittest_assert_raises_message(t, TD_ValueError, "pid must be a positive integer (got -5)",
	                                  td_process_new(c, .pid = -5));
}

TD_TEST(TestProcess, test_an_exit_status) {
	pid_t child = fork();
	if (!child) _exit(7);
	td_process *p = td_process_new(t, .pid = child);
	td_unittest_assert_equal(t, td_process_wait(t, p, .timeout = 10), 7);
	td_process *me = td_process_new(t);
	td_unittest_assert_equal(t, td_process_pid(me), getpid());
	td_unittest_assert_equal(t, td_process_status(t, me), "running");
	td_unittest_assert_greater(t, td_process_create_time(t, me), 1e9);
	td_unittest_assert_greater(t, td_process_cmdline(t, me).len, 0);
	td_unittest_assert_true(t, td_path_isabs(td_process_exe(t, me)));
	td_unittest_assert_equal(t, td_process_cpu_percent(t, me), 0.0);
	/* ThreadSanitizer may have a thread of its own. */
	td_unittest_assert_equal(t, td_process_num_threads(t, me), (int)td_os_listdir(t, "/proc/self/task").len);
}

/* --- what fails at each single step --- */

static void tree_for_faults(td_scope *t) {
	small_tree(t);
}

TD_FAULT_SCENARIO(machine, .prepare = tree_for_faults) {
	td_psutil_reader *r = td_psutil_reader_open(s, .procfs = "proc");
	for (int i = 0; i < 2; i++) {
		td_psutil_cpu_percent_percpu(s, .reader = r);
		td_psutil_virtual_memory(s, .reader = r);
		td_psutil_swap_memory(s, .reader = r);
		td_psutil_disk_io_counters_perdisk(s, .reader = r);
		td_psutil_net_io_counters(s, .reader = r);
		td_psutil_process_table(s, .reader = r, .cgroup = true, .io = true);
	}
}
