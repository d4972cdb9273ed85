/* tend/errors.h: error kinds, raising and catching.
 *
 * An error stays in the scope it was raised on. Later calls on that scope do nothing. Whoever wants to handle it asks
 * the scope for it with td_catch; when nobody did, it goes to the parent as the scope ends. The first error wins.
 *
 *     #include <tend.h>
 *
 *     static const char *motd(td_scope *s) {
 *         TD_SCOPE(attempt, s);                                      // try:
 *         const char *text = td_file_read(attempt, td_open(attempt, "/etc/motd", "r"));
 *         if (td_catch(attempt, TD_FileNotFoundError)) {             // except FileNotFoundError:
 *             return "";
 *         }
 *         return td_keep(s, text);
 *     }
 *
 * Kinds carry Python's names and family tree. A kind is a `const td_kind *`. */
#ifndef TEND_ERRORS_H
#define TEND_ERRORS_H

#pragma GCC system_header

#include <tend/base.h>

TD__BEGIN

struct td_kind {
	const char *name;    /* as Python's type(e).__name__ */
	const td_kind *base; /* the kind it descends from; NULL for BaseException */
	const char *module;  /* where Python keeps it; "" for a builtin */
	const char *doc;     /* when it is raised, in one line */
};

/* name, base, module, when. The one list of kinds: declarations, definitions and the reference come from it. */
#define TD__KINDS(X)                                                                                                   \
	X(Exception, BaseException, "", "the base of every error a program handles")                                       \
	X(SystemExit, BaseException, "", "td_sys_exit was called")                                                         \
	X(KeyboardInterrupt, BaseException, "", "the user pressed Ctrl-C")                                                 \
	X(CancelledError, BaseException, "asyncio.exceptions", "the scope, or one around it, was cancelled")               \
	X(ArithmeticError, Exception, "", "the base of numeric errors")                                                    \
	X(OverflowError, ArithmeticError, "", "a number does not fit")                                                     \
	X(ZeroDivisionError, ArithmeticError, "", "a division by zero")                                                    \
	X(AssertionError, Exception, "", "an assertion of a test failed")                                                  \
	X(AttributeError, Exception, "", "there is no such attribute")                                                     \
	X(BufferError, Exception, "", "a buffer cannot be used so")                                                        \
	X(EOFError, Exception, "", "the input ended where more was needed")                                                \
	X(ImportError, Exception, "", "a library that is opened on first use is not there")                                \
	X(LookupError, Exception, "", "the base of IndexError and KeyError")                                               \
	X(IndexError, LookupError, "", "a position is outside the list")                                                   \
	X(KeyError, LookupError, "", "there is no such key")                                                               \
	X(MemoryError, Exception, "", "memory ran out")                                                                    \
	X(NameError, Exception, "", "a name is not defined")                                                               \
	X(OSError, Exception, "", "a system call failed; err_no says why")                                                 \
	X(BlockingIOError, OSError, "", "the call would have had to wait")                                                 \
	X(ChildProcessError, OSError, "", "there is no such child")                                                        \
	X(ConnectionError, OSError, "", "the base of connection errors")                                                   \
	X(BrokenPipeError, ConnectionError, "", "the other end is closed")                                                 \
	X(ConnectionAbortedError, ConnectionError, "", "the peer gave the connection up")                                  \
	X(ConnectionRefusedError, ConnectionError, "", "nobody listens there")                                             \
	X(ConnectionResetError, ConnectionError, "", "the peer reset the connection")                                      \
	X(FileExistsError, OSError, "", "the file is there already")                                                       \
	X(FileNotFoundError, OSError, "", "there is no such file")                                                         \
	X(InterruptedError, OSError, "", "a signal interrupted the call")                                                  \
	X(IsADirectoryError, OSError, "", "a directory stands where a file was needed")                                    \
	X(NotADirectoryError, OSError, "", "no directory stands where one was needed")                                     \
	X(PermissionError, OSError, "", "that is not allowed")                                                             \
	X(ProcessLookupError, OSError, "", "there is no such process")                                                     \
	X(TimeoutError, OSError, "", "the time a scope or call had is over")                                               \
	X(UnsupportedOperation, OSError, "io", "the file is not open for that")                                            \
	X(SameFileError, shutil_Error, "shutil", "source and target are the same file")                                    \
	X(gaierror, OSError, "socket", "a host name could not be looked up")                                               \
	X(SpecialFileError, OSError, "shutil", "a device, socket or pipe cannot be copied")                                \
	X(ReferenceError, Exception, "", "an object that is gone was used")                                                \
	X(RuntimeError, Exception, "", "something that has no kind of its own")                                            \
	X(NotImplementedError, RuntimeError, "", "that is not offered")                                                    \
	X(RecursionError, RuntimeError, "", "nested too deep")                                                             \
	X(StopIteration, Exception, "", "an iterator has ended")                                                           \
	X(SyntaxError, Exception, "", "a text does not follow its grammar")                                                \
	X(SystemError, Exception, "", "an inner rule was broken")                                                          \
	X(TypeError, Exception, "", "a NULL, a failed result or a value of the wrong type was given")                      \
	X(ValueError, Exception, "", "the value is of the right type and wrong all the same")                              \
	X(UnicodeError, ValueError, "", "the base of encoding errors")                                                     \
	X(UnicodeDecodeError, UnicodeError, "", "bytes are not text in that encoding")                                     \
	X(UnicodeEncodeError, UnicodeError, "", "a text cannot be written in that encoding")                               \
	X(JSONDecodeError, ValueError, "json.decoder", "a text is not JSON; line, column and position say where")          \
	X(YAMLError, Exception, "yaml.error", "the base of YAML errors")                                                   \
	X(MarkedYAMLError, YAMLError, "yaml.error", "a text is not YAML; line and column say where")                       \
	X(ReaderError, YAMLError, "yaml.reader", "a YAML stream holds what it may not")                                    \
	X(ScannerError, MarkedYAMLError, "yaml.scanner", "a YAML token is malformed")                                      \
	X(ParserError, MarkedYAMLError, "yaml.parser", "YAML tokens stand in an order that makes no sense")                \
	X(ComposerError, MarkedYAMLError, "yaml.composer", "a YAML alias has no anchor")                                   \
	X(ConstructorError, MarkedYAMLError, "yaml.constructor", "a YAML tag cannot be made into a value")                 \
	X(SubprocessError, Exception, "subprocess", "the base of the errors of subprocess")                                \
	X(CalledProcessError, SubprocessError, "subprocess", "a checked command ended with a status other than 0")         \
	X(TimeoutExpired, SubprocessError, "subprocess", "a command ran into its own timeout")                             \
	X(NoSuchProcess, psutil_Error, "psutil", "the process is gone")                                                    \
	X(ZombieProcess, NoSuchProcess, "psutil", "the process has ended and was not reaped")                              \
	X(AccessDenied, psutil_Error, "psutil", "the process may not be looked at so")                                     \
	X(psutil_TimeoutExpired, psutil_Error, "psutil", "a process had not ended within the time given")                  \
	X(ArgumentError, Exception, "argparse", "a command line argument is wrong")                                        \
	X(ArgumentTypeError, Exception, "argparse", "a command line argument is not of its type")                          \
	X(BrokenBarrierError, RuntimeError, "threading", "a barrier was broken while, or before, it was waited at")        \
	X(BrokenProcessPool, RuntimeError, "concurrent.futures.process", "a worker of a pool of processes died")           \
	X(Empty, Exception, "_queue", "a queue had nothing to give in time")                                               \
	X(Full, Exception, "queue", "a queue had no room in time")                                                         \
	X(TarError, Exception, "tarfile", "the base of the errors of tarfile")                                             \
	X(ExtractError, TarError, "tarfile", "an attribute of a member could not be set")                                  \
	X(CompressionError, TarError, "tarfile", "an archive is compressed in a way that is not known")                    \
	X(StreamError, TarError, "tarfile", "a stream cannot be read so")                                                  \
	X(HeaderError, TarError, "tarfile", "the base of what is wrong with a member's header")                            \
	X(InvalidHeaderError, HeaderError, "tarfile", "a member's header makes no sense")                                  \
	X(FilterError, TarError, "tarfile", "a member was refused by an extraction filter")                                \
	X(AbsolutePathError, FilterError, "tarfile", "a member has an absolute path")                                      \
	X(OutsideDestinationError, FilterError, "tarfile", "a member would be extracted to outside the destination")       \
	X(AbsoluteLinkError, FilterError, "tarfile", "a member is a link to an absolute path")                             \
	X(LinkOutsideDestinationError, FilterError, "tarfile", "a member is a link to outside the destination")            \
	X(BadZipFile, Exception, "zipfile", "a file is no zip archive, or a damaged one")                                  \
	X(LargeZipFile, Exception, "zipfile", "a zip archive would have to be of the kind that was not allowed")           \
	X(BadGzipFile, OSError, "gzip", "a file is not gzipped, or damaged")                                               \
	X(LZMAError, Exception, "_lzma", "a stream is not of xz or lzma, or damaged")                                      \
	X(SkipTest, Exception, "unittest.case", "a test asked to be skipped")

