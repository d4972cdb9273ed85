/* Standard input and output, and print. */
#include "core/file_private.h"
#include "core/format.h"

#include <tend/text.h>

td_file *(td_sys_stdin)(td_scope *s) {
	return (td_os_fdopen)(s, 0, "r", TD__OPTS(td_open_opts, .keep_fd = true));
}

static td_file *over(td_scope *s, FILE *stream, const char *name) {
	if (!td__enter(s)) return NULL;
	int flags;
	td_file *f = td__file_new(s, name, "w", NULL, &flags);
	if (!f) return NULL;
	f->backend = &td__file_stream;
	f->stream = stream;
	f->unbuffered = true;
	return f;
}

td_file *(td_sys_stdout)(td_scope *s) {
	return over(s, stdout, "<stdout>");
}

td_file *(td_sys_stderr)(td_scope *s) {
	return over(s, stderr, "<stderr>");
}

bool(td_print)(td_scope *s, const char *fmt, ...) {
	if (!td__may_block(s) || !td__need_text(s, "fmt", fmt)) return false;
	char small[1024], *text = small;
	td__format_report report;
	va_list args;
	va_start(args, fmt);
	size_t len = td__vsnformat(small, sizeof small, &report, fmt, args);
	va_end(args);
	if (report.fault) return td__format_raise(s, &report);
	if (len + 1 >= sizeof small) {
		text = td__malloc(len + 1);
		if (!text) {
			(td_raise)(s, TD_MemoryError, "%s", "");
			return false;
		}
		va_start(args, fmt);
		td__vsnformat(text, len + 1, &report, fmt, args);
		va_end(args);
	}
	text[len] = '\n'; /* over the NUL: one piece, so that no other thread's line comes between */
	errno = 0;
	bool ok = fwrite(text, 1, len + 1, stdout) == len + 1;
	int err_no = errno ? errno : EIO;
	if (text != small) td__free(text);
	return ok || td__os_error(s, err_no, NULL);
}
