"""Monitoring: the requests by which a server, or a load balancer, checks that its own pages answer.

Anybody can send such an agent, so that it counts only with ``GET`` or ``HEAD`` from the server itself or from a private
network, without the header of a proxy. A program without such an agent is known by its habit: a few private clients,
one query, a regular rhythm. Who changes the query is no monitor, whatever the agent says.

Source:
    https://learn.microsoft.com/en-us/exchange/high-availability/managed-availability/managed-availability
    https://learn.microsoft.com/en-us/exchange/architecture/client-access/load-balancing
"""

from functools import lru_cache
from typing import Final

from webshellhunt.logs.client_addresses import forwarded_addresses, is_public
from webshellhunt.model.traffic import Record, Use

_AGENTS: Final = (
    "amprobe/", "msexchmon", "activemonitoring", "healthmonitoring", "testactivesyncconnectivity", "easprobe",
    "monitoringwebclient", "clientaccessserver2010ping", "elb-healthchecker", "googlehc/", "kube-probe/", "haproxy",
    "kemp", "bigip", "check_http/", "nagios", "zabbix", "prtg", "icinga",
)  # fmt: skip
"""Parts of the agents of Managed Availability, of load balancers and of monitoring programs, in lower case."""

_METHODS: Final = ("GET", "HEAD")
_ACCOUNTS: Final = ("healthmailbox", "extest_")
"""The starts of the names of the accounts of Managed Availability, in lower case."""


_LEAST_PROBES: Final = 20
_MOST_PROBERS: Final = 3


def is_monitored(use: Use) -> bool:
    """Return True for the requests of a load balancer or a monitor inside the network, which sends no data."""
    few = 0 < use.client_count <= _MOST_PROBERS and not use.hidden and use.answered >= _LEAST_PROBES
    return few and not use.acts and use.is_regular and not any(map(is_public, use.clients))


def is_probe(record: Record) -> bool:
    """Return True for a request of monitoring; the client may still be a proxy that brings those of others."""
    if (record.method or "GET").upper() not in _METHODS or not record.client or is_public(record.client):
        return False
    if not _is_probe(record.agent or "", record.text("user") or ""):
        return False
    return not any(map(is_public, forwarded_addresses(record.text("forwarded_for") or "")))


@lru_cache(maxsize=4_096)
def _is_probe(agent: str, user: str) -> bool:
    name = user.lower().rpartition("\\")[2]
    lowered = agent.lower()
    return name.startswith(_ACCOUNTS) or any(part in lowered for part in _AGENTS)
