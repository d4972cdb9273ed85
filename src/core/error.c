/* error.c: an error and the memory behind it. An error is made away from any scope's arena, so that it can go up from a
 * scope that is ending without being copied. When memory is out there is the reserved one of the context. */
#include <stdio.h>

#include "core/format.h"
#include "core/scope_private.h"

static const char *const no_items[1] = {NULL};
static const td_error_process no_process = {{no_items, 0}, -1, 0, "", "", 0, 0};

static void error_init(td__owned_error *error, const td_kind *kind) {
	memset(error, 0, offsetof(td__owned_error, space));
	error->bump = error->space;
	error->limit = error->space + sizeof error->space;
	td_error *e = &error->e;
	e->kind = kind;
	e->message = e->filename = e->filename2 = e->source = e->file = e->function = "";
	e->position = -1;
	e->process = &no_process;
	e->notes = e->args = (td_strs){no_items, 0};
}

td__owned_error *td__error_make(td_scope *s, const td_kind *kind) {
	td__owned_error *error = td__malloc(sizeof *error);
	if (error) {
		error_init(error, kind);
	} else {
		error = &s->context->memory_error;
		error_init(error, TD_MemoryError);
		error->reserved = true;
	}
	error->e.file = s->head.at_file ? s->head.at_file : "";
	error->e.at = s->head.at_line;
	error->e.function = s->function ? s->function : "";
	return error;
}

void td__error_free(td_error *e) {
	td__owned_error *error = (td__owned_error *)e;
	if (!error) return;
	if (error->reserved) {
		if (error->alone) td__context_free(error->alone);
		return;
	}
	for (td__block *block = error->blocks; block;) {
		td__block *next = block->next;
		td__free(block);
		block = next;
	}
	td__free(error);
}

void *td__error_alloc(td_error *e, size_t size) {
	td__owned_error *error = (td__owned_error *)e;
	size = (size + 15) & ~(size_t)15;
	size_t skew = (size_t)(-(uintptr_t)error->bump & 15);
	if ((size_t)(error->limit - error->bump) >= size + skew) {
		char *start = error->bump + skew;
		error->bump = start + size;
		return start;
	}
	if (error->reserved) return NULL;
	td__block *block = td__malloc(sizeof *block + size);
	if (!block) return NULL;
	block->next = error->blocks;
	error->blocks = block;
	return block + 1;
}

