"""A check of requests is switched off.

What it finds:
    The removal of the module with which Exchange shows requests to antivirus (AMSI), of IIS's request filtering or of
    its log: by name, by a ``<clear />``, or by its absence from the server's own list. In a directory of Exchange, the
    removal of any module that checks requests and that setup keeps there. The segment ``web.config``, or the extension
    ``.config``, no longer hidden. A page that request filtering always allows.

Why it matters:
    The checks block exploits, and requests for a ``web.config`` as a page.

Looks like:
    ``<modules><remove name="HttpRequestFilteringModule" /></modules>``; ``<hiddenSegments><remove
    segment="web.config" />``.

Benign look-alikes:
    Exchange's setup removes request filtering in each front-end directory and in the folder of the default web site,
    and adds its own modules instead: that is stock in these places and with these modules, and a finding
    anywhere else or without them. Administrators who switch AMSI off use the documented setting override, which is
    stored elsewhere. Sites for developers that show all of their sources: one of 293 benign ones.

Blind spots:
    AMSI that is switched off by setting override, policy or in memory; its module no longer added in a back-end
    directory, since old builds never added it (in a front-end directory the finding is a question); ``.config`` mapped
    to another handler with all checks in place; modules of other products that check requests.

References:
    https://learn.microsoft.com/en-us/exchange/antispam-and-antimalware/amsi-integration-with-exchange
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import NamedSection, iter_sections
from webshellhunt.host.iis.sections import MODULES
from webshellhunt.host.iis.stock_configuration import SERVER, StockPlaces, adds_module, is_stock_removal
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4012", "medium", "high", "T1685")
_FILTERING = "system.webserver/security/requestfiltering"
_ANTIVIRUS, _FILTER = "httprequestfilteringmodule", "requestfilteringmodule"
_CHECKS = {
    _ANTIVIRUS: "the module that shows requests to antivirus",
    _FILTER: "request filtering",
    "httploggingmodule": "the log of requests",
}
_EXCHANGE_CHECKS = {
    **_CHECKS,
    "anonymousrequestfiltermodule": "the filter of anonymous requests",
    "backendrehydrationmodule": "the back end's check of the signed-in user",
    "clientaccessrulesmodule": "the client access rules",
    "clientaccessruleshttpmodule": "the client access rules",
    "dynamiciprestrictionmodule": "the restriction of IP addresses",
    "fileauthorization": "the check of file permissions",
    "hostheadervalidationmodule": "the check of host names",
    "httpproxy": "the module that proxies requests to the back end",
    "iprestrictionmodule": "the restriction of IP addresses",
    "mapihttpbackendrehydrationmodule": "the back end's check of the signed-in user",
    "rbacmodule": "the check of permissions",
    "requestfiltermodule": "the request filter of the control panel",
    "urlauthorization": "URL authorization",
    "urlauthorizationmodule": "URL authorization",
    "windowsauthenticationmodule": "Windows authentication",
}
"""Modules that check requests in a directory of Exchange; only setup itself removes any of them there."""

_LISTED = {_FILTER: "request filtering", "httploggingmodule": "the log of requests"}
"""Modules that every request passes if the server has them installed."""

_PAGE = lazy_pattern(r"(?i)\.(?:as[hmp]x|asp|config)$")
_LONGEST_EXTENSION = 16
_WATCHED = EXCHANGE_ROLES | {Role.ASPNET_CLIENT, Role.IIS_CONFIG}


class _Taken(NamedTuple):
    """A check that is removed: the element, the check in words, and True if only an intended change explains it."""

    element: Element
    words: str
    sure: bool = True


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each check that is switched off."""
    places = StockPlaces(config, sample.artifact.path)
    for section in iter_sections(config, MODULES, _FILTERING):
        if section.name == MODULES:
            taken = _modules(section, places.of(section.location))
        else:
            taken = (_Taken(*each) for each in chain(_hidden(section), _let_pass(section)))
        yield from _claims(taken, section.name, section.location, sample)
    yield from _claims(_left_out(config, places), MODULES, "", sample)


