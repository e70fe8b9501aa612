"""The bubblewrap sandbox of one submission: what it can see, and what it may use."""

import atexit
import csv
import functools
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

VARIABLE, ACCOUNT = "AUTOGRADER_SANDBOX", "account"
INSIDE = Path(__file__).parent.parent / "inside"
VISIBLE = ("numpy", "matplotlib", "ipython")  # with what these need; nothing else of the environment is there
NOBODY = 65534
_NOBODYS = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs")
HOW_TO_INSTALL = (
    "Grading runs student code in bubblewrap, and `bwrap` was not found. "
    "Install it: sudo apt-get install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora)."
)
HOW_TO_ALLOW = (
    "In a container, start it with `docker run --privileged`; as an ordinary user in it, these are enough: "
    "`--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined`. "
    "On a hub, ask its administrator; the page 'Which machine' says more under 'Where no sandbox can be made'."
)
HOW_TO_ALLOW_ON_UBUNTU = "On this machine, allow it with `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`."


class SandboxError(RuntimeError):
    """The sandbox cannot be made here; the message says why and what to do."""

    exit_status = 3  # of a command that ends with it: `make course` goes on without the graded demo


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds of wall time, bytes, counts."""

    cell_seconds: float = 10
    call_seconds: float = 5
    submission_seconds: float = 120
    judge_seconds: float = 30  # of computing in the judge; an honest submission takes it a quarter of a second
    memory: int = 2 << 30  # of one process, its address space
    submission_memory: int = 3 << 30  # of all its processes, what they hold
    processes: int = 16
    open_files: int = 64
    file_size: int = 16 << 20
    temporary: int = 64 << 20
    files: int = 4096  # in the temporary folder: empty ones take memory too, about 1 KiB each
    answer: int = 1 << 20  # of one call; what exercises return is a few KiB
    received: int = 100 << 20  # of all answers and outputs

    def rlimits(self) -> dict[str, int]:
        """Return the limits that the kernel keeps, by their names in the module ``resource``."""
        return {
            "RLIMIT_AS": self.memory,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_CPU": int(self.submission_seconds),
            "RLIMIT_SIGPENDING": 4 * self.processes,
            "RLIMIT_MEMLOCK": 0,
            "RLIMIT_MSGQUEUE": 0,
            "RLIMIT_CORE": 0,
        }


def require() -> None:
    """Raise SandboxError unless a sandbox can be started here; an empty program is run in one to find out."""
    if by_account() and os.geteuid() != 0:
        raise SandboxError(f"{VARIABLE}={ACCOUNT} runs student code as another account, which only root can do.")
    if not by_account() and not shutil.which("bwrap"):
        raise SandboxError(HOW_TO_INSTALL)
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        raise SandboxError("Grading as root needs `setpriv` to leave root. Install it: apt-get install util-linux")
    if complaint := _complaint():
        raise SandboxError(explained(complaint))


def by_account() -> bool:
    """Tell whether the container is the sandbox: one that is made for one submission and thrown away afterwards.

    There student code runs as another account, with the limits and the filter of system calls that it has anywhere:
    no network, no other program. It sees what that account may read. The variable AUTOGRADER_SANDBOX says so, since it
    is a fact about where grading runs.
    """
    return os.environ.get(VARIABLE) == ACCOUNT


@functools.cache  # what the machine allows stays the same while a process runs
def _complaint():
    """Return what bubblewrap or setpriv says when an empty program is run in the sandbox; "" where that works."""
    start = [*command(Limits())[:-1], "pass"]
    done = subprocess.run(start, env={}, executable=executable(start), capture_output=True, text=True, errors="replace")
    return done.stderr.strip() or f"exit status {done.returncode}" if done.returncode else ""


def explained(complaint: str) -> str:
    """Return why no sandbox can be made and what to do, from the last line of what bubblewrap or setpriv said.

    >>> explained("setpriv: setresuid failed: Invalid argument").split(". ")[1]
    'This machine or container has no ordinary user to run it as (setpriv: setresuid failed: Invalid argument)'
    """
    line = complaint.splitlines()[-1]
    why = "does not let a program shut itself off, as a sandbox must"
    if line.startswith("setpriv: setres"):
        why = "has no ordinary user to run it as"
    restricted = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    ubuntu = restricted.exists() and restricted.read_text().strip() == "1"
    where, remedy = ("machine", HOW_TO_ALLOW_ON_UBUNTU) if ubuntu else ("machine or container", HOW_TO_ALLOW)
    return f"No sandbox can be made here, so student code is not run. This {where} {why} ({line}). {remedy}"


def executable(command: list[str]) -> str:
    """Return the path of a command's program: the sandbox starts with an empty environment, so without PATH."""
    return shutil.which(command[0]) or command[0]


