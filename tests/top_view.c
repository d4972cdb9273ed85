#include <string.h>
#include <tend.h>

#include "top/columns.h"
#include "top/view.h"

/* Rows are by pid. */
static const td_process_row rows[] = {
	{.pid = 1, .ppid = 0, .name = "init", .cmdline = "/sbin/init", .username = "root", .rss = 10, .cgroup = "/"},
	{.pid = 2, .ppid = 0, .name = "kthreadd", .cmdline = "", .username = "root", .kernel_thread = true, .cgroup = "/"},
	{.pid = 10,
     .ppid = 1,
     .name = "sshd",
     .cmdline = "sshd -D",
     .username = "root",
     .rss = 30,
     .cpu_percent = 1,
     .cgroup = "/a"},
	{.pid = 11,
     .ppid = 10,
     .name = "bash",
     .cmdline = "-bash",
     .username = "alice",
     .rss = 20,
     .cpu_percent = 3,
     .cgroup = "/a"},
	{.pid = 12,
     .ppid = 11,
     .name = "make",
     .cmdline = "make -j",
     .username = "alice",
     .rss = 50,
     .cpu_percent = 40,
     .has_io = true,
     .read_rate = 5,
     .write_rate = 7,
     .num_threads = 2,
     .cgroup = "/b"},
	{.pid = 13,
     .ppid = 11,
     .name = "vi",
     .cmdline = "vi make.txt",
     .username = "bob",
     .rss = 5,
     .state = 'S',
     .num_threads = 3,
     .cgroup = "/b"},
	{.pid = 20,
     .ppid = 99,
     .name = "orphan",
     .cmdline = "./orphan",
     .username = "bob",
     .rss = 60,
     .cpu_percent = 40,
     .cgroup = "/b"},
};
enum { ROWS = sizeof rows / sizeof *rows };

static const top_order plain = {.by = TOP_PID, .filter = "", .only_name = ""};

/* "1 2 10": the pids in their order, with branches, and ! behind those that were not asked for. */
static const char *shown(td_scope *s, top_order order) {
	top_lines lines = top_view(s, rows, ROWS, &order, false);
	const char *text = "";
	for (size_t i = 0; i < lines.len; i++)
		text = td_format(s, "%s%s%s%d%s", text, i ? " " : "", lines.items[i].branch, lines.items[i].p->pid,
		                 lines.items[i].shadow ? "!" : "");
	return text;
}

TD_TEST(TestTopView, test_order) {
	top_order o = plain;
	td_unittest_assert_equal(t, shown(t, o), "1 2 10 11 12 13 20");
	o.reverse = true;
	td_unittest_assert_equal(t, shown(t, o), "20 13 12 11 10 2 1");
	o = plain;
	o.by = TOP_CPU; /* equals in the order of pids */
	td_unittest_assert_equal(t, shown(t, o), "12 20 11 10 1 2 13");
	o.by = TOP_RESIDENT;
	td_unittest_assert_equal(t, shown(t, o), "20 12 10 11 1 13 2");
	o.by = TOP_USER;
	td_unittest_assert_equal(t, shown(t, o), "11 12 13 20 1 2 10");
	o.by = TOP_COMMAND;
	td_unittest_assert_equal(t, shown(t, o), "11 1 2 12 20 10 13");
	o.by = TOP_WRITE; /* what is not known comes last */
	td_unittest_assert_equal(t, shown(t, o), "12 1 2 10 11 13 20");
	o.by = TOP_STATE;
	td_unittest_assert_equal(t, shown(t, o), "13 1 2 10 11 12 20");
}

TD_TEST(TestTopView, test_filter) {
	top_order o = plain;
	o.filter = "MAKE";
	td_unittest_assert_equal(t, shown(t, o), "12 13");
	o.filter = "bob";
	td_unittest_assert_equal(t, shown(t, o), "13 20");
	o.filter = "12";
	td_unittest_assert_equal(t, shown(t, o), "12");
	o.filter = "no such";
	td_unittest_assert_equal(t, shown(t, o), "");
	o = plain;
	o.no_kernel = true;
	td_unittest_assert_equal(t, shown(t, o), "1 10 11 12 13 20");
	o.only = TOP_BY_USER;
	o.only_name = "alice";
	td_unittest_assert_equal(t, shown(t, o), "11 12");
	o.filter = "make";
	td_unittest_assert_equal(t, shown(t, o), "12");
}

TD_TEST(TestTopView, test_tree) {
	top_order o = plain;
	o.tree = true;
	td_unittest_assert_equal(t, shown(t, o), "1 `- 10    `- 11       |- 12       `- 13 2 20");
	o.by = TOP_RESIDENT; /* among siblings */
	td_unittest_assert_equal(t, shown(t, o), "20 1 `- 10    `- 11       |- 12       `- 13 2");
	o.reverse = true;
	td_unittest_assert_equal(t, shown(t, o), "2 1 `- 10    `- 11       |- 13       `- 12 20");
	o = plain;
	o.tree = true;
	o.filter = "vi make";
	td_unittest_assert_equal(t, shown(t, o), "1! `- 10!    `- 11!       `- 13");
}

TD_TEST(TestTopView, test_tree_of_a_table_that_changed_meanwhile) {
	/* Each other's parents, and one that is its own. */
	static const td_process_row odd[] = {
		{.pid = 5, .ppid = 6, .name = "a", .cmdline = "", .username = ""},
		{.pid = 6, .ppid = 5, .name = "b", .cmdline = "", .username = ""},
		{.pid = 7, .ppid = 7, .name = "c", .cmdline = "", .username = ""},
	};
	top_order o = plain;
	o.tree = true;
	td_unittest_assert_equal(t, top_view(t, odd, 3, &o, false).len, 3);
	o.filter = "a";
	td_unittest_assert_equal(t, top_view(t, odd, 3, &o, false).len, 2);
	td_unittest_assert_equal(t, top_view(t, NULL, 0, &o, false).len, 0);
}

