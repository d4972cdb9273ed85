#include "time/logging_internal.h"
#include <string.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

/* Formatted records are held against Python's own by tests/real/logging. */

typedef struct heard {
	int count;
	char last[256];
	char name[64];
	int level;
} heard;

static void hear(void *arg, const td_log_record *r, const char *text, size_t len) {
	heard *h = arg;
	h->count++;
	h->level = r->levelno;
	snprintf(h->last, sizeof h->last, "%.*s", (int)len, text);
	snprintf(h->name, sizeof h->name, "%s", r->name);
}

static const char *content(td_scope *t, const char *path) {
	return td_path_read_text(t, path);
}

TD_TEST(TestLoggers, test_the_tree) {
	td_logger *deep = td_logging_get_logger("a.b.c");
	td_unittest_assert_is(t, td_logging_get_logger("a.b.c"), deep);
	td_unittest_assert_equal(t, td_logging_get_effective_level(deep), TD_LOGGING_WARNING);
	td_logger *above = td_logging_get_logger("a"); /* takes its place above one that was there first */
	td_logging_set_level(above, TD_LOGGING_DEBUG);
	td_unittest_assert_equal(t, td_logging_get_effective_level(deep), TD_LOGGING_DEBUG);
	td_logging_set_level(td_logging_get_logger("a.b"), TD_LOGGING_ERROR);
	td_unittest_assert_equal(t, td_logging_get_effective_level(deep), TD_LOGGING_ERROR);
	td_unittest_assert_equal(t, td_logging_get_effective_level(td_logging_get_logger("ab")), TD_LOGGING_WARNING,
	                         .msg = "ab is not below a");
	td_unittest_assert_is(t, td_logging_get_child(above, "b.c"), deep);
	td_unittest_assert_is(t, td_logging_get_child(NULL, "a"), above);
	td_unittest_assert_is(t, td_logging_get_logger("root"), td_logging_get_logger(NULL));
	td_unittest_assert_equal(t, td_logging_name(NULL), "root");
}

TD_TEST(TestLoggers, test_levels) {
	td_logger *log = td_logging_get_logger("levels");
	td_unittest_assert_true(t, td_logging_set_level_by_name(t, log, "INFO"));
	td_unittest_assert_true(t, td_logging_is_enabled_for(log, TD_LOGGING_INFO));
	td_unittest_assert_false(t, td_logging_is_enabled_for(log, TD_LOGGING_DEBUG));
	td_unittest_assert_raises_message(t, TD_ValueError, "Unknown level: 'LOUD'",
	                                  td_logging_set_level_by_name(c, log, "LOUD"));
	td_logging_disable(TD_LOGGING_ERROR);
	td_unittest_assert_false(t, td_logging_is_enabled_for(log, TD_LOGGING_ERROR));
	td_unittest_assert_true(t, td_logging_is_enabled_for(log, TD_LOGGING_CRITICAL));
	td_logging_disable(TD_LOGGING_NOTSET);
	td_unittest_assert_equal(t, td_logging_get_level_name(20), "INFO");
	td_unittest_assert_equal(t, td_logging_get_level_name(15), "Level 15");
	td_unittest_assert_equal(t, td_logging_get_level_by_name("WARN"), 30);
	td_unittest_assert_equal(t, td_logging_get_level_by_name("15"), -1);
	td_unittest_assert_true(t, td_logging_add_level_name(15, "NOTICE"));
	td_unittest_assert_equal(t, td_logging_get_level_name(15), "NOTICE");
	td_unittest_assert_equal(t, td_logging_get_level_by_name("NOTICE"), 15);
}