def command(limits: Limits, program: str = "runner") -> list[str]:
    """Return the command line that runs a program of ``inside/`` in a fresh sandbox.

    "runner" serves one submission. "warm" forks a copy of itself for each and confines that itself, for which it needs
    to make user namespaces; a copy can't (see ``inside/confine.py``).

    As root, the command changes to an ordinary user first, because the kernel does not limit root's processes; an outer
    mount namespace keeps Python readable for that user where it lies below a directory closed to others.
    """
    if by_account():
        return _as_another_account()
    start = [f"{_PREFIX}/bin/{_python_name()}", "-P", "-s", "-S", "-B", "-c", _START.format(program=program)]
    isolation = _isolation(limits) + (["--disable-userns"] if program == "runner" else ["--proc", "/proc"])
    if os.geteuid() != 0:
        return ["bwrap", *isolation, *_mounts(_runtime()), *_environment(), "--", *start]
    moved = {target: target for target in _runtime()}
    inner = ["/usr/bin/bwrap", *isolation, *_mounts(moved), *_environment(), "--", *start]
    # A dying process may not signal one of another account; the kernel ends all that is in a process namespace. The
    # inner bwrap looks itself up in /proc, so this must be the namespace's own, with nothing in it covered.
    outer = ["bwrap", "--die-with-parent", "--unshare-pid", *_outer_mounts()]
    return [*outer, "--", "/usr/bin/unshare", "--mount-proc", "/usr/bin/setpriv", *_NOBODYS, *inner]


def command_without_sandbox() -> list[str]:
    """Return the command line that runs ``inside/runner.py`` as an ordinary process: for trusted notebooks only."""
    start = f"import sys; sys.path.insert(0, {str(INSIDE.parent)!r}); from inside.runner import main; main()"
    return [sys.executable, "-B", "-c", start]


def _as_another_account():
    settings = [f"{name}={value}" for name, value in _ENVIRONMENT.items()]
    code = f"import sys; sys.path.insert(0, {_open_to_all()!r}); from inside.runner import main; main()"
    return ["setpriv", *_NOBODYS, "env", "--ignore-environment", *settings, sys.executable, "-P", "-B", "-c", code]


