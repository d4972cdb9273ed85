/* What files' attributes, descriptors, processes and locks do when memory, system calls or time run out, at each step. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <tend.h>
#include <unistd.h>

#include "fault.h"

static void make_file(td_scope *t) {
	td_path_write_text(t, "f", "content");
	unlink("link");
	unlink("second");
	unlink("pipe");
}

TD_FAULT_SCENARIO(attributes, .prepare = make_file) {
	const td_stat *st = td_os_stat(s, "f");
	td_stat_filemode(s, st->mode);
	td_os_chmod(s, "f", 0600);
	td_os_chown(s, "f", -1, -1);
	td_os_utime(s, "f", .atime_ns = TD_INT(1), .mtime_ns = TD_INT(2));
	td_os_symlink(s, "f", "link");
	td_os_readlink(s, "link");
	td_os_link(s, "f", "second");
	td_os_mkfifo(s, "pipe");
	td_os_truncate(s, "f", 3);
	td_os_statvfs(s, ".");
	td_os_listxattr(s, "f");
	td_os_access(s, "f", R_OK);
}

TD_FAULT_SCENARIO(descriptors, .prepare = make_file) {
	int fd = td_os_open(s, "f", O_RDWR), fds[2];
	td_os_read(s, fd, 100);
	td_os_write(s, fd, td_bytes_of("more"));
	td_os_lseek(s, fd, 0, SEEK_SET);
	td_os_fsync(s, fd);
	td_os_pipe(s, fds);
	td_os_sendfile(s, fds[1], fd, 0, 5);
	td_os_read(s, fds[0], 5);
	if (fd >= 0) close(fd);
	if (fds[0] >= 0) close(fds[0]);
	if (fds[1] >= 0) close(fds[1]);
}

TD_FAULT_SCENARIO(commands) {
	int status = td_os_system(s, "exit 3");
	td_os_waitstatus_to_exitcode(s, status);
	td_popen *p = td_os_popen(s, "echo x");
	td_file_read(s, td_popen_stdout(s, p));
	td_os_popen_close(s, p);
}

TD_FAULT_SCENARIO(facts_of_the_machine) {
	td_os_uname(s);
	td_os_environ(s);
	td_os_urandom(s, 300);
	td_os_getgroups(s);
	td_os_sched_getaffinity(s, 0);
	td_os_getloadavg(s);
	td_pwd_getpwnam(s, "root");
	td_grp_getgrgid(s, 0);
	td_resource_getrlimit(s, RLIMIT_NOFILE);
	td_sys_executable(s);
	td_uuid_str(s, td_uuid_uuid4(s));
	td_str_encode(s, "\xc3\xa9", .encoding = "utf-16");
}

static void no_number_is_left(td_scope *t, bool failed) {
	(void)failed;
	td_lockfile *lock = td_lockfile_open(t, "lock"); /* nobody holds it any more */
	td_lockfile_close(t, lock);
}

TD_FAULT_SCENARIO(locks, .prepare = make_file, .verify = no_number_is_left) {
	td_lockfile *lock = td_lockfile_open(s, "lock", .wait = true);
	td_file *f = td_open(s, "f", "r+");
	int fd = td_file_fileno(s, f);
	td_fcntl_flock(s, fd, LOCK_EX);
	td_fcntl_lockf(s, fd, LOCK_EX, .len = 3);
	td_lockfile_close(s, lock);
}
