/* scope.c: opening, turning and ending a scope. The order of the end is the contract: threads and child scopes, then
 * cleanups, then the error goes up, then the memory goes. */
#include <stdio.h>
#include <unistd.h>

#include "core/scope_private.h"

static const int64_t DEFAULT_GRACE = INT64_C(5000000000);
enum { GROWN_LARGE = 64 << 20 };

unsigned td__generation = 1;
static _Thread_local td__context *open_roots;
static pthread_once_t fork_once = PTHREAD_ONCE_INIT;

static void forked(void) {
	td__generation++;
	for (td__context *context = open_roots; context; context = context->next_root) context->thread = pthread_self();
}

static void watch_forks(void) {
	pthread_atfork(NULL, NULL, forked);
}

/* --- contexts --- */

static void context_init(td__context *context) {
	memset(context, 0, sizeof *context);
	context->thread = pthread_self();
	context->generation = td__generation;
	td_scope *emergency = &context->emergency;
	emergency->context = context;
	emergency->emergency = emergency->born_failed = emergency->head.failed = true;
	emergency->deadline = TD__NEVER;
	emergency->name = "emergency";
	emergency->function = emergency->file = "";
}

td__context *td__context_new(void) {
	td__context *context = td__malloc(sizeof *context);
	if (context) context_init(context);
	return context;
}

void td__context_free(td__context *context) {
	if (context->park_fd) close(context->park_fd - 1);
	td__context_release_blocks(context);
	if (!context->is_static) td__free(context);
}

/* --- opening --- */

static void check_thread(const td_scope *s) {
#ifdef TD_SCOPE_DEBUG
	if (s->context->generation == td__generation && !pthread_equal(s->context->thread, pthread_self())) {
		fprintf(stderr, "scope %s (%s:%u) is used by a thread that it does not belong to\n", s->name, s->file, s->line);
		abort();
	}
#else
	(void)s;
#endif
}

enum { ZEROED = sizeof(td_scope) - offsetof(td_scope, failed_children), PART = 48 };

/* In parts that the compiler writes out as stores: of the whole it makes `rep stos`, which takes longer than all the rest
 * of opening a scope. */
static inline void zero(td_scope *s) {
	char *from = (char *)&s->failed_children;
	memset(from, 0, PART);
	__asm__("" : "+r"(from));
	memset(from + PART, 0, ZEROED - PART);
}

enum { HEADER = (sizeof(td__block) + 15) / 16 * 16, SCOPE_SIZE = (sizeof(td_scope) + 15) / 16 * 16 };

static inline td__block *small_block(td__context *context) {
	td__block *block = context->spare_small;
	if (td__unlikely(!block)) return td__block_new(context, TD__SMALL_BLOCK);
	context->spare_small = block->next;
	context->spare_small_count--;
	return block;
}

static void set_times(td_scope *s, const td_scope_opts *o) {
	if (o->timeout != 0) {
		s->started = td__now();
		s->deadline = td__deadline_in(o->timeout);
	}
	if (o->shield > 0) s->shield = td__duration(o->shield);
	if (o->grace > 0) s->grace = td__duration(o->grace);
}

static inline td_scope *make(td_scope *parent, td__context *context, const td_scope_opts *o) {
	td__block *block = small_block(context);
	if (td__unlikely(!block)) return NULL;
	td_scope *s = (td_scope *)(void *)((char *)block + HEADER);
	block->next = NULL;
	s->context = context;
	s->parent = parent;
	s->next = NULL;
	s->bump = (char *)s + SCOPE_SIZE;
	s->limit = (char *)block + TD__SMALL_BLOCK;
	s->blocks = block;
	s->bytes = TD__SMALL_BLOCK;
	s->deadline = TD__NEVER;
	zero(s);
	if (td__likely(parent != NULL)) {
		s->head = parent->head;
		s->grace = parent->grace;
	} else {
		s->head = (struct td__scope_head){NULL, 0, false};
		s->grace = DEFAULT_GRACE;
	}
	if (td__likely(o != NULL)) {
		s->name = o->name ? o->name : o->td__variable ? o->td__variable : "scope";
		s->function = o->td__function ? o->td__function : "";
		s->file = o->td__file ? o->td__file : "";
		s->line = o->td__line;
		if (td__unlikely(o->timeout != 0 || o->shield > 0 || o->grace > 0)) set_times(s, o);
	} else {
		s->name = "scope";
		s->function = s->file = "";
		s->line = 0;
	}
	return s;
}

td_scope *td__scope_make(td_scope *parent, td__context *context, const td_scope_opts *o) {
	td_scope *s = make(parent, context, o);
	if (s) s->head.failed = false;
	return s;
}

static void link_child(td_scope *parent, td_scope *s) {
	s->next = parent->children;
	if (s->next) s->next->prev = s;
	parent->children = s;
}

