/* src/os/process_dict_linux.c: much of a process at once, as a value. */
#include "os/process_internal.h"
#include <tend/text.h>

static const td_value *text_or_null(td_scope *s, const char *text) {
	return *text ? td_v(s, text) : td_value_new_null(s);
}

/* --- one function for each name: Python's attribute, as a value in s; NULL when it raised --- */

typedef const td_value *(*reading)(td_scope *s, td_process *p);

static const td_value *get_pid(td_scope *s, td_process *p) {
	return td_v(s, p->pid);
}
static const td_value *get_ppid(td_scope *s, td_process *p) {
	return td_v(s, td_process_ppid(s, p));
}
static const td_value *get_name(td_scope *s, td_process *p) {
	return td_v(s, td_process_name(s, p));
}
static const td_value *get_exe(td_scope *s, td_process *p) {
	return td_v(s, td_process_exe(s, p));
}
static const td_value *get_cmdline(td_scope *s, td_process *p) {
	return td_v(s, td_process_cmdline(s, p));
}
static const td_value *get_status(td_scope *s, td_process *p) {
	return td_v(s, td_process_status(s, p));
}
static const td_value *get_username(td_scope *s, td_process *p) {
	return td_v(s, td_process_username(s, p));
}
static const td_value *get_create_time(td_scope *s, td_process *p) {
	return td_v(s, td_process_create_time(s, p));
}
static const td_value *get_cwd(td_scope *s, td_process *p) {
	return td_v(s, td_process_cwd(s, p));
}
static const td_value *get_nice(td_scope *s, td_process *p) {
	return td_v(s, td_process_nice(s, p));
}
static const td_value *ids(td_scope *s, const td_puids *u) {
	return td_dict(s, "real", u->real, "effective", u->effective, "saved", u->saved);
}
static const td_value *get_uids(td_scope *s, td_process *p) {
	return ids(s, td_process_uids(s, p));
}
static const td_value *get_gids(td_scope *s, td_process *p) {
	return ids(s, td_process_gids(s, p));
}
static const td_value *get_terminal(td_scope *s, td_process *p) {
	return text_or_null(s, td_process_terminal(s, p));
}
static const td_value *get_num_fds(td_scope *s, td_process *p) {
	return td_v(s, td_process_num_fds(s, p));
}
static const td_value *get_io_counters(td_scope *s, td_process *p) {
	const td_pio *x = td_process_io_counters(s, p);
	return td_dict(s, "read_count", x->read_count, "write_count", x->write_count, "read_bytes", x->read_bytes,
	               "write_bytes", x->write_bytes, "read_chars", x->read_chars, "write_chars", x->write_chars);
}
static const td_value *get_ionice(td_scope *s, td_process *p) {
	const td_pionice *x = td_process_ionice(s, p);
	return td_dict(s, "ioclass", x->ioclass, "value", x->value);
}
static const td_value *get_cpu_affinity(td_scope *s, td_process *p) {
	const td_pcpus *x = td_process_cpu_affinity(s, p);
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < x->len; i++) td_value_append(s, list, td_v(s, x->items[i]));
	return list;
}
static const td_value *get_cpu_num(td_scope *s, td_process *p) {
	return td_v(s, td_process_cpu_num(s, p));
}
static const td_value *get_environ(td_scope *s, td_process *p) {
	return td_process_environ(s, p);
}
static const td_value *get_num_ctx_switches(td_scope *s, td_process *p) {
	const td_pctxsw *x = td_process_num_ctx_switches(s, p);
	return td_dict(s, "voluntary", x->voluntary, "involuntary", x->involuntary);
}
static const td_value *get_num_threads(td_scope *s, td_process *p) {
	return td_v(s, td_process_num_threads(s, p));
}
static const td_value *get_threads(td_scope *s, td_process *p) {
	const td_pthread_list *x = td_process_threads(s, p);
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < x->len; i++) {
		const td_pthread *t = &x->items[i];
		td_value_append(s, list, td_dict(s, "id", t->id, "user_time", t->user_time, "system_time", t->system_time));
	}
	return list;
}
static const td_value *get_cpu_percent(td_scope *s, td_process *p) {
	return td_v(s, td_process_cpu_percent(s, p));
}
static const td_value *get_cpu_times(td_scope *s, td_process *p) {
	const td_pcputimes *x = td_process_cpu_times(s, p);
	return td_dict(s, "user", x->user, "system", x->system, "children_user", x->children_user, "children_system",
	               x->children_system, "iowait", x->iowait);
}
static const td_value *get_memory_info(td_scope *s, td_process *p) {
	const td_pmem *x = td_process_memory_info(s, p);
	return td_dict(s, "rss", x->rss, "vms", x->vms, "shared", x->shared, "text", x->text, "lib", x->lib, "data",
	               x->data, "dirty", x->dirty);
}
static const td_value *get_memory_full_info(td_scope *s, td_process *p) {
	const td_pfullmem *x = td_process_memory_full_info(s, p);
	return td_dict(s, "rss", x->rss, "vms", x->vms, "shared", x->shared, "text", x->text, "lib", x->lib, "data",
	               x->data, "dirty", x->dirty, "uss", x->uss, "pss", x->pss, "swap", x->swap);
}
static const td_value *get_memory_percent(td_scope *s, td_process *p) {
	return td_v(s, td_process_memory_percent(s, p));
}
static const td_value *get_memory_maps(td_scope *s, td_process *p) {
	const td_pmmap_list *x = td_process_memory_maps(s, p);
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < x->len; i++) {
		const td_pmmap *m = &x->items[i];
		td_value_append(s, list,
		                td_dict(s, "path", m->path, "rss", m->rss, "size", m->size, "pss", m->pss, "shared_clean",
		                        m->shared_clean, "shared_dirty", m->shared_dirty, "private_clean", m->private_clean,
		                        "private_dirty", m->private_dirty, "referenced", m->referenced, "anonymous",
		                        m->anonymous, "swap", m->swap));
	}
	return list;
}
static const td_value *get_open_files(td_scope *s, td_process *p) {
	const td_popenfile_list *x = td_process_open_files(s, p);
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < x->len; i++) {
		const td_popenfile *f = &x->items[i];
		td_value_append(s, list,
		                td_dict(s, "path", f->path, "fd", f->fd, "position", f->position, "mode", f->mode, "flags",
		                        f->flags));
	}
	return list;
}
static const td_value *address(td_scope *s, const td_sconn *c, const char *ip, int port) {
	if (c->family == 1) return td_v(s, ip);
	return port ? td_dict(s, "ip", ip, "port", port) : td_value_new_list(s);
}
static const td_value *get_net_connections(td_scope *s, td_process *p) {
	const td_sconn_list *x = td_process_net_connections(s, p);
	td_value *list = td_value_new_list(s);
	for (size_t i = 0; i < x->len; i++) {
		const td_sconn *c = &x->items[i];
		td_value_append(s, list,
		                td_dict(s, "fd", c->fd, "family", c->family, "type", c->type, "laddr",
		                        address(s, c, c->laddr, c->lport), "raddr", address(s, c, c->raddr, c->rport), "status",
		                        c->status));
	}
	return list;
}

