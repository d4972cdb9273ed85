/* Asking for a password: the terminal does not show what is typed, and shows it again on every way out. The keys that
 * would send a signal are read as characters meanwhile, so that no signal handler is needed to bring the echo back. */
#include <signal.h>
#include <tend/file.h>
#include <tend/pwd.h>
#include <termios.h>

#include "core/sys.h"

enum { LONGEST = 4096 }; /* what a terminal takes as one line */

typedef struct terminal {
	int in, out;
	bool is_ours;       /* /dev/tty, opened here */
	struct termios was; /* before it was made silent */
} terminal;

static void show_again(td_scope *c, void *arg) {
	(void)c;
	terminal *tty = arg;
	tcsetattr(tty->in, TCSAFLUSH, &tty->was);
	if (tty->is_ours) close(tty->in);
}

static bool make_silent(terminal *tty) {
	struct termios silent = tty->was;
	silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	silent.c_lflag |= ICANON | IEXTEN;        /* without IEXTEN there is no second end of line */
	silent.c_cc[VEOL] = tty->was.c_cc[VINTR]; /* these end the line: we see them at once */
	silent.c_cc[VEOL2] = tty->was.c_cc[VQUIT];
	return tcsetattr(tty->in, TCSAFLUSH, &silent) == 0;
}

static bool say(td_scope *s, int fd, const char *text) {
	for (size_t len = strlen(text); len;) {
		ssize_t went = td__sys_write(fd, text, len);
		if (went < 0 && errno == EINTR) continue;
		if (went < 0) return td__os_error(s, errno, NULL);
		text += went;
		len -= (size_t)went;
	}
	return true;
}

static bool is_key(const terminal *tty, int key, char c) {
	return tty && tty->was.c_cc[key] != _POSIX_VDISABLE && (cc_t)c == tty->was.c_cc[key];
}

/* A line without its end, in s; EOFError when there is none. */
static const char *read_line(td_scope *s, int fd, const terminal *tty) {
	char *line = td__alloc_raw(s, LONGEST + 1);
	size_t len = 0;
	while (line && len < LONGEST) {
		if (td__wait_fd(s, fd, POLLIN, TD__NEVER) <= 0) return td_no_text;
		ssize_t got = td__sys_read(fd, line + len, 1); /* no more than the line: what follows is not ours */
		if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
		if (got < 0) {
			td__os_error(s, errno, NULL);
			return td_no_text;
		}
		if (got == 0 && len == 0) td_raise(s, TD_EOFError, "%s", "");
		if (got == 0 || line[len] == '\n') break;
		if (is_key(tty, VINTR, line[len]) || is_key(tty, VQUIT, line[len])) {
			td_raise(s, TD_KeyboardInterrupt, "%s", "");
			return td_no_text;
		}
		if (!is_key(tty, VSUSP, line[len])) len++; /* nobody wants to stop here without an echo */
	}
	if (!line || td_failed(s)) return td_no_text;
	line[len] = '\0';
	return line;
}

static bool open_terminal(terminal *tty) {
	tty->in = tty->out = td__sys_open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC, 0);
	tty->is_ours = tty->in >= 0;
	if (!tty->is_ours) {
		tty->in = 0;
		tty->out = 2;
	}
	if (tcgetattr(tty->in, &tty->was) == 0) return true;
	if (tty->is_ours) close(tty->in);
	return false;
}

const char *(td_getpass_getpass)(td_scope *s, const td_getpass_opts *opts) {
	if (!td__enter_opts(s, opts)) return td_no_text;
	td_getpass_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *prompt = o.prompt ? o.prompt : "Password: ";
	if (!td__need_text(s, "prompt", prompt) || !td__may_block(s)) return td_no_text;
	terminal tty;
	if (!open_terminal(&tty)) return say(s, 2, prompt) ? read_line(s, 0, NULL) : td_no_text;
	TD_SCOPE(asking, s);
	if (!td_defer(asking, show_again, &tty)) {
		if (tty.is_ours) close(tty.in);
		return td_no_text;
	}
	const char *answer = td_no_text;
	if (make_silent(&tty) && say(asking, tty.out, prompt)) {
		answer = read_line(s, tty.in, &tty);
		say(asking, tty.out, "\n");
	}
	return td_failed(asking) ? td_no_text : answer;
}
