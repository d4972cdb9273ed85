/* The hook under the system calls. See sys.h. */
#include "core/sys.h"

int (*td__sys_hook)(const char *call);