/* The kinds whose name Python has in more than one module: prefix, name, base, module, when. TD_psutil_Error. */
#define TD__MODULE_KINDS(X)                                                                                            \
	X(binascii, Error, ValueError, "binascii", "a text is not of the alphabet it should be in")                        \
	X(curses, error, Exception, "_curses", "the terminal cannot do what was asked, or is none")                        \
	X(futures, CancelledError, Exception, "concurrent.futures._base", "a task was given up before it began")           \
	X(psutil, Error, Exception, "psutil", "the base of the errors of psutil")                                          \
	X(re, error, Exception, "re", "a regular expression is wrong, or would take too many steps")                       \
	X(shutil, Error, OSError, "shutil", "what a tree's copy could not do: args are source, target, reason, and so on") \
	X(shutil, ReadError, OSError, "shutil", "an archive cannot be read as what it should be")                          \
	X(tarfile, ReadError, TarError, "tarfile", "a tar archive cannot be read")                                         \
	X(tarfile, SpecialFileError, FilterError, "tarfile", "a member is a device or a pipe")                             \
	X(zlib, error, Exception, "zlib", "compressed data is wrong, or was to be made in a way that is none")

TD_API extern const td_kind TD_BaseException[1];
#define TD__DECLARE_MODULE_KIND(prefix, name, base, module, doc) TD_API extern const td_kind TD_##prefix##_##name[1];
TD__MODULE_KINDS(TD__DECLARE_MODULE_KIND)
#undef TD__DECLARE_MODULE_KIND
#define TD__DECLARE_KIND(name, base, module, doc) TD_API extern const td_kind TD_##name[1];
TD__KINDS(TD__DECLARE_KIND)
#undef TD__DECLARE_KIND

