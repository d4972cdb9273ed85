/* The bytes of a file: shared with the source where the file system can, copied inside the kernel where it can, through a
 * buffer else; holes stay holes. */
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "os/copier.h"

enum { CHUNK = 16 << 20 }; /* bytes in one call of the kernel, which nothing interrupts */

/* One copy under way. */
struct copy {
	td_scope *s;
	td__copier *c;
	int in, out;
	const td__name *from, *to;
	bool regular; /* in never has to be waited for */
};

void td__copier_end(td__copier *c) {
	td__free(c->buffer);
	c->buffer = NULL;
}

static bool fail(struct copy *p, int err_no) {
	return td__os_error2(p->s, err_no, p->from->shown, p->to->shown);
}

static void count(td__copier *c, int64_t bytes) {
	c->done += bytes;
	if (c->progress) c->progress(c->progress_arg, c->done, c->total);
}

static bool has_buffer(struct copy *p) {
	if (p->c->buffer) return true;
	p->c->buffer = td__malloc(TD__COPY_BUFFER);
	if (!p->c->buffer) td__raise_memory(p->s);
	return p->c->buffer != NULL;
}

/* At that position; at < 0: where one is. */
static bool write_all(struct copy *p, size_t len, off_t at) {
	for (size_t done = 0; done < len;) {
		const char *data = p->c->buffer + done;
		ssize_t n = at < 0 ? td__sys_write(p->out, data, len - done)
		                   : td__sys_pwrite(p->out, data, len - done, at + (off_t)done);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return fail(p, errno);
		done += (size_t)n;
	}
	return true;
}

/* Copies [at, end) through the buffer; *reached is where the file ended, if before end. */
static bool copy_by_buffer(struct copy *p, off_t at, off_t end, off_t *reached) {
	if (!has_buffer(p)) return false;
	while (at < end) {
		if (!td__may_block(p->s)) return false;
		size_t want = end - at < TD__COPY_BUFFER ? (size_t)(end - at) : TD__COPY_BUFFER;
		ssize_t n = td__sys_pread(p->in, p->c->buffer, want, at);
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return fail(p, errno);
		if (n == 0) break;
		if (!write_all(p, (size_t)n, at)) return false;
		at += n;
		count(p->c, n);
	}
	*reached = at;
	return true;
}

/* Copies [at, end) inside the kernel as far as it goes, which may be nowhere; what stops it shows again, and is told, when
 * the rest is copied by the buffer. */
static bool copy_in_kernel(struct copy *p, off_t *at, off_t end) {
	bool first = true;
	while (*at < end && !p->c->no_range) {
		if (!td__may_block(p->s)) return false;
		size_t want = end - *at < CHUNK ? (size_t)(end - *at) : CHUNK;
		off_t in_at = *at, out_at = *at;
		ssize_t n = td__sys_copy_file_range(p->in, &in_at, p->out, &out_at, want, 0);
		if (n < 0 && errno == EINTR) continue;
		if (n <= 0) {
			p->c->no_range = first && n < 0 && errno != ENOSPC && errno != EDQUOT && errno != EIO && errno != ENOMEM;
			break;
		}
		first = false;
		*at += n;
		count(p->c, n);
	}
	return true;
}

static bool copy_range(struct copy *p, off_t at, off_t end, off_t *reached) {
	*reached = at;
	return copy_in_kernel(p, reached, end) && (*reached >= end || copy_by_buffer(p, *reached, end, reached));
}

/* What is written in the file, one stretch after the other. */
static bool copy_stretches(struct copy *p, off_t size) {
	off_t at = 0, reached = 0;
	while (at < size) {
		off_t data = td__sys_lseek(p->in, at, SEEK_DATA);
		if (data < 0 && errno == ENXIO) break; /* nothing but a hole is left */
		off_t hole = data < 0 ? -1 : td__sys_lseek(p->in, data, SEEK_HOLE);
		if (hole < 0) { /* it does not know of holes */
			data = at;
			hole = size;
		}
		if (hole > size) hole = size;
		if (data >= size) break;
		if (!copy_range(p, data, hole, &reached)) return false;
		at = hole;
	}
	return td__sys_ftruncate(p->out, size) == 0 || fail(p, errno);
}

/* A pipe, a device, a file of /proc: read until it ends. */
static bool copy_stream(struct copy *p) {
	if (!has_buffer(p)) return false;
	for (;;) {
		if (p->regular ? !td__may_block(p->s) : td__wait_fd(p->s, p->in, POLLIN, TD__NEVER) < 0) return false;
		ssize_t n = td__sys_read(p->in, p->c->buffer, TD__COPY_BUFFER);
		if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
		if (n < 0) return fail(p, errno);
		if (n == 0) return true;
		if (!write_all(p, (size_t)n, -1)) return false;
		count(p->c, n);
	}
}

static bool share_blocks(struct copy *p, off_t size) {
	if (p->c->no_clone) return false;
	if (td__sys_ioctl(p->out, FICLONE, (void *)(intptr_t)p->in) == 0) {
		count(p->c, size);
		return true;
	}
	p->c->no_clone = true; /* here it is not known how, or why not: copying finds out */
	return false;
}

bool td__copy_bytes(td_scope *s, td__copier *c, int in, const struct stat *st, int out, const struct stat *out_st,
                    td__name from, td__name to) {
	dev_t out_dev = out_st ? out_st->st_dev : c->to;
	if (!c->known || c->from != st->st_dev || c->to != out_dev) {
		c->from = st->st_dev;
		c->to = out_dev;
		c->known = true;
		c->no_clone = c->no_range = false; /* also between devices: those of btrfs can share */
	}
	struct copy p = {s, c, in, out, &from, &to, S_ISREG(st->st_mode)};
	bool both = p.regular && (!out_st || S_ISREG(out_st->st_mode));
	if (!both || st->st_size == 0) return copy_stream(&p);
	if (share_blocks(&p, st->st_size)) return true;
	if ((off_t)st->st_blocks * 512 < st->st_size) return copy_stretches(&p, st->st_size);
	off_t reached;
	return copy_range(&p, 0, st->st_size, &reached);
}
