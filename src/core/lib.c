/* lib.c: the libraries that are opened on first use, once, and never closed. What is missing at run time is an error
 * that names the package. */
#include <dlfcn.h>
#include <pthread.h>

#include "core/internal.h"

enum { NOT_TRIED, OPEN, MISSING };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int open_library(td__lib *lib) {
	void *handle = dlopen(lib->soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!handle) return MISSING;
	for (size_t i = 0; i < lib->count; i++) {
		lib->slots[i] = dlsym(handle, lib->names[i]);
		if (!lib->slots[i]) return MISSING;
	}
	if (lib->init) lib->init();
	return OPEN;
}

bool td__lib_open(td_scope *s, td__lib *lib) {
	if (!td__enter(s)) return false;
	int state = __atomic_load_n(&lib->state, __ATOMIC_ACQUIRE);
	if (state == NOT_TRIED) {
		pthread_mutex_lock(&lock);
		if (lib->state == NOT_TRIED) __atomic_store_n(&lib->state, open_library(lib), __ATOMIC_RELEASE);
		state = lib->state;
		pthread_mutex_unlock(&lock);
	}
	if (state == OPEN) return true;
	td_raise(s, TD_ImportError, "%s could not be opened: install the package %s", lib->soname, lib->package);
	return false;
}
