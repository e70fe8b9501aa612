"""A filter of system calls (seccomp): closes what namespaces and limits leave open, before student code runs.

Refused is what takes memory or processor time that no limit counts (shared memory without a file, inotify watches,
larger pipes), what one submission could signal another with (locks on files that all see), and what is of use to
nobody but an attacker of the kernel. The filter is assembled here: pyseccomp had its last release in 2021, and would
need libseccomp in the sandbox; a list of numbers and six kinds of instruction do not.

Sources: linux/seccomp.h, linux/bpf_common.h, linux/audit.h; numbers of arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h.
"""

import ctypes
import errno
import functools
import os
import struct

# linux/bpf_common.h: load a word; jump if equal, if greater, if any bit is set; mask; return
_LOAD, _EQUAL, _GREATER, _ANY_BIT, _MASK, _RETURN = 0x20, 0x15, 0x25, 0x45, 0x54, 0x06
_INSTRUCTION = struct.Struct("<HBBI")  # operation, jump if true, jump if false, value
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

ALLOW, ERROR = 0x7FFF0000, 0x00050000
_DENY = (_RETURN, 0, 0, ERROR | errno.EPERM)
_MISSING = (_RETURN, 0, 0, ERROR | errno.ENOSYS)
_PERMIT = (_RETURN, 0, 0, ALLOW)

# The newest system call that was looked at. Newer ones, and those of the x32 ABI, are not there: libraries know that.
_NEWEST = 462
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # audit architecture, column below

# Name: number on x86_64 and on aarch64; None where the machine has none.
DENIED = {
    # memory that no limit counts
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "shmdt": (67, 197),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "mq_open": (240, 180), "memfd_create": (319, 279), "memfd_secret": (447, 447), "userfaultfd": (323, 282),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    "vmsplice": (278, 75), "splice": (275, 76), "tee": (276, 77), "remap_file_pages": (216, 234),
    # other programs, other processes; locks on the runtime's files, which all submissions see
    "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117), "kcmp": (312, 272), "flock": (73, 32),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "pidfd_getfd": (438, 438), "move_pages": (279, 239), "migrate_pages": (256, 238),
    # namespaces, mounts, files without a path
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "statmount": (457, 457), "listmount": (458, 458), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # the kernel and the machine
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "bpf": (321, 280),
    "perf_event_open": (298, 241), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "create_module": (174, None), "swapon": (167, 224), "swapoff": (168, 225),
    "reboot": (169, 142), "acct": (163, 89), "quotactl": (179, 60), "quotactl_fd": (443, 443), "syslog": (103, 116),
    "lookup_dcookie": (212, 18), "personality": (135, 92), "vhangup": (153, 58), "uselib": (134, None),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "nfsservctl": (180, 42),
    "sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171),
}  # fmt: skip

_AF_UNIX = 1  # linux/socket.h: network families are of no use here, and AF_VSOCK, AF_ALG, AF_NETLINK are not namespaced
_NAMESPACES = 0x7E020000  # linux/sched.h: all CLONE_NEW… of clone
_SHARED_WITHOUT_FILE = 0x21  # asm-generic/mman-common.h: MAP_SHARED and MAP_ANONYMOUS
# linux/fcntl.h: F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ
_LOCKS_AND_PIPE_SIZE = (6, 7, 37, 38, 1024, 1026, 1031)
_BUFFER_SIZES = (7, 8, 32, 33)  # asm-generic/socket.h: SO_SNDBUF, SO_RCVBUF and their …FORCE


def install() -> None:
    """Filter the system calls of this process and of all that it starts from now on, for good.

    Raises
    ------
    OSError
        If the machine is none of MACHINES, or the kernel has no seccomp.
    """
    code = program(os.uname().machine)
    libc = ctypes.CDLL(None, use_errno=True)
    filter = _Program(len(code) // _INSTRUCTION.size, code)
    no_new_privs, set_filter, all_threads = 38, 1, 1  # linux/prctl.h, linux/seccomp.h
    seccomp = {"x86_64": 317, "aarch64": 277}[os.uname().machine]
    if libc.prctl(no_new_privs, 1, 0, 0, 0) or libc.syscall(seccomp, set_filter, all_threads, ctypes.byref(filter)):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


class _Program(ctypes.Structure):
    """``struct sock_fprog`` of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


@functools.cache
def program(machine: str) -> bytes:
    """Return the filter for a machine as bytes.

    Examples
    --------
    >>> len(program("x86_64")) % 8
    0
    """
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"no filter of system calls for {machine!r}, only for {' and '.join(MACHINES)}")
    architecture, column = MACHINES[machine]
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), *_unless(_EQUAL, architecture, [_DENY]), (_LOAD, 0, 0, _NUMBER)]
    lines += _when(_GREATER, _NEWEST, [_MISSING])
    for number, then in _rules(column):
        lines += _when(_EQUAL, number, then)
    return b"".join(_INSTRUCTION.pack(*line) for line in [*lines, _PERMIT])


def _rules(column):
    """Return [(number of a system call, what to do at it)]."""
    denied = [(numbers[column], [_DENY]) for numbers in DENIED.values() if numbers[column] is not None]
    by_argument = {
        (56, 220): [_argument(0), *_when(_ANY_BIT, _NAMESPACES, [_DENY])],  # clone
        (435, 435): [_MISSING],  # clone3: its flags lie in memory; glibc falls back to clone
        (41, 198): [_argument(0), *_unless(_EQUAL, _AF_UNIX, [_DENY])],  # socket
        (53, 199): [_argument(0), *_unless(_EQUAL, _AF_UNIX, [_DENY])],  # socketpair
        (54, 208): [_argument(2), *_deny_any(_BUFFER_SIZES)],  # setsockopt
        (72, 25): [_argument(1), *_deny_any(_LOCKS_AND_PIPE_SIZE)],  # fcntl
        (9, 222): [_argument(3), (_MASK, 0, 0, 0x21), *_when(_EQUAL, _SHARED_WITHOUT_FILE, [_DENY])],  # mmap
    }
    return denied + [(numbers[column], [*then, _PERMIT]) for numbers, then in by_argument.items()]


def _argument(index):
    """Load the low half of an argument; all that are looked at are 32 bits wide."""
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)


def _when(test, value, then):
    return [(test, 0, len(then), value), *then]


def _unless(test, value, then):
    return [(test, len(then), 0, value), *then]


def _deny_any(values):
    return [line for value in values for line in _when(_EQUAL, value, [_DENY])]
