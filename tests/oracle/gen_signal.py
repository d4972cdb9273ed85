"""Cases of signal and errno: every number there is."""

import errno
import signal

from frame import Call

CALLS = [
    Call("signal.strsignal", signal.strsignal, [([n], {}) for n in range(-1, 67)]),
    Call("signal.Signals.name", lambda n: signal.Signals(n).name, [([n], {}) for n in range(-1, 67)]),
    Call("signal.valid_signals", lambda: sorted(int(n) for n in signal.valid_signals()), [([], {})]),
    Call("errno.errorcode", lambda n: errno.errorcode[n], [([n], {}) for n in range(-1, 140)],
         differs=[(lambda a, k: a[0] == 133, "Python's table leaves EHWPOISON out")]),
]