const char *td__error_text(td_error *e, const char *text, size_t len) {
	char *copy = text ? td__error_alloc(e, len + 1) : NULL;
	if (!copy) return "";
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

static const char *own(td_error *e, const char *text) {
	return td__error_text(e, text, text ? strlen(text) : 0);
}

td_strs td__error_strs(td_error *e, td_strs list) {
	const char **items = td__error_alloc(e, (list.len + 1) * sizeof *items);
	if (!items) return (td_strs){no_items, 0};
	for (size_t i = 0; i < list.len; i++) items[i] = own(e, list.items[i]);
	items[list.len] = NULL;
	return (td_strs){items, list.len};
}

void td__error_vmessage(td_error *e, const char *fmt, va_list args) {
	td__owned_error *error = (td__owned_error *)e;
	size_t room = (size_t)(error->limit - error->bump);
	va_list again;
	va_copy(again, args);
	size_t len = td__vsnformat(error->bump, room, NULL, fmt, args);
	if (len < room) { /* nearly every message: written where it stays */
		e->message = error->bump;
		error->bump += len + 1;
	} else {
		char *text = td__error_alloc(e, len + 1);
		if (text) {
			td__vsnformat(text, len + 1, NULL, fmt, again);
			e->message = text;
		}
	}
	va_end(again);
}

void td__error_note(td__owned_error *error, const char *fmt, ...) {
	td_error *e = &error->e;
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	size_t len = td__vsnformat(NULL, 0, NULL, fmt, again);
	va_end(again);
	char *text = td__error_alloc(e, len + 1);
	const char **items = text ? td__error_alloc(e, (e->notes.len + 2) * sizeof *items) : NULL;
	if (items) {
		td__vsnformat(text, len + 1, NULL, fmt, args);
		memcpy(items, e->notes.items, e->notes.len * sizeof *items);
		items[e->notes.len] = text;
		items[e->notes.len + 1] = NULL;
		e->notes = (td_strs){items, e->notes.len + 1};
	}
	va_end(args);
}

void td__error_note_error(td__owned_error *error, const td_error *later) {
	const char *colon = later->message[0] ? ": " : "";
	td__error_note(error, "then: %s%s%s", later->kind->name, colon, later->message);
}

/* The scope that the error leaves on its way up is the next line of its trace. */
void td__error_frame(td__owned_error *error, const td_scope *s) {
	td_error *e = &error->e;
	if (!s->file || !s->file[0]) return;
	td_error_frame *frames = td__error_alloc(e, (e->frame_count + 1) * sizeof *frames);
	if (!frames) return;
	if (e->frame_count) memcpy(frames, e->frames, e->frame_count * sizeof *frames);
	frames[e->frame_count] = (td_error_frame){s->name, s->file, s->line, s->function};
	e->frames = frames;
	e->frame_count++;
}

static td_error *copy_into(td_error *owner, const td_error *e);

static void copy_fields(td_error *owner, td_error *copy, const td_error *e) {
	*copy = *e;
	copy->message = own(owner, e->message);
	copy->filename = own(owner, e->filename);
	copy->filename2 = own(owner, e->filename2);
	copy->source = own(owner, e->source);
	copy->notes = td__error_strs(owner, e->notes);
	copy->args = td__error_strs(owner, e->args);
	copy->process = &no_process;
	if (e->process != &no_process) {
		td_error_process *process = td__error_alloc(owner, sizeof *process);
		if (process) {
			*process = *e->process;
			process->argv = td__error_strs(owner, e->process->argv);
			process->out = td__error_text(owner, e->process->out, e->process->out_len);
			process->err = td__error_text(owner, e->process->err, e->process->err_len);
			copy->process = process;
		}
	}
	td_error_frame *frames = td__error_alloc(owner, e->frame_count * sizeof *frames);
	if (frames && e->frame_count) memcpy(frames, e->frames, e->frame_count * sizeof *frames);
	copy->frames = frames;
	copy->frame_count = frames ? e->frame_count : 0;
	copy->cause = e->cause ? copy_into(owner, e->cause) : NULL;
	copy->context = e->context ? copy_into(owner, e->context) : NULL;
}

static td_error *copy_into(td_error *owner, const td_error *e) {
	td_error *copy = td__error_alloc(owner, sizeof *copy);
	if (copy) copy_fields(owner, copy, e);
	return copy;
}

td__owned_error *td__error_copy(td_scope *s, const td_error *e) {
	td__owned_error *error = td__error_make(s, e->kind);
	if (error->reserved) return error;
	copy_fields(&error->e, &error->e, e);
	return error;
}

void td__error_set_cause(td_error *e, const td_error *cause) {
	e->cause = copy_into(e, cause);
}

void td__error_set_context(td_error *e, const td_error *context) {
	e->context = copy_into(e, context);
}

/* --- as Python prints it --- */

static void print_one(FILE *out, const td_error *e) {
	bool traced = e->file[0] || e->frame_count;
	if (traced) fputs("Traceback (most recent call last):\n", out);
	for (size_t i = e->frame_count; i-- > 0;) {
		const td_error_frame *frame = &e->frames[i];
		bool named = strcmp(frame->scope, frame->function) != 0;
		fprintf(out, "  File \"%s\", line %u, in %s%s%s\n", frame->file, frame->line, frame->function,
		        named ? ", scope " : "", named ? frame->scope : "");
	}
	if (e->file[0]) fprintf(out, "  File \"%s\", line %u\n", e->file, e->at);
	fprintf(out, "%s%s%s", e->kind->module, e->kind->module[0] ? "." : "", e->kind->name);
	fprintf(out, "%s%s\n", e->message[0] ? ": " : "", e->message);
	for (size_t i = 0; i < e->notes.len; i++) fprintf(out, "%s\n", e->notes.items[i]);
}

void td__error_print(FILE *out, const td_error *e) {
	if (e->cause) {
		td__error_print(out, e->cause);
		fputs("\nThe above exception was the direct cause of the following exception:\n\n", out);
	} else if (e->context) {
		td__error_print(out, e->context);
		fputs("\nDuring handling of the above exception, another exception occurred:\n\n", out);
	}
	print_one(out, e);
}

const char *td_error_format(td_scope *s, const td_error *e) {
	if (!td__enter(s) || !td__need_handle(s, "e", e)) return td_no_text;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	if (!out) {
		td__raise_memory(s);
		return td_no_text;
	}
	td__error_print(out, e);
	bool whole = fclose(out) == 0 && text;
	const char *copy = td_no_text;
	if (whole) {
		copy = td_strndup(s, text, len);
	} else {
		td__raise_memory(s);
	}
	free(text);
	return copy;
}
