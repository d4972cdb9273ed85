#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <tend.h>
#include <unistd.h>

/* Tables whose files stay open. */

static size_t descriptors(void) {
	size_t count = 0;
	DIR *d = opendir("/proc/self/fd");
	while (d && readdir(d)) count++;
	if (d) closedir(d);
	return count;
}

static const td_process_row *row_of(const td_process_table *table, int pid) {
	for (size_t i = 0; i < table->len; i++) {
		if (table->items[i].pid == pid) return &table->items[i];
	}
	return NULL;
}

TD_TEST(TestKeptOpen, test_same_as_without) {
	td_psutil_reader *kept = td_psutil_reader_open(t), *plain = td_psutil_reader_open(t);
	td_popen *child = td_subprocess_popen(t, TD_ARGV("sleep", "100"));
	int pid = td_popen_pid(child);
	for (int i = 0; i < 4; i++) {
		TD_SCOPE(turn, t);
		const td_process_table *a = td_psutil_process_table(turn, .reader = kept, .io = true, .keep_open = 1000);
		const td_process_table *b = td_psutil_process_table(turn, .reader = plain, .io = true);
		const td_process_row *x = row_of(a, pid), *y = row_of(b, pid);
		td_unittest_assert_true(t, x && y);
		if (!x || !y) return;
		td_unittest_assert_equal(t, x->start, y->start);
		td_unittest_assert_equal(t, x->username, y->username);
		td_unittest_assert_equal(t, x->has_io, y->has_io);
		td_unittest_assert_equal(t, x->read_bytes, y->read_bytes);
		td_unittest_assert_true(t, row_of(a, getpid()) != NULL);
	}
	td_popen_kill(t, child);
	td_popen_wait(t, child);
	for (int i = 0; i < 3; i++) {
		TD_SCOPE(turn, t);
		td_unittest_assert_true(t,
		                        row_of(td_psutil_process_table(turn, .reader = kept, .keep_open = 1000), pid) == NULL);
	}
	td_popen *later = td_subprocess_popen(t, TD_ARGV("sleep", "100"));
	td_unittest_assert_true(t, row_of(td_psutil_process_table(t, .reader = kept, .keep_open = 1000),
	                                  td_popen_pid(later)) != NULL);
	td_popen_kill(t, later);
}

TD_TEST(TestKeptOpen, test_no_more_files_than_allowed_and_none_left) {
	size_t before = descriptors();
	{
		TD_SCOPE(work, t);
		td_psutil_reader *r = td_psutil_reader_open(work);
		td_psutil_process_table(work, .reader = r, .io = true, .keep_open = 3);
		size_t used = descriptors();
		for (int i = 0; i < 3; i++) td_psutil_process_table(work, .reader = r, .io = true, .keep_open = 3);
		td_unittest_assert_less_equal(t, used, before + 3 + 4);
		td_unittest_assert_less_equal(t, descriptors(), used + 1);
	}
	td_unittest_assert_equal(t, descriptors(), before);
}
