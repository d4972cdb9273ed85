/* src/core/format.h: printf's conversions without the locale, without %n, and without a crash on NULL. */
#ifndef TD_CORE_FORMAT_H
#define TD_CORE_FORMAT_H

#include "core/internal.h"

/* What is wrong with a format or its arguments. */
typedef enum td__format_fault {
	TD__FORMAT_OK,
	TD__FORMAT_BAD,        /* an unknown conversion: fault.what is the character, fault.at where it stands */
	TD__FORMAT_INCOMPLETE, /* the format ends within a conversion */
	TD__FORMAT_NULL,       /* NULL or td_no_text for %s: fault.at is the conversion's place */
	TD__FORMAT_TOO_LONG,   /* more than INT_MAX bytes */
	TD__FORMAT_MEMORY,
} td__format_fault;

typedef struct td__format_report {
	td__format_fault fault;
	size_t at;
	unsigned char what;
} td__format_report;

/* As vsnprintf: writes at most size - 1 bytes and a NUL, and returns how many it would take. report may be NULL: then a
 * NULL text is written as "(null)" and a bad conversion as it stands, for those who format an error message and cannot
 * fail. Allocates nothing. Widths count characters, a precision of %s bytes. */
size_t td__vsnformat(char *out, size_t size, td__format_report *report, const char *fmt, va_list args);

/* Raises what the report says; false always. */
bool td__format_raise(td_scope *s, const td__format_report *report);

#endif
