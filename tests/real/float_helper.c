/* Answers the script "floats" in bulk: "repr" reads doubles of 8 bytes and writes their texts, one a line; "float" reads
 * texts, one a line, and writes doubles. */
#include <string.h>
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	bool repr = argc > 1 && strcmp(argv[1], "repr") == 0;
	td_file *in = td_os_fdopen(s, 0, "rb");
	if (repr) {
		double x;
		while (fread(&x, sizeof x, 1, stdin) == 1) {
			TD_SCOPE(t, s);
			puts(td_float_repr(t, x));
		}
		return 0;
	}
	for (td_bytes line; td_file_next_line(s, in, &line);) {
		TD_SCOPE(t, s);
		double x = td_float(t, line.data);
		fwrite(&x, sizeof x, 1, stdout);
	}
	return 0;
}
