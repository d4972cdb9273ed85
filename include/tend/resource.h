/* tend/resource.h: limits of this process and what it has used, by the names of Python's resource.
 *
 *     #include <tend.h>
 *     #include <sys/resource.h>
 *
 *     static void open_many(td_scope *s) {
 *         const td_rlimit *files = td_resource_getrlimit(s, RLIMIT_NOFILE);
 *         td_resource_setrlimit(s, RLIMIT_NOFILE, files->hard, files->hard);
 *         td_print(s, "%d files, %.1f s of CPU so far", (int)files->hard, td_resource_getrusage(s, RUSAGE_SELF)->utime);
 *     }
 */
#ifndef TEND_RESOURCE_H
#define TEND_RESOURCE_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* No limit. Python: resource.RLIM_INFINITY. */
#define TD_RLIM_INFINITY INT64_C(-1)

/* What holds now, and how far it may be raised. Of a failed call 0 and 0. */
typedef struct td_rlimit {
	int64_t soft, hard;
} td_rlimit;
/* resource is RLIMIT_NOFILE and so on of <sys/resource.h>; ValueError for what is none. Never NULL. Python:
 * resource.getrlimit. */
TD_API const td_rlimit *td_resource_getrlimit(td_scope *s, int resource);
#define td_resource_getrlimit(s, resource) (td_resource_getrlimit)(TD_HERE(s), (resource))
/* For this process and the children it starts from now on. ValueError when soft is above hard, and without the right to
 * raise hard. Python: resource.setrlimit. */
TD_API bool td_resource_setrlimit(td_scope *s, int resource, int64_t soft, int64_t hard);
#define td_resource_setrlimit(s, resource, soft, hard) (td_resource_setrlimit)(TD_HERE(s), (resource), (soft), (hard))

/* Python's struct_rusage without the "ru_". Of a failed call all −1. */
typedef struct td_rusage {
	double utime, stime;           /* seconds in the program, and in the kernel for it */
	int64_t maxrss;                /* the most memory it had, KiB */
	int64_t ixrss, idrss, isrss;   /* 0 on Linux */
	int64_t minflt, majflt, nswap; /* pages given without, and with, reading the disk */
	int64_t inblock, oublock;      /* blocks of 512 bytes read from and written to the disk */
	int64_t msgsnd, msgrcv, nsignals;
	int64_t nvcsw, nivcsw; /* how often it waited, and was made to */
} td_rusage;
/* who is RUSAGE_SELF, RUSAGE_CHILDREN (those that were waited for) or RUSAGE_THREAD. ValueError for another. Never NULL.
 * Python: resource.getrusage. */
TD_API const td_rusage *td_resource_getrusage(td_scope *s, int who);
#define td_resource_getrusage(s, who) (td_resource_getrusage)(TD_HERE(s), (who))

TD__END
#endif
