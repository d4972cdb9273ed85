/* Rows of subprocess. A finished process is {"args", "returncode", "stdout", "stderr"}, with None for what was not
 * captured, and bytes unless text is asked for. Streams are given as Python's numbers: PIPE -1, STDOUT -2, DEVNULL -3. */
#include "oracle.h"

#define RUN                                                                                                            \
	"args, bufsize=-1, executable=None, stdin=None, stdout=None, stderr=None, preexec_fn=None, close_fds=True, "       \
	"shell=False, cwd=None, env=None, universal_newlines=None, startupinfo=None, creationflags=0, "                    \
	"restore_signals=True, start_new_session=False, pass_fds=(), *, user=None, group=None, extra_groups=None, "        \
	"encoding=None, errors=None, text=None, umask=-1, pipesize=-1, process_group=None"

static td_stream stream(td_scope *s, const oracle_call *call, const char *name) {
	if (!oracle_given(call, name)) return (td_stream){0};
	switch (oracle_int(s, call, name, 0)) {
	case -1: return TD_PIPE;
	case -2: return TD_STDOUT;
	case -3: return TD_DEVNULL;
	default: return TD_FD((int)oracle_int(s, call, name, 0));
	}
}

static td_strs command(td_scope *s, const oracle_call *call) {
	const td_value *args = oracle_arg(call, "args");
	if (td_value_type(args) == TD_STR) return td_strs_of(s, td_value_str(args, ""));
	return oracle_strs(s, call, "args");
}

static void who(td_scope *s, const oracle_call *call, const char *name, td_opt_int *id, const char **text) {
	if (td_value_type(oracle_arg(call, name)) == TD_STR)
		*text = oracle_text(s, call, name, NULL);
	else
		*id = oracle_opt_int(s, call, name);
}

static bool text_mode(const oracle_call *call) {
	return oracle_true(call, "text", false) || oracle_true(call, "universal_newlines", false) ||
	       oracle_given(call, "encoding") || oracle_given(call, "errors");
}

static td_subprocess_opts options(td_scope *s, const oracle_call *call) {
	td_subprocess_opts o = {.td__size = sizeof o};
	const td_value *input = oracle_arg(call, "input");
	if (!td_value_is_null(input)) o.input_bytes = td_value_bytes(input);
	o.capture_output = oracle_true(call, "capture_output", false);
	o.check = oracle_true(call, "check", false);
	o.text = text_mode(call);
	o.timeout = oracle_float(s, call, "timeout", 0);
	if (oracle_given(call, "timeout") && o.timeout <= 0) o.timeout = TD_NOW;
	o.cwd = oracle_text(s, call, "cwd", NULL);
	if (oracle_given(call, "env")) o.env = oracle_arg(call, "env");
	o.in = stream(s, call, "stdin");
	o.out = stream(s, call, "stdout");
	o.err = stream(s, call, "stderr");
	o.executable = oracle_text(s, call, "executable", NULL);
	o.start_new_session = oracle_true(call, "start_new_session", false);
	o.process_group = oracle_opt_int(s, call, "process_group");
	o.keep_fds = !oracle_true(call, "close_fds", true);
	o.keep_signals = !oracle_true(call, "restore_signals", true);
	if (oracle_int(s, call, "umask", -1) >= 0) o.umask = TD_INT(oracle_int(s, call, "umask", 0));
	if (oracle_int(s, call, "pipesize", -1) > 0) o.pipesize = (int)oracle_int(s, call, "pipesize", 0);
	who(s, call, "user", &o.uid, &o.user);
	who(s, call, "group", &o.gid, &o.group);
	return o;
}

static const td_value *captured(td_scope *s, bool was, bool text, const char *data, size_t len) {
	if (!was) return td_value_new_null(s);
	td_bytes b = {data, len};
	return text ? td_value_new_text(s, b) : td_value_new_bytes(s, b);
}

