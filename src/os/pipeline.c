/* src/os/pipeline.c: commands that feed each other. The pipes between them are the children's own: the parent has closed
 * its ends when the last one runs, so that the end of a reader is seen by who writes to it. */
#include "core/sys.h"
#include "os/popen.h"

static const td_completed_pipeline nothing = {.returncode = -1, .out = ""};

typedef struct pipeline {
	td_popen **stages;
	size_t len;
	int between; /* what the next stage reads, or -1 */
} pipeline;

static bool start_stage(td_scope *s, pipeline *p, td_strs argv, const td_subprocess_opts *opts, bool last) {
	td_subprocess_opts o = *opts;
	if (p->len > 0) o.in = TD_FD(p->between);
	if (!last) o.out = TD_PIPE;
	td_popen *stage = td__popen_start(s, argv, &o, false);
	if (p->between >= 0) td__sys_close(p->between);
	p->between = -1;
	if (!stage) return false;
	p->stages[p->len++] = stage;
	if (!last) {
		p->between = stage->fds[1];
		stage->fds[1] = -1;
	}
	return true;
}

static bool start_all(td_scope *s, pipeline *p, td_commands commands, const td_subprocess_opts *o) {
	p->stages = td_alloc_array(s, commands.len, sizeof(td_popen *));
	if (!p->stages) return false;
	for (size_t i = 0; i < commands.len; i++) {
		if (!start_stage(s, p, commands.items[i], o, i + 1 == commands.len)) break;
		if (i == 0 && !td__popen_input(s, p->stages[0], o->input, o->input_bytes)) break;
	}
	if (p->between >= 0) td__sys_close(p->between);
	p->between = -1;
	return !td_failed(s);
}

/* All are killed; the error names the first that was still at work. */
static void time_is_up(td_scope *s, td_scope *work, const pipeline *p, double timeout) {
	const td_popen *slow = NULL;
	for (size_t i = 0; i < p->len; i++) {
		if (!td__popen_reap(p->stages[i]) && !slow) slow = p->stages[i];
		td__popen_end_group(p->stages[i]);
	}
	for (size_t i = 0; i < p->len; i++) {
		td__popen_wait_until(work, p->stages[i], TD__NEVER);
		td__popen_drain(p->stages[i]);
	}
	if (td_failed(work)) return;
	const td_popen *last = p->stages[p->len - 1];
	if (!slow) slow = last; /* a stranger holds the pipe */
	const td__captured *out = &last->got[0], *err = &slow->got[1];
	td__popen_raise(s, slow->args, false, -1, timeout, (td_bytes){out->data ? out->data : "", out->len},
	                (td_bytes){err->data ? err->data : "", err->len});
}

static const td_completed_pipeline *result(td_scope *s, const pipeline *p, bool text, bool check) {
	td_completed_pipeline *r = td_alloc(s, sizeof *r);
	td_completed_process *stages = td_alloc_array(s, p->len, sizeof *stages);
	if (!r || !stages) return &nothing;
	const td_completed_process *failed = NULL;
	for (size_t i = 0; i < p->len; i++) {
		if (!td__popen_result(s, p->stages[i], text, &stages[i])) return &nothing;
		if (stages[i].returncode != 0) failed = &stages[i];
	}
	const td_completed_process *last = &stages[p->len - 1];
	*r = (td_completed_pipeline){.stages = stages,
	                             .len = p->len,
	                             .returncode = failed ? failed->returncode : 0,
	                             .out = last->out,
	                             .out_len = last->out_len};
	if (failed && check) td__popen_check(s, failed, false);
	return td_failed(s) ? &nothing : r;
}

const td_completed_pipeline *(td_subprocess_pipeline)(td_scope *s, td_commands commands,
                                                      const td_subprocess_opts *opts) {
	if (!td__enter_opts(s, opts)) return &nothing;
	td_subprocess_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (!commands.items || commands.len == 0) {
		(td_raise)(s, TD_ValueError, "a pipeline has at least one command");
		return &nothing;
	}
	if (!td__run_options(s, &o)) return &nothing;
	int64_t until = td__deadline_in(o.timeout);
	TD_SCOPE(work, s); /* whatever happens, the children end with it */
	pipeline p = {.between = -1};
	if (!start_all(work, &p, commands, &o)) return &nothing;
	int r = td__popen_pump(work, p.stages, p.len, until);
	if (r < 0) return &nothing;
	if (r > 0) return result(s, &p, o.text, o.check);
	time_is_up(s, work, &p, o.timeout);
	return &nothing;
}
