/* re_lib.c: PCRE2, opened on first use. Its own syntax stays in here and in what re_parse.c writes. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "data/re_internal.h"

/* How many ways may be tried from one place before a pattern counts as running away: it takes about a millisecond. */
enum { MATCH_LIMIT = 1000000, NEST_LIMIT = 1000, JIT_STACK_FIRST = 32 << 10, JIT_STACK_MOST = 128 << 20 };

static struct {
	pcre2_general_context *(*general_context_create)(void *(*)(PCRE2_SIZE, void *), void (*)(void *, void *), void *);
	pcre2_compile_context *(*compile_context_create)(pcre2_general_context *);
	int (*set_newline)(pcre2_compile_context *, uint32_t);
	int (*set_parens_nest_limit)(pcre2_compile_context *, uint32_t);
	pcre2_code *(*compile)(PCRE2_SPTR, PCRE2_SIZE, uint32_t, int *, PCRE2_SIZE *, pcre2_compile_context *);
	int (*jit_compile)(pcre2_code *, uint32_t);
	void (*code_free)(pcre2_code *);
	pcre2_match_context *(*match_context_create)(pcre2_general_context *);
	void (*match_context_free)(pcre2_match_context *);
	int (*set_match_limit)(pcre2_match_context *, uint32_t);
	pcre2_jit_stack *(*jit_stack_create)(PCRE2_SIZE, PCRE2_SIZE, pcre2_general_context *);
	void (*jit_stack_free)(pcre2_jit_stack *);
	void (*jit_stack_assign)(pcre2_match_context *, pcre2_jit_callback, void *);
	pcre2_match_data *(*match_data_create)(const pcre2_code *, pcre2_general_context *);
	void (*match_data_free)(pcre2_match_data *);
	int (*match)(const pcre2_code *, PCRE2_SPTR, PCRE2_SIZE, PCRE2_SIZE, uint32_t, pcre2_match_data *,
	             pcre2_match_context *);
	PCRE2_SIZE *(*get_ovector_pointer)(pcre2_match_data *);
	int (*get_error_message)(int, PCRE2_UCHAR *, PCRE2_SIZE);
} pcre;

static const char *const names[] = {
	"pcre2_general_context_create_8",
	"pcre2_compile_context_create_8",
	"pcre2_set_newline_8",
	"pcre2_set_parens_nest_limit_8",
	"pcre2_compile_8",
	"pcre2_jit_compile_8",
	"pcre2_code_free_8",
	"pcre2_match_context_create_8",
	"pcre2_match_context_free_8",
	"pcre2_set_match_limit_8",
	"pcre2_jit_stack_create_8",
	"pcre2_jit_stack_free_8",
	"pcre2_jit_stack_assign_8",
	"pcre2_match_data_create_from_pattern_8",
	"pcre2_match_data_free_8",
	"pcre2_match_8",
	"pcre2_get_ovector_pointer_8",
	"pcre2_get_error_message_8",
};
_Static_assert(sizeof pcre == sizeof names, "one name per function");

static void *take(PCRE2_SIZE size, void *data) {
	(void)data;
	return td__malloc(size);
}

static void give(void *memory, void *data) {
	(void)data;
	td__free(memory);
}

static td__lib lib = {
	.soname = "libpcre2-8.so.0",
	.package = "libpcre2-8-0",
	.names = names,
	.slots = (void **)(void *)&pcre,
	.count = sizeof names / sizeof names[0],
};

static pcre2_general_context *general(td_scope *s) {
	pcre2_general_context *g = pcre.general_context_create(take, give, NULL);
	if (!g) td__raise_memory(s);
	return g;
}

static void free_context(td_scope *c, void *context) {
	(void)c;
	td__free(context); /* it was taken from td__malloc, through take */
}

/* The context that compiles: newline is \n alone, as in Python. Lives in tmp. */
static pcre2_compile_context *compile_context(td_scope *tmp) {
	pcre2_general_context *g = general(tmp);
	if (!g) return NULL;
	pcre2_compile_context *context = NULL;
	if (td_defer(tmp, free_context, g)) {
		context = pcre.compile_context_create(g);
		if (!context) td__raise_memory(tmp);
	} else {
		td__free(g);
	}
	if (!context) return NULL;
	pcre.set_newline(context, PCRE2_NEWLINE_LF);
	pcre.set_parens_nest_limit(context, NEST_LIMIT);
	if (td_defer(tmp, free_context, context)) return context;
	td__free(context);
	return NULL;
}

