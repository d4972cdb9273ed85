/* queue.c: queues between threads: a ring, a stack or a heap behind one mutex, with a line for those who wait for items, one
 * for those who wait for room, and one for those who wait for the end. */
#include <tend/queue.h>

#include "core/park.h"
#include "os/threading.h"

typedef enum order { RING, STACK, HEAP } order;

struct td_queue {
	td__line takers, givers, joiners; /* all under the mutex of takers */
	order shape;
	int (*compare)(const void *a, const void *b);
	size_t size, most;           /* of an item; of the queue, 0 is no limit */
	char *items;                 /* capacity of them, and one more to swap with */
	size_t capacity, first, len; /* first: of a ring */
	size_t unfinished;
};

static void end_queue(td_scope *c, void *handle) {
	(void)c;
	td_queue *queue = handle;
	td__free(queue->items);
	queue->items = NULL;
}

static td_queue *make(td_scope *s, order shape, size_t size, const td_queue_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	if (size == 0) {
		td_raise(s, TD_ValueError, "items of no size cannot be queued");
		return NULL;
	}
	td_queue_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_queue *queue = td__handle_new(s, sizeof *queue, end_queue);
	if (!queue) return NULL;
	td__line_init(&queue->takers);
	td__line_init_beside(&queue->givers, &queue->takers);
	td__line_init_beside(&queue->joiners, &queue->takers);
	queue->shape = shape;
	queue->size = size;
	queue->most = o.maxsize;
	return queue;
}

td_queue *(td_queue_new)(td_scope *s, size_t item_size, const td_queue_opts *opts) {
	return make(s, RING, item_size, opts);
}

td_queue *(td_lifo_queue_new)(td_scope *s, size_t item_size, const td_queue_opts *opts) {
	return make(s, STACK, item_size, opts);
}

td_queue *(td_priority_queue_new)(td_scope *s, size_t item_size, int (*compare)(const void *a, const void *b),
                                  const td_queue_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_handle(s, "compare", (const void *)(uintptr_t)compare)) return NULL;
	td_queue *queue = make(s, HEAP, item_size, opts);
	if (queue) queue->compare = compare;
	return queue;
}

/* --- the items --- */

static char *item(const td_queue *queue, size_t i) {
	if (queue->shape == RING) i = (queue->first + i) % queue->capacity;
	return queue->items + i * queue->size;
}

static bool grow(td_queue *queue) {
	size_t capacity = queue->capacity ? queue->capacity * 2 : 16, bytes;
	if (__builtin_mul_overflow(capacity + 1, queue->size, &bytes)) return false;
	char *items = td__malloc(bytes);
	if (!items) return false;
	for (size_t i = 0; i < queue->len; i++) memcpy(items + i * queue->size, item(queue, i), queue->size);
	td__free(queue->items);
	queue->items = items;
	queue->capacity = capacity;
	queue->first = 0;
	return true;
}

static void swap(td_queue *queue, size_t a, size_t b) {
	char *spare = queue->items + queue->capacity * queue->size;
	memcpy(spare, item(queue, a), queue->size);
	memcpy(item(queue, a), item(queue, b), queue->size);
	memcpy(item(queue, b), spare, queue->size);
}

static bool less(const td_queue *queue, size_t a, size_t b) {
	return queue->compare(item(queue, a), item(queue, b)) < 0;
}

