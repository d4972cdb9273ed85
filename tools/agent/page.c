/* tools/agent/page.c: the page with current numbers in it, so that it is of use where no script runs. app.js writes the
 * same things into the same places; what is changed here is changed there. */
#include <math.h>
#include <string.h>

#include "agent/web_private.h"

extern const char agent_page_template[];

typedef struct html {
	td_scope *s;
	char *data;
	size_t len, cap;
} html;

static void put(html *h, const char *text) {
	size_t len = strlen(text);
	if (h->cap - h->len <= len) {
		size_t cap = h->cap ? h->cap * 2 : 4096;
		while (cap - h->len <= len) cap *= 2;
		char *grown = td_alloc(h->s, cap);
		if (!grown) return;
		if (h->len) memcpy(grown, h->data, h->len);
		h->data = grown;
		h->cap = cap;
	}
	memcpy(h->data + h->len, text, len + 1);
	h->len += len;
}

static const char *done(const html *h) {
	return h->data ? h->data : "";
}

/* A text as HTML shows it, quotes included. */
static const char *esc(td_scope *s, const char *text) {
	text = td_str_replace(s, text, "&", "&amp;");
	text = td_str_replace(s, td_str_replace(s, text, "<", "&lt;"), ">", "&gt;");
	return td_str_replace(s, td_str_replace(s, text, "\"", "&quot;"), "'", "&#39;");
}

static const char *size(td_scope *s, double bytes) {
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
	size_t i = 0;
	for (; fabs(bytes) >= 1000 && i < 5; i++) bytes /= 1024;
	return td_format(s, i && fabs(bytes) < 99.95 ? "%.1f %s" : "%.0f %s", bytes, units[i]);
}

static const char *duration(td_scope *s, double seconds) {
	long long t = seconds > 0 ? (long long)seconds : 0;
	if (t < 60) return td_format(s, "%lld s", t);
	if (t < 3600) return td_format(s, "%lld min %02lld s", t / 60, t % 60);
	if (t < 86400) return td_format(s, "%lld h %02lld min", t / 3600, t / 60 % 60);
	return td_format(s, "%lld d %lld h", t / 86400, t / 3600 % 24);
}

static double number(const td_value *v, const char *a, const char *b) {
	return td_value_float(b ? td_get(v, a, b) : td_get(v, a), 0);
}

/* --- the parts --- */

static const char *problem_list(td_scope *s, const td_value *problems) {
	if (!td_value_len(problems))
		return "<p class=\"allwell\"><span class=\"dot\"></span><strong>All is well</strong><span>nothing needs "
			   "you</span></p>";
	html h = {.s = s};
	put(&h, "<ul>");
	for (size_t i = 0; i < td_value_len(problems); i++) {
		const td_value *p = td_value_at(problems, i);
		put(&h, td_format(s, "<li class=\"%s\"><span class=\"dot\"></span><span><strong>%s</strong> %s</span></li>",
		                  esc(s, td_value_str(td_get(p, "severity"), "")), esc(s, td_value_str(td_get(p, "what"), "")),
		                  esc(s, td_value_str(td_get(p, "text"), ""))));
	}
	put(&h, "</ul>");
	return done(&h);
}

static void tile(html *h, const char *id, const char *title, const char *value, const char *unit, double percent,
                 const char *sub) {
	td_scope *s = h->s;
	const char *grade = percent >= 95 ? "bad" : percent >= 85 ? "warn" : "";
	put(h,
	    td_format(s,
	              "<article class=\"tile\" id=\"tile-%s\"><h3>%s</h3><p class=\"value\"><b>%s</b><span>%s</span></p>",
	              id, title, value, unit));
	if (percent >= 0)
		put(h, td_format(s, "<progress class=\"%s\" max=\"100\" value=\"%.1f\" aria-label=\"%s\"></progress>", grade,
		                 percent < 100 ? percent : 100, title));
	put(h, td_format(s, "<p class=\"sub\">%s</p></article>", sub));
}

static void split_size(td_scope *s, double bytes, const char **value, const char **unit, const char *per) {
	td_strs parts = td_str_partition(s, size(s, bytes), " ");
	*value = parts.len == 3 ? parts.items[0] : "";
	*unit = td_format(s, "%s%s", parts.len == 3 ? parts.items[2] : "", per);
}

static double sum(const td_value *list, const char *key, bool without_loopback) {
	double total = 0;
	for (size_t i = 0; i < td_value_len(list); i++) {
		const td_value *v = td_value_at(list, i);
		if (without_loopback && !strcmp(td_value_str(td_get(v, "name"), ""), "lo")) continue;
		total += number(v, key, NULL);
	}
	return total;
}