static td_scope *emergency(td_scope *parent) {
	td__context *context = parent->context;
	if (!parent->emergency) td__raise_memory(parent);
	context->emergency_opened++;
	return &context->emergency;
}

static inline td_scope *open_below(td_scope *parent, const td_scope_opts *o) {
	check_thread(parent);
	if (td__unlikely(parent->emergency)) return emergency(parent);
	td_scope *s = make(parent, parent->context, o);
	if (td__unlikely(!s)) return emergency(parent);
	s->born_failed = s->head.failed; /* as the parent's */
	if (td__likely(!s->born_failed)) s->context->refusals = 0;
	link_child(parent, s);
	return s;
}

td_scope *td__scope_begin(td_scope *parent, const td_scope_opts *o) {
	return open_below(parent, o);
}

td_scope *(td_scope_open)(td_scope *parent, const td_scope_opts *o) {
	return open_below(parent, o);
}

/* The scope of one cleanup: healthy although its parent has failed, and out of reach of what stops the parent. */
td_scope *td__cleanup_scope(td_scope *s, int64_t deadline) {
	td_scope *c = td__scope_make(s, s->context, NULL);
	if (!c) return emergency(s);
	c->name = "cleanup";
	c->deadline = deadline;
	c->shield = TD__NEVER;
	link_child(s, c);
	return c;
}

/* --- roots --- */

td_scope *td__root_open(const td_scope_opts *o, td__on_fatal on_fatal, void *arg) {
	static _Thread_local td__context last_resort; /* when there is no memory even for a root */
	pthread_once(&fork_once, watch_forks);
	td__context *context = td__context_new();
	td_scope *s = context ? td__scope_make(NULL, context, o) : NULL;
	if (!s) {
		if (context) td__context_free(context);
		context_init(&last_resort);
		last_resort.is_static = true;
		context = &last_resort;
		s = &context->emergency;
		s->error = td__error_make(s, TD_MemoryError);
	}
	s->is_root = true;
	context->root = s;
	context->on_fatal = on_fatal;
	context->on_fatal_arg = arg;
	context->next_root = open_roots;
	open_roots = context;
	return s;
}

td_scope *(td_scope_open_root)(const td_scope_opts *o) {
	return td__root_open(o, NULL, NULL);
}

td_scope *td__root_detached(void) {
	td__context *context = td__context_new();
	td_scope *s = context ? td__scope_make(NULL, context, NULL) : NULL;
	if (!s) {
		if (context) td__context_free(context);
		return NULL;
	}
	s->is_root = true;
	context->root = s;
	return s;
}

void td__root_take(td_scope *root) {
	root->context->thread = pthread_self();
}

static void forget_root(td__context *context) {
	for (td__context **at = &open_roots; *at; at = &(*at)->next_root) {
		if (*at != context) continue;
		*at = context->next_root;
		return;
	}
}

/* For exit: the roots that this thread has open, the youngest first. */
td_scope *td__youngest_root(void) {
	return open_roots ? open_roots->root : NULL;
}

void td__adopt_root(td__context *context) {
	context->next_root = open_roots;
	open_roots = context;
}

/* --- ending --- */

static void unlink_child(td_scope *s) {
	if (s->prev) {
		s->prev->next = s->next;
	} else {
		s->parent->children = s->next;
	}
	if (s->next) s->next->prev = s->prev;
}

/* A scope absorbs the CancelledError of its own cancel. What its own deadline caused is, further out, an error like any
 * other. */
static td__owned_error *error_to_hand_up(td_scope *s) {
	td__owned_error *error = td__error_take(s);
	if (!error) return NULL;
	if (error->origin == s) {
		error->origin = NULL;
		if (error->e.kind == TD_CancelledError) {
			td__error_free(&error->e);
			return NULL;
		}
	}
	td__error_frame(error, s);
	return error;
}

void td__hand_up(td_scope *parent, td__owned_error *error) {
	if (!parent->error) {
		td__error_place(parent, error);
		return;
	}
	td__error_note_error(parent->error, &error->e);
	td__error_free(&error->e);
}

static void release(td_scope *s) {
	for (td__owned_error *e = s->caught; e;) {
		td__owned_error *next = e->next;
		td__error_free(&e->e);
		e = next;
	}
	int fd = atomic_exchange(&s->cancel_fd, 0) - 1;
	if (fd >= 0) close(fd);
	td__free_handles(s);
}

static td_error *end_emergency(td_scope *s) {
	td__context *context = s->context;
	if (context->emergency_opened) {
		context->emergency_opened--;
		return NULL;
	}
	if (!s->is_root) return NULL;
	forget_root(context);
	td_error *e = &s->error->e;
	s->error = NULL;
	return e;
}

struct td__farewell {
	struct td__farewell *next;
	void (*fn)(void *arg);
	void *arg;
};

