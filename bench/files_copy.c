/* What files_copy.py measures: copies or removes one tree. */
#include <string.h>
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (argc == 4 && strcmp(argv[1], "copy") == 0) {
		td_shutil_copytree(s, argv[2], argv[3], .symlinks = true);
	} else if (argc == 3 && strcmp(argv[1], "remove") == 0) {
		td_shutil_rmtree(s, argv[2]);
	} else {
		td_sys_exit(s, 2);
	}
}
