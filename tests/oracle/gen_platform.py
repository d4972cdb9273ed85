"""Cases of platform: the same machine, asked twice."""

import platform

from frame import Call

NOTHING = [([], {})]

CALLS = [Call(f"platform.{fn.__name__}", fn, NOTHING) for fn in (
    platform.system, platform.node, platform.release, platform.version, platform.machine, platform.processor, platform.uname,
    platform.libc_ver, platform.freedesktop_os_release)]
CALLS.append(Call("platform.platform", platform.platform, [([], {}), ([True], {}), ([], {"terse": 1}), ([0, 1], {})]))
