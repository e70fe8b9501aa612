"""JupyterHub's settings for trying the course on one machine; `python -m autograder hub` starts it with them."""

import json
import os
from pathlib import Path

from autograder.hub.passwords import PasswordAuthenticator
from autograder.hub.place import Place
from autograder.hub.proxy import LocalProxy
from autograder.hub.spawner import ViewSpawner

c = get_config()  # type: ignore[name-defined]  # noqa: F821  given by JupyterHub

options = json.loads(os.environ["AUTOGRADER_HUB"])  # of the command line
place = Place(Path(options["folder"]), Path(options["course"]), options["owner"])

c.JupyterHub.bind_url = f"http://127.0.0.1:{options['port']}"  # this machine alone: it isn't encrypted
c.JupyterHub.hub_port = options["inner_ports"][0]
c.JupyterHub.proxy_class = LocalProxy
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{options['inner_ports'][1]}"
# Debian's proxy finds its modules there with any Node.js.
program = ["env", "NODE_PATH=/usr/share/nodejs", "configurable-http-proxy"]
c.ConfigurableHTTPProxy.command = [*program, "--host-routing"]
c.ConfigurableHTTPProxy.pid_file = str(place.own / "proxy.pid")
c.JupyterHub.cookie_secret_file = str(place.own / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{place.own}/jupyterhub.sqlite"

c.JupyterHub.authenticator_class = PasswordAuthenticator
c.PasswordAuthenticator.digests = options["digests"]
c.Authenticator.allowed_users = set(options["digests"])

c.JupyterHub.spawner_class = ViewSpawner
c.ViewSpawner.place = place
c.ViewSpawner.instructor = options["instructor"]
c.ViewSpawner.students = set(options["students"])
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.default_url = "/lab"
