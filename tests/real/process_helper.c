/* Answers tests/real/psutil: what td_process says of one process, and the sockets, as JSON on standard output.
 *     process_helper dict PID | family PID | limits PID | maps PID | connections KIND [PID] | sensors SYSFS
 *     process_helper error CALL PID [USER]   the kind and message of what a call raised */
#include <stdlib.h>
#include <sys/resource.h>
#include <tend.h>
#include <unistd.h>

static td_value *pids_of(td_scope *s, const td_process_list *list) {
	td_value *v = td_value_new_list(s);
	for (size_t i = 0; i < list->len; i++) td_value_append(s, v, td_v(s, td_process_pid(list->items[i])));
	return v;
}

static const td_value *family(td_scope *s, td_process *p) {
	td_process *parent = td_process_parent(s, p);
	return td_dict(s, "parent", td_process_pid(parent), "parents", pids_of(s, td_process_parents(s, p)), "children",
	               pids_of(s, td_process_children(s, p)), "recursive",
	               pids_of(s, td_process_children(s, p, .recursive = true)));
}

static const td_value *limits(td_scope *s, td_process *p) {
	td_value *v = td_value_new_list(s);
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		const td_prlimit *l = td_process_rlimit(s, p, i);
		td_value_append(s, v, td_list(s, l->soft, l->hard));
	}
	return v;
}

static const td_value *maps(td_scope *s, td_process *p) {
	td_value *v = td_value_new_list(s);
	const td_pmmap_list *l = td_process_memory_maps(s, p, .each = true);
	for (size_t i = 0; i < l->len; i++) {
		const td_pmmap *m = &l->items[i];
		td_value_append(s, v, td_list(s, m->addr, m->perms, m->path, m->size));
	}
	return v;
}

static const td_value *connections(td_scope *s, const td_sconn_list *l) {
	td_value *v = td_value_new_list(s);
	for (size_t i = 0; i < l->len; i++) {
		const td_sconn *c = &l->items[i];
		td_value_append(s, v,
		                td_list(s, c->fd, c->family, c->type, c->laddr, c->lport, c->raddr, c->rport, c->status,
		                        c->pid));
	}
	return v;
}

static const td_value *sensors(td_scope *s, const char *sysfs) {
	td_psutil_reader *r = td_psutil_reader_open(s, .sysfs = sysfs);
	td_value *fans = td_value_new_list(s);
	const td_sfan_list *l = td_psutil_sensors_fans(s, .reader = r);
	for (size_t i = 0; i < l->len; i++)
		td_value_append(s, fans, td_list(s, l->items[i].name, l->items[i].label, l->items[i].current));
	const td_sbattery *b = td_psutil_sensors_battery(s, .reader = r);
	return td_dict(s, "fans", fans, "battery",
	               td_list(s, b->present, b->percent, b->secsleft,
	                       b->power_plugged.given ? b->power_plugged.value : -1));
}

static void call(td_scope *s, const char *name, int pid) {
	td_process *p = td_process_new(s, .pid = pid);
	if (!strcmp(name, "kill")) td_process_kill(s, p);
	if (!strcmp(name, "nice")) td_process_set_nice(s, p, -5);
	if (!strcmp(name, "cwd")) td_process_cwd(s, p);
	if (!strcmp(name, "environ")) td_process_environ(s, p);
	if (!strcmp(name, "io_counters")) td_process_io_counters(s, p);
	if (!strcmp(name, "open_files")) td_process_open_files(s, p);
	if (!strcmp(name, "num_fds")) td_process_num_fds(s, p);
	if (!strcmp(name, "net_connections")) td_process_net_connections(s, p);
	if (!strcmp(name, "memory_full_info")) td_process_memory_full_info(s, p);
	if (!strcmp(name, "memory_maps")) td_process_memory_maps(s, p);
	if (!strcmp(name, "named")) {
		td_process_name(s, p);
		td_process_io_counters(s, p);
	}
	if (!strcmp(name, "cpu_affinity")) td_process_set_cpu_affinity(s, p, (const int[]){5000}, 1);
	if (!strcmp(name, "ionice")) td_process_set_ionice(s, p, TD_IOPRIO_CLASS_BE, 9);
	if (!strcmp(name, "ionice_idle")) td_process_set_ionice(s, p, TD_IOPRIO_CLASS_IDLE, 1);
	if (!strcmp(name, "rlimit")) td_process_rlimit(s, p, 99);
	if (!strcmp(name, "rlimit_set")) td_process_set_rlimit(s, p, RLIMIT_NOFILE, (td_prlimit){20, 10});
	if (!strcmp(name, "memory_percent")) td_process_memory_percent(s, p, .memtype = "x");
	if (!strcmp(name, "as_dict")) td_process_as_dict(s, p, .attrs = td_strs_of(s, "foo"));
}

static const td_value *error(td_scope *s, const char *name, int pid) {
	TD_SCOPE(attempt, s);
	call(attempt, name, pid);
	const td_error *e = td_catch(attempt);
	return e ? td_list(s, e->kind->name, e->message) : td_value_new_null(s);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *what = argv[1];
	const td_value *v = NULL;
	if (!strcmp(what, "sensors")) {
		v = sensors(s, argv[2]);
	} else if (!strcmp(what, "error")) {
		if (argc > 4 && setuid((uid_t)atoi(argv[4])) != 0) return 1;
		v = error(s, argv[2], atoi(argv[3]));
	} else if (!strcmp(what, "connections")) {
		if (argc > 3)
			v = connections(s, td_process_net_connections(s, td_process_new(s, .pid = atoi(argv[3])), .kind = argv[2]));
		else
			v = connections(s, td_psutil_net_connections(s, .kind = argv[2]));
	} else {
		td_process *p = td_process_new(s, .pid = atoi(argv[2]));
		v = !strcmp(what, "family")   ? family(s, p)
		    : !strcmp(what, "limits") ? limits(s, p)
		    : !strcmp(what, "maps")   ? maps(s, p)
		                              : td_process_as_dict(s, p);
	}
	td_print(s, "%s", td_json_dumps(s, v));
}
