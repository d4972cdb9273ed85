/* raise_at.c: errors about a place in a document. */
#include <tend/text.h>

#include "core/internal.h"

void(td_raise_at)(td_scope *s, const td_kind *kind, const char *source, int64_t line, int64_t column, const char *fmt,
                  ...) {
	TD_SCOPE(tmp, s);
	va_list args;
	va_start(args, fmt);
	const char *text = td_vformat(tmp, fmt, args);
	va_end(args);
	const char *where = source ? source : "";
	if (line > 0) where = td_format(tmp, "%s:%lld", where, (long long)line);
	if (line > 0 && column > 0) where = td_format(tmp, "%s:%lld", where, (long long)column);
	if (td_failed(tmp)) return;
	td_error *e = td__error_new(s, kind, "%s%s%s", where, *where ? ": " : "", text);
	if (!e) return;
	e->line = line;
	e->column = column;
	e->source = td__error_text(e, source ? source : "", source ? strlen(source) : 0);
	td__error_throw(s, e);
}