TD_TEST(TestLoggers, test_records_go_up_unless_told_not_to) {
	heard low = {0}, high = {0};
	td_logger *log = td_logging_get_logger("up.below"), *above = td_logging_get_logger("up");
	td_logging_add_handler(log, td_logging_handler(t, hear, &low));
	td_handler *h = td_logging_handler(t, hear, &high);
	td_logging_add_handler(above, h);
	td_logging_add_handler(above, h); /* once all the same */
	td_logging_set_level(above, TD_LOGGING_CRITICAL);
	td_logging_set_level(log, TD_LOGGING_INFO);
	td_logging_info(log, "to %s", "both");
	td_unittest_assert_equal(t, low.last, "to both");
	td_unittest_assert_equal(t, high.count, 1, .msg = "the level of a logger above is not asked");
	td_unittest_assert_equal(t, high.name, "up.below");
	td_handler_set_level(h, TD_LOGGING_ERROR);
	td_logging_warning(log, "below the handler's level");
	td_unittest_assert_equal(t, high.count, 1);
	td_logging_set_propagate(log, false);
	td_logging_critical(log, "stays");
	td_unittest_assert_equal(t, high.count, 1);
	td_unittest_assert_equal(t, low.count, 3);
	td_logging_remove_handler(log, NULL);
	td_unittest_assert_true(t, td_logging_has_handlers(log));
}

TD_TEST(TestLoggers, test_arguments_of_a_record_that_is_not_wanted_are_not_looked_at) {
	td_logger *log = td_logging_get_logger("lazy");
	td_logging_set_level(log, TD_LOGGING_ERROR);
	int looked = 0;
	td_logging_debug(log, "%d", ++looked);
	td_unittest_assert_equal(t, looked, 0);
}

TD_TEST(TestHandlers, test_end_with_their_scope) {
	td_logger *log = td_logging_get_logger("scoped");
	td_logging_set_propagate(log, false);
	heard h = {0};
	{
		TD_SCOPE(inner, t);
		td_logging_add_handler(log, td_logging_handler(inner, hear, &h));
		td_logging_error(log, "one");
	}
	td_unittest_assert_false(t, td_logging_has_handlers(log));
	td_logging_add_handler(log, td_logging_null_handler(t));
	td_logging_error(log, "two");
	td_unittest_assert_equal(t, h.count, 1);
}

TD_TEST(TestHandlers, test_files) {
	td_logger *log = td_logging_get_logger("files");
	td_logging_set_propagate(log, false);
	td_handler *now = td_logging_file_handler(t, "now.log"),
			   *late = td_logging_file_handler(t, "late.log", .delay = true);
	td_handler *much = td_logging_file_handler(t, "much.log", .buffer = 4096);
	td_unittest_assert_false(t, td_path_exists(t, "late.log"));
	td_logging_add_handler(log, now);
	td_logging_add_handler(log, late);
	td_logging_add_handler(log, much);
	td_os_mkdir(t, "elsewhere");
	td_os_chdir(t, "elsewhere");
	td_logging_warning(log, "first");
	td_os_chdir(t, "..");
	td_unittest_assert_equal(t, content(t, "now.log"), "first\n");
	td_unittest_assert_equal(t, content(t, "late.log"), "first\n", .msg = "the path was made absolute");
	td_unittest_assert_equal(t, content(t, "much.log"), "");
	td_logging_error(log, "second");
	td_unittest_assert_equal(t, content(t, "much.log"), "first\nsecond\n", .msg = "an error is not kept back");
	td_logging_warning(log, "third");
	td_unittest_assert_true(t, td_handler_flush(much));
	td_unittest_assert_equal(t, content(t, "much.log"), "first\nsecond\nthird\n");
	td_handler_close(now);
	td_logging_warning(log, "again");
	td_unittest_assert_equal(t, content(t, "now.log"), "first\nsecond\nthird\nagain\n", .msg = "opened again");
	td_unittest_assert_raises(t, TD_FileNotFoundError, td_logging_file_handler(c, "no/such.log"));
	td_unittest_assert_raises(t, TD_ValueError, td_logging_file_handler(c, "x.log", .mode = "q"));
	td_unittest_assert_raises(t, TD_FileExistsError, td_logging_file_handler(c, "now.log", .mode = "x"));
}

