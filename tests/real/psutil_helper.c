/* Answers tests/real/psutil: everything that psutil of ours says, as one JSON object. psutil_helper [PROCFS] */
#include <tend.h>

static td_value *times(td_scope *s, const td_scputimes *t) {
	return td_list(s, t->user, t->nice, t->system, t->idle, t->iowait, t->irq, t->softirq, t->steal, t->guest,
	               t->guest_nice);
}

static td_value *system_value(td_scope *s, td_psutil_reader *r) {
	td_value *v = td_value_new_dict(s);
	td_value *each = td_value_new_list(s);
	const td_scputimes_list *cores = td_psutil_cpu_times_percpu(s, .reader = r);
	for (size_t i = 0; i < cores->len; i++) td_value_append(s, each, times(s, &cores->items[i]));
	td_value_set(s, v, "cpu_times", times(s, td_psutil_cpu_times(s, .reader = r)));
	td_value_set(s, v, "cpu_times_percpu", each);
	const td_scpustats *st = td_psutil_cpu_stats(s, .reader = r);
	td_value_set(s, v, "cpu_stats", td_list(s, st->ctx_switches, st->interrupts, st->soft_interrupts, st->syscalls));
	const td_scpufreq *f = td_psutil_cpu_freq(s, .reader = r);
	td_value_set(s, v, "cpu_freq", td_list(s, f->current, f->min, f->max));
	const td_svmem *m = td_psutil_virtual_memory(s, .reader = r);
	td_value_set(s, v, "virtual_memory",
	             td_list(s, m->total, m->available, m->percent, m->used, m->free, m->active, m->inactive, m->buffers,
	                     m->cached, m->shared, m->slab));
	const td_sswap *w = td_psutil_swap_memory(s, .reader = r);
	td_value_set(s, v, "swap_memory", td_list(s, w->total, w->used, w->free, w->percent, w->sin, w->sout));
	td_value *disks = td_value_new_dict(s);
	const td_sdiskio_list *d = td_psutil_disk_io_counters_perdisk(s, .reader = r);
	for (size_t i = 0; i < d->len; i++) {
		const td_sdiskio *x = &d->items[i];
		td_value_set(s, disks, x->name,
		             td_list(s, x->read_count, x->write_count, x->read_bytes, x->write_bytes, x->read_time,
		                     x->write_time, x->read_merged_count, x->write_merged_count, x->busy_time));
	}
	td_value_set(s, v, "disk_io_counters", disks);
	const td_sdiskio *sum = td_psutil_disk_io_counters(s, .reader = r);
	td_value_set(s, v, "disk_io_sum", td_list(s, sum->read_count, sum->write_count, sum->read_bytes, sum->write_bytes));
	td_value *nics = td_value_new_dict(s);
	const td_snetio_list *n = td_psutil_net_io_counters_pernic(s, .reader = r);
	for (size_t i = 0; i < n->len; i++) {
		const td_snetio *x = &n->items[i];
		td_value_set(s, nics, x->name,
		             td_list(s, x->bytes_sent, x->bytes_recv, x->packets_sent, x->packets_recv, x->errin, x->errout,
		                     x->dropin, x->dropout));
	}
	td_value_set(s, v, "net_io_counters", nics);
	td_value_set(s, v, "boot_time", td_v(s, td_psutil_boot_time(s, .reader = r)));
	td_value *parts = td_value_new_list(s);
	for (int all = 0; all < 2; all++) {
		const td_sdiskpart_list *p = td_psutil_disk_partitions(s, .reader = r, .all = all);
		td_value *list = td_value_new_list(s);
		for (size_t i = 0; i < p->len; i++) {
			td_value_append(s, list,
			                td_list(s, p->items[i].device, p->items[i].mountpoint, p->items[i].fstype,
			                        p->items[i].opts));
		}
		td_value_append(s, parts, list);
	}
	td_value_set(s, v, "disk_partitions", parts);
	return v;
}

static void machine_value(td_scope *s, td_value *v) {
	td_value_set(s, v, "cpu_count", td_list(s, td_psutil_cpu_count(s), td_psutil_cpu_count(s, .physical = true)));
	const td_sdiskusage *u = td_psutil_disk_usage(s, "/", .timeout = 5);
	td_value_set(s, v, "disk_usage", td_list(s, u->total, u->used, u->free, u->percent));
	td_value *addresses = td_value_new_list(s);
	const td_snicaddr_list *a = td_psutil_net_if_addrs(s);
	for (size_t i = 0; i < a->len; i++) {
		const td_snicaddr *x = &a->items[i];
		td_value_append(s, addresses, td_list(s, x->name, x->family, x->address, x->netmask, x->broadcast, x->ptp));
	}
	td_value_set(s, v, "net_if_addrs", addresses);
	td_value *stats = td_value_new_dict(s);
	const td_snicstats_list *n = td_psutil_net_if_stats(s);
	for (size_t i = 0; i < n->len; i++) {
		const td_snicstats *x = &n->items[i];
		td_value_set(s, stats, x->name, td_list(s, td__lit_bool(x->isup), x->duplex, x->speed, x->mtu, x->flags));
	}
	td_value_set(s, v, "net_if_stats", stats);
	td_value *temperatures = td_value_new_list(s);
	const td_shwtemp_list *t = td_psutil_sensors_temperatures(s);
	for (size_t i = 0; i < t->len; i++)
		td_value_append(s, temperatures, td_list(s, t->items[i].name, t->items[i].label));
	td_value_set(s, v, "sensors_temperatures", temperatures);
	td_value *users = td_value_new_list(s);
	const td_suser_list *who = td_psutil_users(s);
	for (size_t i = 0; i < who->len; i++) {
		const td_suser *x = &who->items[i];
		td_value_append(s, users, td_list(s, x->name, x->terminal, x->host, x->started, x->pid));
	}
	td_value_set(s, v, "users", users);
}

static td_value *process_value(td_scope *s, const td_process_row *p) {
	return td_list(s, p->pid, p->ppid, p->name, p->cmdline, p->username, p->status, p->create_time, p->cpu_user,
	               p->cpu_system, p->rss, p->vms, p->num_threads, p->nice);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	const char *procfs = argc > 1 ? argv[1] : NULL;
	td_psutil_reader *r = td_psutil_reader_open(s, .procfs = procfs);
	td_value *v = system_value(s, r);
	if (!procfs) machine_value(s, v);
	td_value *table = td_value_new_list(s);
	const td_process_table *t = td_psutil_process_table(s, .reader = r);
	for (size_t i = 0; i < t->len; i++) td_value_append(s, table, process_value(s, &t->items[i]));
	td_value_set(s, v, "processes", table);
	const td_pids *pids = td_psutil_pids(s, .reader = r);
	td_value *numbers = td_value_new_list(s);
	for (size_t i = 0; i < pids->len; i++) td_value_append(s, numbers, td_v(s, pids->items[i]));
	td_value_set(s, v, "pids", numbers);
	td_print(s, "%s", td_json_dumps(s, v));
}
