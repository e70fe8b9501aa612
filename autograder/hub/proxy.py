"""The hub's proxy, which answers for the names of this machine only."""

from typing import Any

from jupyterhub.proxy import ConfigurableHTTPProxy

HOSTS = ("127.0.0.1", "localhost")


class LocalProxy(ConfigurableHTTPProxy):
    """Keeps each route once for each name of this machine, so that a request for any other host finds no route.

    Otherwise a page elsewhere could have its own name resolve to 127.0.0.1, and read what the hub answers.
    """

    async def api_request(self, path: str, method: str = "GET", body: Any = None, client: Any = None) -> Any:
        """Tell the proxy, which is started with --host-routing, about a route; or ask it for all."""
        if method == "GET":
            return await super().api_request(path, method, body, client)
        for host in HOSTS:
            answer = await super().api_request(f"/{host}{path}", method, body, client)
        return answer

    def _routespec_from_chp_path(self, chp_path):
        _, _host, *path = chp_path.split("/", 2)
        return super()._routespec_from_chp_path("/" + "".join(path))