TD_TEST(TestHandlers, test_what_is_lost_is_counted) {
	td_logger *log = td_logging_get_logger("lost");
	td_logging_set_propagate(log, false);
	td_handler *full = td_logging_file_handler(t, "/dev/full");
	td_logging_add_handler(log, full);
	errno = 77;
	td_logging_error(log, "nowhere to go");
	td_unittest_assert_equal(t, errno, 77);
	td_unittest_assert_equal(t, td_handler_lost(full), 1);
	heard h = {0};
	td_handler *lacks = td_logging_handler(t, hear, &h);
	td_handler_set_formatter(lacks, td_logging_formatter(t, .fmt = "%(user)s %(message)s"));
	td_logging_add_handler(log, lacks);
	td_logging_error(log, "nobody");
	td_unittest_assert_equal(t, td_handler_lost(lacks), 1);
	td_logging_log_kv(log, TD_LOGGING_ERROR, td_dict(t, "user", "ann"), "here");
	td_unittest_assert_equal(t, h.last, "ann here");
}

TD_TEST(TestHandlers, test_a_long_message_is_whole) {
	td_logger *log = td_logging_get_logger("long");
	td_logging_set_propagate(log, false);
	td_logging_add_handler(log, td_logging_file_handler(t, "long.log"));
	char *text = td_alloc(t, 100001);
	memset(text, 'x', 100000);
	td_logging_error(log, "%s|%5.2f|%lld", text, 3.14159, -9000000000LL);
	td_unittest_assert_equal(t, td_str_len(content(t, "long.log")), 100000 + 1 + 5 + 1 + 11 + 1);
	td_unittest_assert_true(t, td_str_endswith(content(t, "long.log"), "x| 3.14|-9000000000\n"));
}

static void log_itself(void *arg, const td_log_record *r, const char *text, size_t len) {
	int *depth = arg;
	(void)r;
	(void)text;
	(void)len;
	if (++*depth < 3) td_logging_error(td_logging_get_logger("nested"), "from within %d", *depth);
}

TD_TEST(TestHandlers, test_one_may_log_itself) {
	int depth = 0;
	td_logger *log = td_logging_get_logger("nested");
	td_logging_set_propagate(log, false);
	td_logging_add_handler(log, td_logging_handler(t, log_itself, &depth));
	td_logging_error(log, "begin");
	td_unittest_assert_equal(t, depth, 3);
}

static void write_lines(td_scope *s, void *arg) {
	(void)s;
	for (int i = 0; i < 500; i++) td_logging_warning(td_logging_get_logger("threads"), "%s %d", (const char *)arg, i);
}

TD_TEST(TestHandlers, test_lines_of_threads_stay_whole) {
	td_logger *log = td_logging_get_logger("threads");
	td_logging_set_propagate(log, false);
	td_logging_add_handler(log, td_logging_file_handler(t, "threads.log", .buffer = 1000));
	static char names[3][5] = {"one", "two", "six"};
	{
		TD_SCOPE(nursery, t);
		for (int i = 0; i < 3; i++) td_thread_start(nursery, write_lines, names[i]);
	}
	td_logging_shutdown();
	td_strs lines = td_str_splitlines(t, content(t, "threads.log"));
	td_unittest_assert_equal(t, lines.len, 1500);
	int next[3] = {0};
	for (size_t i = 0; i < lines.len; i++) {
		for (int k = 0; k < 3; k++) {
			if (!strncmp(lines.items[i], names[k], 3)) {
				td_unittest_assert_equal(t, lines.items[i], td_format(t, "%s %d", names[k], next[k]++));
			}
		}
	}
	td_unittest_assert_equal(t, next[0] + next[1] + next[2], 1500);
}

TD_TEST(TestHandlers, test_a_child_of_fork_can_log) {
	td_logger *log = td_logging_get_logger("fork");
	td_logging_set_propagate(log, false);
	td_logging_add_handler(log, td_logging_file_handler(t, "fork.log"));
	td_logging_error(log, "parent");
	pid_t child = fork();
	if (!child) {
		td_logging_error(log, "child");
		_exit(0);
	}
	int status;
	waitpid(child, &status, 0);
	td_unittest_assert_equal(t, content(t, "fork.log"), "parent\nchild\n");
}

