/* Makes or unpacks one archive: archive make BASE FORMAT ROOT | unpack FILE DIR. */
#include <string.h>
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	if (argc == 5 && strcmp(argv[1], "make") == 0)
		td_shutil_make_archive(s, argv[2], argv[3], .root_dir = argv[4]);
	else if (argc == 4 && strcmp(argv[1], "unpack") == 0)
		td_shutil_unpack_archive(s, argv[2], .extract_dir = argv[3]);
	else
		td_raise(s, TD_ValueError, "archive make BASE FORMAT ROOT | unpack FILE DIR");
}
