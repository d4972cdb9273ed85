/* The program itself: its arguments, its end, what it runs on. */
#include <pthread.h>
#include <tend/sys.h>
#include <tend/text.h>

#include "core/main.h"
#include "core/sys.h"

td_strs td_sys_argv(void) {
	static const char *const no_items[1] = {NULL};
	char **argv;
	int argc = td__main_arguments(&argv);
	return argc > 0 ? (td_strs){(const char *const *)argv, (size_t)argc} : (td_strs){no_items, 0};
}

void(td_sys_exit_msg)(td_scope *s, const char *fmt, ...) {
	if (!td__enter(s) || !td__need_text(s, "fmt", fmt)) return;
	TD_SCOPE(tmp, s);
	va_list args;
	va_start(args, fmt);
	const char *text = td_vformat(tmp, fmt, args);
	va_end(args);
	if (td_failed(tmp)) return;
	const char *const items[2] = {text, NULL};
	td_error *e = td__error_new(s, TD_SystemExit, "%s", text);
	e->status = 1;
	e->args = td__error_strs(e, (td_strs){items, 1});
	td__error_throw(s, e);
}

void td_sys_excepthook(td_sys_excepthook_fn fn, void *arg) {
	td__main_excepthook_arg = arg;
	td__main_excepthook = fn;
}

const char *td_traceback_format_exc(td_scope *s) {
	const td_error *e = td_peek(s);
	if (!e) return "NoneType: None\n";
	/* A failed scope gives no memory: the text is made on a root of its own. */
	td_scope *root = td_scope_open_root();
	const char *text = td_error_format(root, e);
	text = td_failed(root) ? td_no_text : td__error_text((td_error *)(uintptr_t)e, text, strlen(text));
	td_scope_close(root);
	return text;
}

/* --- what it runs on --- */

const char *td_sys_platform(void) {
	return "linux";
}

const char *td_sys_byteorder(void) {
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "little" : "big";
}

int64_t td_sys_maxsize(void) {
	return PTRDIFF_MAX;
}

const char *td_sys_getfilesystemencoding(void) {
	return "utf-8";
}

const char *(td_sys_executable)(td_scope *s) {
	static const char gone[] = " (deleted)";
	if (!td__enter(s)) return td_no_text;
	TD_SCOPE(tmp, s);
	size_t size = 1 << 16; /* /proc/self/exe may be longer than PATH_MAX */
	char *path = td__alloc_raw(tmp, size);
	if (!path) return td_no_text;
	ssize_t n = td__sys_readlink("/proc/self/exe", path, size - 1);
	if (n < 0) return "";
	size_t len = (size_t)n, cut = sizeof gone - 1;
	path[len] = '\0';
	struct stat st;
	if (len > cut && memcmp(path + len - cut, gone, cut) == 0 && lstat(path, &st) < 0) len -= cut;
	return td_strndup(s, path, len);
}

const char *td_sys_version(void) {
	return TD_VERSION;
}

static int part(const char **text) {
	int n = 0;
	while (**text >= '0' && **text <= '9') n = n * 10 + *(*text)++ - '0';
	if (**text == '.') ++*text;
	return n;
}

static td_version_info info;

static void read_version(void) {
	const char *text = TD_VERSION;
	info.major = part(&text);
	info.minor = part(&text);
	info.micro = part(&text);
}

const td_version_info *td_sys_version_info(void) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, read_version);
	return &info;
}

/* --- atexit --- */

typedef struct ending {
	struct ending *before;
	td_cleanup_fn fn;
	void *arg;
	pid_t pid;
} ending;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ending *latest;

static ending *take_latest(void) {
	pthread_mutex_lock(&lock);
	ending *e = latest;
	if (e) latest = e->before;
	pthread_mutex_unlock(&lock);
	return e;
}

/* One that registers another while it runs is served too. */
static void run_all(void) {
	for (ending *e = take_latest(); e; e = take_latest()) {
		if (e->pid == getpid()) {
			td_scope *root = td_scope_open_root();
			e->fn(root, e->arg);
			const td_error *error = td_peek(root);
			if (error && error->kind != TD_SystemExit)
				dprintf(2, "Exception ignored in atexit callback:\n%s", td_traceback_format_exc(root));
			td_scope_close(root);
		}
		td__free(e);
	}
}

bool(td_atexit_register)(td_scope *s, td_cleanup_fn fn, void *arg) {
	if (!td__enter(s) || !td__need_handle(s, "fn", (const void *)(uintptr_t)fn)) return false;
	if (!td__main_in_force()) {
		td_raise(s, TD_RuntimeError, "atexit needs TD_MAIN: the end of a program without it is not ours");
		return false;
	}
	ending *e = td__malloc(sizeof *e); /* it outlives every scope */
	if (!e) {
		td__raise_memory(s);
		return false;
	}
	pthread_mutex_lock(&lock);
	*e = (ending){latest, fn, arg, getpid()};
	latest = e;
	td__main_at_end = run_all;
	pthread_mutex_unlock(&lock);
	return true;
}

void td_atexit_unregister(td_cleanup_fn fn) {
	pthread_mutex_lock(&lock);
	for (ending **at = &latest; *at;) {
		ending *e = *at;
		if (e->fn == fn) {
			*at = e->before;
			td__free(e);
		} else {
			at = &e->before;
		}
	}
	pthread_mutex_unlock(&lock);
}
