"""Pages that answered, for the tests of the rules about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from webshellhunt.knowledge.visitors import asked_by
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import Role
from webshellhunt.model.traffic import Use

WHEN: Final = datetime(2021, 3, 3, 4, tzinfo=UTC)
USE: Final = Use(
    1,
    1,
    1,
    WHEN,
    WHEN,
    clients=("203.0.113.7",),
    client_count=1,
    agents=("x",),
    agent_count=1,
    logs=("u_ex.log",),
    line=7,
)
VISITED: Final = USE._replace(answered=90, posted=0, client_count=40, agent_count=9, referred=80)
PROBED: Final = USE._replace(answered=40, posted=0, clients=("10.0.0.9",), is_regular=True)


def page(address: str, role: Role, use: Use = USE) -> AnsweringAddress:
    """Return a page whose directory was not collected."""
    return AnsweringAddress(address, address, role, use, is_missing=False, by=asked_by(address, role, use))
