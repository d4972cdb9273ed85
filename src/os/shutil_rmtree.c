/* shutil.rmtree, over the floor that temporary directories use too. */
#include <tend/shutil.h>

#include "os/rmtree.h"

bool(td_shutil_rmtree)(td_scope *s, const char *path, const td_shutil_rmtree_opts *opts) {
	if (!td__enter_opts(s, opts) || !td__need_text(s, "path", path)) return false;
	td_shutil_rmtree_opts o;
	td__opts_copy(&o, sizeof o, opts);
	td__rmtree_opts how = {.ignore_errors = o.ignore_errors,
	                       .on_error = o.onerror,
	                       .on_error_arg = o.onerror_arg,
	                       .progress = o.progress,
	                       .progress_arg = o.progress_arg};
	return td__rmtree(s, path, how);
}