static const char *tiles(td_scope *s, const td_value *m) {
	html h = {.s = s};
	const char *value, *unit;
	double busy = number(m, "cpu", "busy"), cpus = number(m, "host", "cpus");
	tile(&h, "cpu", "Processor", td_format(s, "%.0f", busy), "%", busy,
	     td_format(s, "user %.0f · system %.0f · waiting for disk %.0f %%", number(m, "cpu", "user"),
	               number(m, "cpu", "system"), number(m, "cpu", "iowait")));
	double total = number(m, "memory", "total"), percent = number(m, "memory", "percent"),
		   swap = number(m, "swap", "total");
	tile(&h, "memory", "Memory", td_format(s, "%.0f", percent), "%", percent,
	     td_format(s, "%s of %s available · %s", size(s, number(m, "memory", "available")), size(s, total),
	               swap > 0 ? td_format(s, "swap %.0f %%", number(m, "swap", "percent")) : "no swap"));
	double load = number(m, "load", "0");
	tile(&h, "load", "Load", td_format(s, "%.2f", load), "", cpus > 0 ? load / cpus * 100 : -1,
	     td_format(s, "%.2f · %.2f over 5 and 15 min · %.0f processor%s", number(m, "load", "1"),
	               number(m, "load", "2"), cpus, cpus == 1 ? "" : "s"));
	double cpu = number(td_get(m, "pressure"), "cpu", "some"), memory = number(td_get(m, "pressure"), "memory", "some"),
		   io = number(td_get(m, "pressure"), "io", "some");
	double most = cpu > memory ? cpu : memory; /* no libm for one maximum */
	if (io > most) most = io;
	bool known = !td_value_is_null(td_get(m, "pressure", "cpu"));
	tile(&h, "pressure", "Pressure", known ? td_format(s, "%.0f", most) : "–", known ? "%" : "", known ? most : -1,
	     known ? td_format(s, "time lost waiting: processor %.0f · memory %.0f · disk %.0f %%", cpu, memory, io)
	           : "this kernel does not tell");
	const td_value *disks = td_get(m, "disks"), *network = td_get(m, "network");
	double read = sum(disks, "read_rate", false), written = sum(disks, "write_rate", false);
	split_size(s, read + written, &value, &unit, "/s");
	tile(&h, "disk", "Disks", value, unit, -1,
	     td_format(s, "read %s/s · written %s/s", size(s, read), size(s, written)));
	double in = sum(network, "recv_rate", true), out = sum(network, "sent_rate", true);
	split_size(s, in + out, &value, &unit, "/s");
	tile(&h, "network", "Network", value, unit, -1, td_format(s, "in %s/s · out %s/s", size(s, in), size(s, out)));
	return done(&h);
}

static const char *badge(const char *state) {
	if (!strcmp(state, "running")) return "good";
	if (!strcmp(state, "failed") || !strcmp(state, "backoff")) return "wrong";
	return strcmp(state, "stopped") ? "busy" : "";
}

static const char *state_words(const char *state) {
	return strcmp(state, "backoff") ? state : "waiting to restart";
}

static const char *services(td_scope *s, const td_value *list) {
	if (!td_value_len(list))
		return "<tr><td class=\"empty\" colspan=\"7\">No service is configured. Add one under <code>services:</code> "
			   "and send the agent a HUP.</td></tr>";
	html h = {.s = s};
	for (size_t i = 0; i < td_value_len(list); i++) {
		const td_value *v = td_value_at(list, i);
		const char *state = td_value_str(td_get(v, "state"), ""), *name = esc(s, td_value_str(td_get(v, "name"), ""));
		int64_t pid = td_value_int(td_get(v, "pid"), 0);
		put(&h,
		    td_format(s,
		              "<tr data-name=\"%s\"><th scope=\"row\">%s</th><td><span class=\"badge %s\"><span "
		              "class=\"dot\"></span>%s</span></td>"
		              "<td class=\"num\">%lld</td><td class=\"num\">%s</td><td class=\"num wide\">%s</td><td "
		              "class=\"text wide\">%s</td><td class=\"act js\"></td></tr>",
		              name, name, badge(state), state_words(state), (long long)td_value_int(td_get(v, "restarts"), 0),
		              pid ? duration(s, number(v, "uptime", NULL)) : "–",
		              pid ? td_format(s, "%lld", (long long)pid) : "–", esc(s, td_value_str(td_get(v, "reason"), ""))));
	}
	return done(&h);
}

static const char *services_note(td_scope *s, const td_value *list) {
	size_t up = 0, count = td_value_len(list);
	for (size_t i = 0; i < count; i++)
		up += !strcmp(td_value_str(td_get(td_value_at(list, i), "state"), ""), "running");
	return count ? td_format(s, "%zu of %zu running", up, count) : "";
}

