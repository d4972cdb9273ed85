/* report_files.c: results for machines: TAP version 14 and JUnit XML. */
#include <stdio.h>

#include "test/runner.h"

static bool is_bad(const test_report *p) {
	return p->outcome == FAILED || p->outcome == ERROR || p->outcome == UNEXPECTED_SUCCESS;
}

static const test_report *find(const test_result *result, bool (*wanted)(const test_report *p)) {
	for (const test_report *p = result->reports; p; p = p->next) {
		if (wanted(p)) return p;
	}
	return NULL;
}

static bool is_skip(const test_report *p) {
	return p->outcome == SKIPPED && !p->part[0];
}

static bool is_expected(const test_report *p) {
	return p->outcome == EXPECTED_FAILURE;
}

/* A name or reason in TAP: one line, with \ and # escaped. */
static void tap_text(const char *text) {
	for (; *text; text++) {
		if (*text == '\\' || *text == '#') putchar('\\');
		putchar(*text == '\n' ? ' ' : *text);
	}
}

static void tap_diagnostics(const test_result *result) {
	puts("  ---");
	printf("  duration_ms: %.3f\n", result->seconds * 1e3);
	for (const test_report *p = result->reports; p; p = p->next) {
		if (!is_bad(p)) continue;
		printf("  %s%s: |\n", p->outcome == ERROR ? "error" : "failure", p->part[0] ? "_of_part" : "");
		if (p->part[0]) printf("    %s\n", p->part);
		for (const char *line = p->text; *line;) {
			size_t len = strcspn(line, "\n");
			printf("    %.*s\n", (int)len, line);
			line += len + (line[len] == '\n');
		}
		if (p->outcome == UNEXPECTED_SUCCESS) puts("    unexpected success");
		break;
	}
	puts("  ...");
}

void td__report_tap(run *r) {
	puts("TAP version 14");
	printf("1..%zu\n", r->count);
	for (size_t i = 0; i < r->count; i++) {
		const test_result *result = &r->results[i];
		const test_report *skip = find(result, is_skip), *bad = find(result, is_bad);
		bool expected = find(result, is_expected) != NULL;
		bool ok = result->done && !bad && !expected;
		printf("%s %zu - %s.%s", ok || (bad && bad->outcome == UNEXPECTED_SUCCESS) ? "ok" : "not ok", i + 1,
		       result->test->testcase, result->test->name);
		if (skip && !bad) {
			fputs(" # SKIP ", stdout);
			tap_text(skip->text);
		} else if (expected) {
			fputs(" # TODO expected failure", stdout);
		} else if (!result->done) {
			fputs(" # the run was stopped before it", stdout);
		}
		putchar('\n');
		if (bad) tap_diagnostics(result);
	}
	fflush(stdout);
}

/* --- JUnit --- */

static void xml_part(FILE *out, const char *text, size_t len) {
	for (const char *end = text + len; text < end; text++) {
		unsigned char c = (unsigned char)*text;
		switch (c) {
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '&': fputs("&amp;", out); break;
		case '"': fputs("&quot;", out); break;
		case '\n': fputs("&#10;", out); break;
		default:
			if (c < 0x20 && c != '\t') { /* not allowed in XML at all */
				fputs("\xef\xbf\xbd", out);
			} else {
				fputc(c, out);
			}
		}
	}
}

static void xml(FILE *out, const char *text) {
	xml_part(out, text, strlen(text));
}

/* What an error says: the first line after the places of its last trace. */
static const char *headline(const char *text) {
	static const char trace[] = "Traceback (most recent call last):\n";
	for (const char *at; (at = strstr(text, trace));) text = at + strlen(trace);
	while (text[0] == ' ' && strchr(text, '\n')) text = strchr(text, '\n') + 1;
	return text;
}

static void xml_problem(FILE *out, const test_report *p) {
	const char *tag = p->outcome == ERROR ? "error" : "failure";
	const char *line = headline(p->text);
	fprintf(out, "    <%s message=\"", tag);
	if (p->outcome == UNEXPECTED_SUCCESS) fputs("unexpected success", out);
	xml_part(out, line, strcspn(line, "\n"));
	fputs("\">", out);
	xml(out, p->part);
	if (p->part[0]) fputs("&#10;", out);
	xml(out, p->text);
	fprintf(out, "</%s>\n", tag);
}

static void xml_test(FILE *out, const test_result *result) {
	fputs("  <testcase classname=\"", out);
	xml(out, result->test->testcase);
	fputs("\" name=\"", out);
	xml(out, result->test->name);
	fprintf(out, "\" time=\"%.6f\">\n", result->seconds);
	for (const test_report *p = result->reports; p; p = p->next) {
		if (is_bad(p)) xml_problem(out, p);
		if (p->outcome != SKIPPED && p->outcome != EXPECTED_FAILURE) continue;
		fputs("    <skipped message=\"", out);
		if (p->outcome == EXPECTED_FAILURE) {
			fputs("expected failure", out);
		} else {
			xml(out, p->text);
		}
		fputs("\"/>\n", out);
	}
	fputs("  </testcase>\n", out);
}

bool td__report_junit(run *r, const char *path) {
	FILE *out = fopen(path, "we");
	if (!out) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out,
	        "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\">\n"
	        "<testsuite name=\"tests\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\">\n",
	        r->ran, r->failures + r->unexpected_successes, r->errors, r->skipped + r->expected_failures, r->seconds,
	        r->ran, r->failures + r->unexpected_successes, r->errors, r->skipped + r->expected_failures, r->seconds);
	for (size_t i = 0; i < r->count; i++) {
		if (r->results[i].done) xml_test(out, &r->results[i]);
	}
	fputs("</testsuite>\n</testsuites>\n", out);
	bool bad = ferror(out) != 0;
	bad |= fclose(out) != 0;
	if (bad) fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return !bad;
}
