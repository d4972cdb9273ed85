/* src/os/popen.h: a child process, as the files of subprocess see it. */
#ifndef TD_OS_POPEN_H
#define TD_OS_POPEN_H

#include <tend/subprocess.h>

/* What came from one pipe. It grows outside of the scope, because it doubles, and moves into it when it is complete. */
typedef struct td__captured {
	char *data; /* td__malloc */
	size_t len, room;
} td__captured;

struct td_popen {
	int pid, pidfd, returncode;
	bool reaped, own_group, shell, text;
	bool dumped; /* a signal ended it, and it left a core */
	bool talked; /* communicate has begun */
	int fds[3];  /* the parent's ends of its pipes, or -1 */
	td_strs args;
	char *input; /* td__malloc: what is still to be written, from input_at */
	size_t input_len, input_at;
	bool input_given;
	td__captured got[2];
	struct td__tree *tree; /* of .kill_tree, or NULL */
};

/* The strings of the environment env, or of ours when it is NULL, with more on top; NULL: raised. */
const char *const *td__env_make(td_scope *s, const td_value *env, const td_value *more);
/* The same for a child, with one string more, or NULL. */
const char *const *td__popen_env(td_scope *s, const td_subprocess_opts *o, const char *mark);
/* The paths to try for a program, in turn; NULL at the end. NULL: raised. */
const char *const *td__path_make(td_scope *s, const char *file, const char *const *envp);
/* The user and groups; the descriptors to keep, sorted. false: raised. */
struct td__spawn;
bool td__popen_ids(td_scope *s, struct td__spawn *sp, const td_subprocess_opts *o);
bool td__popen_pass_fds(td_scope *s, struct td__spawn *sp, td_fds fds);

/* Starts it. shell: args are shown as one line in messages. */
td_popen *td__popen_start(td_scope *s, td_strs argv, const td_subprocess_opts *o, bool shell);
/* Reaps it if it has ended. */
bool td__popen_reap(td_popen *p);
/* 1: ended and reaped; 0: until has passed; -1: raised. */
int td__popen_wait_until(td_scope *s, td_popen *p, int64_t until);
/* Signals it or its group, unless it has been reaped. 0 or errno. */
int td__popen_signal(td_popen *p, int number);
void td__popen_close(td_popen *p, int which);

/* Writes the input of the first and reads the pipes of all to their ends, then waits for all. 1: done; 0: until has
 * passed; -1: raised. */
int td__popen_pump(td_scope *s, td_popen *const *ps, size_t count, int64_t until);
/* Takes what is in the pipes now, without waiting. */
void td__popen_drain(td_popen *p);
bool td__popen_input(td_scope *s, td_popen *p, const char *text, td_bytes bytes);
/* The result, in s, with what was captured moved into it, as text if that is asked. false: raised. */
bool td__popen_result(td_scope *s, td_popen *p, bool text, td_completed_process *r);
/* run's rules for the streams, made plain in o. false: raised. */
bool td__run_options(td_scope *s, td_subprocess_opts *o);
/* Raises CalledProcessError unless it ended with 0. */
void td__popen_check(td_scope *s, const td_completed_process *r, bool shell);
/* UTF-8 or an error; line ends become \n, in a copy in s. */
bool td__popen_fold(td_scope *s, const char **data, size_t *len);
/* KILL for it, and for what it has started in its group. */
void td__popen_end_group(td_popen *p);
/* Raises CalledProcessError or TimeoutExpired with what was captured. */
void td__popen_raise(td_scope *s, td_strs args, bool shell, int returncode, double timeout, td_bytes out, td_bytes err);
/* The arguments as Python shows them in messages: ['ls', '-l'], or the line. */
const char *td__popen_show(td_scope *s, td_strs args, bool shell);

#endif