static const char *message_of(td_scope *s, int code) {
	PCRE2_UCHAR text[256];
	if (pcre.get_error_message(code, text, sizeof text) < 0) return "unknown error";
	return td_strdup(s, (const char *)text);
}

td__rx *td__rx_compile(td_scope *s, td_bytes pattern, unsigned options) {
	if (!td__lib_open(s, &lib)) return NULL;
	TD_SCOPE(tmp, s);
	pcre2_compile_context *context = compile_context(tmp);
	if (!context) return NULL;
	uint32_t how = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C;
	if (options & TD__RX_CASELESS) how |= PCRE2_CASELESS;
	if (!(options & TD__RX_ASCII)) how |= PCRE2_UCP;
	if (options & TD__RX_ANCHORED) how |= PCRE2_ANCHORED;
	int code = 0;
	PCRE2_SIZE at = 0;
	pcre2_code *compiled = pcre.compile((PCRE2_SPTR)pattern.data, pattern.len, how, &code, &at, context);
	if (!compiled && code == PCRE2_ERROR_HEAP_FAILED) {
		td__raise_memory(s);
	} else if (!compiled) {
		td_raise(s, TD_re_error, "%s", message_of(tmp, code));
	} else {
		/* Where there is no just-in-time compiler, matching is slower and the same. */
		(void)pcre.jit_compile(compiled, PCRE2_JIT_COMPLETE);
	}
	return (td__rx *)compiled;
}

void td__rx_free(td__rx *rx) {
	if (rx) pcre.code_free((pcre2_code *)rx);
}

struct td__rx_state {
	pcre2_general_context *general;
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
};

void td__rx_state_free(td__rx_state *state) {
	if (!state) return;
	if (state->stack) pcre.jit_stack_free(state->stack);
	if (state->data) pcre.match_data_free(state->data);
	if (state->context) pcre.match_context_free(state->context);
	td__free(state->general);
	td__free(state);
}

td__rx_state *td__rx_state_new(td_scope *s, const td__rx *rx) {
	td__rx_state *state = td__malloc(sizeof *state);
	if (!state) {
		td__raise_memory(s);
		return NULL;
	}
	memset(state, 0, sizeof *state);
	state->general = general(s);
	if (state->general) {
		state->context = pcre.match_context_create(state->general);
		state->data = pcre.match_data_create((const pcre2_code *)rx, state->general);
		if (!state->context || !state->data) td__raise_memory(s);
	}
	if (!state->context || !state->data) {
		td__rx_state_free(state);
		return NULL;
	}
	return state;
}

/* The compiled code has 32 KiB of stack of its own; a match that needs more gets address space, once, of which it takes
 * what it uses. */
static bool more_stack(td__rx_state *state) {
	if (state->stack) return false;
	state->stack = pcre.jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, state->general);
	if (!state->stack) return false;
	pcre.jit_stack_assign(state->context, NULL, state->stack);
	return true;
}

int td__rx_run(td_scope *s, const td__rx *rx, td__rx_state *state, td_bytes subject, size_t start, bool not_empty) {
	uint32_t how = not_empty ? PCRE2_NOTEMPTY_ATSTART : 0;
	/* What is in proportion to the text is no running away: (?:ab)* takes a step for each turn. */
	size_t limit = MATCH_LIMIT + 4 * subject.len;
	pcre.set_match_limit(state->context, limit < UINT32_MAX ? (uint32_t)limit : UINT32_MAX);
	for (;;) {
		int result = pcre.match((const pcre2_code *)rx, (PCRE2_SPTR)subject.data, subject.len, start, how, state->data,
		                        state->context);
		if (result >= 0) return 1;
		if (result == PCRE2_ERROR_NOMATCH) return 0;
		if (result == PCRE2_ERROR_JIT_STACKLIMIT && more_stack(state)) continue;
		if (result == PCRE2_ERROR_NOMEMORY || (result == PCRE2_ERROR_JIT_STACKLIMIT && !state->stack)) {
			td__raise_memory(s);
		} else if (result == PCRE2_ERROR_JIT_STACKLIMIT) {
			td_raise(s, TD_re_error, "the pattern needs more than %d MiB to come back on its steps",
			         JIT_STACK_MOST >> 20);
		} else if (result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
		           result == PCRE2_ERROR_HEAPLIMIT) {
			td_raise(s, TD_re_error, "the pattern tried %zu ways without an end", limit);
		} else {
			td_raise(s, TD_re_error, "%s", message_of(s, result));
		}
		return -1;
	}
}

const size_t *td__rx_spans(const td__rx_state *state) {
	return pcre.get_ovector_pointer(state->data);
}
