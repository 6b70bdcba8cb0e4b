"""Route: the hole by which a subject came, and whether a witness proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.short_phrases import UNKNOWN

EXPLOITS: Final = frozenset({"WSH7001", "WSH7002"})
"""The rules about requests for an exploit."""

_PROVEN: Final = "proven"
_BY_RULE: Final = {
    "WSH2001": "ProxyLogon",
    "WSH2003": "Exchange PowerShell",
    "WSH7201": "a cmdlet of Exchange",
    "WSH7214": "a program of the server",
}
"""The hole, by the rule of a content that only one exploit leaves, or of a logged act that planted the page."""


class Certainty(StrEnum):
    """The certainty of a route: proven, likely by an answer in the logs, or only a time in the window of a wave."""

    PROVEN = "proven"
    LIKELY = "likely"
    WINDOW = "window"
    NONE = "none"


class Route(NamedTuple):
    """The name of a hole, and how certain it is."""

    name: str = UNKNOWN
    certainty: Certainty = Certainty.NONE

    @property
    def words(self) -> str:
        """The route as a person reads it: ``ProxyLogon (proven)``, or only ``in the window of ProxyLogon``."""
        if self.certainty is Certainty.WINDOW:
            return f"in the window of {self.name}"
        return self.name if self.certainty is Certainty.NONE else f"{self.name} ({self.certainty})"


def proven_routes(verdicts: Iterable[Verdict]) -> Mapping[str, str]:
    """Return, by the path of a page in lower case, the name of the exploit that planted it according to the logs."""
    found: dict[str, str] = {}
    for verdict in verdicts:
        for finding in verdict.counted:
            page, name = finding.facts.get("planted_page"), finding.facts.get("exploit_name")
            is_proven = finding.rule.id in EXPLOITS and finding.facts.get("result") == _PROVEN
            if is_proven and isinstance(page, str) and isinstance(name, str):
                found.setdefault(page.lower(), name)
    return found


def route_of(verdict: Verdict, proven: Mapping[str, str]) -> Route:
    """Return the route of a subject; ``proven`` has the routes that logs prove.

    An exploit in the logs is its own route. A planting time in the window of a wave proves nothing.
    """
    logged = proven.get(verdict.subject.path.lower())
    if logged is not None:
        return Route(logged, Certainty.PROVEN)
    for finding in verdict.counted:
        name = finding.facts.get("exploit_name")
        if finding.rule.id in EXPLOITS and isinstance(name, str):
            is_proven = finding.facts.get("result") == _PROVEN
            return Route(name, Certainty.PROVEN if is_proven else Certainty.LIKELY)
        if finding.rule.id in _BY_RULE and finding.severity >= Severity.HIGH:
            return Route(_BY_RULE[finding.rule.id], Certainty.PROVEN)
    waves = () if verdict.planting is None else verdict.planting.waves
    return Route(" or ".join(waves), Certainty.WINDOW) if waves else Route()
