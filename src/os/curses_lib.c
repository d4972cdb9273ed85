/* curses_lib.c: ncursesw, opened on first use, and the locale that it wants. */
#include "os/curses_lib.h"

#include <langinfo.h>
#include <locale.h>
#include <strings.h>

td__curses_table td__curses;

static const char *const names[] = {
	"newterm",
	"delscreen",
	"endwin",
	"set_escdelay",
	"typeahead",
	"cbreak",
	"noecho",
	"curs_set",
	"resizeterm",
	"tigetstr",
	"has_colors",
	"start_color",
	"use_default_colors",
	"init_pair",
	"keypad",
	"nodelay",
	"wget_wch",
	"werase",
	"redrawwin",
	"clearok",
	"leaveok",
	"wmove",
	"wattr_set",
	"waddnwstr",
	"derwin",
	"wresize",
	"wsyncup",
	"wtouchln",
	"doupdate",
	"getmaxy",
	"getmaxx",
	"stdscr",
	"newscr",
};

static td__lib lib = {
	.soname = "libncursesw.so.6",
	.package = "libncursesw6",
	.names = names,
	.slots = (void **)(void *)&td__curses,
	.count = sizeof names / sizeof names[0],
};
_Static_assert(sizeof td__curses == sizeof names, "one name per function");

bool td__curses_open(td_scope *s) {
	return td__lib_open(s, &lib);
}

/* What setlocale would look at, in its order. */
static const char *wanted(void) {
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(variables[i]);
		if (value && *value) return value;
	}
	return "C";
}

static bool names_utf8(const char *name) {
	const char *dot = strchr(name, '.');
	return dot && (strncasecmp(dot + 1, "utf-8", 5) == 0 || strncasecmp(dot + 1, "utf8", 4) == 0);
}

void *td__curses_locale(bool *utf8) {
	locale_t locale = newlocale(LC_CTYPE_MASK, wanted(), (locale_t)0);
	/* A server often is told the locale of who logged in, and has not got it: its characters are known all the same. */
	if (!locale && names_utf8(wanted())) locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	*utf8 = locale && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	if (locale) uselocale(locale);
	return locale;
}

void td__curses_locale_end(void *locale) {
	if (!locale) return;
	uselocale(LC_GLOBAL_LOCALE);
	freelocale(locale);
}

int td__curses_width(uint32_t c) {
	return wcwidth((wchar_t)c);
}
