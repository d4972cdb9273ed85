/* src/os/psutil_reader_linux.c: the files of /proc, kept open or not, and the numbers in them. */
#include "core/sys.h"
#include "os/psutil_internal.h"
#include <fcntl.h>
#include <limits.h>
#include <tend/text.h>
#include <unistd.h>

static char other_procfs[PATH_MAX];

void td_psutil_set_procfs(const char *path) {
	snprintf(other_procfs, sizeof other_procfs, "%s", path ? path : "");
}

const char *td__procfs(const td_psutil_reader *r) {
	return r ? r->procfs : *other_procfs ? other_procfs : "/proc";
}

const char *td__sysfs(const td_psutil_reader *r) {
	return r ? r->sysfs : "/sys";
}

/* --- a reader --- */

static char *copy_text(const char *text) {
	size_t size = strlen(text) + 1;
	char *copy = td__malloc(size);
	if (copy) memcpy(copy, text, size);
	return copy;
}

static void reader_end(td_scope *c, void *handle) {
	(void)c;
	td_psutil_reader *r = handle;
	for (size_t i = 0; i < r->file_count; i++) {
		if (r->files[i].fd >= 0) td__sys_close(r->files[i].fd);
		td__free(r->files[i].name);
		td__free(r->files[i].data);
	}
	td__free(r->files);
	for (size_t i = 0; i < 4; i++) td__free(r->last[i].each);
	td__wraps_free(&r->disks);
	td__wraps_free(&r->disks_sum);
	td__wraps_free(&r->nics);
	td__usage_forget(r->pending);
	td__process_cache_free(r->processes);
	td__free(r->procfs);
	td__free(r->sysfs);
}

td_psutil_reader *(td_psutil_reader_open)(td_scope *s, const td_psutil_reader_opts *opts) {
	if (!td__enter_opts(s, opts)) return NULL;
	td_psutil_reader_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td_psutil_reader *r = td__handle_new(s, sizeof *r, reader_end);
	if (!r) return NULL;
	r->procfs = copy_text(o.procfs ? o.procfs : td__procfs(NULL));
	r->sysfs = copy_text(o.sysfs ? o.sysfs : "/sys");
	if (!r->procfs || !r->sysfs) {
		td_raise(s, TD_MemoryError, "%s", "");
		return NULL;
	}
	return r;
}

/* Reads to the end from where fd stands (at < 0), or from the start of the file. A /proc file says how long it is only by
 * ending. -1: errno. */
static int read_all(int fd, char **data, size_t *len, size_t *capacity) {
	*len = 0;
	for (;;) {
		if (*capacity < *len + 1024) {
			size_t more = *capacity ? *capacity * 2 : 4096;
			char *grown = td__realloc(*data, more);
			if (!grown) {
				errno = ENOMEM;
				return -1;
			}
			*data = grown;
			*capacity = more;
		}
		ssize_t n = td__sys_pread(fd, *data + *len, *capacity - *len - 1, (off_t)*len);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return -1;
		*len += (size_t)n;
		(*data)[*len] = 0;
		if (n == 0) return 0;
	}
}

static bool read_error(td_scope *s, int err_no, const char *path) {
	if (err_no == ENOMEM) {
		td_raise(s, TD_MemoryError, "%s", "");
		return false;
	}
	return td__os_error(s, err_no, path);
}

static td__kept_file *kept(td_scope *s, td_psutil_reader *r, const char *name) {
	for (size_t i = 0; i < r->file_count; i++) {
		if (!strcmp(r->files[i].name, name)) return &r->files[i];
	}
	if (r->file_count == r->file_capacity) {
		size_t more = r->file_capacity ? r->file_capacity * 2 : 16;
		void *files = td__realloc(r->files, more * sizeof *r->files);
		if (!files) {
			td_raise(s, TD_MemoryError, "%s", "");
			return NULL;
		}
		r->files = files;
		r->file_capacity = more;
	}
	td__kept_file *f = &r->files[r->file_count];
	*f = (td__kept_file){.name = copy_text(name), .fd = -1};
	if (!f->name) {
		td_raise(s, TD_MemoryError, "%s", "");
		return NULL;
	}
	r->file_count++;
	return f;
}

static bool read_kept(td_scope *s, td_psutil_reader *r, const char *name, td_bytes *out) {
	if (!td__handle_open(r)) {
		td_raise(s, TD_ValueError, "the reader is closed, or another process made it");
		return false;
	}
	td__kept_file *f = kept(s, r, name);
	if (!f) return false;
	bool fresh = f->fd < 0;
	for (;;) {
		if (f->fd < 0) {
			const char *path = td_format(s, "%s/%s", r->procfs, name);
			f->fd = td__sys_open(path, O_RDONLY | O_CLOEXEC, 0);
			if (f->fd < 0) return td__os_error(s, errno, path);
		}
		if (read_all(f->fd, &f->data, &f->len, &f->capacity) == 0) break;
		int err_no = errno;
		td__sys_close(f->fd);
		f->fd = -1;
		if (fresh || err_no == ENOMEM) return read_error(s, err_no, name);
		fresh = true; /* what it named has gone: once more, from the name */
	}
	*out = (td_bytes){f->data, f->len};
	return true;
}

td_bytes(td_psutil_reader_read)(td_scope *s, td_psutil_reader *reader, const char *name) {
	td_bytes out = {"", 0};
	if (!td__enter(s) || !td__need_handle(s, "reader", reader) || !td__need_text(s, "name", name)) return out;
	read_kept(s, reader, name, &out);
	return out;
}

