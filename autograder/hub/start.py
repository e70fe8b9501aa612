"""``python -m autograder hub``: start the hub."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from autograder import paths
from autograder.hub.place import Place
from autograder.judge.settings import course_config

NEEDED = {"bwrap": "bubblewrap", "setpriv": "util-linux", "configurable-http-proxy": "node-configurable-http-proxy"}


def hub(folder, port, instructor, students, course=paths.COURSE):
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
    place = Place(folder, course)
    course_id = course_config().CourseDirectory.course_id
    os.umask(0o022)  # students read the hub's settings; what must be private has a mode of its own
    place.prepare(course_id)
    options = {"folder": str(place.folder), "course": str(place.course), "port": port, "inner_ports": _free_ports(2)}
    options |= {"instructor": instructor, "students": list(students)}
    print(f"http://127.0.0.1:{port}  users: {instructor} (instructor), {', '.join(students)}; any password", flush=True)
    return subprocess.call(
        [sys.executable, "-m", "jupyterhub", "--config", str(Path(__file__).with_name("jupyterhub_config.py"))],
        cwd=place.own, env=os.environ | {"AUTOGRADER_HUB": json.dumps(options)},
    )  # fmt: skip


def require():
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
