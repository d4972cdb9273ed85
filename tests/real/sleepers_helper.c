/* For tests/real/ps: so many processes that sleep, below one that says on standard output how many there are. They end
 * when it does. sleepers_helper COUNT */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv) {
	long want = argc > 1 ? strtol(argv[1], NULL, 10) : 1, made = 0;
	for (; made < want; made++) {
		pid_t child = fork();
		if (child < 0) break;
		if (child > 0) continue;
		prctl(PR_SET_PDEATHSIG, 9);
		for (;;) pause();
	}
	printf("%ld\n", made);
	fflush(stdout);
	for (;;) pause();
}
