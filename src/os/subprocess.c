/* src/os/subprocess.c: run and its kin, and the errors of commands. */
#include "core/internal.h"
#include "core/unicode.h"
#include "os/popen.h"
#include <tend/file.h>
#include <tend/signal.h>
#include <tend/text.h>

static const td_completed_process nothing = {.args = {(const char *const[]){NULL}, 0},
                                             .returncode = -1,
                                             .out = "",
                                             .err = ""};

const char *td__popen_show(td_scope *s, td_strs args, bool shell) {
	if (shell && args.len) return args.items[args.len - 1];
	const char **shown = td_alloc_array(s, args.len + 1, sizeof *shown);
	if (!shown) return td_no_text;
	for (size_t i = 0; i < args.len; i++) shown[i] = td_str_repr(s, args.items[i]);
	return (td_format)(s, "[%s]", td_str_join(s, ", ", (td_strs){shown, args.len}));
}

static const char *seconds_text(td_scope *s, double seconds) {
	/* Who writes .timeout = 60 sees what Python shows for timeout=60. */
	if (seconds >= 0 && seconds < 1e15 && seconds == (double)(int64_t)seconds) {
		return (td_format)(s, "%lld", (long long)seconds);
	}
	return td_float_repr(s, seconds);
}

void td__popen_raise(td_scope *s, td_strs args, bool shell, int returncode, double timeout, td_bytes out,
                     td_bytes err) {
	TD_SCOPE(tmp, s);
	const char *shown = td__popen_show(tmp, args, shell);
	if (td_failed(tmp)) return;
	td_error *e;
	const char *name = returncode < 0 ? td_signal_name(-returncode) : "";
	if (timeout != 0) {
		double seconds = timeout < 0 ? 0 : timeout;
		e = td__error_new(s, TD_TimeoutExpired, "Command '%s' timed out after %s seconds", shown,
		                  seconds_text(tmp, seconds));
	} else if (returncode >= 0) {
		e = td__error_new(s, TD_CalledProcessError, "Command '%s' returned non-zero exit status %d.", shown,
		                  returncode);
	} else if (*name) {
		e = td__error_new(s, TD_CalledProcessError, "Command '%s' died with <Signals.%s: %d>.", shown, name,
		                  -returncode);
	} else {
		e = td__error_new(s, TD_CalledProcessError, "Command '%s' died with unknown signal %d.", shown, -returncode);
	}
	if (!e) return;
	td_error_process *p = td__error_alloc(e, sizeof *p);
	if (p) {
		p->argv = td__error_strs(e, args);
		p->returncode = timeout != 0 ? -1 : returncode;
		p->timeout = timeout;
		p->out = td__error_text(e, out.data, out.len);
		p->out_len = out.len;
		p->err = td__error_text(e, err.data, err.len);
		p->err_len = err.len;
		e->process = p;
	}
	td__error_throw(s, e);
}

static td_bytes captured(const td__captured *c) {
	return (td_bytes){c->data ? c->data : "", c->len};
}

/* --- run --- */

bool td__run_options(td_scope *s, td_subprocess_opts *o) {
	if (o->input || o->input_bytes.data) {
		if (o->in.kind != TD__STREAM_SAME) {
			(td_raise)(s, TD_ValueError, "stdin and input arguments may not both be used.");
			return false;
		}
		o->in = TD_PIPE;
	}
	if (o->capture_output) {
		if (o->out.kind != TD__STREAM_SAME || o->err.kind != TD__STREAM_SAME) {
			(td_raise)(s, TD_ValueError, "stdout and stderr arguments may not be used with capture_output.");
			return false;
		}
		o->out = o->err = TD_PIPE;
	}
	return true;
}

/* Python's text mode: UTF-8 or an error, and \r\n and \r become \n. */
bool td__popen_fold(td_scope *s, const char **data, size_t *len) {
	const char *t = *data, *reason;
	size_t bad, good = td__utf8_check(t, *len, &bad, &reason);
	if (good < *len) {
		td__raise_decode(s, t, good, bad, reason);
		return false;
	}
	if (!memchr(t, '\r', *len)) return true;
	char *text = td_alloc(s, *len + 1);
	size_t at = 0;
	if (!text) return false;
	for (size_t i = 0; i < *len; i++) {
		if (t[i] == '\r' && i + 1 < *len && t[i + 1] == '\n') continue;
		text[at++] = t[i] == '\r' ? '\n' : t[i];
	}
	*data = text;
	*len = at;
	return true;
}

