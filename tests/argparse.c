/* Tests of tend/argparse.h. That messages and help texts are CPython's is what the oracle asks; here is what a user of the C
 * interface relies on. */
#include <stdlib.h>
#include <string.h>
#include <tend.h>

static td_argparser *parser(td_scope *t) {
	td_argparser *p = td_argparse_argument_parser(t, .prog = "prog", .no_exit = true, .width = 78);
	td_argparse_add_argument(t, p, "-p, --port", .type = TD_ARG_INT, .default_ = "80",
	                         .help = "port (default: %(default)s)");
	td_argparse_add_argument(t, p, "--limit", .type = TD_ARG_DURATION, .env = "TEND_TEST_LIMIT");
	td_argparse_add_argument(t, p, "-v, --verbose", .action = TD_ARG_COUNT, .help = "say more");
	td_argparse_add_argument(t, p, "--level", .choices = td_strs_of(t, "debug", "info"), .default_ = "info");
	td_argparse_add_argument(t, p, "--tag", .action = TD_ARG_APPEND);
	td_argparse_add_argument(t, p, "file", .nargs = "*");
	return p;
}

TD_TEST(TestArgparse, test_typed_results) {
	td_strs args = td_strs_of(t, "-vv", "--port=8080", "a", "--limit", "1m30s", "--tag", "x", "--tag=y");
	const td_args *a = td_argparse_parse_args(t, parser(t), .args = args);
	td_unittest_assert_equal(t, td_args_int(a, "port"), 8080);
	td_unittest_assert_equal(t, td_args_float(a, "limit"), 90.0);
	td_unittest_assert_equal(t, td_args_int(a, "verbose"), 2);
	td_unittest_assert_equal(t, td_args_str(a, "level"), "info");
	td_unittest_assert_equal(t, td_str_join(t, ",", td_args_strs(a, "tag")), "x,y");
	td_unittest_assert_equal(t, td_str_join(t, ",", td_args_strs(a, "file")), "a");
	td_unittest_assert_equal(t, td_args_strs(a, "none").len, 0);
}

TD_TEST(TestArgparse, test_defaults_are_read_by_the_type) {
	const td_args *a = td_argparse_parse_args(t, parser(t), .args = {(const char *const[]){NULL}, 0});
	td_unittest_assert_equal(t, td_value_repr(t, td_args_values(a)),
	                         "{'port': 80, 'limit': None, 'verbose': None, 'level': 'info', 'tag': None, 'file': []}");
	td_unittest_assert_false(t, td_args_has(a, "limit"));
	td_unittest_assert_true(t, td_args_has(a, "port"));
}

TD_TEST(TestArgparse, test_a_suppressed_default_is_held_against_no_choice) {
	td_argparser *p = td_argparse_argument_parser(t, .prog = "prog", .no_exit = true, .argument_default = TD_SUPPRESS);
	td_argparse_add_argument(t, p, "what", .nargs = "*", .choices = td_strs_of(t, "a", "b"));
	const td_args *a = td_argparse_parse_args(t, p, .args = {(const char *const[]){NULL}, 0});
	td_unittest_assert_false(t, td_args_has(a, "what"));
	a = td_argparse_parse_args(t, p, .args = td_strs_of(t, "b"));
	td_unittest_assert_equal(t, td_args_strs(a, "what").len, 1);
}

TD_TEST(TestArgparse, test_the_environment_stands_between_line_and_default) {
	setenv("TEND_TEST_LIMIT", "2s", 1);
	const td_args *a = td_argparse_parse_args(t, parser(t), .args = {(const char *const[]){NULL}, 0});
	td_unittest_assert_equal(t, td_args_float(a, "limit"), 2.0);
	a = td_argparse_parse_args(t, parser(t), .args = td_strs_of(t, "--limit", "3s"));
	td_unittest_assert_equal(t, td_args_float(a, "limit"), 3.0);
	setenv("TEND_TEST_LIMIT", "soon", 1);
	td_unittest_assert_raises_message(t, TD_ArgumentError,
	                                  "argument --limit: invalid duration value: 'soon' (expected a number",
	                                  td_argparse_parse_args(c, parser(c), .args = td_strs_of(c, "x")));
}