static const char *filesystems(td_scope *s, const td_value *list) {
	html h = {.s = s};
	for (size_t i = 0; i < td_value_len(list); i++) {
		const td_value *f = td_value_at(list, i);
		double percent = number(f, "percent", NULL);
		const char *grade = td_value_bool(td_get(f, "read_only"), false) ? ""
		                    : percent >= 95                              ? "bad"
		                    : percent >= 85                              ? "warn"
		                                                                 : "";
		put(&h, td_format(
					s,
					"<tr><th scope=\"row\">%s</th><td class=\"text wide\">%s</td><td class=\"text "
					"wide\">%s</td><td><span class=\"used\"><span>%s</span>"
					"<progress class=\"%s\" max=\"100\" value=\"%.1f\" aria-label=\"used\"></progress></span></td><td "
					"class=\"num\">%s</td><td class=\"num\">%s</td></tr>",
					esc(s, td_value_str(td_get(f, "mountpoint"), "")), esc(s, td_value_str(td_get(f, "device"), "")),
					esc(s, td_value_str(td_get(f, "type"), "")),
					td_value_bool(td_get(f, "stale"), false) ? "stale" : td_format(s, "%.0f %%", percent), grade,
					percent, size(s, number(f, "free", NULL)), size(s, number(f, "total", NULL))));
	}
	return h.len ? done(&h) : "<tr><td class=\"empty\" colspan=\"6\">No file system was found.</td></tr>";
}

static const char *processes(td_scope *s, const td_value *list) {
	html h = {.s = s};
	for (size_t i = 0; i < td_value_len(list); i++) {
		const td_value *p = td_value_at(list, i);
		put(&h,
		    td_format(s,
		              "<tr><td class=\"num\">%lld</td><td class=\"name\">%s</td><td class=\"wide\">%s</td><td "
		              "class=\"num\">%.1f %%</td><td class=\"num\">%s</td>"
		              "<td class=\"num wide\"></td><td class=\"num wide\"></td><td class=\"text wide\">%s</td></tr>",
		              (long long)td_value_int(td_get(p, "pid"), 0), esc(s, td_value_str(td_get(p, "name"), "")),
		              esc(s, td_value_str(td_get(p, "user"), "")), number(p, "cpu", NULL),
		              size(s, number(p, "rss", NULL)), esc(s, td_value_str(td_get(p, "command"), ""))));
	}
	return h.len ? done(&h) : "<tr><td class=\"empty\" colspan=\"8\">The first sample is on its way.</td></tr>";
}

/* --- the whole --- */

typedef struct mark {
	const char *name, *value;
} mark;

const char *agent_page(td_scope *s, const agent_web *web) {
	const td_value *state = agent_api_state(s, web), *m = td_get(state, "sample"), *list = td_get(state, "services");
	const char *host = esc(s, td_value_str(td_get(m, "host", "name"), "this machine"));
	size_t wrong = td_value_len(td_get(state, "problems"));
	const mark marks[] = {
		{"title", wrong ? td_format(s, "(%zu) %s · tend", wrong, host) : td_format(s, "%s · tend", host)},
		{"host", host},
		{"about",
	     td_format(s, "%s %s · %s · up %s", esc(s, td_value_str(td_get(m, "host", "system"), "")),
	               esc(s, td_value_str(td_get(m, "host", "release"), "")),
	               esc(s, td_value_str(td_get(m, "host", "machine"), "")), duration(s, number(m, "host", "uptime")))},
		{"time", td_time_strftime(s, "%H:%M:%S")},
		{"problems", problem_list(s, td_get(state, "problems"))},
		{"tiles", tiles(s, m)},
		{"services-note", services_note(s, list)},
		{"services", services(s, list)},
		{"filesystems", filesystems(s, td_get(m, "filesystems"))},
		{"processes-note", td_format(s, "the busiest of %.0f", number(m, "processes", "count"))},
		{"processes", processes(s, td_get(m, "processes", "top_cpu"))},
		{"version", TD_VERSION},
	};
	html h = {.s = s};
	for (const char *at = agent_page_template, *open; *at;) {
		open = strstr(at, "{{");
		put(&h, td_strndup(s, at, open ? (size_t)(open - at) : strlen(at)));
		if (!open) break;
		const char *close = strstr(open, "}}");
		for (size_t i = 0; close && i < sizeof marks / sizeof *marks; i++) {
			size_t len = strlen(marks[i].name);
			if ((size_t)(close - open) == len + 2 && !memcmp(open + 2, marks[i].name, len)) put(&h, marks[i].value);
		}
		at = close ? close + 2 : open + 2;
	}
	return done(&h);
}
