/* lzma_lib.c: liblzma, opened on first use: the streams of xz and of its forerunner, lzma, and lzma as zip has it. */
#include <lzma.h>

#include "archive/codec.h"

static struct {
	lzma_ret (*easy_encoder)(lzma_stream *z, uint32_t preset, lzma_check check);
	lzma_ret (*auto_decoder)(lzma_stream *z, uint64_t memory, uint32_t flags);
	lzma_ret (*properties)(lzma_filter *filter, const lzma_allocator *allocator, const uint8_t *bytes, size_t size);
	lzma_ret (*raw_decoder)(lzma_stream *z, const lzma_filter *filters);
	lzma_ret (*code)(lzma_stream *z, lzma_action action);
	void (*end)(lzma_stream *z);
} xz;

static const char *const names[] = {"lzma_easy_encoder", "lzma_auto_decoder", "lzma_properties_decode",
                                    "lzma_raw_decoder",  "lzma_code",         "lzma_end"};

static td__lib lib = {
	.soname = "liblzma.so.5",
	.package = "liblzma5",
	.names = names,
	.slots = (void **)(void *)&xz,
	.count = sizeof names / sizeof names[0],
};
_Static_assert(sizeof xz == sizeof names, "one name per function");

static void *allocate(void *opaque, size_t count, size_t size) {
	(void)opaque;
	size_t bytes;
	return __builtin_mul_overflow(count, size, &bytes) ? NULL : td__malloc(bytes);
}

static void release(void *opaque, void *memory) {
	(void)opaque;
	td__free(memory);
}

static const lzma_allocator allocator = {allocate, release, NULL};

static bool raise_lzma(td_scope *s, lzma_ret ret) {
	switch (ret) {
	case LZMA_UNSUPPORTED_CHECK: td_raise(s, TD_LZMAError, "Unsupported integrity check"); break;
	case LZMA_MEM_ERROR: td__raise_memory(s); break;
	case LZMA_MEMLIMIT_ERROR: td_raise(s, TD_LZMAError, "Memory usage limit exceeded"); break;
	case LZMA_FORMAT_ERROR: td_raise(s, TD_LZMAError, "Input format not supported by decoder"); break;
	case LZMA_OPTIONS_ERROR: td_raise(s, TD_LZMAError, "Invalid or unsupported options"); break;
	case LZMA_DATA_ERROR: td_raise(s, TD_LZMAError, "Corrupt input data"); break;
	case LZMA_PROG_ERROR: td_raise(s, TD_LZMAError, "Internal error"); break;
	default: td_raise(s, TD_LZMAError, "Unrecognized error from liblzma: %d", (int)ret);
	}
	return false;
}

static bool begin(td_scope *s, td__codec *c) {
	if (!td__lib_open(s, &lib)) return false;
	lzma_stream *z = td__codec_state(s, c, sizeof *z);
	if (!z) return false;
	z->allocator = &allocator;
	uint32_t preset = c->level == TD__LEVEL_DEFAULT ? LZMA_PRESET_DEFAULT : (uint32_t)c->level;
	lzma_ret ret =
		c->writing ? xz.easy_encoder(z, preset, LZMA_CHECK_CRC64) : xz.auto_decoder(z, UINT64_MAX, LZMA_TELL_NO_CHECK);
	if (ret == LZMA_OK) return true;
	td__free(c->state);
	c->state = NULL;
	if (ret == LZMA_OPTIONS_ERROR && c->writing) {
		td_raise(s, TD_LZMAError, "Invalid or unsupported options");
		return false;
	}
	return raise_lzma(s, ret);
}

static td__codec_step step(td_scope *s, td__codec *c, td__codec_flush flush) {
	lzma_stream *z = c->state;
	z->next_in = (const uint8_t *)c->in;
	z->avail_in = c->in_len;
	z->next_out = (uint8_t *)c->out;
	z->avail_out = c->out_len;
	lzma_ret ret;
	do { /* that there is no checksum is told once, before anything is decoded */
		ret = xz.code(z, c->writing && flush == TD__FINISH ? LZMA_FINISH : LZMA_RUN);
	} while (ret == LZMA_NO_CHECK);
	c->in = (const char *)z->next_in;
	c->in_len = z->avail_in;
	c->out = (char *)z->next_out;
	c->out_len = z->avail_out;
	if (ret == LZMA_STREAM_END) return TD__CODEC_END;
	if (ret == LZMA_OK || ret == LZMA_BUF_ERROR) return TD__CODEC_MORE;
	raise_lzma(s, ret);
	return TD__CODEC_FAILED;
}

static void end(td__codec *c) {
	xz.end(c->state);
}

const td__method td__xz_method = {"xz",
                                  "not an lzma file",
                                  "\xfd"
                                  "7zXZ",
                                  5,
                                  begin,
                                  step,
                                  end,
                                  NULL};

/* --- in zip --- */

enum { PREFIX = 4, PROPERTIES = 5 };

/* A member begins with a version, how long the properties are, and those. Python looks at them once a byte follows. */
typedef struct zip_state {
	lzma_stream z; /* the first, so that step and end work on it */
	uint8_t head[PREFIX + PROPERTIES];
	size_t have; /* of the head, however long it says it is */
	bool begun;
} zip_state;

static bool zip_begin(td_scope *s, td__codec *c) {
	if (!td__lib_open(s, &lib)) return false;
	zip_state *state = td__codec_state(s, c, sizeof *state);
	if (state) state->z.allocator = &allocator;
	return state != NULL;
}

static size_t head_size(const zip_state *state) {
	return state->have < PREFIX ? PREFIX : (size_t)PREFIX + state->head[2] + (size_t)(state->head[3] << 8);
}

static bool begin_raw(td_scope *s, zip_state *state) {
	lzma_filter filters[] = {{.id = LZMA_FILTER_LZMA1}, {.id = LZMA_VLI_UNKNOWN}};
	lzma_ret ret = xz.properties(&filters[0], &allocator, state->head + PREFIX, head_size(state) - PREFIX);
	if (ret == LZMA_OK) ret = xz.raw_decoder(&state->z, filters);
	release(NULL, filters[0].options);
	state->begun = ret == LZMA_OK;
	return state->begun || raise_lzma(s, ret);
}

static td__codec_step zip_step(td_scope *s, td__codec *c, td__codec_flush flush) {
	zip_state *state = c->state;
	for (; c->in_len && state->have < head_size(state); state->have++, c->in++, c->in_len--) {
		if (state->have < sizeof state->head) state->head[state->have] = (uint8_t)*c->in;
	}
	if (!state->begun) {
		if (!c->in_len) return TD__CODEC_MORE;
		if (!begin_raw(s, state)) return TD__CODEC_FAILED;
	}
	return step(s, c, flush);
}

const td__method td__zip_lzma_method = {"lzma", "not an lzma file", "", 0, zip_begin, zip_step, end, NULL};