static void time_is_up(td_scope *s, td_scope *work, td_popen *p, double timeout) {
	td__popen_end_group(p);
	td__popen_wait_until(work, p, TD__NEVER);
	if (td_failed(work)) return;
	td__popen_drain(p);
	td__popen_raise(s, p->args, p->shell, -1, timeout, captured(&p->got[0]), captured(&p->got[1]));
}

/* The error of a status that is not 0, with what was captured as it is asked for. */
void td__popen_check(td_scope *s, const td_completed_process *r, bool shell) {
	if (r->returncode == 0) return;
	td_bytes out = {r->out, r->out_len}, err = {r->err, r->err_len};
	td__popen_raise(s, r->args, shell, r->returncode, 0, out, err);
}

static const td_completed_process *run(td_scope *s, td_strs argv, const td_subprocess_opts *opts, bool shell) {
	if (!td__enter_opts(s, opts)) return &nothing;
	td_subprocess_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__run_options(s, &o)) return &nothing;
	int64_t until = td__deadline_in(o.timeout);
	TD_SCOPE(work, s); /* whatever happens, the child ends with it */
	td_popen *p = td__popen_start(work, argv, &o, shell);
	if (!p || !td__popen_input(work, p, o.input, o.input_bytes)) return &nothing;
	int r = td__popen_pump(work, &p, 1, until);
	if (r < 0) return &nothing;
	if (r == 0) {
		time_is_up(s, work, p, o.timeout);
		return &nothing;
	}
	td_completed_process *done = td_alloc(s, sizeof *done);
	if (!done || !td__popen_result(s, p, o.text, done)) return &nothing;
	if (o.check) td__popen_check(s, done, shell);
	return td_failed(s) ? &nothing : done;
}

const td_completed_process *(td_subprocess_run)(td_scope *s, td_strs argv, const td_subprocess_opts *opts) {
	return run(s, argv, opts, false);
}

const td_completed_process *(td_subprocess_run_shell)(td_scope *s, const char *line, const td_subprocess_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "line", line)) return &nothing;
	return run(s, TD_ARGV("/bin/sh", "-c", line), opts, true);
}

const char *(td_subprocess_check_output)(td_scope *s, td_strs argv, const td_subprocess_opts *opts) {
	td_subprocess_opts o;
	if (!td__enter_opts(s, opts)) return td_no_text;
	td__opts_copy(&o, sizeof o, opts);
	if (o.out.kind != TD__STREAM_SAME) {
		(td_raise)(s, TD_ValueError, "stdout argument not allowed, it will be overridden.");
		return td_no_text;
	}
	o.out = TD_PIPE;
	o.check = true;
	const td_completed_process *p = run(s, argv, &o, false);
	return p == &nothing ? td_no_text : p->out;
}

int(td_subprocess_call)(td_scope *s, td_strs argv, const td_subprocess_opts *opts) {
	return run(s, argv, opts, false)->returncode;
}

int(td_subprocess_check_call)(td_scope *s, td_strs argv, const td_subprocess_opts *opts) {
	td_subprocess_opts o;
	if (!td__enter_opts(s, opts)) return -1;
	td__opts_copy(&o, sizeof o, opts);
	o.check = true;
	return run(s, argv, &o, false)->returncode;
}

bool(td_completed_process_check_returncode)(td_scope *s, const td_completed_process *p) {
	if (!td__enter(s) || !td__need_handle(s, "process", p == &nothing ? NULL : p)) return false;
	if (p->returncode == 0) return true;
	bool shell = p->args.len == 3 && strcmp(p->args.items[0], "/bin/sh") == 0 && strcmp(p->args.items[1], "-c") == 0;
	td__popen_check(s, p, shell);
	return false;
}

