"""Pages without a file: addresses of pages that answered, and of which no file was examined.

Each is a lead, with or without the directories of the host: detectors grade its name, its place, its clients and the
requests in vain before. If its directory was collected, the page is deleted. Each site of the server has its own
files, so that an address is compared with those of the site whose log has the requests. A page of the back end is
behind the front end, and in the logs of both: the back end has the file. A page that another trace has, such as a
compiled remnant or an event, is one subject with that trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from webshellhunt.correlation.requests_to_files import BACK_END
from webshellhunt.correlation.use_of_addresses import Key, Uses
from webshellhunt.detectors.access_log import (
    answers_without_a_file,
    checked_before_it_answered,
    known_shell_answered,
    page_not_shipped_answered,
    shell_was_used,
    tool_requested_page,
)
from webshellhunt.detectors.contract import Detector
from webshellhunt.host.iis.stock_configuration import stock_handled_names
from webshellhunt.host.machine.paths import fold
from webshellhunt.host.walk.handled_names import HandledNames
from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.virtual_paths import PageLocation, VirtualPathResolver
from webshellhunt.knowledge.exchange_names import is_of_setup, usual_path
from webshellhunt.knowledge.visitors import asked_by
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.addresses import is_page
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import SETUP_ROLES, SIGN_IN_ROLES
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind

MOST_RESOLVED: Final = 5_000
"""The most addresses of pages that are compared with the files of the host."""

MOST_LEADS: Final = 1_000
"""The most addresses of pages that have an examination."""

_RULES: tuple[Detector, ...] = (
    known_shell_answered.find,
    checked_before_it_answered.find,
    shell_was_used.find,
    page_not_shipped_answered.find,
    tool_requested_page.find,
    answers_without_a_file.find,
)
_VERSION = lazy_pattern(r"/\d+(?:\.\d+){2,3}/")
"""A build in an address, which modules of Exchange remove before they look for the file."""

_MANY_NAMES: Final = 8
_OF_SCANNER: Final = 2
"""A server that answers one client for so many names of a directory, each at most so often, answers any name."""


def pages_without_file(
    examined: frozenset[bytes],
    traces: Mapping[str, Sequence[Key]],
    uses: Uses,
    surveyed: Survey,
    *,
    alone: bool = False,
) -> list[AnsweringAddress]:
    """Return the pages that answered and of which no file was examined.

    ``examined``: the addresses of files with a finding. ``traces``: the addresses of pages with another trace, by their
    path. ``alone``: whether the logs alone are read, so that a page that is there has no examination.
    """
    search = _Search(traces, uses, surveyed, alone=alone)
    pages = sorted((key for key in uses.addresses if key not in examined and is_page(key)), key=_order_of_keys)
    found = [each for key in pages[:MOST_RESOLVED] for each in search.found(key)]
    ordinary = sum(each.is_missing and each.role not in SETUP_ROLES for each in found)
    together, all_of = Counter(_directory(each.address) for each in found), _answering_all(found, uses.missed)
    return [
        each._replace(
            others=ordinary - 1 if each.is_missing and each.role not in SETUP_ROLES else 0,
            is_alone=together[_directory(each.address)] == 1,
            answers_all=_directory(each.address) in all_of and _is_tried(each.use),
        )
        for each in found
    ]


def _order_of_keys(key: bytes) -> bool:
    """Return False for an address in a directory of setup: these come first, whatever the number of others."""
    return not is_of_setup(key.decode("utf-8", "replace"))


def _directory(address: str) -> str:
    """Return the directory of an address; of a directory of setup, that of its application."""
    lowered = address.lower()
    return lowered.strip("/").partition("/")[0] if is_of_setup(lowered) else lowered.rpartition("/")[0]


def _answering_all(found: Sequence[AnsweringAddress], missed: Collection[bytes]) -> set[str]:
    """Return the directories in which the server answers any name, as with a custom error page.

    One client got an answer for many names that it only tried, and no name was answered with 404.
    """
    names = Counter(
        (_directory(each.address), client) for each in found if _is_tried(each.use) for client in each.use.clients
    )
    directories = {directory for (directory, _), count in names.items() if count >= _MANY_NAMES}
    in_vain = [key.decode("utf-8", "replace") for key in missed] if directories else []
    in_vain += [each.address for each in found if each.use.missed_before or each.use.alternations]
    return directories - {_directory(each) for each in in_vain}


def _is_tried(use: Use) -> bool:
    """Return True if each client asked for a page once or twice, and sent no data."""
    return use.answered <= _OF_SCANNER * use.client_count and not use.acts


def examinations_of(pages: Sequence[AnsweringAddress]) -> Iterator[tuple[Examination, Use]]:
    """Yield the examination of each page that is odd or missing, and its requests; the odd ones first."""
    graded = [(Examination(_subject(each), tuple(f for find in _RULES for f in find(each))), each) for each in pages]
    kept = [(examination, each) for examination, each in graded if examination.is_reported or each.is_missing]
    kept.sort(key=lambda each: not each[0].is_reported)
    yield from ((examination, each.use) for examination, each in kept[:MOST_LEADS])


def _subject(page: AnsweringAddress) -> Subject:
    missing = Presence.DELETED if page.is_missing else Presence.NOT_COLLECTED
    presence = Presence.PRESENT if page.is_there else missing
    return Subject(SubjectKind.TRACE, page.server_path, presence=presence, role=page.role)


class _Search:
    """The search for the files of addresses, site by site."""

    def __init__(self, traces: Mapping[str, Sequence[Key]], uses: Uses, surveyed: Survey, *, alone: bool) -> None:
        self._traces = traces
        self._traced = {key: path for path, keys in traces.items() for _, key in keys}
        self._paths = {fold(path): path for path in traces}
        self._uses = uses
        self._alone = alone
        self._resolver = VirtualPathResolver(surveyed)
        self._handled = HandledNames(surveyed)
        server = surveyed.configuration.server
        self._names = {site.id: site.name for site in (server.sites if server is not None else ())}

    def found(self, key: bytes) -> list[AnsweringAddress]:
        """Return the pages of an address that answered, one for each site, of which no file was examined."""
        address = self._uses.spelling(key)
        sites = self._uses.answering_sites(key)
        if not sites or _is_handled_by_stock(address):
            return []
        everywhere = self._resolver.resolve(address)
        without_build = (_VERSION.sub(build, address) for build in ("/", "/current/") if _VERSION.search(address))
        places = (*everywhere, *(place for each in without_build for place in self._resolver.resolve(each)))
        if any(place.found for place in places) and not self._alone:
            return []
        found = [each for site in sites if (each := self._page(key, address, site, everywhere)) is not None]
        behind = [each for each in found if BACK_END in each.server_path.lower()]
        return self._with_trace(key, behind or _one_of_each_path(found))

    def _with_trace(self, key: bytes, pages: list[AnsweringAddress]) -> list[AnsweringAddress]:
        """Return the pages of an address; if none has the path of its trace, the first one is the page of the trace."""
        pages = [each._replace(server_path=self._paths.get(fold(each.server_path), each.server_path)) for each in pages]
        path = self._traced.get(key)
        if path is None or any(each.server_path in self._traces for each in pages):
            return pages
        use = self._uses.of(self._traces[path])
        return [each._replace(server_path=path, use=use or each.use) for each in pages[:1]] + pages[1:]

    def _page(
        self, key: bytes, address: str, site: int | None, everywhere: Sequence[PageLocation]
    ) -> AnsweringAddress | None:
        name = None if site is None else self._names.get(site)
        places = everywhere if name is None else self._resolver.resolve(address, site=name)
        place = min(places, key=_order, default=None)
        if place is not None and self._is_handled(places if place.role in SIGN_IN_ROLES else (*places, *everywhere)):
            return None
        keys: list[Key] = [(site, key)]
        use = self._uses.of(keys)
        if use is None or use.answered <= use.failed:
            return None
        role = role_at(usual_path(address).split("\\")[1:-1]) if place is None else place.role
        return AnsweringAddress(
            address,
            address if place is None else place.server_path,
            role,
            use,
            is_missing=bool(places) and all(each.listed and not each.found for each in places),
            is_there=any(each.found for each in places),
            checked_by_its_user=self._uses.was_checked_by_its_user(keys),
            by=asked_by(address, role, use),
        )

    def _is_handled(self, places: Sequence[PageLocation]) -> bool:
        return any(self._handled.answer(place.server_path, shipped=place.role in SETUP_ROLES) for place in places)


def _is_handled_by_stock(address: str) -> bool:
    """Return True if a handler of Exchange answers an address; the mailbox of another user may be in it."""
    names = address.lower().strip("/").split("/")
    return (names[0], names[-1]) in stock_handled_names() and "auth" not in names


def _one_of_each_path(found: Sequence[AnsweringAddress]) -> list[AnsweringAddress]:
    """Return one page for each path: without a configuration, each site has the same."""
    return list({each.server_path: each for each in reversed(found)}.values())


def _order(place: PageLocation) -> tuple[bool, str]:
    return place.role not in SETUP_ROLES, place.server_path
