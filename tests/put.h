/* tests/put.h: the files of a machine that is not there, for what reads /proc and /sys. */
#ifndef TD_TESTS_PUT_H
#define TD_TESTS_PUT_H

#include <tend/os.h>
#include <tend/path.h>

/* The directories above it are made. */
static inline void put(td_scope *t, const char *path, const char *text) {
	td_os_makedirs(t, td_path_dirname(t, path), .exist_ok = true);
	td_path_write_text(t, path, text);
}

#endif
