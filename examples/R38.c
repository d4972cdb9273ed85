/* Stops cleanly on SIGTERM and SIGINT, finishing what it is doing. */
#include <tend.h>

static void work(td_scope *s, int *finished) {
	TD_SCOPE(service, s);
	td_signal_cancel_on(service, SIGTERM, SIGINT);
	TD_LOOP (turn, service) {
		TD_SCOPE(item, turn, .shield = 5);                         /* what has begun is finished */
		if (*finished == 2) td_signal_raise_signal(item, SIGTERM); /* somebody stops us here */
		td_time_sleep(item, 0.02);
		*finished += 1;
		td_print(item, "finished item %d", *finished);
	}
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	int finished = 0;
	work(s, &finished);
	td_print(s, "stopped cleanly after %d items", finished);
}
