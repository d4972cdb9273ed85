/* yaml.c: the public face: one document, a file, an iterator over documents. */
#include "data/yaml_internal.h"
#include <fcntl.h>

#include "core/sys.h"

enum { MAX_DEPTH = 1000, MAX_ALIASES = 1000000 };
/* A file is read whole; nothing that a person wrote as YAML is longer. */
enum { MAX_FILE = 1 << 30 };

static yaml_loader *new_loader(td_scope *scratch, td_bytes text, const char *name, const td_yaml_opts *opts) {
	td_yaml_opts o;
	td__opts_copy(&o, sizeof o, opts);
	yaml_loader *l = td_alloc(scratch, sizeof *l);
	if (!l) return NULL;
	l->scratch = scratch;
	l->text = text;
	l->snippets = name == NULL;
	l->name = td_strdup(scratch, o.source ? o.source : name ? name : "<unicode string>");
	l->source = o.source || name ? l->name : "";
	l->max_depth = o.max_depth ? o.max_depth : MAX_DEPTH;
	l->max_aliases = o.max_aliases ? o.max_aliases : MAX_ALIASES;
	l->unique_keys = o.unique_keys;
	l->tag_times = o.tag_times;
	return td_failed(scratch) ? NULL : l;
}

/* Opens the stream up to its first document. */
static bool begin(td_scope *s, yaml_loader *l) {
	if (!td__yaml_check_text(s, l) || !td__yaml_begin(s, l)) return false;
	if (td__yaml_peek(s, l) == YAML_NO_EVENT) return false;
	td__yaml_take(l); /* stream start */
	return true;
}

static const td_value *load_one(td_scope *s, td_bytes text, const char *name, const td_yaml_opts *opts) {
	TD_SCOPE(scratch, s);
	yaml_loader *l = new_loader(scratch, text, name, opts);
	if (!l || !begin(s, l)) return NULL;
	yaml_event_type_t type = td__yaml_peek(s, l);
	if (type == YAML_NO_EVENT) return NULL;
	if (type == YAML_STREAM_END_EVENT) return td_value_new_null(s);
	yaml_node *root = td__yaml_compose_document(s, scratch, l);
	if (!root || (type = td__yaml_peek(s, l)) == YAML_NO_EVENT) return NULL;
	if (type != YAML_STREAM_END_EVENT) {
		yaml_at at = {l->event.start_mark.line, l->event.start_mark.column};
		td__yaml_raise(s, l, TD_ComposerError, "expected a single document in the stream", &root->at,
		               "but found another document", &at);
		return NULL;
	}
	return td__yaml_construct(s, s, scratch, l, root);
}

/* The whole file, in scratch; data NULL: raised. */
static td_bytes read_file(td_scope *s, td_scope *scratch, const char *path) {
	td_bytes none = {NULL, 0};
	if (!td__may_block(s)) return none;
	int fd = td__sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		td__os_error(s, errno, path);
		return none;
	}
	void *data = NULL;
	size_t room = 0, len = 0;
	ssize_t n = 1;
	int err_no = 0;
	while (n > 0 && len < MAX_FILE) {
		if (!td__grow(scratch, &data, &room, len + 16384, 1)) {
			data = NULL;
			break;
		}
		do n = td__sys_read(fd, (char *)data + len, room - len - 1);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			err_no = errno;
		else
			len += (size_t)n;
	}
	td__sys_close(fd);
	if (err_no)
		td__os_error(s, err_no, path);
	else if (len >= MAX_FILE)
		td_raise(s, TD_OverflowError, "'%s' is longer than 1 GiB", path);
	if (err_no || len >= MAX_FILE || !data) return none;
	((char *)data)[len] = '\0';
	return (td_bytes){data, len};
}

const td_value *(td_yaml_safe_load)(td_scope *s, const char *text, const td_yaml_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return NULL;
	return load_one(s, (td_bytes){text, strlen(text)}, NULL, opts);
}

const td_value *(td_yaml_safe_load_path)(td_scope *s, const char *path, const td_yaml_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return NULL;
	TD_SCOPE(scratch, s);
	td_bytes text = read_file(s, scratch, path);
	return text.data ? load_one(s, text, path, opts) : NULL;
}

/* --- documents one after another --- */

struct td_yaml_docs {
	yaml_loader *l;
	td_scope *maker;   /* where documents live, whichever scope asks for them */
	td_scope *life;    /* the loader's, text and all */
	td_scope *current; /* the document's */
	const td_value *value;
	bool begun, ended;
};

static td_yaml_docs *new_docs(td_scope *s, td_bytes text, const char *path, const td_yaml_opts *opts) {
	td_yaml_docs *d = td_alloc(s, sizeof *d);
	if (!d) return NULL;
	d->maker = s;
	d->life = td_scope_open(s);
	if (path)
		text = read_file(s, d->life, path);
	else
		text = td__keep_bytes(d->life, text);
	if (td_failed(s) || !text.data) return NULL;
	d->l = new_loader(d->life, text, path, opts);
	return d->l ? d : NULL;
}

td_yaml_docs *(td_yaml_safe_load_all)(td_scope *s, const char *text, const td_yaml_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "text", text)) return NULL;
	return new_docs(s, (td_bytes){text, strlen(text)}, NULL, opts);
}

td_yaml_docs *(td_yaml_safe_load_all_path)(td_scope *s, const char *path, const td_yaml_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return NULL;
	return new_docs(s, (td_bytes){NULL, 0}, path, opts);
}

static bool end_docs(td_yaml_docs *d) {
	d->ended = true;
	d->value = NULL;
	if (d->life) td_scope_close(d->life);
	d->life = NULL;
	return false;
}

bool td_yaml_docs_next(td_scope *s, td_yaml_docs *d) {
	if (!td__enter(s) || !td__need_handle(s, "docs", d) || d->ended) return false;
	if (d->current) td_scope_close(d->current);
	d->current = NULL;
	d->value = NULL;
	if (!d->begun && !begin(s, d->l)) return end_docs(d);
	d->begun = true;
	yaml_event_type_t type = td__yaml_peek(s, d->l);
	if (type == YAML_NO_EVENT || type == YAML_STREAM_END_EVENT) return end_docs(d);
	TD_SCOPE(scratch, s);
	yaml_node *root = td__yaml_compose_document(s, scratch, d->l);
	if (!root) return end_docs(d);
	d->current = td_scope_open(d->maker);
	d->value = td__yaml_construct(s, d->current, scratch, d->l, root);
	return d->value ? true : end_docs(d);
}

const td_value *td_yaml_docs_value(const td_yaml_docs *d) {
	return d ? d->value : NULL;
}
