/* Prints the current directory, lists /var/log if it is there. */
#include <string.h>
#include <tend.h>

static int by_text(const void *a, const void *b, void *arg) {
	(void)arg;
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_print(s, "in %s", td_path_basename(s, td_os_getcwd(s)));
	if (!td_path_exists(s, "/var/log")) td_sys_exit(s, 0);

	td_strs names = td_os_listdir(s, "/var/log");
	td_array *sorted = td_array_new(s, sizeof(const char *));
	td_array_extend(s, sorted, names.items, names.len);
	td_array_sort(s, sorted, by_text, NULL);
	for (size_t i = 0; i < names.len; i++) td_print(s, "%s", *(const char **)td_array_at(sorted, i));
}
