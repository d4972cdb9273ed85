/* run.c: hashing, in one thread or in several, with the results in order. */
#include <stdatomic.h>
#include <string.h>
#include <tend/hashlib.h>
#include <tend/queue.h>
#include <unistd.h>

#include "hash.h"

enum { SLOTS = 256 }; /* how far the threads may be ahead of what is printed */

typedef struct told {
	tend_progress *bar;
	int64_t total;
	_Atomic int64_t done;
} told;

/* What one file has told so far, as a part of all. */
typedef struct part {
	told *all;
	int64_t before;
} part;

static void tell(void *arg, int64_t done, int64_t total) {
	(void)total;
	part *p = arg;
	int64_t sum = atomic_fetch_add(&p->all->done, done - p->before) + done - p->before;
	p->before = done;
	tend_progress_tell(p->all->bar, sum, p->all->total);
}

static void read_into(td_scope *s, hash_item *item, td_hash *const *hashes, told *all) {
	part p = {all, 0};
	td_progress_fn progress = all->bar ? tell : NULL;
	int fd = item->fd >= 0 ? item->fd : strcmp(item->name, "-") == 0 ? STDIN_FILENO : -1;
	td_opt_int from = {fd >= 0, fd};
	item->size = td_hash_update_from(s, hashes, item->set.count, item->name, .fd = from, .progress = progress,
	                                 .progress_arg = &p);
}

static void compute(td_scope *s, hash_item *item, told *all) {
	if (item->err_no || !item->set.count) return;
	TD_SCOPE(attempt, s);
	td_hash *hashes[HASH_MOST];
	for (size_t i = 0; i < item->set.count; i++) {
		const hash_wanted *w = &item->set.of[i];
		td_opt_int size = {w->algorithm->any_size, (int64_t)w->size};
		hashes[i] = td_hashlib_new(attempt, w->algorithm->name, .digest_size = size);
	}
	read_into(attempt, item, hashes, all);
	for (size_t i = 0; i < item->set.count; i++) {
		const char *hex = td_hash_hexdigest(attempt, hashes[i]);
		memcpy(item->hex[i], hex, strlen(hex) + 1);
	}
	const td_error *e = td_catch(attempt, TD_OSError);
	if (e) item->err_no = e->err_no;
	if (item->fd >= 0) close(item->fd);
}

static void reset(hash_item *item) {
	item->name = "";
	item->set.count = 0;
	item->tag = NULL;
	item->err_no = 0;
	item->fd = -1;
	item->size = -1;
}

static void hand_out(td_scope *s, const hash_run *run, const hash_item *item) {
	static int terminal = -1;
	if (terminal < 0) terminal = isatty(STDOUT_FILENO);
	if (terminal) tend_progress_clear(run->bar);
	run->done(s, run->arg, item);
	if (ferror(stdout)) td_sys_exit(s, 1); /* nobody reads on, or the disk is full: TD_MAIN says which */
	if (terminal && run->bar) fflush(stdout);
}

static void run_here(td_scope *s, const hash_run *run, told *all) {
	hash_item *item = td_alloc(s, sizeof *item);
	TD_LOOP (turn, s) {
		reset(item);
		if (!run->next(turn, run->arg, item)) break;
		if (run->bar) tend_progress_label(run->bar, item->name);
		compute(turn, item, all);
		if (!td_failed(turn)) hand_out(turn, run, item);
	}
}

/* --- several threads --- */

typedef struct slot {
	hash_item item;
	td_scope *memory; /* of what its source put there */
	bool finished;
} slot;

typedef struct crew {
	td_queue *ready, *finished; /* of slot *; NULL in ready is the end */
	told *all;
} crew;

static void work(td_scope *t, void *arg) {
	crew *c = arg;
	TD_LOOP (turn, t) {
		slot *mine = NULL;
		if (!td_queue_get(turn, c->ready, &mine) || !mine) break;
		compute(turn, &mine->item, c->all);
		td_queue_put(turn, c->finished, &mine);
	}
}

static void run_together(td_scope *s, const hash_run *run, told *all) {
	TD_SCOPE(nursery, s);
	slot *slots = td_alloc_array(nursery, SLOTS, sizeof *slots);
	crew c = {td_queue_new(nursery, sizeof(slot *)), td_queue_new(nursery, sizeof(slot *)), all};
	for (int64_t i = 0; i < run->jobs; i++) td_thread_start(nursery, work, &c, .name = "hash");
	size_t filled = 0, printed = 0;
	bool more = true;
	while (!td_failed(nursery) && (more || printed < filled)) {
		while (more && filled - printed < SLOTS && !td_failed(nursery)) {
			slot *next = &slots[filled % SLOTS];
			next->memory = td_scope_open(nursery);
			next->finished = false;
			reset(&next->item);
			more = run->next(next->memory, run->arg, &next->item);
			if (!more) td_scope_close(next->memory);
			if (!more) break;
			td_queue_put(nursery, c.ready, &next);
			filled++;
			if (filled - printed > SLOTS / 2) break; /* what is finished is printed in the meantime */
		}
		slot *done = NULL;
		while (printed < filled && !slots[printed % SLOTS].finished) {
			if (!td_queue_get(nursery, c.finished, &done)) return;
			done->finished = true;
		}
		while (printed < filled && slots[printed % SLOTS].finished && !td_failed(nursery)) {
			slot *first = &slots[printed++ % SLOTS];
			first->finished = false;
			hand_out(first->memory, run, &first->item);
			td_scope_close(first->memory);
		}
	}
	slot *end = NULL;
	for (int64_t i = 0; i < run->jobs; i++) td_queue_put(nursery, c.ready, &end);
}

void hash_run_all(td_scope *s, const hash_run *run) {
	told all = {.bar = run->bar, .total = run->total};
	if (run->jobs > 1)
		run_together(s, run, &all);
	else
		run_here(s, run, &all);
	tend_progress_clear(run->bar);
}
