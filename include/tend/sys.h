/* tend/sys.h: the program itself, by the names of Python's sys and atexit: its arguments, its end, what it runs on. Its
 * streams (td_sys_stdin, td_sys_stdout, td_sys_stderr) stand in tend/file.h, td_sys_exit in tend/scope.h.
 *
 *     #include <tend.h>
 *
 *     static void goodbye(td_scope *s, void *arg) {
 *         td_print(s, "goodbye, %s", (const char *)arg);
 *     }
 *
 *     int main(int argc, char **argv) {
 *         TD_MAIN(s, argc, argv);
 *         td_strs args = td_sys_argv();
 *         if (args.len != 2) {
 *             td_print(s, "usage: %s NAME", args.items[0]);
 *             td_sys_exit(s, 1);
 *         }
 *         td_atexit_register(s, goodbye, argv[1]);      // after main, and after td_sys_exit
 *     }
 */
#ifndef TEND_SYS_H
#define TEND_SYS_H

#pragma GCC system_header

#include <tend/scope.h>

TD__BEGIN

/* The arguments that TD_MAIN was given, the program's name first; empty without a TD_MAIN. They are the program's own memory,
 * any bytes. Python: sys.argv. */
TD_API td_strs td_sys_argv(void);

/* Prints the text on standard error and ends the program with 1: raises SystemExit on s, so that everything is cleaned up
 * on the way. Python: sys.exit("…"). */
TD_API void td_sys_exit_msg(td_scope *s, const char *fmt, ...) TD__PRINTF(2, 3);
#define td_sys_exit_msg(s, ...) (td_sys_exit_msg)(TD_HERE(s), __VA_ARGS__)

/* What is done, instead of printing it, with an error that reaches TD_MAIN; the program still ends with 1. The error is gone
 * afterwards. A SystemExit does not come here. NULL: print it again. Python: sys.excepthook. */
typedef void (*td_sys_excepthook_fn)(const td_error *e, void *arg);
TD_API void td_sys_excepthook(td_sys_excepthook_fn fn, void *arg);

/* The error that s holds as Python prints it, with its causes and notes; "NoneType: None\n" when it holds none. May be asked
 * of a failed scope; the text lives as long as s. For one that was caught there is td_error_format. Python:
 * traceback.format_exc. */
TD_API const char *td_traceback_format_exc(td_scope *s);

/* "linux"; "little" or "big"; the largest size of anything. Python: sys.platform, sys.byteorder, sys.maxsize. */
TD_API const char *td_sys_platform(void);
TD_API const char *td_sys_byteorder(void);
TD_API int64_t td_sys_maxsize(void);
/* "utf-8": names of files are bytes and pass through as they are. Python: sys.getfilesystemencoding. */
TD_API const char *td_sys_getfilesystemencoding(void);
/* The absolute path of the program's file, also when it was replaced or removed since it was started; "" when the system
 * does not tell. Python: sys.executable. */
TD_API const char *td_sys_executable(td_scope *s);
#define td_sys_executable(s) (td_sys_executable)(TD_HERE(s))

/* Of libtend, not of a Python: "0.1.0"; and in numbers. Python: sys.version, sys.version_info. */
typedef struct td_version_info {
	int major, minor, micro;
} td_version_info;
TD_API const char *td_sys_version(void);
TD_API const td_version_info *td_sys_version_info(void);

/* Runs fn(c, arg) when the program ends: main returned, or an error or td_sys_exit reached TD_MAIN, or exit was called; the
 * last one first, after all scopes have ended. c is a scope of its own; an error that stays in it is printed and changes
 * nothing. Not run when a signal or td_os_exit ends the program, nor in a forked child. arg must outlive main (what lives
 * in a scope does not). Needs TD_MAIN: RuntimeError without. Python: atexit.register. */
TD_API bool td_atexit_register(td_scope *s, td_cleanup_fn fn, void *arg);
#define td_atexit_register(s, fn, arg) (td_atexit_register)(TD_HERE(s), (fn), (arg))
/* Takes every registration of fn back. Python: atexit.unregister. */
TD_API void td_atexit_unregister(td_cleanup_fn fn);

TD__END
#endif
