/* units.c: durations, sizes and percentages as text. */
#include <tend/units.h>

#include "core/internal.h"

typedef struct unit {
	const char *name;
	double factor;
} unit;

static const unit times[] = {{"w", 604800}, {"d", 86400}, {"h", 3600},  {"m", 60}, {"s", 1},
                             {"ms", 1e-3},  {"us", 1e-6}, {"ns", 1e-9}, {NULL, 0}};
static const unit sizes[] = {{"B", 1},
                             {"kB", 1e3},
                             {"MB", 1e6},
                             {"GB", 1e9},
                             {"TB", 1e12},
                             {"PB", 1e15},
                             {"KiB", 1024},
                             {"MiB", 1048576},
                             {"GiB", 1073741824},
                             {"TiB", 1099511627776},
                             {"PiB", 1125899906842624},
                             {NULL, 0}};

/* A plain number, digits and at most one point, at *p; false when there is none. */
static bool number(td_scope *s, const char **p, double *x) {
	size_t whole = strspn(*p, "0123456789"), len = whole;
	if ((*p)[len] == '.') len += 1 + strspn(*p + len + 1, "0123456789");
	if (len == 0 || (whole == 0 && len == 1) || len > 40) return false;
	*x = td_float(s, td_strndup(s, *p, len));
	*p += len;
	return !td_failed(s);
}

static const unit *unit_at(const char **p, const unit *units) {
	size_t len = 0;
	while (((*p)[len] >= 'a' && (*p)[len] <= 'z') || ((*p)[len] >= 'A' && (*p)[len] <= 'Z')) len++;
	for (; units->name; units++) {
		if (strlen(units->name) == len && memcmp(units->name, *p, len) == 0) {
			*p += len;
			return units;
		}
	}
	return NULL;
}

static void refuse(td_scope *s, const char *what, const char *text, const char *how) {
	TD_SCOPE(tmp, s);
	td_raise(s, TD_ValueError, "invalid %s %s: expected %s", what, td_str_repr(tmp, text), how);
}

double(td_units_duration)(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return 0;
	TD_SCOPE(tmp, s);
	const char *p = text;
	double sum = 0, x;
	const unit *last = NULL;
	if (strcmp(text, "0") == 0) return 0;
	do {
		const unit *u = NULL;
		if (number(tmp, &p, &x)) u = unit_at(&p, times);
		if (td_failed(s)) return 0;
		if (!u || (last && u <= last)) {
			refuse(s, "duration", text, "a number and ns, us, ms, s, m, h, d or w, as in 1h30m");
			return 0;
		}
		/* A thousandth is not a binary fraction: dividing by 1000 gives the nearest double to it. */
		sum += u->factor < 1 ? x / (u->factor == 1e-3 ? 1e3 : u->factor == 1e-6 ? 1e6 : 1e9) : x * u->factor;
		last = u;
		if (*p == ' ' && p[1]) p++;
	} while (*p);
	return sum;
}

int64_t(td_units_size)(td_scope *s, const char *text) {
	static const char how[] = "a whole number of bytes, or a number and B, kB, MB, GB, KiB, MiB or GiB";
	if (!td__enter(s) || !td__need_text(s, "text", text)) return -1;
	TD_SCOPE(tmp, s);
	const char *p = text;
	double x;
	bool plain = *text && strspn(text, "0123456789") == strlen(text);
	const unit *u = sizes;
	if (number(tmp, &p, &x) && !plain) {
		if (*p == ' ' && p[1]) p++;
		u = unit_at(&p, sizes);
	}
	if (td_failed(s)) return -1;
	if (p == text || !u || *p || x * u->factor >= 9.2e18) {
		refuse(s, "size", text, how);
		return -1;
	}
	return plain ? td_int(s, text) : (int64_t)(x * u->factor);
}

double(td_units_percent)(td_scope *s, const char *text) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return -1;
	TD_SCOPE(tmp, s);
	const char *p = text;
	double x;
	bool ok = number(tmp, &p, &x);
	if (td_failed(s)) return -1;
	if (ok && *p == ' ' && p[1]) p++;
	if (!ok || strcmp(p, "%") != 0) {
		refuse(s, "percentage", text, "a number and %, as in 10%");
		return -1;
	}
	return x / 100;
}

const char *td_units_format_duration(td_scope *s, double seconds) {
	if (!td__enter(s)) return td_no_text;
	if (!(seconds >= 0) || seconds > 9e12) {
		TD_SCOPE(tmp, s);
		td_raise(s, TD_ValueError, "no duration: %s", td_float_repr(tmp, seconds));
		return td_no_text;
	}
	int64_t ms = (int64_t)(seconds * 1000 + 0.5);
	if (ms == 0) return seconds == 0 ? td_strdup(s, "0s") : td_format(s, "%lldns", (long long)(seconds * 1e9 + 0.5));
	static const struct {
		const char *name;
		int64_t ms;
	} steps[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
	const char *out = "";
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		if (ms / steps[i].ms) out = td_format(s, "%s%lld%s", out, (long long)(ms / steps[i].ms), steps[i].name);
		ms %= steps[i].ms;
	}
	return out;
}
