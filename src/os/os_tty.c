/* Terminals. */
#include <tend/os_fd.h>

#include <sys/ioctl.h>

#include "core/sys.h"

bool td_os_isatty(int fd) {
	return isatty(fd) == 1;
}

const char *(td_os_ttyname)(td_scope *s, int fd) {
	if (!td__enter(s)) return td_no_text;
	TD_SCOPE(tmp, s);
	int err_no = ERANGE;
	for (size_t size = 128; err_no == ERANGE && size < 1 << 16; size *= 4) {
		char *name = td__alloc_raw(tmp, size);
		if (!name) return td_no_text;
		err_no = td__sys_fails("ttyname_r") ? errno : ttyname_r(fd, name, size);
		if (err_no == 0) return td_strdup(s, name);
	}
	td__os_error(s, err_no, NULL);
	return td_no_text;
}

const td_terminal_size *(td_os_get_terminal_size)(td_scope *s, int fd) {
	static const td_terminal_size none = {-1, -1};
	if (!td__enter(s)) return &none;
	struct winsize w;
	if (td__sys_fails("ioctl") || ioctl(fd, TIOCGWINSZ, &w) < 0) {
		td__os_error(s, errno, NULL);
		return &none;
	}
	td_terminal_size *r = td_alloc(s, sizeof *r);
	if (!r) return &none;
	*r = (td_terminal_size){w.ws_col, w.ws_row};
	return r;
}