/* TD_KIND(MyError, TD_ValueError): a kind of your own, at file scope. Python: class MyError(ValueError). */
#define TD_KIND(name, base) TD__UNUSED static const td_kind name[1] = {{#name, base, "__main__", ""}}

/* Whether kind is, or descends from, ancestor. Python: issubclass. */
TD_API bool td_kind_is(const td_kind *kind, const td_kind *ancestor);

/* What a failed command leaves in its error. */
typedef struct td_error_process {
	td_strs argv;
	int returncode;        /* minus the signal's number when one ended it; -1 with timeout > 0 when it never ended */
	double timeout;        /* seconds, of a TimeoutExpired */
	const char *out, *err; /* what was captured; "" when nothing was */
	size_t out_len, err_len;
} td_error_process;

/* One scope that the error passed through on its way up, innermost first. */
typedef struct td_error_frame {
	const char *scope; /* the name in TD_SCOPE(name, …) */
	const char *file;
	unsigned line;
	const char *function;
} td_error_frame;

/* An error. It lives in the scope that caught it. */
struct td_error {
	const td_kind *kind;
	const char *message;  /* as Python's str(e) */
	int err_no;           /* errno of an OSError, else 0 */
	const char *filename; /* "" when there is none */
	const char *filename2;
	int64_t line, column;            /* of a document, from 1; 0 when it is not about one */
	int64_t position;                /* in characters as Python counts, from 0; -1 when there is none */
	const char *source;              /* the document's file name, or "" */
	int status;                      /* of an HTTP answer or of td_sys_exit, else 0 */
	const td_error_process *process; /* of a failed command; never NULL */
	const char *file;                /* the user's source file and line that made the call */
	unsigned at;
	const char *function;
	const td_error_frame *frames; /* frame_count of them, innermost first */
	size_t frame_count;
	td_strs notes;           /* later errors, and what td_add_note said */
	const td_error *cause;   /* raise … from cause, or NULL */
	const td_error *context; /* the error it happened on top of, or NULL */
	td_strs args;            /* what else the kind carries: the key of a KeyError, the pid of a NoSuchProcess */
};