static void rise(td_queue *queue, size_t i) {
	while (i > 0 && less(queue, i, (i - 1) / 2)) {
		swap(queue, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static void sink(td_queue *queue) {
	for (size_t i = 0;;) {
		size_t least = i, left = 2 * i + 1, right = left + 1;
		if (left < queue->len && less(queue, left, least)) least = left;
		if (right < queue->len && less(queue, right, least)) least = right;
		if (least == i) return;
		swap(queue, i, least);
		i = least;
	}
}

static void push(td_queue *queue, const void *from) {
	memcpy(item(queue, queue->len), from, queue->size);
	queue->len++;
	if (queue->shape == HEAP) rise(queue, queue->len - 1);
}

static void pop(td_queue *queue, void *to) {
	size_t at = queue->shape == STACK ? queue->len - 1 : 0;
	memcpy(to, item(queue, at), queue->size);
	if (queue->shape == HEAP) swap(queue, 0, queue->len - 1);
	if (queue->shape == RING) queue->first = (queue->first + 1) % queue->capacity;
	queue->len--;
	if (queue->shape == HEAP) sink(queue);
}

/* --- in and out --- */

/* Waits in line while blocked(queue); 1: it is not any more, 0: the time is over, -1: s has failed. */
static int wait_while(td_scope *s, td_queue *queue, td__line *line, bool (*blocked)(const td_queue *), int64_t until) {
	while (blocked(queue)) {
		if (until == TD__NOT_AT_ALL) return 0;
		int woken = td__line_wait(s, line, until);
		if (td_failed(s)) {
			if (woken > 0) td__line_wake(line); /* what woke us is for the next one */
			return -1;
		}
		if (woken == 0) return blocked(queue) ? 0 : 1;
	}
	return 1;
}

static bool is_empty(const td_queue *queue) {
	return queue->len == 0;
}

static bool is_full(const td_queue *queue) {
	return queue->most && queue->len >= queue->most;
}

static bool is_unfinished(const td_queue *queue) {
	return queue->unfinished > 0;
}

static bool usable(td_scope *s, const td_queue *queue) {
	if (!td__need_handle(s, "queue", queue)) return false;
	if (td__handle_open(queue)) return true;
	td_raise(s, TD_ValueError, "the queue is closed");
	return false;
}

bool(td_queue_put)(td_scope *s, td_queue *queue, const void *from, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !usable(s, queue) || !td__need_handle(s, "item", from)) return false;
	td__line_lock(&queue->takers);
	int ready = wait_while(s, queue, &queue->givers, is_full, until);
	bool room = ready > 0 && (queue->len < queue->capacity || grow(queue));
	if (room) {
		push(queue, from);
		queue->unfinished++;
		td__line_wake(&queue->takers);
	}
	td__line_unlock(&queue->takers);
	if (ready == 0) td_raise(s, TD_Full, "%s", "");
	if (ready > 0 && !room) td_raise(s, TD_MemoryError, "%s", "");
	return room;
}

bool(td_queue_get)(td_scope *s, td_queue *queue, void *to, const td_wait_opts *opts) {
	int64_t until;
	if (!td__wait_times(s, opts, &until) || !usable(s, queue) || !td__need_handle(s, "item", to)) return false;
	td__line_lock(&queue->takers);
	int ready = wait_while(s, queue, &queue->takers, is_empty, until);
	if (ready > 0) {
		pop(queue, to);
		td__line_wake(&queue->givers);
	}
	td__line_unlock(&queue->takers);
	if (ready == 0) td_raise(s, TD_Empty, "%s", "");
	return ready > 0;
}

bool(td_queue_task_done)(td_scope *s, td_queue *queue) {
	if (!td__enter(s) || !usable(s, queue)) return false;
	td__line_lock(&queue->takers);
	bool due = queue->unfinished > 0;
	if (due && --queue->unfinished == 0) {
		while (td__line_wake(&queue->joiners)) {
		}
	}
	td__line_unlock(&queue->takers);
	if (!due) td_raise(s, TD_ValueError, "task_done() called too many times");
	return due;
}

bool(td_queue_join)(td_scope *s, td_queue *queue) {
	if (!td__enter(s) || !usable(s, queue)) return false;
	td__line_lock(&queue->takers);
	int ready = wait_while(s, queue, &queue->joiners, is_unfinished, TD__NEVER);
	td__line_unlock(&queue->takers);
	return ready > 0;
}

size_t td_queue_qsize(td_queue *queue) {
	if (!queue) return 0;
	td__line_lock(&queue->takers);
	size_t len = queue->len;
	td__line_unlock(&queue->takers);
	return len;
}