bool td__before_join(td_scope *s, void (*fn)(void *arg), void *arg) {
	struct td__farewell *f = td_alloc(s, sizeof *f);
	if (!f) return false;
	f->fn = fn;
	f->arg = arg;
	f->next = s->farewells;
	s->farewells = f;
	return true;
}

/* Everything but memory: what most scopes have nothing of. */
static void end_contents(td_scope *s) {
	for (struct td__farewell *f = s->farewells; f; f = f->next) f->fn(f->arg);
	if (s->threads) td__join_threads(s);
	while (s->children) td_scope_close(s->children);
	td__run_cleanups(s);
}

static td_error *end_root(td_scope *s, td__owned_error *error) {
	td__context *context = s->context;
	td__arena_release(s);
	forget_root(context);
	if (error != &context->memory_error) {
		td__context_free(context);
		return error ? &error->e : NULL;
	}
	td__context_release_blocks(context); /* the reserved error lies in the context, which td__error_free frees */
	error->alone = context;
	return error ? &error->e : NULL;
}

td_error *td__scope_end(td_scope *s) {
	check_thread(s);
	if (td__unlikely(s->emergency)) return end_emergency(s);
	s->ending = true;
	if (td__unlikely(s->threads || s->children || s->registrations)) end_contents(s);
	td__owned_error *error = td__unlikely(s->head.failed) ? error_to_hand_up(s) : NULL;
	if (td__unlikely(s->caught || s->closed || atomic_load_explicit(&s->cancel_fd, memory_order_relaxed))) release(s);
	if (td__unlikely(s->is_root)) return end_root(s, error);
	unlink_child(s);
	td__context *context = s->context;
	td__block *block = s->blocks;
	if (td__likely(!block->next && context->spare_small_count < TD__SPARE_SMALL_MOST && !td__is_debug())) {
		block->next = context->spare_small; /* nothing but the one block that it began in */
		context->spare_small = block;
		context->spare_small_count++;
	} else {
		td__arena_release(s);
	}
	return error ? &error->e : NULL;
}

void td_scope_close(td_scope *s) {
	td_scope *parent = s->parent;
	bool own_thread = parent && parent->context == s->context;
	td_error *e = td__scope_end(s);
	if (!e) return;
	if (own_thread) {
		td__hand_up(parent, (td__owned_error *)e);
	} else {
		td__error_free(e);
	}
}

void td__scope_leave(td_scope **s) {
	if (*s) td_scope_close(*s);
}

/* --- loops --- */

static bool goes_on(td_scope *s) {
	return !td_failed(s) && td_check(s);
}

td_scope *td__loop_begin(td_scope *parent, const td_scope_opts *o) {
	if (!goes_on(parent)) return NULL;
	td_scope *t = open_below(parent, o);
	if (t->emergency) {
		td_scope_close(t);
		return NULL;
	}
	return t;
}

td_scope *td__loop_turn(td_scope *t) {
	td_scope *parent = t->parent;
	/* A turn's options are the same each time; its timeout counts from the turn's own start, so it is kept as such. */
	td_scope_opts o = {
		.td__size = sizeof o, .td__file = t->file, .td__line = t->line, .name = t->name, .td__function = t->function};
	int64_t span = t->deadline == TD__NEVER ? 0 : t->deadline - t->started;
	int64_t shield = t->shield, grace = t->grace;
	td_scope_close(t);
	td_scope *next = td__loop_begin(parent, &o);
	if (!next) return NULL;
	if (span) {
		next->started = td__now();
		next->deadline = next->started + span;
	}
	next->shield = shield;
	next->grace = grace;
	return next;
}

/* --- looking at it --- */

td_scope *td__scope_parent(const td_scope *s) {
	return s->parent;
}

bool td__scope_ending(const td_scope *s) {
	return s->ending;
}

/* A scope that only grows is a loop without a scope of its own. Said once, in debug builds. */
void td__scope_grew(td_scope *s) {
#ifdef TD_SCOPE_DEBUG
	static _Atomic bool said;
	if (s->bytes > GROWN_LARGE && !atomic_exchange(&said, true)) {
		fprintf(stderr, "scope %s (%s:%u) holds more than %d MiB: a loop that wants a TD_LOOP?\n", s->name, s->file,
		        s->line, GROWN_LARGE >> 20);
	}
#else
	(void)s;
#endif
}

static void dump(const td_scope *s, FILE *out, int depth) {
	fprintf(out, "%*s%s  %s:%u  %zu bytes%s%s", depth * 2, "", s->name, s->file, s->line, s->bytes,
	        s->registrations ? ", cleanups" : "", s->threads ? ", threads" : "");
	if (s->error) fprintf(out, "  holds %s: %s", s->error->e.kind->name, s->error->e.message);
	fputc('\n', out);
	for (const td_scope *child = s->children; child; child = child->next) dump(child, out, depth + 1);
}

void td_scope_dump(const td_scope *s, FILE *out) {
	dump(s, out, 0);
}
