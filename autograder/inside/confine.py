"""Shut a process into namespaces and limits of its own: what bubblewrap does when a program starts, for a forked one.

bubblewrap has already taken away the network, the files and the host's processes when this runs; what is added here
keeps two submissions apart that were forked from the same warm process. Python 3.11 has none of these calls in `os`.
"""

import ctypes
import os
import resource
import signal

_libc = ctypes.PyDLL(None, use_errno=True)  # with the lock of the interpreter held, as a fork needs it

# asm/unistd.h, linux/sched.h
_CLONE = {"x86_64": 56, "aarch64": 220}
_NEW_NS, _NEW_UTS, _NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = 0x20000, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30
# linux/mount.h
_READ_ONLY, _NOSUID, _NODEV = 1, 2, 4
# linux/prctl.h
_PDEATHSIG, _CAPBSET_DROP, _NO_NEW_PRIVS = 1, 24, 38
_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h


def limit(limits: dict[str, int]) -> None:
    """Set resource limits, ``{name in the module resource: value}``; hard ones, so no student code can raise them."""
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, name), (value, value))


def fork() -> int:
    """Fork; the child is process 1 of new namespaces, in which there are no further ones to be had.

    This process may have one thread only: `os.fork` would also mend what other threads leave behind.
    """
    user, group = os.geteuid(), os.getegid()
    flags = _NEW_NS | _NEW_UTS | _NEW_IPC | _NEW_USER | _NEW_PID | _NEW_NET | signal.SIGCHLD
    child: int = _libc.syscall(_CLONE[os.uname().machine], flags, 0, 0, 0, 0)
    if child:
        _do(min(child, 0), "clone")
        return child
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    _write("/proc/sys/user/max_user_namespaces", "0")
    return 0


def fresh_folders(size: int, files: int) -> None:
    """Mount an empty /tmp for that many bytes and files, and cover /proc.

    /proc would show the host's paths (mountinfo) and let a process write into another's memory, process 1's too, which
    has no limits.
    """
    _mount("/tmp", 0, f"size={size},nr_inodes={files},mode=0700")
    _mount("/proc", _READ_ONLY, "size=4k,nr_inodes=1,mode=0555")
    os.chdir("/tmp")


def own_standard_files() -> None:
    """Open /dev/null anew as 0, 1 and 2: inherited ones have flags in common with all other submissions."""
    for fd in (0, 1, 2):
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, fd)
        os.close(nothing)


def drop_capabilities() -> None:
    """Give up every capability in this user namespace, for good."""
    _do(_libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    capability = 0
    while _libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1
    header, nothing = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    _do(_libc.capset(header, nothing), "capset")


def die_with_parent() -> None:
    """Have this process killed when its parent ends."""
    _do(_libc.prctl(_PDEATHSIG, 9, 0, 0, 0), "prctl")


def _mount(target, flags, options):
    done = _libc.mount(b"tmpfs", target.encode(), b"tmpfs", flags | _NOSUID | _NODEV, options.encode())
    _do(done, f"mount {target}")


def _write(path, text):
    file = os.open(path, os.O_WRONLY)
    os.write(file, text.encode())
    os.close(file)


def _do(result, what):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