TD_TEST(TestArgparse, test_errors_are_python_s_and_name_what_was_meant) {
	static const struct {
		const char *arg, *message, *note;
	} rows[] = {
		{"--port=x", "argument -p/--port: invalid int value: 'x'", NULL},
		{"--verbos=3", "argument -v/--verbose: ignored explicit argument '3'", NULL},
		{"--level=inof", "argument --level: invalid choice: 'inof' (choose from 'debug', 'info')",
	     "did you mean 'info'?"},
		{"--prot", "unrecognized arguments: --prot", "did you mean '--port'?"},
		{"--l=3", "ambiguous option: --l=3 could match --limit, --level", NULL},
		{"--tag", "argument --tag: expected one argument", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		TD_SUBTEST (t, "%s", rows[i].arg) {
			TD_SCOPE(c, t);
			td_argparse_parse_args(c, parser(c), .args = td_strs_of(c, rows[i].arg));
			const td_error *e = td_catch(c, TD_ArgumentError);
			if (!td_unittest_assert_is_not_none(t, e)) continue;
			td_unittest_assert_equal(t, e->message, rows[i].message);
			td_unittest_assert_equal(t, e->notes.len, rows[i].note ? 1 : 0);
			if (e->notes.len && rows[i].note) td_unittest_assert_equal(t, e->notes.items[0], rows[i].note);
		}
}

static int called;
static void up(td_scope *s, const td_args *a) {
	(void)s;
	called = (int)td_args_int(a, "n");
}

TD_TEST(TestArgparse, test_commands_with_functions_and_aliases) {
	td_argparser *p = td_argparse_argument_parser(t, .prog = "prog", .no_exit = true, .width = 78);
	td_argsub *sub = td_argparse_add_subparsers(t, p, .dest = "command", .required = true);
	td_argparser *one = td_argparse_add_parser(t, sub, "up", .help = "go up", .aliases = td_strs_of(t, "u"));
	td_argparse_add_argument(t, one, "-n", .type = TD_ARG_INT);
	td_argparse_set_func(one, up);
	td_argparse_add_parser(t, sub, "down", .help = "go down");
	const td_args *a = td_argparse_parse_args(t, p, .args = td_strs_of(t, "u", "-n", "5"));
	td_unittest_assert_equal(t, td_args_str(a, "command"), "u");
	if (td_unittest_assert_true(t, td_args_func(a) == up)) td_args_func(a)(t, a);
	td_unittest_assert_equal(t, called, 5);
	td_unittest_assert_raises_message(t, TD_ArgumentError,
	                                  "argument command: invalid choice: 'dwon' (choose from 'up', 'u', 'down')",
	                                  td_argparse_parse_args(c, p, .args = td_strs_of(c, "dwon")));
	td_unittest_assert_equal(t, td_argparse_format_help(t, p),
	                         "usage: prog [-h] {up,u,down} ...\n\npositional arguments:\n  {up,u,down}\n    up (u)     "
	                         "go up\n    down       go down\n\n"
	                         "options:\n  -h, --help   show this help message and exit\n");
}

TD_TEST(TestArgparse, test_exclusive_groups) {
	td_argparser *p = td_argparse_argument_parser(t, .prog = "prog", .no_exit = true, .width = 78);
	td_arggroup *g = td_argparse_add_mutually_exclusive_group(t, p, .required = true);
	td_argparse_add_argument(t, p, "--json", .action = TD_ARG_STORE_TRUE, .group = g);
	td_argparse_add_argument(t, p, "--text", .action = TD_ARG_STORE_TRUE, .group = g);
	td_unittest_assert_equal(t, td_argparse_format_usage(t, p), "usage: prog [-h] (--json | --text)\n");
	td_unittest_assert_raises_message(t, TD_ArgumentError, "argument --text: not allowed with argument --json",
	                                  td_argparse_parse_args(c, p, .args = td_strs_of(c, "--json", "--text")));
	td_unittest_assert_raises_message(t, TD_ArgumentError, "one of the arguments --json --text is required",
	                                  td_argparse_parse_args(c, p, .args = {(const char *const[]){NULL}, 0}));
}

TD_TEST(TestArgparse, test_what_is_unknown_can_be_kept) {
	td_strs rest;
	const td_args *a =
		td_argparse_parse_known_args(t, parser(t), &rest, .args = td_strs_of(t, "--new", "-p", "1", "--other=2"));
	td_unittest_assert_equal(t, td_args_int(a, "port"), 1);
	td_unittest_assert_equal(t, td_str_join(t, " ", rest), "--new --other=2");
}

static const td_value *even(td_scope *s, const char *text) {
	int64_t n = td_int(s, text);
	if (n % 2) td_raise(s, TD_ArgumentTypeError, "%s is odd", text);
	return td_value_new_int(s, n);
}

TD_TEST(TestArgparse, test_a_type_of_one_s_own) {
	td_argparser *p = td_argparse_argument_parser(t, .prog = "prog", .no_exit = true);
	td_argparse_add_argument(t, p, "n", .type = TD_ARG_OWN, .parse = even, .type_name = "even number");
	td_unittest_assert_equal(t, td_args_int(td_argparse_parse_args(t, p, .args = td_strs_of(t, "4")), "n"), 4);
	td_unittest_assert_raises_message(t, TD_ArgumentError, "argument n: 3 is odd",
	                                  td_argparse_parse_args(c, p, .args = td_strs_of(c, "3")));
	td_unittest_assert_raises_message(t, TD_ArgumentError, "argument n: invalid even number value: 'x'",
	                                  td_argparse_parse_args(c, p, .args = td_strs_of(c, "x")));
}

TD_TEST(TestArgparse, test_mistakes_in_the_declaration) {
	td_argparser *p = parser(t);
	td_unittest_assert_raises_message(t, TD_ArgumentError, "argument -p: conflicting option string: -p",
	                                  td_argparse_add_argument(c, p, "-p"));
	td_unittest_assert_raises(t, TD_ValueError, td_argparse_add_argument(c, p, "-x", .nargs = "many"));
	td_unittest_assert_raises(t, TD_ValueError, td_argparse_add_argument(c, p, "--x, y"));
	td_unittest_assert_raises(t, TD_TypeError, td_argparse_add_argument(c, p, "y", .required = true));
	td_unittest_assert_raises(t, TD_ArgumentError,
	                          td_argparse_add_argument(c, p, "--kind", .type = TD_ARG_INT,
	                                                   .choices = td_strs_of(c, "a")));
}

TD_TEST(TestArgparse, test_completion_scripts_name_all_there_is) {
	td_argparser *p = parser(t);
	static const char *const shells[] = {"bash", "zsh", "fish"};
	for (size_t i = 0; i < 3; i++) {
		const char *text = td_argparse_completion(t, p, shells[i]);
		td_unittest_assert_in(t, "debug", text);
		td_unittest_assert_in(t, "verbose", text);
	}
	td_unittest_assert_raises(t, TD_ValueError, td_argparse_completion(c, p, "tcsh"));
}

/* What stands in a declaration never becomes more of a script than a word. */
TD_TEST(TestArgparse, test_completion_quotes_what_it_is_given) {
	td_argparser *p = td_argparse_argument_parser(t, .prog = "prog");
	td_argparse_add_argument(t, p, "--kind", .suggestions = td_strs_of(t, "plain", "$(no)", "a'b"),
	                         .suggest_command = "echo 'c'", .help = "`no` 'no' $no");
	const char *text = td_argparse_completion(t, p, "bash");
	td_unittest_assert_in(t, "plain", text);
	td_unittest_assert_in(t, "more='echo '\\''c'\\'''", text);
	td_unittest_assert_in(t, "(sh -c \\'echo \\\\\\'c\\\\\\'\\')", td_argparse_completion(t, p, "fish"));
	static const char *const shells[] = {"bash", "zsh", "fish"};
	for (size_t i = 0; i < 3; i++) {
		text = td_argparse_completion(t, p, shells[i]);
		td_unittest_assert_not_in(t, "$(no)", text);
		td_unittest_assert_not_in(t, "a'b", text);
		td_unittest_assert_not_in(t, "`no`", text);
	}
}
