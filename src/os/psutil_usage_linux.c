/* src/os/psutil_usage_linux.c: how full a file system is, without being held up by a dead one.
 *
 * statfs(2) on a mount whose server has gone does not return, and the thread in it cannot be stopped. So where time is
 * limited a thread of its own asks, on memory that belongs to neither side alone: whoever lets go of it last frees it.
 * That thread is not one of a scope's, which would be waited for; it touches nothing but its request. */
#include "core/sys.h"
#include "os/psutil_internal.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>
#include <unistd.h>

typedef struct td__usage_request {
	atomic_int holders;
	atomic_bool done;
	int ready; /* an eventfd, written when done */
	int err_no;
	struct statvfs answer;
	struct td__usage_request *next; /* in the reader's list */
	char path[];
} td__usage_request;

/* The last holder may be the thread, which may outlive every scope: plain memory, not the library's allocator, which its
 * owner may have taken away by then. */
static void let_go(td__usage_request *q) {
	if (atomic_fetch_sub(&q->holders, 1) != 1) return;
	close(q->ready);
	free(q);
}

static void *ask(void *arg) {
	td__usage_request *q = arg;
	q->err_no = statvfs(q->path, &q->answer) < 0 ? errno : 0;
	atomic_store(&q->done, true);
	const uint64_t one = 1;
	ssize_t n = write(q->ready, &one, sizeof one);
	(void)n;
	let_go(q);
	return NULL;
}

static td__usage_request *start(td_scope *s, const char *path) {
	size_t len = strlen(path);
	td__usage_request *q = calloc(1, sizeof *q + len + 1);
	if (!q) {
		td_raise(s, TD_MemoryError, "%s", "");
		return NULL;
	}
	memcpy(q->path, path, len + 1);
	atomic_store(&q->holders, 2);
	q->ready = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->ready < 0) {
		td__os_error(s, errno, NULL);
		free(q);
		return NULL;
	}
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 64 * 1024);
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the program's own threads */
	pthread_t thread;
	int failed = pthread_create(&thread, &attr, ask, q);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	if (failed) {
		close(q->ready);
		free(q);
		td__os_error(s, failed, NULL);
		return NULL;
	}
	return q;
}

void td__usage_forget(td__usage_request *first) {
	while (first) {
		td__usage_request *next = first->next;
		let_go(first);
		first = next;
	}
}

/* Takes finished requests off the reader's list; the one for path if it is still out. */
static bool still_out(td_psutil_reader *r, const char *path) {
	bool out = false;
	for (td__usage_request **at = &r->pending; *at;) {
		td__usage_request *q = *at;
		if (atomic_load(&q->done)) {
			*at = q->next;
			let_go(q);
			continue;
		}
		if (!strcmp(q->path, path)) out = true;
		at = &q->next;
	}
	return out;
}

static bool too_late(td_scope *s, const char *path) {
	td_error *e = td__error_new(s, TD_TimeoutError, "the file system of '%s' does not answer", path);
	if (!e) return false;
	e->err_no = ETIMEDOUT;
	e->filename = td__error_text(e, path, strlen(path));
	td__error_throw(s, e);
	return false;
}

static bool ask_in_time(td_scope *s, const char *path, const td_psutil_disk_usage_opts *o, struct statvfs *out) {
	if (!td_check(s)) return false;
	if (o->reader && still_out(o->reader, path)) return too_late(s, path);
	td__usage_request *q = start(s, path);
	if (!q) return false;
	int revents = td__wait_fd(s, q->ready, POLLIN, td__deadline_in(o->timeout));
	bool done = atomic_load(&q->done);
	int err_no = done ? q->err_no : 0;
	if (done) *out = q->answer;
	if (!done && o->reader) {
		q->next = o->reader->pending;
		o->reader->pending = q;
	} else {
		let_go(q);
	}
	if (revents < 0) return false;
	if (!done) return too_late(s, path);
	return err_no ? td__os_error(s, err_no, path) : true;
}

const td_sdiskusage *(td_psutil_disk_usage)(td_scope *s, const char *path, const td_psutil_disk_usage_opts *opts) {
	static const td_sdiskusage none;
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return &none;
	td_psutil_disk_usage_opts o;
	td__opts_copy(&o, sizeof o, opts);
	struct statvfs st;
	bool limited = o.timeout != 0 || td__deadline_of(s) != TD__NEVER;
	if (limited) {
		if (!ask_in_time(s, path, &o, &st)) return &none;
	} else if (statvfs(path, &st) < 0) {
		td__os_error(s, errno, path);
		return &none;
	}
	td_sdiskusage *out = td_alloc(s, sizeof *out);
	if (!out) return &none;
	uint64_t unit = st.f_frsize;
	*out = (td_sdiskusage){.total = st.f_blocks * unit,
	                       .free = st.f_bavail * unit,
	                       .free_root = st.f_bfree * unit,
	                       .files = st.f_files,
	                       .files_free = st.f_ffree,
	                       .read_only = (st.f_flag & ST_RDONLY) != 0};
	out->used = out->total - out->free_root;
	out->percent = td__usage_percent(out->used, out->used + out->free);
	return out;
}
