"""How the hub starts JupyterLab: a student as a user who sees little, the instructor in the course."""

import pwd
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import cache_from_source
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import Any, Set, Unicode

import autograder
from autograder import checker
from autograder.hub.place import Place

SYSTEM = ("/usr", "/etc")
LINKS = ("bin", "sbin", "lib", "lib64")


class ViewSpawner(SimpleLocalProcessSpawner):
    """Starts each server in a bubblewrap view of the machine; needs root, to become the students' users.

    A student has a user id, a home and processes of their own. Nothing else is there but the system's programs, Python,
    the course's checker and nbgrader's exchange, where the permissions of the files decide.
    """

    place = Any(help="The hub's `autograder.hub.place.Place`.").tag(config=True)
    instructor = Unicode(help="Who works in the course's folder.").tag(config=True)
    students = Set(help="Allowed student usernames.").tag(config=True)

    async def start(self) -> tuple[str, int]:
        """Start the server in its view."""
        teaches = self.user.name == self.instructor
        self.home_dir = pwd.getpwuid(self.place.owner).pw_dir if teaches else f"/home/{self.user.name}"
        self.notebook_dir = str(self.place.course) if teaches else self.home_dir
        self.environment = {
            "JUPYTER_CONFIG_PATH": str(self.place.settings("instructor" if teaches else "student")),
            "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
            "PYTHONPATH": str(Path(autograder.__file__).parents[1]),
        }
        view = instructor_view(self.place, self.students) if teaches else student_view(self.place, self.user.name)
        self.cmd = [*view, sys.executable, "-m", "jupyterhub.singleuser"]
        self.args = ["--ServerApp.allow_remote_access=False"]
        self.args += ["--allow-root"] if teaches and self.place.owner == 0 else []
        # Not the hub's terminal: whoever has it can read what is typed there.
        with open(self.place.own / f"{self.user.name}.log", "ab") as log:
            self.popen_kwargs = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            address: tuple[str, int] = await super().start()
            return address

    def make_preexec_fn(self, name: str) -> None:
        """Change nothing: the view's own command goes to the home."""


def instructor_view(place: Place, students: Iterable[str]) -> list[str]:
    """Return the command before the instructor's server: the whole machine, where students have names.

    nbgrader compares a submission's owner with its sender.
    """
    names, who = _accounts(place, "instructor", students), pwd.getpwuid(place.owner)
    return [
        *("bwrap", "--die-with-parent", "--dev-bind", "/", "/", *names, "--chdir", str(place.course)),
        *("setpriv", "--reuid", str(who.pw_uid), "--regid", str(who.pw_gid), "--init-groups", "--inh-caps=-all"),
    ]


def student_view(place: Place, name: str) -> list[str]:
    """Return the command before a student's server."""
    uid = str(place.uid(name))
    seen = dict.fromkeys((*SYSTEM, sys.base_prefix, sys.prefix, *_checker(), str(place.settings("student"))))
    home, exchange = f"/home/{name}", str(place.exchange)
    parents = sorted({str(parent) for path in (*seen, exchange, home) for parent in Path(path).parents} - {"/"})
    return [
        *("bwrap", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--perms", "1777", "--tmpfs", "/tmp"),
        *(part for path in parents if path != "/tmp" for part in ("--perms", "0755", "--dir", path)),
        *(part for path in seen for part in ("--ro-bind", path, path)),
        *(part for link in LINKS for part in ("--symlink", f"usr/{link}", f"/{link}")),
        *_accounts(place, name, [name]),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--bind", exchange, exchange, "--bind", str(place.home(name)), home),
        *("--chdir", home, "setpriv", "--reuid", uid, "--regid", uid, "--clear-groups"),
        *("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"),
    ]


def _checker():
    """Return what a student needs of the package, compiled too: beside it lie answers and worked solutions."""
    sources = checker.files(Path(autograder.__file__).parents[1])
    compiled = [Path(cache_from_source(path)) for path in sources]
    return [str(path) for path in (*sources, *compiled) if path.exists()]


def _accounts(place, reader, students):
    files = place.accounts(reader, students)
    return [part for target, source in files.items() for part in ("--ro-bind", str(source), target)]
