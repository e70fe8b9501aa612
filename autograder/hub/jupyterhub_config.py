"""JupyterHub's settings for trying the course on one machine; `python -m autograder hub` starts it with them."""

import json
import os

from autograder.hub.place import Place
from autograder.hub.spawner import ViewSpawner

c = get_config()  # noqa: F821  given by JupyterHub

options = json.loads(os.environ["AUTOGRADER_HUB"])  # of the command line
place = Place(options["folder"], options["course"])

c.JupyterHub.bind_url = f"http://127.0.0.1:{options['port']}"  # this machine alone: anybody may say they are anybody
c.JupyterHub.hub_port = options["inner_ports"][0]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{options['inner_ports'][1]}"
# Debian's proxy finds its modules there with any Node.js.
c.ConfigurableHTTPProxy.command = ["env", "NODE_PATH=/usr/share/nodejs", "configurable-http-proxy"]
c.ConfigurableHTTPProxy.pid_file = str(place.own / "proxy.pid")
c.JupyterHub.cookie_secret_file = str(place.own / "cookie_secret")
c.JupyterHub.db_url = f"sqlite:///{place.own}/jupyterhub.sqlite"

c.JupyterHub.authenticator_class = "dummy"  # for trying: a name of the list and any password
c.Authenticator.allowed_users = {options["instructor"], *options["students"]}

c.JupyterHub.spawner_class = ViewSpawner
c.ViewSpawner.place = place
c.ViewSpawner.instructor = options["instructor"]
c.ViewSpawner.students = set(options["students"])
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.default_url = "/lab"