/* Raises an error of that kind on s; fmt as printf's. If s has failed already, the first error wins and this one
 * becomes a note on it. Python: raise ValueError(f"…"). */
TD_API void td_raise(td_scope *s, const td_kind *kind, const char *fmt, ...) TD__PRINTF(3, 4);
#define td_raise(s, ...) (td_raise)(TD_HERE(s), __VA_ARGS__)

/* Raises OSError, or the descendant that belongs to err_no, with Python's text: "[Errno 2] No such file or directory:
 * 'x'". filename may be NULL. Python: raise OSError(errno, os.strerror(errno), filename). */
TD_API void td_raise_os(td_scope *s, int err_no, const char *filename);
#define td_raise_os(s, ...) (td_raise_os)(TD_HERE(s), __VA_ARGS__)

/* Raises an error about a place in a document: the message begins "tend.yaml:12:5: ", and source, line and column say the
 * same. A column or line of 0 is left out. */
TD_API void td_raise_at(td_scope *s, const td_kind *kind, const char *source, int64_t line, int64_t column,
                        const char *fmt, ...) TD__PRINTF(6, 7);
#define td_raise_at(s, ...) (td_raise_at)(TD_HERE(s), __VA_ARGS__)

/* Raises again what was caught, in s. Python: raise. */
TD_API void td_reraise(td_scope *s, const td_error *e);

/* Raises a new error that names its cause. Python: raise KIND(…) from cause. */
TD_API void td_raise_from(td_scope *s, const td_error *cause, const td_kind *kind, const char *fmt, ...)
	TD__PRINTF(4, 5);
#define td_raise_from(s, ...) (td_raise_from)(TD_HERE(s), __VA_ARGS__)

/* Adds a note to the error that s holds; without an error it does nothing. Python: e.add_note. */
TD_API void td_add_note(td_scope *s, const char *fmt, ...) TD__PRINTF(2, 3);

/* Whether s has failed: it, or a scope opened in it, holds an error that nobody caught. Ask before a side effect that
 * is not a td_ call. */
static inline bool td_failed(const td_scope *s) {
	return ((const struct td__scope_head *)(const void *)s)->failed;
}

/* The error that s holds, without taking it; NULL when it has none. Python: sys.exc_info. */
TD_API const td_error *td_peek(td_scope *s);

/* td_catch(s): takes any Exception from s. td_catch(s, KIND, …): takes an error of those kinds or their descendants.
 * Returns it (it lives as long as s) and s is healthy again, or NULL, and s stays as it was. What an outer scope's
 * cancel or deadline caused is not caught further in. Python: except (KIND, …) as e. */
TD_API const td_error *td__catch(td_scope *s, const td_kind *const *kinds, size_t count);
#ifdef __cplusplus
TD__END
#include <initializer_list>
inline const td_error *td__catch_kinds(td_scope *s, std::initializer_list<const td_kind *> kinds) {
	return td__catch(s, kinds.begin(), kinds.size());
}
#define td_catch(s, ...) td__catch_kinds((s), {__VA_ARGS__})
TD__BEGIN
#else
#define td_catch(s, ...)                                                                                               \
	td__catch((s), (const td_kind *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL},                                          \
	          sizeof((const td_kind *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}) / sizeof(td_kind *) - 1)
#endif

/* The error as Python prints an uncaught exception, with its causes, frames and notes; the text lives in s. Does not
 * look at s's own error. Python: traceback.format_exception. */
TD_API const char *td_error_format(td_scope *s, const td_error *e);

/* "ENOENT" for ENOENT; "" for what is no error number. Python: errno.errorcode[n]. */
TD_API const char *td_errno_errorcode(int err_no);

TD__END
#endif