static const struct attribute {
	const char *name;
	reading read;
} attributes[] = {
	{"pid", get_pid},
	{"ppid", get_ppid},
	{"name", get_name},
	{"exe", get_exe},
	{"cmdline", get_cmdline},
	{"status", get_status},
	{"username", get_username},
	{"create_time", get_create_time},
	{"cwd", get_cwd},
	{"nice", get_nice},
	{"uids", get_uids},
	{"gids", get_gids},
	{"terminal", get_terminal},
	{"num_fds", get_num_fds},
	{"io_counters", get_io_counters},
	{"ionice", get_ionice},
	{"cpu_affinity", get_cpu_affinity},
	{"cpu_num", get_cpu_num},
	{"environ", get_environ},
	{"num_ctx_switches", get_num_ctx_switches},
	{"num_threads", get_num_threads},
	{"threads", get_threads},
	{"cpu_percent", get_cpu_percent},
	{"cpu_times", get_cpu_times},
	{"memory_info", get_memory_info},
	{"memory_full_info", get_memory_full_info},
	{"memory_percent", get_memory_percent},
	{"memory_maps", get_memory_maps},
	{"open_files", get_open_files},
	{"net_connections", get_net_connections},
	{"connections", get_net_connections}, /* its name before psutil 6; not among the default ones */
};
enum { EVERY = sizeof attributes / sizeof *attributes - 1 };

static const struct attribute *find(const char *name) {
	for (size_t i = 0; i <= EVERY; i++) {
		if (!strcmp(attributes[i].name, name)) return &attributes[i];
	}
	return NULL;
}

static bool all_known(td_scope *s, td_strs names) {
	TD_SCOPE(scratch, s);
	const char *unknown = "";
	size_t count = 0;
	for (size_t i = 0; i < names.len; i++) {
		if (find(names.items[i])) continue;
		unknown = td_format(scratch, "%s%s%s", unknown, count++ ? ", " : "", td_str_repr(scratch, names.items[i]));
	}
	if (count) td_raise(s, TD_ValueError, "invalid attr name%s %s", count > 1 ? "s" : "", unknown);
	return !count;
}

static bool read_one(td_scope *s, td_process *p, td_value *out, const struct attribute *a, const td_value *denied) {
	TD_SCOPE(attempt, s);
	const td_value *value = a->read(attempt, p);
	if (td_catch(attempt, TD_AccessDenied, TD_ZombieProcess)) value = denied ? denied : td_value_new_null(attempt);
	return !td_failed(attempt) && td_value_set(s, out, a->name, value);
}

const td_value *(td_process_as_dict)(td_scope *s, td_process *p, const td_process_as_dict_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "process", p)) return NULL;
	td_process_as_dict_opts o;
	td__opts_copy(&o, sizeof o, opts);
	if (o.attrs.items && (!td__need_strs(s, "attrs", o.attrs) || !all_known(s, o.attrs))) return NULL;
	TD_SCOPE(once, s);
	td_value *out = td_value_new_dict(s);
	(td_process_oneshot)(once, p);
	size_t count = o.attrs.len ? o.attrs.len : EVERY; /* of no names Python takes all, too */
	for (size_t i = 0; i < count; i++) {
		const struct attribute *a = o.attrs.len ? find(o.attrs.items[i]) : &attributes[i];
		if (!read_one(once, p, out, a, o.ad_value)) return NULL;
	}
	return out;
}
