/* Names that nobody can guess. See random_name.h. */
#include "os/random_name.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

bool td__random_name(char out[TD__RANDOM_NAME + 1]) {
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	uint32_t random[TD__RANDOM_NAME];
	while (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
		if (errno != EINTR) return false;
	}
	for (int i = 0; i < TD__RANDOM_NAME; i++) out[i] = letters[random[i] % (sizeof letters - 1)];
	out[TD__RANDOM_NAME] = '\0';
	return true;
}