TD_TEST(TestFormatter, test_an_error_stands_below) {
	td_logger *log = td_logging_get_logger("errors");
	td_logging_set_propagate(log, false);
	heard h = {0};
	td_logging_add_handler(log, td_logging_handler(t, hear, &h));
	TD_SCOPE(attempt, t);
	td_raise(attempt, TD_ValueError, "bad");
	const td_error *e = td_catch(attempt);
	td_logging_exception(log, e, "it failed");
	td_unittest_assert_true(t, td_str_startswith(h.last, "it failed\nTraceback (most recent call last):\n"));
	td_unittest_assert_true(t, td_str_endswith(h.last, "\nValueError: bad"));
	td_logging_exception(log, NULL, "nothing caught");
	td_unittest_assert_equal(t, h.last, "nothing caught");
	td_unittest_assert_equal(t, h.level, TD_LOGGING_ERROR);
}

TD_TEST(TestFormatter, test_json_lines) {
	static const struct timespec when = {.tv_sec = 1709208000, .tv_nsec = 123456789};
	td__log_frozen = &when;
	td_logger *log = td_logging_get_logger("json.lines");
	td_logging_set_propagate(log, false);
	heard h = {0};
	td_handler *handler = td_logging_handler(t, hear, &h);
	td_handler_set_formatter(handler, td_logging_json_formatter(t));
	td_logging_add_handler(log, handler);
	td_logging_warning(log, "a \"quote\"\n\x01 \xff");
	td_unittest_assert_equal(
		t, h.last,
		"{\"time\": \"2024-02-29T12:00:00.123Z\", \"level\": \"WARNING\", \"logger\": \"json.lines\", "
		"\"message\": \"a \\\"quote\\\"\\n\\u0001 \xEF\xBF\xBD\"}");
	td_logging_log_kv(log, TD_LOGGING_ERROR, td_dict(t, "n", 1, "level", "mine", "list", td_list(t, 1.5, TD_NULL)),
	                  "x");
	td_unittest_assert_equal(
		t, h.last,
		"{\"time\": \"2024-02-29T12:00:00.123Z\", \"level\": \"ERROR\", \"logger\": \"json.lines\", "
		"\"message\": \"x\", \"n\": 1, \"list\": [1.5, null]}");
	td__log_frozen = NULL;
}

TD_TEST(TestBasicConfig, test_once_unless_forced) {
	td_unittest_assert_true(t, td_logging_basic_config(t, .filename = "a.log", .format = "%(levelname)s %(message)s"));
	td_unittest_assert_true(t, td_logging_basic_config(t, .filename = "b.log", .level = TD_LOGGING_DEBUG));
	td_logging_warning(NULL, "one");
	td_logging_debug(NULL, "below");
	td_unittest_assert_equal(t, content(t, "a.log"), "WARNING one\n");
	td_unittest_assert_false(t, td_path_exists(t, "b.log"));
	td_logging_basic_config(t, .filename = "b.log", .level = TD_LOGGING_DEBUG, .force = true);
	td_logging_debug(NULL, "two");
	td_unittest_assert_equal(t, content(t, "b.log"), "DEBUG:root:two\n");
	td_unittest_assert_raises_message(t, TD_ValueError, "'stream' and 'filename' should not be specified together",
	                                  td_logging_basic_config(c, .filename = "c.log", .stream = stdout, .force = true));
}

TD_TEST(TestBasicConfig, test_given_handlers_get_the_formatter_they_lack) {
	heard h = {0};
	td_handler *handlers[1] = {td_logging_handler(t, hear, &h)};
	td_logging_basic_config(t, .format = "<{message}>", .style = "{", .handlers = handlers, .handler_count = 1);
	td_logging_warning(NULL, "x");
	td_unittest_assert_equal(t, h.last, "<x>");
	td_unittest_assert_raises(t, TD_ValueError,
	                          td_logging_basic_config(c, .handlers = handlers, .handler_count = 1, .filename = "x",
	                                                  .force = true));
}
