/* Starts, stops, continues, kills and reaps a child; prints -N for a signal. */
#include <tend.h>

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_popen *p = td_subprocess_popen(s, TD_ARGV("sleep", "100"));
	td_popen_send_signal(s, p, SIGSTOP);
	td_popen_send_signal(s, p, SIGCONT);
	td_print(s, "ended: %s", td_popen_poll(s, p) ? "True" : "False");
	td_popen_kill(s, p);
	td_print(s, "%d", td_popen_wait(s, p));
	td_print(s, "%s", td_signal_name(-td_popen_returncode(p)));
}
