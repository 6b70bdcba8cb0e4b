"""Microsoft's own mitigations of Exchange: rules of URL Rewrite, recognised by their name and by their effect.

The Emergency Mitigation service and the On-premises Mitigation Tool add them to the configuration of IIS. A name is the
intruder's to choose: a rule that answers, rewrites or adds to a page is no mitigation, whatever its name.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.tables import data_file
from webshellhunt.lazy_pattern import lazy_pattern

_LONGEST: Final = 2_048
_BLOCKING: Final = "abortrequest"
_MARKUP: Final = frozenset("<>{}")
_HOST: Final = lazy_pattern(r"//([^\s/;,'\"]{0,253})")
_OWN_HOSTS: Final = (".microsoft.com", ".office.com", ".office365.com", ".office.net")


class Mitigation(NamedTuple):
    """One entry of the table: the CVE that it protects from, the patterns of its names, and its effect."""

    cve: str
    names: re.Pattern[str]
    patterns: frozenset[str]
    variable: str
    source: str


def find_mitigation(rule: Element) -> Mitigation | None:
    """Return the mitigation that a ``rule`` or a ``preCondition`` of URL Rewrite is, or ``None``."""
    name = rule.get("name")[:_LONGEST]
    return next((each for each in load_mitigations() if each.names.fullmatch(name) and _does(rule, each)), None)


def is_blocking(rule: Element) -> bool:
    """Return True if an inbound rule only aborts requests, so that it can lead nobody anywhere."""
    actions = rule.find_all("action")
    return bool(actions) and all(action.get("type").lower() == _BLOCKING for action in actions)


@lru_cache(maxsize=1)
def load_mitigations() -> tuple[Mitigation, ...]:
    """Load the table."""
    import tomllib  # A hunt without rules of URL Rewrite never needs it.

    document = tomllib.loads(data_file("exchange_mitigations.toml").read_text(encoding="utf-8"))
    return tuple(_mitigation(entry) for entry in document["mitigations"])


def _mitigation(entry: Mapping[str, object]) -> Mitigation:
    names, patterns = entry["names"], entry.get("patterns", [])
    assert isinstance(names, list)
    assert isinstance(patterns, list)
    return Mitigation(
        str(entry["cve"]),
        re.compile("|".join(re.escape(name).replace("\\#", r"\d{1,3}(?:\.\d{1,3})?") for name in names), re.IGNORECASE),
        frozenset(patterns),
        str(entry.get("variable", "")).lower(),
        str(entry["source"]),
    )


def _does(rule: Element, mitigation: Mitigation) -> bool:
    if rule.tag.lower() == "precondition":
        return not rule.find_all("action")
    if mitigation.variable:
        return _sets_header(rule, mitigation.variable)
    found = {each.get("pattern")[:_LONGEST] for each in rule.find_all("conditions/add")}
    return is_blocking(rule) and bool(found) and found <= mitigation.patterns


def _sets_header(rule: Element, variable: str) -> bool:
    matches, actions = rule.find_all("match"), rule.find_all("action")
    return (
        bool(matches)
        and all(each.get("serverVariable").lower() == variable for each in matches)
        and all(_is_plain_header(each.get("value")[:_LONGEST].lower()) for each in actions)
    )


def _is_plain_header(value: str) -> bool:
    """Return True for the value of a header without markup and without the address of another's host."""
    return _MARKUP.isdisjoint(value) and all(f".{host}".endswith(_OWN_HOSTS) for host in _HOST.findall(value))
