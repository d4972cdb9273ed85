/* Logs to a file and to the console, each with its own format and level; an error with its trace. */
#include <tend.h>

static void deploy(td_scope *s) {
	td_path_read_text(s, "missing.conf");
}

int main(int argc, char **argv) {
	TD_MAIN(s, argc, argv);
	td_logger *log = td_logging_get_logger("deploy");
	td_logging_set_level(log, TD_LOGGING_INFO);

	td_handler *file = td_logging_file_handler(s, "deploy.log");
	td_handler_set_formatter(file, td_logging_formatter(s, .fmt = "%(levelname)-8s %(name)s %(message)s"));
	td_logging_add_handler(log, file);
	td_handler *console = td_logging_stream_handler(s, .stream = stdout);
	td_handler_set_formatter(console, td_logging_formatter(s, .fmt = "[{levelname:>7}] {message}", .style = "{"));
	td_handler_set_level(console, TD_LOGGING_WARNING);
	td_logging_add_handler(log, console);

	td_logging_debug(log, "not written: %d", 1);
	td_logging_info(log, "deploying %s to %d hosts", "v1.2.3", 3);
	td_logging_warning(log, "host %s is slow: %.1f s", "web-2", 2.25);
	TD_SCOPE(attempt, s);
	deploy(attempt);
	const td_error *e = td_catch(attempt, TD_FileNotFoundError);
	if (e) td_logging_error(log, "deployment failed: %s", e->message);

	td_formatter *stamped = td_logging_formatter(s, .fmt = "%(asctime)s %(message)s", .datefmt = "%Y");
	td_handler *dated = td_logging_file_handler(s, "year.log", .mode = "w");
	td_handler_set_formatter(dated, stamped);
	td_logging_add_handler(td_logging_get_logger("deploy.history"), dated);
	td_logging_critical(td_logging_get_logger("deploy.history"), "rolled back");
}
