/* bench/launch.c PROGRAM [ARGUMENT…]: runs it and prints the most memory it held, in KiB. A child is charged with what its
 * parent held when it was made, so the parent has to be this small one and not Python. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
	posix_spawn_file_actions_t quiet;
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	pid_t pid;
	if (argc < 2 || posix_spawnp(&pid, argv[1], &quiet, NULL, argv + 1, environ)) return 127;
	struct rusage used;
	int status;
	if (wait4(pid, &status, 0, &used) < 0) return 127;
	printf("%ld\n", used.ru_maxrss);
	return 0;
}