static const td_completed_process *run(td_scope *s, const oracle_call *call, const td_subprocess_opts *o) {
	const td_value *args = oracle_arg(call, "args");
	if (oracle_given(call, "preexec_fn")) td_raise(s, TD_NotImplementedError, "preexec_fn is not offered");
	if (oracle_true(call, "shell", false)) {
		if (td_value_type(args) != TD_STR) td_raise(s, TD_NotImplementedError, "a shell is given a line");
		return (td_subprocess_run_shell)(s, td_value_str(args, ""), o);
	}
	return (td_subprocess_run)(s, command(s, call), o);
}

static const td_value *completed(td_scope *s, const oracle_call *call) {
	td_subprocess_opts o = options(s, call);
	const td_completed_process *p = run(s, call, &o);
	if (td_failed(s)) return NULL;
	td_value *r = td_value_new_dict(s);
	td_value_set(s, r, "args", td_value_copy(s, oracle_arg(call, "args")));
	td_value_set(s, r, "returncode", td_v(s, p->returncode));
	td_value_set(s, r, "stdout",
	             captured(s, o.capture_output || o.out.kind == TD__STREAM_PIPE, o.text, p->out, p->out_len));
	td_value_set(s, r, "stderr",
	             captured(s, o.capture_output || o.err.kind == TD__STREAM_PIPE, o.text, p->err, p->err_len));
	return r;
}

#define RUN_ONLY ", input=None, capture_output=False, timeout=None, check=False"

ORACLE_ROW(subprocess_run, "subprocess.run", RUN RUN_ONLY) {
	return completed(s, call);
}

ORACLE_ROW(subprocess_check_output, "subprocess.check_output", RUN ", input=None, timeout=None") {
	td_subprocess_opts o = options(s, call);
	if (oracle_given(call, "stdout")) {
		td_raise(s, TD_ValueError, "stdout argument not allowed, it will be overridden.");
		return NULL;
	}
	o.check = true;
	o.out = TD_PIPE;
	const td_completed_process *p = run(s, call, &o);
	return td_failed(s) ? NULL : captured(s, true, o.text, p->out, p->out_len);
}

ORACLE_ROW(subprocess_call, "subprocess.call", RUN ", timeout=None") {
	td_subprocess_opts o = options(s, call);
	int status = run(s, call, &o)->returncode;
	return td_failed(s) ? NULL : td_v(s, status);
}

ORACLE_ROW(subprocess_check_call, "subprocess.check_call", RUN ", timeout=None") {
	td_subprocess_opts o = options(s, call);
	o.check = true;
	int status = run(s, call, &o)->returncode;
	return td_failed(s) ? NULL : td_v(s, status);
}

ORACLE_ROW(subprocess_getoutput, "subprocess.getoutput", "cmd, *, encoding=None, errors=None") {
	const char *text = td_subprocess_getoutput(s, oracle_text(s, call, "cmd", NULL));
	return td_failed(s) ? NULL : td_value_new_str(s, text);
}

ORACLE_ROW(subprocess_getstatusoutput, "subprocess.getstatusoutput", "cmd, *, encoding=None, errors=None") {
	int status;
	const char *text = td_subprocess_getstatusoutput(s, oracle_text(s, call, "cmd", NULL), &status);
	return td_failed(s) ? NULL : td_list(s, td_v(s, status), td_value_new_str(s, text));
}

ORACLE_ROW(check_returncode, "subprocess.CompletedProcess.check_returncode", "self") {
	const td_value *self = oracle_arg(call, "self"), *args = td_get(self, "args");
	td_completed_process p = {.returncode = (int)td_value_int(td_get(self, "returncode"), 0), .out = "", .err = ""};
	const char *line = td_value_str(args, "");
	if (td_value_type(args) == TD_STR) {
		p.args = td_strs_of(s, "/bin/sh", "-c", line);
	} else {
		const char **items = td_alloc_array(s, td_value_len(args) + 1, sizeof *items);
		for (size_t i = 0; items && i < td_value_len(args); i++) items[i] = td_value_str(td_value_at(args, i), "");
		p.args = (td_strs){items, td_value_len(args)};
	}
	td_completed_process_check_returncode(s, &p);
	return NULL;
}
