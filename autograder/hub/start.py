"""``python -m autograder hub``: start the hub."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder import paths
from autograder.hub.passwords import digest, new_password
from autograder.hub.place import Place
from autograder.judge.settings import course_config

NEEDED = {"bwrap": "bubblewrap", "setpriv": "util-linux", "configurable-http-proxy": "node-configurable-http-proxy"}


def hub(folder: Path, port: int, instructor: str, students: Sequence[str], course: Path = paths.COURSE) -> int:
    """Run JupyterHub until it is stopped; returns its exit status.

    Parameters
    ----------
    folder : path
        For the exchange, the students' homes and the hub's own files.
    port : int
        Of this machine, where the hub is reached.
    instructor : str
    students : sequence of str
    course : path
        The instructor's folder.

    Raises
    ------
    RuntimeError
        If it can't be started here; the message says what to do.
    """
    require()
    owner = pwd.getpwuid(int(os.environ.get("SUDO_UID", 0)))
    place = Place(folder, course, owner.pw_uid)
    course_id = course_config().CourseDirectory.course_id
    os.umask(0o022)  # students read the hub's settings; what must be private has a mode of its own
    place.prepare(course_id)
    passwords = {name: new_password() for name in (instructor, *students)}
    options = {
        "folder": str(place.folder),
        "course": str(place.course),
        "owner": place.owner,
        "port": port,
        "inner_ports": _free_ports(2),
        "instructor": instructor,
        "students": list(students),
        "digests": {name: digest(password) for name, password in passwords.items()},
    }
    print(f"http://127.0.0.1:{port}  passwords, made for this run and shown once:")
    print(*(f"  {name:<12} {password}" for name, password in passwords.items()), sep="\n")
    print(f"What {instructor} does is done as {owner.pw_name}, who started the hub.", flush=True)
    return subprocess.call(
        [sys.executable, "-m", "jupyterhub", "--config", str(Path(__file__).with_name("jupyterhub_config.py"))],
        cwd=place.own, env=os.environ | {"AUTOGRADER_HUB": json.dumps(options)}, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def require() -> None:
    """Raise RuntimeError unless a hub can be started here."""
    missing = sorted(package for program, package in NEEDED.items() if not shutil.which(program))
    if missing:
        raise RuntimeError(f"The hub needs: {', '.join(missing)}. Run: sudo apt-get install {' '.join(missing)}")
    if os.geteuid() != 0:
        raise RuntimeError("The hub gives each student a user id of their own, which only root can. Run: sudo make hub")


def _free_ports(count):
    """Return ports of this machine that nobody uses."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
