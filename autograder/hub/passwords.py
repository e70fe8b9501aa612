"""Who may log in at the hub: a password for each user, made when the hub starts."""

import hashlib
import hmac
import secrets
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import Dict


class PasswordAuthenticator(Authenticator):
    """Knows passwords by their digests only. They are random and long, so nothing slower than SHA-256 is needed."""

    digests = Dict(help="Of each user's password.").tag(config=True)

    async def authenticate(self, handler: object, data: dict[str, Any]) -> str | None:
        """Return the user's name if the password is theirs."""
        name, password = data.get("username", ""), data.get("password", "")
        return name if hmac.compare_digest(self.digests.get(name, ""), digest(password)) else None


def new_password() -> str:
    """Return a random password of 72 bits."""
    return secrets.token_urlsafe(9)


def digest(password: str) -> str:
    """Return what the hub keeps of a password."""
    return hashlib.sha256(password.encode()).hexdigest()
