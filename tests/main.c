#include <tend.h>

/* A finding of the undefined-behaviour sanitizer fails the test that made it. */
const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void) {
	return "halt_on_error=1:print_stacktrace=1";
}

TD_UNITTEST_MAIN