@functools.cache
def _open_to_all():
    """Return a folder with a copy of ``inside/`` that every account can read; the rest of the course may be closed."""
    folder = tempfile.mkdtemp(prefix="course")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(INSIDE, f"{folder}/inside", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (Path(folder), *Path(folder).rglob("*")):
        os.chmod(path, 0o755)
    return folder


_PREFIX = "/runtime/python"
_SITE = "/runtime/packages"
_START = (
    f"import sys; sys.path += ['{_SITE}', '/runtime']; sys.dont_write_bytecode = True; "
    "from inside.{program} import main; main()"
)


def _isolation(limits):
    return [
        *("--unshare-user", "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "sandbox"),
        *("--uid", str(NOBODY), "--gid", str(NOBODY), "--cap-drop", "ALL"),
        *("--dir", "/proc", "--tmpfs", "/dev", *_DEVICES, "--remount-ro", "/dev"),
        *("--size", str(limits.temporary), "--tmpfs", "/tmp", "--chdir", "/tmp"),
    ]


# No terminals, which take memory; no /dev/zero, which maps memory that no limit counts; no /dev/shm.
_DEVICES = [part for name in ("null", "random", "urandom") for part in ("--dev-bind", f"/dev/{name}", f"/dev/{name}")]


_ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PATH": "",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # a set prints the same at each grading
}


def _environment():
    return ["--clearenv", *(part for name, value in _ENVIRONMENT.items() for part in ("--setenv", name, value))]


def _mounts(view):
    """Return read-only binds of ``{target: source}``, then what hides the rest of Python's own packages."""
    folders = sorted({str(parent) for target in view for parent in Path(target).parents} - {"/"})
    open_to_all = [part for folder in folders for part in ("--perms", "0755", "--dir", folder)]
    binds = [part for target, source in view.items() for part in ("--ro-bind", source, target)]
    others = f"{_PREFIX}/{_STDLIB}/site-packages"  # not there in Debian's own Python
    hidden = ["--tmpfs", others, "--remount-ro", others] if os.path.isdir(f"{_stdlib()}/site-packages") else []
    return [*open_to_all, *binds, *hidden, "--remount-ro", "/"]


def _outer_mounts():
    programs = {f"/usr/bin/{name}": shutil.which(name) for name in ("bwrap", "setpriv", "unshare")}
    return [*_mounts(_runtime() | programs)[:-2], "--dev-bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]


_STDLIB = f"lib/python{sys.version_info.major}.{sys.version_info.minor}"


def _python_name():
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


@functools.cache
def _runtime():
    """Return all that is visible, as ``{path inside: path outside}``."""
    base = Path(sys.base_prefix)
    view = {f"{_PREFIX}/bin/{_python_name()}": os.path.realpath(sys.executable), f"{_PREFIX}/{_STDLIB}": _stdlib()}
    shared = base / "lib" / sysconfig.get_config_var("INSTSONAME")
    if shared.is_file() and shared.suffix != ".a":
        view[f"{_PREFIX}/lib/{shared.name}"] = str(shared)
    view |= {path: os.path.realpath(path) for path in _libraries() if os.path.exists(path)}
    view |= {f"{_SITE}/{path.name}": str(path) for path in _packages()}
    view["/runtime/inside"] = str(INSIDE)
    return view


def _libraries():
    """Return where the system's shared libraries lie: on Debian not all of /usr/lib, which holds programs too."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    folders = (
        [f"/usr/lib/{multiarch}", f"/lib/{multiarch}"] if multiarch and os.path.isdir(f"/usr/lib/{multiarch}") else []
    )
    return [*(folders or ["/usr/lib", "/lib"]), "/usr/lib64", "/lib64", "/etc/ld.so.cache"]


def _stdlib():
    return sysconfig.get_path("stdlib", vars={"base": sys.base_prefix, "installed_base": sys.base_prefix})


def _tops(package):
    """Return the first parts of a package's paths; `package.files`, a path object each, takes 0.2 s for all."""
    record = package.read_text("RECORD")
    rows = csv.reader(record.splitlines()) if record else [[str(file)] for file in package.files or ()]
    return {row[0].partition("/")[0] for row in rows if row}


@functools.cache
def _packages():
    """Return the files and folders in site-packages of VISIBLE and what they need."""
    found, waiting = set(), list(VISIBLE)
    roots: set[Path] = set()
    while waiting:
        name = re.split(r"[\s<>=!~\[(;]", waiting.pop().strip())[0].replace("_", "-").lower()
        if name in found:
            continue
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # an optional need, or one for another platform
        found.add(name)
        waiting += [need.split(";")[0] for need in package.requires or () if "extra ==" not in need]
        roots |= {Path(str(package.locate_file(name))) for name in _tops(package) - {"", ".."}}
    return sorted(root for root in roots if root.exists() and "__pycache__" not in str(root))
