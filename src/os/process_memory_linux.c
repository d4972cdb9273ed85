/* src/os/process_memory_linux.c: the memory of a process: how much of it is its own, and what is mapped where. */
#include "core/sys.h"
#include "os/process_internal.h"
#include <tend/text.h>
#include <unistd.h>

/* "Private_Clean:       12 kB": the bytes. */
static uint64_t kilobytes(const char *line) {
	const char *p = strchr(line, ':');
	if (!p) return 0;
	p++;
	return td__scan_u64(&p) * 1024;
}

const td_pfullmem *(td_process_memory_full_info)(td_scope *s, td_process *p) {
	static const td_pfullmem none;
	if (!td__process_enter(s, p)) return &none;
	TD_SCOPE(scratch, s);
	td_bytes text = {0};
	td_pfullmem *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	int err_no = td__process_slurp(scratch, p, "smaps_rollup", &text);
	if (err_no) {
		if (err_no == ESRCH)
			td__process_zombie(s, p);
		else if (err_no > 0)
			td__process_failed(s, p, err_no);
		return &none;
	}
	uint64_t uss = 0, pss = 0, swap = 0;
	for (const char *line = text.data; line && *line; line = td__next_line(line)) {
		if (td_str_startswith(line, "Private_")) uss += kilobytes(line);
		if (td_str_startswith(line, "Pss:")) pss = kilobytes(line);
		if (td_str_startswith(line, "Swap:")) swap = kilobytes(line);
	}
	const td_pmem *m = (td_process_memory_info)(scratch, p);
	*out = (td_pfullmem){m->rss, m->vms, m->shared, m->text, m->lib, m->data, m->dirty, uss, pss, swap};
	return td_failed(scratch) ? &none : out;
}

static const char *const memory_types[] = {"rss",  "vms",   "shared", "text", "lib",
                                           "data", "dirty", "uss",    "pss",  "swap"};

double(td_process_memory_percent)(td_scope *s, td_process *p, const td_process_memory_percent_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "process", p)) return 0;
	td_process_memory_percent_opts o;
	td__opts_copy(&o, sizeof o, opts);
	const char *type = o.memtype ? o.memtype : "rss";
	size_t which = 0;
	while (which < 10 && strcmp(type, memory_types[which]) != 0) which++;
	if (which == 10) {
		td_raise(s, TD_ValueError,
		         "invalid memtype %s; valid types are ('rss', 'vms', 'shared', 'text', 'lib', 'data', 'dirty', 'uss', "
		         "'pss', 'swap')",
		         td_str_repr(s, type));
		return 0;
	}
	TD_SCOPE(scratch, s);
	uint64_t value;
	if (which < 7) {
		const td_pmem *m = (td_process_memory_info)(scratch, p);
		value = (const uint64_t[]){m->rss, m->vms, m->shared, m->text, m->lib, m->data, m->dirty}[which];
	} else {
		const td_pfullmem *m = (td_process_memory_full_info)(scratch, p);
		value = (const uint64_t[]){m->uss, m->pss, m->swap}[which - 7];
	}
	uint64_t total = td_psutil_virtual_memory(scratch)->total;
	if (td_failed(scratch)) return 0;
	if (!total) {
		td_raise(s, TD_ValueError,
		         "can't calculate process memory percent because total physical system memory is not "
		         "positive (0)");
		return 0;
	}
	return (double)value / (double)total * 100;
}

/* --- mappings --- */

/* "7f00-7f10 r-xp 00000000 08:01 123   /lib/x.so": where each of the words begins; the last may hold blanks. */
static void read_header(td_scope *s, const char *line, td_pmmap *map) {
	const char *p = line, *end = line + strcspn(line, "\n");
	td_bytes word[5];
	for (int i = 0; i < 5; i++) word[i] = td__scan_word(&p);
	while (p < end && *p == ' ') p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t')) end--;
	const char *path = p < end ? td_strndup(s, p, (size_t)(end - p)) : "[anon]";
	if (td_str_endswith(path, " (deleted)") && access(path, F_OK) < 0) path = td_strndup(s, path, strlen(path) - 10);
	map->addr = td_strndup(s, word[0].data, word[0].len);
	map->perms = td_strndup(s, word[1].data, word[1].len);
	map->path = path;
}

static void read_field(const char *line, td_pmmap *map) {
	static const char *const names[] = {"Rss:",          "Size:",          "Pss:",           "Shared_Clean:",
	                                    "Shared_Dirty:", "Private_Clean:", "Private_Dirty:", "Referenced:",
	                                    "Anonymous:",    "Swap:"};
	uint64_t *const fields[] = {&map->rss,          &map->size,          &map->pss,           &map->shared_clean,
	                            &map->shared_dirty, &map->private_clean, &map->private_dirty, &map->referenced,
	                            &map->anonymous,    &map->swap};
	for (size_t i = 0; i < 10; i++) {
		if (td_str_startswith(line, names[i])) *fields[i] = kilobytes(line);
	}
}

static void add(td_pmmap *sum, const td_pmmap *one) {
	sum->rss += one->rss;
	sum->size += one->size;
	sum->pss += one->pss;
	sum->shared_clean += one->shared_clean;
	sum->shared_dirty += one->shared_dirty;
	sum->private_clean += one->private_clean;
	sum->private_dirty += one->private_dirty;
	sum->referenced += one->referenced;
	sum->anonymous += one->anonymous;
	sum->swap += one->swap;
}

/* The mappings of one path become one, where the first stood. */
static size_t group(td_pmmap *maps, size_t count) {
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;
		while (k < kept && strcmp(maps[k].path, maps[i].path) != 0) k++;
		if (k < kept) {
			add(&maps[k], &maps[i]);
		} else {
			maps[kept] = maps[i];
			maps[kept].addr = maps[kept].perms = "";
			kept++;
		}
	}
	return kept;
}

const td_pmmap_list *(td_process_memory_maps)(td_scope *s, td_process *p, const td_process_memory_maps_opts *opts) {
	static const td_pmmap_list none;
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "process", p)) return &none;
	td_process_memory_maps_opts o;
	td__opts_copy(&o, sizeof o, opts);
	TD_SCOPE(scratch, s);
	td_bytes text = {0};
	td_pmmap_list *out = td_alloc(s, sizeof *out);
	int err_no = out ? td__process_slurp(scratch, p, "smaps", &text) : -1;
	if (err_no > 0) td__process_failed(s, p, err_no);
	if (err_no) return &none;
	void *maps = NULL;
	size_t count = 0, capacity = 0;
	for (const char *line = text.data; line && *line; line = td__next_line(line)) {
		const char *colon = line + strcspn(line, " \n");
		bool header = colon > line && colon[-1] != ':'; /* "Rss:" is a field; an address has no colon at its end */
		if (header) {
			if (!td__grow(s, &maps, &capacity, count + 1, sizeof(td_pmmap))) return &none;
			td_pmmap *map = &((td_pmmap *)maps)[count++];
			*map = (td_pmmap){0};
			read_header(s, line, map);
		} else if (count) {
			read_field(line, &((td_pmmap *)maps)[count - 1]);
		}
	}
	if (td_failed(s)) return &none;
	*out = (td_pmmap_list){maps, o.each ? count : group(maps, count)};
	return out;
}
