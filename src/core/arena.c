/* arena.c: where a scope's results live. Memory is handed out by moving a pointer through blocks; the blocks of a scope
 * that ended are kept by its thread, bounded, because fresh pages are the dearest memory there is. In debug builds every
 * allocation is one malloc of its own, so that a tool sees each overrun and each late use. */
#include "core/scope_private.h"

static td_allocator_fn allocator;

void td_set_allocator(td_allocator_fn fn) {
	allocator = fn;
}

void *td__malloc(size_t size) {
	if (td__unlikely(allocator)) return allocator(NULL, size ? size : 1);
	return malloc(size ? size : 1);
}

void *td__realloc(void *memory, size_t size) {
	if (td__unlikely(allocator)) return allocator(memory, size ? size : 1);
	return realloc(memory, size ? size : 1);
}

void td__free(void *memory) {
	if (!memory) return;
	if (td__unlikely(allocator)) {
		allocator(memory, 0);
	} else {
		free(memory);
	}
}

enum { SPARE_LARGE_MOST = 1 << 20, ALIGNMENT = 16 };

td__block *td__block_new(td__context *context, size_t size) {
	td__block *block;
	if (size == TD__SMALL_BLOCK && context->spare_small) {
		block = context->spare_small;
		context->spare_small = block->next;
		context->spare_small_count--;
		return block;
	}
	/* The first that fits: a loop that opens the same scopes each turn finds the blocks of the turn before, in whatever
	 * order they came back. The list is short, as its bytes are bounded. */
	for (td__block **at = &context->spare_large; (block = *at); at = &block->next) {
		if (block->size < size || block->size > 4 * size) continue;
		*at = block->next;
		context->spare_large_bytes -= block->size;
		return block;
	}
	block = td__malloc(size);
	if (block) block->size = size;
	return block;
}

static void block_release(td__context *context, td__block *block) {
#ifndef TD_SCOPE_DEBUG
	if (block->size == TD__SMALL_BLOCK && context->spare_small_count < TD__SPARE_SMALL_MOST) {
		block->next = context->spare_small;
		context->spare_small = block;
		context->spare_small_count++;
		return;
	}
	if (block->size != TD__SMALL_BLOCK && block->size <= TD__LAST_LARGE_BLOCK &&
	    context->spare_large_bytes + block->size <= SPARE_LARGE_MOST) {
		block->next = context->spare_large;
		context->spare_large = block;
		context->spare_large_bytes += block->size;
		return;
	}
#else
	(void)context;
	memset(block, 0xDD, block->size); /* whoever kept a pointer reads this, where no sanitizer stops it before */
#endif
	td__free(block);
}

/* Gives back all that s holds. s itself lies in the last block of the chain: nothing of it may be read after that. */
void td__arena_release(td_scope *s) {
	td__context *context = s->context;
	td__block *block = s->blocks;
	while (block) {
		td__block *next = block->next;
		block_release(context, block);
		block = next;
	}
}

void td__context_release_blocks(td__context *context) {
	td__block *lists[] = {context->spare_small, context->spare_large};
	for (size_t i = 0; i < 2; i++) {
		for (td__block *block = lists[i]; block;) {
			td__block *next = block->next;
			td__free(block);
			block = next;
		}
	}
	context->spare_small = context->spare_large = NULL;
}

/* The scope's own block stays last, so that releasing the chain in order ends with it. */
static void chain(td_scope *s, td__block *block) {
	block->next = s->blocks;
	s->blocks = block;
	s->bytes += block->size;
	td__scope_grew(s);
}

/* Memory from td__malloc becomes s's, as one more block; its first sizeof(td__block) bytes are the arena's. */
void td__adopt(td_scope *s, void *memory, size_t size) {
	td__block *block = memory;
	block->size = size;
	chain(s, block);
}

