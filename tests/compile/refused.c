/* What must not compile, with any of the compilers: one case at a time is chosen with -DCASE=n; 0 is the way it is meant. */
#include <tend.h>

void use(td_scope *s);
void use(td_scope *s) {
#if CASE == 0
	td_str_split(s, "a,b", .sep = ",");
#elif CASE == 1 /* options are named, not positional */
	td_str_split(s, "a,b", ",");
#elif CASE == 2
	TD_SCOPE(work, s, 60.0);
	(void)work;
#elif CASE == 3
	td_scope_close(td_scope_open(s, 60.0));
#elif CASE == 4
	td_int(s, "10", 16);
#elif CASE == 5 /* an option that is not there */
	td_str_split(s, "a,b", .separator = ",");
#endif
}
