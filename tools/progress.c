/* progress.c: the bar. It allocates nothing while it runs and is drawn ten times a second at most. */
#include "progress.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <tend/time.h>
#include <unistd.h>

enum { WIDEST = 200, LABEL = 64 };
static const double FIRST = 0.5, EVERY = 0.1;

struct tend_progress {
	pthread_mutex_t lock; /* of all below; who finds it taken lets this picture go */
	char label[LABEL];
	double begun, next;
	bool shown, colour;
};

static size_t terminal_width(void) {
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0) return 80;
	return size.ws_col < WIDEST ? size.ws_col : WIDEST;
}

/* "1.5 GiB": four digits at most. */
static void human(char *out, size_t size, double n, const char *suffix) {
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
	size_t unit = 0;
	for (; n >= 1000 && unit < 5; unit++) n /= 1024;
	snprintf(out, size, n < 10 && unit ? "%.1f %s%s" : "%.0f %s%s", n, units[unit], suffix);
}

static void span(char *out, size_t size, double seconds) {
	long s = seconds > 359999 ? 359999 : (long)(seconds + 0.5);
	if (s >= 3600)
		snprintf(out, size, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(out, size, "%ld:%02ld", s / 60, s % 60);
}

/* The last bytes of label that fit, from the beginning of a character on; the end of a path tells more than its top. */
static void put_label(char *out, size_t room, const char *label) {
	size_t len = strlen(label), from = len > room ? len - room : 0;
	while (from < len && (label[from] & 0xc0) == 0x80) from++;
	for (size_t i = from; i <= len; i++) *out++ = (unsigned char)label[i] < ' ' && label[i] ? '?' : label[i];
}

size_t tend_progress_line(char *out, size_t width, const char *label, int64_t done, int64_t total, double seconds) {
	char bytes[32], rate[32], rest[32] = "", tail[128], part[8] = "";
	if (width > WIDEST) width = WIDEST;
	double speed = seconds > 0 ? (double)done / seconds : 0, share = total > 0 ? (double)done / (double)total : 0;
	if (share > 1) share = 1;
	human(bytes, sizeof bytes, (double)done, "");
	human(rate, sizeof rate, speed, "/s");
	if (total > 0) snprintf(part, sizeof part, "%3d%%", (int)(share * 100));
	if (total > done && speed > 0) span(rest, sizeof rest, (double)(total - done) / speed);
	/* What is least worth goes first when the line is short: the bytes, the time left, the rate. */
	snprintf(tail, sizeof tail, "%s  %s  %s%s%s", *part ? part : "", bytes, rate, *rest ? "  " : "", rest);
	if (strlen(tail) > width) snprintf(tail, sizeof tail, "%s  %s%s%s", part, rate, *rest ? "  " : "", rest);
	if (strlen(tail) > width) snprintf(tail, sizeof tail, "%s  %s", part, rate);
	if (strlen(tail) > width) snprintf(tail, sizeof tail, "%s", *part ? part : rate);
	if (strlen(tail) > width) tail[width] = '\0';
	const char *words = tail + (*part ? 0 : strspn(tail, " "));
	size_t need = strlen(words), room = width - need, bar = 0;
	if (total > 0 && room >= 14) bar = room > 42 ? 30 : room > 24 ? room / 2 : 10;
	size_t left = room > bar + (bar ? 4 : 2) ? room - bar - (bar ? 4 : 2) : 0;
	size_t at = 0;
	if (left && *label) {
		char name[LABEL + 1];
		put_label(name, left < LABEL ? left : LABEL - 1, label);
		at += (size_t)snprintf(out + at, width + 1 - at, "%s ", name);
	}
	if (bar) {
		size_t full = (size_t)(share * (double)bar);
		out[at++] = '[';
		memset(out + at, '#', full);
		memset(out + at + full, '.', bar - full);
		at += bar;
		out[at++] = ']';
		out[at++] = ' ';
	}
	return at + (size_t)snprintf(out + at, width + 1 - at, "%s", words);
}

static void wipe(tend_progress *bar) {
	if (bar->shown && write(STDERR_FILENO, "\r\033[K", 4) < 0) return;
	bar->shown = false;
}

static void end_bar(td_scope *c, void *arg) {
	(void)c;
	tend_progress_clear(arg);
}

tend_progress *tend_progress_open(td_scope *s) {
	const char *terminal = getenv("TERM");
	if (!isatty(STDERR_FILENO) || !terminal || !*terminal || strcmp(terminal, "dumb") == 0) return NULL;
	tend_progress *bar = td_alloc(s, sizeof *bar);
	if (!bar) return NULL;
	const char *plain = getenv("NO_COLOR");
	pthread_mutex_init(&bar->lock, NULL);
	bar->colour = !plain || !*plain;
	bar->begun = td_time_monotonic();
	bar->next = bar->begun + FIRST;
	return td_defer(s, end_bar, bar) ? bar : NULL;
}

void tend_progress_label(tend_progress *bar, const char *label) {
	if (!bar) return;
	pthread_mutex_lock(&bar->lock);
	put_label(bar->label, LABEL - 1, label);
	pthread_mutex_unlock(&bar->lock);
}

void tend_progress_tell(void *arg, int64_t done, int64_t total) {
	tend_progress *bar = arg;
	double now = td_time_monotonic();
	if (!bar || pthread_mutex_trylock(&bar->lock) != 0) return;
	if (now >= bar->next) {
		char line[WIDEST + 1], out[WIDEST + 32];
		size_t width = terminal_width();
		/* The last column stays free: a terminal would go on to the next line. */
		tend_progress_line(line, width > 1 ? width - 1 : 1, bar->label, done, total, now - bar->begun);
		int len = snprintf(out, sizeof out, "\r%s%s%s\033[K", bar->colour ? "\033[32m" : "", line,
		                   bar->colour ? "\033[0m" : "");
		bar->shown = write(STDERR_FILENO, out, (size_t)len) > 0;
		bar->next = now + EVERY;
	}
	pthread_mutex_unlock(&bar->lock);
}

void tend_progress_clear(tend_progress *bar) {
	if (!bar) return;
	pthread_mutex_lock(&bar->lock);
	wipe(bar);
	pthread_mutex_unlock(&bar->lock);
}
