"""Where a hub keeps what it needs, and who is who there."""

import json
import os
import pwd
from collections.abc import Iterable
from pathlib import Path

FIRST_UID = 59000  # the end of the range that Debian's adduser would give away, so they are free
PRIVATE_KERNELS = {"KernelManager": {"transport": "ipc"}}  # over TCP every account can listen to what a kernel says
TEACHING = ("@jupyter/nbgrader:create-assignment", "@jupyter/nbgrader:formgrader", "@jupyter/nbgrader:course-list")


class Place:
    """A hub's folder.

    Parameters
    ----------
    folder : path
        Gets the exchange, the students' homes, the settings, and the hub's own files.
    course : path
        Where the instructor works: the top folder of the repository.
    owner : int
        The user id that the instructor works as.
    """

    def __init__(self, folder: Path, course: Path, owner: int = 0):
        self.folder, self.course, self.owner = folder.resolve(), course.resolve(), owner
        self.exchange, self.own = self.folder / "exchange", self.folder / "hub"

    def prepare(self, course_id: str) -> None:
        """Make the folders and the settings of both roles."""
        for folder in (self.exchange, self.own, self.folder / "home"):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in self.folder.parents:
            if self.course in folder.parents:  # `sudo` may just have made classroom/
                os.chown(folder, self.owner, -1)
        self.own.chmod(0o700)
        self.exchange.chmod(0o1777)  # nbgrader wants it open to all; sticky, so nobody moves another's folder
        self._course_folder(self.exchange / course_id)
        settings = f"c = get_config()\nc.Exchange.root = {str(self.exchange)!r}\n"
        settings += f"c.CourseDirectory.course_id = {course_id!r}\n"
        settings += 'c.KernelManager.transport = "ipc"\n'  # of Validate
        off = {f"nbgrader.server_extensions.{name}": False for name in ("formgrader", "course_list")}
        hidden = {"disabledExtensions": dict.fromkeys(TEACHING, True)}
        self._write("student", "nbgrader_config.py", settings)
        server = {"ServerApp": {"jpserver_extensions": off}} | PRIVATE_KERNELS
        self._write("student", "jupyter_server_config.json", json.dumps(server))
        self._write("student", "labconfig/page_config.json", json.dumps(hidden))
        self._write("instructor", "nbgrader_config.py", settings)
        self._write("instructor", "jupyter_server_config.json", json.dumps(PRIVATE_KERNELS))

    def _course_folder(self, folder):
        """Make the course's folders in the exchange before a student can; the inbox is sticky."""
        modes = {".": 0o755, "outbound": 0o755, "feedback": 0o711, "inbound": 0o3733}
        for path, mode in ((folder / name, mode) for name, mode in modes.items()):
            path.mkdir(exist_ok=True)
            if path.is_symlink() or path.stat().st_uid not in (0, self.owner):
                raise RuntimeError(f"{path} was made by someone else. Look at it, delete it, and start the hub again.")
            os.chown(path, self.owner, -1)
            path.chmod(mode)

    def settings(self, role: str) -> Path:
        """Return the folder of a role's Jupyter settings."""
        return self.folder / "etc" / role

    def home(self, name: str) -> Path:
        """Return a user's home, made on first use and closed to others."""
        home = self.folder / "home" / name
        home.mkdir(exist_ok=True)
        home.chmod(0o700)
        os.chown(home, self.uid(name), self.uid(name))
        return home

    def uid(self, name: str) -> int:
        """Return a student's user id: the same at each start, and of nobody else on this machine."""
        path = self.own / "uids.json"
        known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            taken = {entry.pw_uid for entry in pwd.getpwall()} | set(known.values())
            known[name] = next(uid for uid in range(FIRST_UID, 60000) if uid not in taken)
            path.write_text(json.dumps(known))
        return known[name]

    def accounts(self, reader: str, names: Iterable[str]) -> dict[str, Path]:
        """Return files like /etc/passwd and /etc/group that name students too; no users of the machine are made.

        Parameters
        ----------
        reader : str
            For whom the files are.
        names : iterable of str
            The students.
        """
        lines = {"passwd": "{0}:x:{1}:{1}::/home/{0}:/bin/bash", "group": "{0}:x:{1}:"}
        for kind, line in lines.items():
            students = [line.format(name, self.uid(name)) for name in sorted(names)]
            self._write(f"accounts/{reader}", kind, "\n".join([Path("/etc", kind).read_text().rstrip(), *students, ""]))
        return {f"/etc/{kind}": self.settings(f"accounts/{reader}") / kind for kind in lines}

    def _write(self, role, name, text):
        path = self.settings(role) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