bool td__file_read(td_scope *scratch, int dir, const char *path, bool quiet, td_bytes *out) {
	int fd = td__sys_openat(dir, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) return quiet ? false : td__os_error(scratch, errno, path);
	size_t capacity = 4096, len = 0;
	char *data = td_alloc(scratch, capacity);
	int err_no = 0;
	while (data) {
		ssize_t n = td__sys_read(fd, data + len, capacity - len - 1);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) err_no = errno;
		if (n <= 0) break;
		len += (size_t)n;
		if (capacity - len < 1024) {
			void *grown = data;
			if (!td__grow(scratch, &grown, &capacity, capacity * 2, 1))
				data = NULL;
			else
				data = grown;
		}
	}
	td__sys_close(fd);
	if (!data) return false;
	if (err_no) return quiet ? false : td__os_error(scratch, err_no, path);
	data[len] = 0;
	*out = (td_bytes){data, len};
	return true;
}

bool td__proc_read(td_scope *scratch, td_psutil_reader *r, const char *name, td_bytes *out) {
	if (r) return read_kept(scratch, r, name, out);
	return td__file_read(scratch, AT_FDCWD, td_format(scratch, "%s/%s", td__procfs(NULL), name), false, out);
}

const char *td__file_word(td_scope *scratch, const char *path) {
	td_bytes text;
	if (!td__file_read(scratch, AT_FDCWD, path, true, &text)) return "";
	const char *begin = text.data, *end = text.data + text.len;
	while (*begin == ' ' || *begin == '\t' || *begin == '\n') begin++;
	while (end > begin && (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\t')) end--;
	return td_strndup(scratch, begin, (size_t)(end - begin));
}

/* --- the text --- */

uint64_t td__scan_u64(const char **p) {
	const char *t = *p;
	while (*t == ' ' || *t == '\t') t++;
	uint64_t n = 0;
	for (; *t >= '0' && *t <= '9'; t++) n = n * 10 + (uint64_t)(*t - '0');
	*p = t;
	return n;
}

double td__scan_decimal(const char **p) {
	uint64_t whole = td__scan_u64(p);
	if (**p != '.') return (double)whole;
	const char *t = *p + 1;
	uint64_t scale = 1;
	for (; *t >= '0' && *t <= '9'; t++) {
		if (scale < 1000000000) {
			whole = whole * 10 + (uint64_t)(*t - '0');
			scale *= 10;
		}
	}
	*p = t;
	return (double)whole / (double)scale;
}

const char *td__next_line(const char *p) {
	const char *end = strchr(p, '\n');
	return end && end[1] ? end + 1 : NULL;
}

td_bytes td__scan_word(const char **p) {
	const char *t = *p;
	while (*t == ' ' || *t == '\t') t++;
	const char *begin = t;
	while (*t && *t != ' ' && *t != '\t' && *t != '\n') t++;
	*p = t;
	return (td_bytes){begin, (size_t)(t - begin)};
}

const char *td__line_after(const char *text, const char *key) {
	size_t len = strlen(key);
	for (const char *p = text; p; p = td__next_line(p)) {
		if (!strncmp(p, key, len)) return p + len;
	}
	return NULL;
}

double td__round1(double x) {
	/* Times ten is exact in the wider type, so that the half is the half of the number given. */
	long double scaled = (long double)x * 10;
	if (!(scaled < 9e17L && scaled > -9e17L)) return x;
	bool minus = scaled < 0;
	if (minus) scaled = -scaled;
	int64_t n = (int64_t)scaled;
	long double rest = scaled - (long double)n;
	if (rest > 0.5L || (rest == 0.5L && n % 2)) n++;
	return (minus ? -(double)n : (double)n) / 10.0;
}

double td__usage_percent(uint64_t used, uint64_t total) {
	return total ? td__round1((double)used / (double)total * 100) : 0.0;
}

double td__clock_ticks(void) {
	long ticks = sysconf(_SC_CLK_TCK);
	return ticks > 0 ? (double)ticks : 100.0;
}

/* --- counters that wrap --- */

void td__wraps_begin(td__wraps *w) {
	for (size_t i = 0; i < w->count; i++) w->items[i].seen = false;
}

bool td__wraps_add(td_scope *s, td__wraps *w, const char *name, uint64_t *values, size_t count) {
	td__wrap *row = NULL;
	for (size_t i = 0; i < w->count && !row; i++) {
		if (!strcmp(w->items[i].name, name)) row = &w->items[i];
	}
	if (!row) {
		if (w->count == w->capacity) {
			size_t more = w->capacity ? w->capacity * 2 : 16;
			void *items = td__realloc(w->items, more * sizeof *w->items);
			if (!items) {
				td_raise(s, TD_MemoryError, "%s", "");
				return false;
			}
			w->items = items;
			w->capacity = more;
		}
		row = &w->items[w->count];
		*row = (td__wrap){.name = copy_text(name)};
		if (!row->name) {
			td_raise(s, TD_MemoryError, "%s", "");
			return false;
		}
		w->count++;
	}
	row->seen = true;
	for (size_t i = 0; i < count; i++) {
		if (values[i] < row->last[i]) row->carry[i] += row->last[i];
		row->last[i] = values[i];
		values[i] += row->carry[i];
	}
	return true;
}

void td__wraps_end(td__wraps *w) {
	size_t kept_count = 0;
	for (size_t i = 0; i < w->count; i++) {
		if (w->items[i].seen)
			w->items[kept_count++] = w->items[i];
		else
			td__free(w->items[i].name);
	}
	w->count = kept_count;
}

void td__wraps_free(td__wraps *w) {
	for (size_t i = 0; i < w->count; i++) td__free(w->items[i].name);
	td__free(w->items);
	*w = (td__wraps){0};
}
