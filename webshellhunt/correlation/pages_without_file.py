"""Pages without a file: addresses of pages that answered, and that lead to no file in a folder that was listed.

Each site of the server has its own files, so that an address is compared with those of the site whose log has the
requests. A page of the back end is behind the front end, and in the logs of both: the back end has the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from webshellhunt.correlation.use_of_addresses import Uses
from webshellhunt.detectors.access_log import answers_without_a_file
from webshellhunt.detectors.contract import Detector
from webshellhunt.host.walk.handled_names import HandledNames
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.virtual_paths import PageLocation, VirtualPathResolver
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.addresses import is_page
from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import SETUP_ROLES, SIGN_IN_ROLES
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind

MOST_RESOLVED: Final = 5_000
"""The most addresses of pages that are compared with the files of the host."""


_BACK_END = "\\clientaccess\\"
_FIRST = EXCHANGE_APPLICATIONS | {"aspnet_client", "_layouts"}
_VERSION = lazy_pattern(r"/\d+(?:\.\d+){2,3}/")
"""A build in an address, which modules of Exchange remove before they look for the file."""


def pages_without_file(suspects: frozenset[bytes], uses: Uses, surveyed: Survey) -> list[AnsweringAddress]:
    """Return the pages that answered and have no file, except the addresses of subjects with a finding."""
    search = _Search(uses, surveyed)
    pages = sorted((key for key in uses.addresses if key not in suspects and is_page(key)), key=_is_ordinary)
    missing = [each for key in pages[:MOST_RESOLVED] for each in search.missing(key)]
    ordinary = sum(each.role not in SETUP_ROLES for each in missing)
    return [each._replace(others=ordinary - 1 if each.role not in SETUP_ROLES else 0) for each in missing]


def _is_ordinary(key: bytes) -> bool:
    """Return False for an address in a directory of setup: these come first, whatever the number of others."""
    return key.decode("utf-8", "replace").strip("/").partition("/")[0] not in _FIRST


def trace_of(missing: AnsweringAddress) -> Examination:
    """Return the examination of a page without a file."""
    find: Detector = answers_without_a_file.find
    findings: Iterator[Finding] = find(missing)
    subject = Subject(SubjectKind.TRACE, missing.server_path, presence=Presence.DELETED, role=missing.role)
    return Examination(subject, tuple(findings))


class _Search:
    """The search for the files of addresses, site by site."""

    def __init__(self, uses: Uses, surveyed: Survey) -> None:
        self._uses = uses
        self._resolver = VirtualPathResolver(surveyed)
        self._handled = HandledNames(surveyed)
        server = surveyed.configuration.server
        self._names = {site.id: site.name for site in (server.sites if server is not None else ())}

    def missing(self, key: bytes) -> list[AnsweringAddress]:
        """Return the missing files of an address that answered, one for each site."""
        address = key.decode("utf-8", "replace")
        sites = self._uses.answering_sites(key)
        if not sites:
            return []
        everywhere = self._resolver.resolve(address)
        without_build = (_VERSION.sub(build, address) for build in ("/", "/current/") if _VERSION.search(address))
        places = (*everywhere, *(place for each in without_build for place in self._resolver.resolve(each)))
        if any(place.found for place in places):
            return []
        found = [each for site in sites if (each := self._missing(key, address, site, everywhere)) is not None]
        behind = [each for each in found if _BACK_END in each.server_path.lower()]
        return behind or found

    def _missing(
        self, key: bytes, address: str, site: int | None, everywhere: Sequence[PageLocation]
    ) -> AnsweringAddress | None:
        name = None if site is None else self._names.get(site)
        places = everywhere if name is None else self._resolver.resolve(address, site=name)
        if not places or not all(place.listed for place in places):
            return None
        place = min(places, key=_order)
        if self._is_handled(places if place.role in SIGN_IN_ROLES else (*places, *everywhere)):
            return None
        use = self._uses.of([(site, key)])
        return None if use is None else AnsweringAddress(address, place.server_path, place.role, use)

    def _is_handled(self, places: Sequence[PageLocation]) -> bool:
        return any(self._handled.answer(place.server_path, shipped=place.role in SETUP_ROLES) for place in places)


def _order(place: PageLocation) -> tuple[bool, str]:
    return place.role not in SETUP_ROLES, place.server_path
