/* Prints its usage and exits with 1 when an argument is missing. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (argc < 2) {
		td_print(s, "Usage: deploy ENVIRONMENT");
		td_sys_exit(s, 1);
	}
	td_print(s, "deploying to %s", argv[1]);
}