static inline size_t rounded_up(size_t size) {
	return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static void *alloc_slow(td_scope *s, size_t size) {
	size_t header = (sizeof(td__block) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (size > SIZE_MAX / 2) {
		td__raise_memory(s);
		return NULL;
	}
#ifdef TD_SCOPE_DEBUG
	size_t want = header + size;
#else
	size_t want = TD__FIRST_LARGE_BLOCK;
	while (want < s->bytes && want < TD__LAST_LARGE_BLOCK) want *= 2;
	bool own = header + size > want / 2; /* large ones get a block of their own, and the current one goes on */
	if (own) want = header + size;
#endif
	td__block *block = td__block_new(s->context, want);
	if (!block) {
		td__raise_memory(s);
		return NULL;
	}
	chain(s, block);
	char *start = (char *)block + header;
#ifndef TD_SCOPE_DEBUG
	if (!own) {
		s->bump = start + rounded_up(size);
		s->limit = (char *)block + block->size;
	}
#endif
	return start;
}

/* The next bytes of the current block, or NULL when there are too few. Whole units, so that they can be zeroed as such. */
static inline char *bump(td_scope *s, size_t size, size_t units) {
#ifdef TD_SCOPE_DEBUG
	(void)s;
	(void)size;
	(void)units;
	return NULL;
#else
	if (td__unlikely(units > (size_t)(s->limit - s->bump) || units < size)) return NULL;
	char *start = s->bump;
	s->bump += units;
	return start;
#endif
}

void *td__alloc_raw(td_scope *s, size_t size) {
	if (!td__enter(s)) return NULL;
	s->context->refusals = 0;
	char *start = bump(s, size, rounded_up(size));
	return td__likely(start != NULL) ? start : alloc_slow(s, size);
}

typedef uint64_t unit __attribute__((vector_size(ALIGNMENT), may_alias));

void *td_alloc(td_scope *s, size_t size) {
	if (!td__enter(s)) return NULL;
	s->context->refusals = 0;
	size_t units = rounded_up(size);
	char *start = bump(s, size, units);
	if (td__likely(start && units <= 4 * ALIGNMENT)) { /* a call of memset would cost as much as all the rest */
		for (char *at = start; at < start + units; at += ALIGNMENT) {
			*(unit *)(void *)at = (unit){0, 0};
			__asm__("" : "+r"(at));
		}
		return start;
	}
	if (!start) start = alloc_slow(s, size);
	if (start) memset(start, 0, size);
	return start;
}

void *td_alloc_array(td_scope *s, size_t count, size_t size) {
	size_t total;
	if (!td__enter(s)) return NULL;
	if (__builtin_mul_overflow(count, size, &total)) {
		td_raise(s, TD_OverflowError, "an array of %zu items of %zu bytes does not fit", count, size);
		return NULL;
	}
	return td_alloc(s, total);
}

bool td__grow(td_scope *s, void **items, size_t *capacity, size_t need, size_t size) {
	if (need <= *capacity) return td__enter(s);
	size_t wanted = *capacity ? *capacity * 2 : 8;
	if (wanted < need) wanted = need;
	void *larger = td_alloc_array(s, wanted, size);
	if (!larger) return false;
	if (*capacity) memcpy(larger, *items, *capacity * size);
	*items = larger;
	*capacity = wanted;
	return true;
}

const char *td_strndup(td_scope *s, const char *text, size_t n) {
	if (!td__enter(s) || !td__need_text(s, "text", text)) return td_no_text;
	size_t len = strnlen(text, n);
	char *copy = td__alloc_raw(s, len + 1);
	if (!copy) return td_no_text;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

const char *td_strdup(td_scope *s, const char *text) {
	return td_strndup(s, text, SIZE_MAX);
}

const char *td__keep_text(td_scope *up, const char *text) {
	return td_strdup(up, text);
}

td_bytes td__keep_bytes(td_scope *up, td_bytes bytes) {
	td_bytes none = {"", 0};
	if (!td__enter(up)) return none;
	if (!td__need_handle(up, "bytes", bytes.data)) return none;
	char *copy = td__alloc_raw(up, bytes.len + 1);
	if (!copy) return none;
	memcpy(copy, bytes.data, bytes.len);
	copy[bytes.len] = '\0';
	return (td_bytes){copy, bytes.len};
}

static const char *const no_items[1] = {NULL};

td_strs td__keep_strs(td_scope *up, td_strs strs) {
	td_strs none = {no_items, 0};
	if (!td__enter(up) || !td__need_strs(up, "strs", strs)) return none;
	const char **items = td_alloc_array(up, strs.len + 1, sizeof *items);
	for (size_t i = 0; items && i < strs.len; i++) items[i] = td_strdup(up, strs.items[i]);
	return td_failed(up) ? none : (td_strs){items, strs.len};
}

size_t td_scope_bytes(const td_scope *s) {
	return s->bytes;
}