TD_TEST(TestTopView, test_groups) {
	top_order o = plain;
	o.group = TOP_BY_USER;
	o.by = TOP_CPU;
	top_lines lines = top_view(t, rows, ROWS, &o, false);
	td_unittest_assert_equal(t, lines.len, 3);
	td_unittest_assert_equal(t, lines.items[0].p->name, "alice");
	td_unittest_assert_equal(t, lines.items[0].members, 2);
	td_unittest_assert_equal(t, lines.items[0].p->cpu_percent, 43.0);
	td_unittest_assert_equal(t, lines.items[0].p->rss, 70);
	td_unittest_assert_true(t, lines.items[0].p->has_io);
	td_unittest_assert_equal(t, lines.items[0].p->write_rate, 7.0);
	td_unittest_assert_equal(t, lines.items[1].p->name, "bob");
	td_unittest_assert_equal(t, lines.items[1].p->num_threads, 3);
	td_unittest_assert_false(t, lines.items[1].p->has_io);
	o.group = TOP_BY_CGROUP;
	lines = top_view(t, rows, ROWS, &o, false);
	td_unittest_assert_equal(t, lines.items[0].p->name, "/b");
	td_unittest_assert_equal(t, lines.items[0].members, 3);
	td_unittest_assert_equal(t, lines.items[0].p->username, "(several)");
	o.group = TOP_BY_NAME;
	o.tree = true; /* of groups there is none */
	td_unittest_assert_equal(t, top_view(t, rows, ROWS, &o, false).len, ROWS);
	for (int i = 1; i < TOP_GROUPS; i++)
		td_unittest_assert_equal(t, (int)top_group_of(top_group_text((top_group)i)), i);
	td_unittest_assert_equal(t, (int)top_group_of("nothing"), (int)TOP_GROUPS);
}

TD_TEST(TestTopView, test_family) {
	size_t *found, count = top_family(t, rows, ROWS, 10, &found);
	td_unittest_assert_equal(t, count, 4);
	td_unittest_assert_equal(t, rows[found[0]].pid, 10);
	td_unittest_assert_equal(t, rows[found[1]].pid, 11);
	td_unittest_assert_equal(t, top_family(t, rows, ROWS, 99, &found), 0);
	top_order o = plain;
	top_lines lines = top_view(t, rows, ROWS, &o, false);
	td_unittest_assert_equal(t, top_find(lines, 12, 0), 4);
	td_unittest_assert_equal(t, top_find(lines, 12, 1), -1, .msg = "another process with its number");
}

TD_TEST(TestTopColumns, test_what_fits) {
	for (int width = 1; width < 320; width++) {
		top_columns c = top_columns_fit(width, true, false);
		int sum = 0;
		for (size_t i = 0; i < c.len; i++) sum += c.widths[i] + (i > 0);
		td_unittest_assert_true(t, c.len > 0 && top_columns_have(&c, TOP_COMMAND));
		if (width >= 30) td_unittest_assert_equal(t, sum, width);
	}
	top_columns small = top_columns_fit(20, false, false), usual = top_columns_fit(80, false, false),
				large = top_columns_fit(160, true, false), past = top_columns_fit(160, true, true);
	td_unittest_assert_false(t, top_columns_have(&small, TOP_USER));
	td_unittest_assert_true(t, top_columns_have(&usual, TOP_READ) && top_columns_have(&usual, TOP_TIME));
	td_unittest_assert_true(t, top_columns_have(&large, TOP_VIRTUAL) && top_columns_have(&large, TOP_CGROUP));
	td_unittest_assert_false(t, top_columns_have(&past, TOP_READ) || top_columns_have(&past, TOP_TIME));
	for (int i = 0; i < TOP_KEYS; i++) td_unittest_assert_equal(t, (int)top_key_of(top_key_name((top_key)i)), i);
	td_unittest_assert_equal(t, (int)top_key_of("cpus"), (int)TOP_KEYS);
}

TD_TEST(TestTopColumns, test_cells) {
	top_style style = {.utf8 = true, .memory_total = 200};
	top_line line = {.p = &rows[4], .branch = "└─ "};
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_PID, 7, &style), "     12");
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_USER, 4, &style), "ali…");
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_CPU, 5, &style), " 40.0");
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_MEMORY, 4, &style), "25.0");
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_READ, 6, &style), "    5B");
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_COMMAND, 12, &style), "└─ make -j  ");
	style.names = true;
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_COMMAND, 8, &style), "└─ make ");
	line = (top_line){.p = &rows[1], .branch = ""};
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_READ, 6, &style), "     ?");
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_COMMAND, 12, &style), "[kthreadd]  ");
	td_unittest_assert_equal(t, top_command(t, &rows[0], false), "init");
	td_process_row odd = {.name = "x", .cmdline = "/opt/x /etc/y"};
	td_unittest_assert_equal(t, top_command(t, &odd, false), "x /etc/y");
	odd.cmdline = "/opt/";
	td_unittest_assert_equal(t, top_command(t, &odd, false), "/opt/");
	line = (top_line){.p = &rows[4], .branch = "", .members = 17};
	td_unittest_assert_equal(t, top_cell(t, &line, TOP_PID, 7, &style), "     17");
}
