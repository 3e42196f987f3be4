"""The table of `jindu.toml` that says where the page is and who may read it."""

from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import Field, model_validator

from scheduler.sections import Section

PORT = 8626
"""For 6·26, the International Day against Drug Abuse."""
SHORTEST_TOKEN = 16


def is_address(host: str) -> bool:
    """Whether this is an address in numbers, not a name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_own_machine(host: str) -> bool:
    """Whether a name or address can only be reached from this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


class WebSection(Section):
    """The reader's page and the API."""

    enabled: bool = True
    """Whether `jindu run` serves the page; `jindu web` does in any case."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = PORT
    """0 takes a free one and prints it."""
    token: Annotated[str, Field(repr=False)] = ""
    """A secret readers must show, as `env:NAME` or in plain; required for any other host than this machine."""
    names: tuple[str, ...] = ()
    """Further host names under which the page is reached, e.g. behind a proxy; other names are refused."""
    requests_per_minute: Annotated[int, Field(ge=1)] = 240
    """How many requests one address may make in a minute; more are answered 429."""

    @model_validator(mode="after")
    def _others_need_a_token(self) -> Self:
        if not is_own_machine(self.host) and not self.token:
            raise ValueError(
                "web.token: a token is required to serve other machines; set one (env:JINDU_TOKEN),"
                ' or keep web.host = "127.0.0.1"'
            )
        if self.token and len(self.token) < SHORTEST_TOKEN:
            raise ValueError(
                f"web.token: at least {SHORTEST_TOKEN} characters, e.g. of `openssl rand -hex 16`"
            )
        return self