def _claims(taken: Iterable[_Taken], section: str, location: str, sample: Sample) -> Findings:
    locked = section in sample.artifact.settings.locked_sections
    for element, words, sure in taken:
        message = f"it switches off {words}" + (f" for {location}" if location else "")
        if locked:
            message += "; a parent configuration locks this section, so this has no effect"
        watched = sure and sample.artifact.role in _WATCHED
        yield claim(
            RULE,
            message,
            element_evidence(element, sample),
            severity=Severity.LOW if locked else RULE.severity,
            confidence=Confidence.HIGH if watched else Confidence.MEDIUM,
        )


def _modules(section: NamedSection, place: str | None) -> Iterator[_Taken]:
    """Yield each removed module that setup keeps at the place."""
    checks = _CHECKS if place in (None, SERVER) else _EXCHANGE_CHECKS
    removed = list(_removed(section.element))
    for element in _cleared(section.element, anyhow=place not in (None, SERVER)):
        yield _Taken(element, "every module, including request filtering")
    for element, name in removed:
        if name in checks and not is_stock_removal(place, name, section.element):
            yield _Taken(element, checks[name])
    if place == SERVER:
        return
    added = _added(section)
    if place is not None and adds_module(place, _ANTIVIRUS) and _ANTIVIRUS not in added | {n for _, n in removed}:
        for element, name in removed:
            if name == _FILTER and is_stock_removal(place, name, section.element):
                yield _Taken(element, f"request filtering, and adds no {_CHECKS[_ANTIVIRUS][4:]}", sure=False)


def _added(section: NamedSection) -> set[str]:
    return {child.get("name").lower() for child in section.element.children if child.tag.lower() == "add"}


def _removed(modules: Element) -> Iterator[tuple[Element, str]]:
    """Yield each module that is removed by name, with the name in lower case."""
    for child in modules.children:
        if child.tag.lower() == "remove":
            yield child, child.get("name").lower()


def _cleared(modules: Element, *, anyhow: bool) -> Iterator[Element]:
    """Yield each ``<clear />`` that is not followed by request filtering; every ``<clear />`` with ``anyhow``."""
    tags = [(child.tag.lower(), child.get("name").lower()) for child in modules.children]
    for index, child in enumerate(modules.children):
        if tags[index][0] == "clear" and (anyhow or ("add", _FILTER) not in tags[index:]):
            yield child


def _left_out(config: Element, places: StockPlaces) -> Iterator[_Taken]:
    """Yield the checks that are installed as native modules and missing from the server's list of modules."""
    own = [section for section in iter_sections(config, MODULES) if places.of(section.location) == SERVER]
    added = {name for section in own for name in _added(section)}
    for section in iter_sections(config, "system.webserver/globalmodules") if added else ():
        for element in section.element.children:
            name = element.get("name").lower()
            if element.tag.lower() == "add" and name in _LISTED and name not in added:
                words = f"{_LISTED[name]} for the whole server: it is installed and not in the list of modules"
                yield _Taken(element, words)


def _hidden(section: NamedSection) -> Iterator[tuple[Element, str]]:
    """Yield the first element that no longer hides configuration files."""
    for part, name, own in (
        ("hiddenSegments", "segment", "web.config"),
        ("fileExtensions", "fileExtension", ".config"),
    ):
        added = {e.get(name).lower() for p in section.element.find_all(part) for e in p.find_all("add")}
        for element in (child for p in section.element.find_all(part) for child in p.children):
            tag, value = element.tag.lower(), element.get(name).lower()
            cleared = tag == "clear" and own not in added
            if cleared or (value == own and (tag == "remove" or element.get("allowed").lower() == "true")):
                yield element, f"the rule that hides {own} from visitors"
                return


def _let_pass(section: NamedSection) -> Iterator[tuple[Element, str]]:
    """Yield the pages whose requests are not checked."""
    for allowed in section.element.find_all("alwaysAllowedUrls/add"):
        url = allowed.get("url")
        if _PAGE.search(url[-_LONGEST_EXTENSION:]):
            yield allowed, f"every check of requests to {url}"