const char *(td_subprocess_getstatusoutput)(td_scope *s, const char *line, int *status) {
	if (status) *status = -1;
	if (!td__enter(s) || !td__need_text(s, "line", line)) return td_no_text;
	td_subprocess_opts o = {.td__size = sizeof o, .out = TD_PIPE, .err = TD_STDOUT, .text = true};
	const td_completed_process *p = run(s, TD_ARGV("/bin/sh", "-c", line), &o, true);
	if (p == &nothing) return td_no_text;
	if (status) *status = p->returncode;
	if (p->out_len == 0 || p->out[p->out_len - 1] != '\n') return p->out;
	return (td_strndup)(s, p->out, p->out_len - 1);
}

const char *(td_subprocess_getoutput)(td_scope *s, const char *line) {
	return (td_subprocess_getstatusoutput)(s, line, NULL);
}

/* --- Popen --- */

td_popen *(td_subprocess_popen)(td_scope *s, td_strs argv, const td_subprocess_opts *opts) {
	td_subprocess_opts o;
	if (!td__enter_opts(s, opts)) return NULL;
	td__opts_copy(&o, sizeof o, opts);
	const char *wrong = o.input || o.input_bytes.data ? "input"
	                    : o.capture_output            ? "capture_output"
	                    : o.check                     ? "check"
	                    : o.timeout != 0              ? "timeout"
	                                                  : NULL;
	if (wrong) {
		(td_raise)(s, TD_TypeError, "Popen.__init__() got an unexpected keyword argument '%s'", wrong);
		return NULL;
	}
	return td__popen_start(s, argv, &o, false);
}

int(td_popen_wait)(td_scope *s, td_popen *p, const td_popen_opts *opts) {
	td_popen_opts o;
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "popen", p)) return -1;
	td__opts_copy(&o, sizeof o, opts);
	if (!p->reaped && !td__may_block(s)) return -1;
	int r = td__popen_wait_until(s, p, td__deadline_in(o.timeout));
	if (r == 0)
		td__popen_raise(s, p->args, p->shell, -1, o.timeout, captured(&(td__captured){0}),
		                captured(&(td__captured){0}));
	return r == 1 ? p->returncode : -1;
}

const td_completed_process *(td_popen_communicate)(td_scope *s, td_popen *p, const td_popen_opts *opts) {
	td_popen_opts o;
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "popen", p)) return &nothing;
	td__opts_copy(&o, sizeof o, opts);
	if (!td__may_block(s)) return &nothing;
	if (p->talked && ((o.input && *o.input) || o.input_bytes.len)) {
		(td_raise)(s, TD_ValueError, "Cannot send input after starting communication");
		return &nothing;
	}
	if (!td__popen_input(s, p, o.input, o.input_bytes)) return &nothing;
	p->talked = true;
	int r = td__popen_pump(s, &p, 1, td__deadline_in(o.timeout));
	if (r == 0) {
		td__popen_raise(s, p->args, p->shell, -1, o.timeout, captured(&p->got[0]), captured(&p->got[1]));
	}
	if (r <= 0) return &nothing;
	td_completed_process *done = td_alloc(s, sizeof *done);
	return done && td__popen_result(s, p, p->text, done) ? done : &nothing;
}

static td_file *stream(td_scope *s, td_popen *p, int which, const char *name) {
	if (!td__enter(s) || !td__need_handle(s, "popen", p)) return NULL;
	if (p->fds[which] < 0) {
		(td_raise)(s, TD_ValueError, "%s is no pipe, or was taken or closed", name);
		return NULL;
	}
	const char *mode = which == 0 ? (p->text ? "w" : "wb") : (p->text ? "r" : "rb");
	td_file *f = (td_os_fdopen)(s, p->fds[which], mode, NULL);
	if (f) p->fds[which] = -1;
	return f;
}

td_file *(td_popen_stdin)(td_scope *s, td_popen *p) {
	return stream(s, p, 0, "stdin");
}
td_file *(td_popen_stdout)(td_scope *s, td_popen *p) {
	return stream(s, p, 1, "stdout");
}
td_file *(td_popen_stderr)(td_scope *s, td_popen *p) {
	return stream(s, p, 2, "stderr");
}
