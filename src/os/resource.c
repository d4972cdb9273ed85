/* Limits, and what was used. */
#include <tend/resource.h>

#include "core/sys.h"

static bool need_resource(td_scope *s, int resource) {
	if (resource >= 0 && resource < RLIMIT_NLIMITS) return true;
	td_raise(s, TD_ValueError, "invalid resource specified");
	return false;
}

const td_rlimit *(td_resource_getrlimit)(td_scope *s, int resource) {
	static const td_rlimit none = {0, 0};
	if (!td__enter(s) || !need_resource(s, resource)) return &none;
	struct rlimit limit;
	if (td__sys_getrlimit(resource, &limit) < 0) {
		td__os_error(s, errno, NULL);
		return &none;
	}
	td_rlimit *r = td_alloc(s, sizeof *r);
	if (!r) return &none;
	*r = (td_rlimit){(int64_t)limit.rlim_cur, (int64_t)limit.rlim_max}; /* RLIM_INFINITY is all ones, which is −1 */
	return r;
}

bool(td_resource_setrlimit)(td_scope *s, int resource, int64_t soft, int64_t hard) {
	if (!td__enter(s) || !need_resource(s, resource)) return false;
	struct rlimit limit = {(rlim_t)soft, (rlim_t)hard};
	if (td__sys_setrlimit(resource, &limit) == 0) return true;
	if (errno == EINVAL) {
		td_raise(s, TD_ValueError, "current limit exceeds maximum limit");
	} else if (errno == EPERM) {
		td_raise(s, TD_ValueError, "not allowed to raise maximum limit");
	} else {
		td__os_error(s, errno, NULL);
	}
	return false;
}

static double seconds(struct timeval t) {
	return (double)t.tv_sec + (double)t.tv_usec * 0.000001;
}

const td_rusage *(td_resource_getrusage)(td_scope *s, int who) {
	static const td_rusage none = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
	if (!td__enter(s)) return &none;
	struct rusage u;
	if (td__sys_getrusage(who, &u) < 0) {
		if (errno == EINVAL)
			td_raise(s, TD_ValueError, "invalid who parameter");
		else
			td__os_error(s, errno, NULL);
		return &none;
	}
	td_rusage *r = td_alloc(s, sizeof *r);
	if (!r) return &none;
	*r = (td_rusage){
		.utime = seconds(u.ru_utime),
		.stime = seconds(u.ru_stime),
		.maxrss = u.ru_maxrss,
		.ixrss = u.ru_ixrss,
		.idrss = u.ru_idrss,
		.isrss = u.ru_isrss,
		.minflt = u.ru_minflt,
		.majflt = u.ru_majflt,
		.nswap = u.ru_nswap,
		.inblock = u.ru_inblock,
		.oublock = u.ru_oublock,
		.msgsnd = u.ru_msgsnd,
		.msgrcv = u.ru_msgrcv,
		.nsignals = u.ru_nsignals,
		.nvcsw = u.ru_nvcsw,
		.nivcsw = u.ru_nivcsw,
	};
	return r;
}
