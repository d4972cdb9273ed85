/* kinds.c: the error kinds and what errno means among them. */
#include "core/internal.h"

/* Not just "": a compiler may give a literal of the same bytes this very address. */
const char td_no_text[] = "\0no text";

const td_kind TD_BaseException[1] = {{"BaseException", NULL, "", "the base of every error there is"}};

#define DEFINE_MODULE_KIND(prefix, name, base, module, doc)                                                            \
	const td_kind TD_##prefix##_##name[1] = {{#name, TD_##base, module, doc}};
TD__MODULE_KINDS(DEFINE_MODULE_KIND)
#define DEFINE_KIND(name, base, module, doc) const td_kind TD_##name[1] = {{#name, TD_##base, module, doc}};
TD__KINDS(DEFINE_KIND)

bool td_kind_is(const td_kind *kind, const td_kind *ancestor) {
	for (; kind; kind = kind->base) {
		if (kind == ancestor) return true;
	}
	return false;
}

const td_kind *td__kind_of_errno(int err_no) {
	switch (err_no) {
	case EAGAIN:
	case EALREADY:
	case EINPROGRESS: return TD_BlockingIOError;
	case EPIPE:
	case ESHUTDOWN: return TD_BrokenPipeError;
	case ECHILD: return TD_ChildProcessError;
	case ECONNABORTED: return TD_ConnectionAbortedError;
	case ECONNREFUSED: return TD_ConnectionRefusedError;
	case ECONNRESET: return TD_ConnectionResetError;
	case EEXIST: return TD_FileExistsError;
	case ENOENT: return TD_FileNotFoundError;
	case EINTR: return TD_InterruptedError;
	case EISDIR: return TD_IsADirectoryError;
	case ENOTDIR: return TD_NotADirectoryError;
	case EACCES:
	case EPERM: return TD_PermissionError;
	case ESRCH: return TD_ProcessLookupError;
	case ETIMEDOUT: return TD_TimeoutError;
	default: return TD_OSError;
	}
}

const char *td_errno_errorcode(int err_no) {
	if (err_no == EDEADLK) return "EDEADLOCK"; /* the alias that Python's table ends up with */
	if (err_no == EOPNOTSUPP) return "ENOTSUP";
	const char *name = strerrorname_np(err_no);
	return name && err_no ? name : "";
}
