"""Requests to files: the use of each accused file, and the pages that answer without a file.

The logs are searched for the addresses of all files with a finding, whatever their extension, and for all other
addresses of pages, except those of examined files without a finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from webshellhunt.correlation.use_of_addresses import Key, KeySet, Uses
from webshellhunt.detectors.access_log import checked_before_it_answered, shell_was_used
from webshellhunt.host.iis.urls import UrlFinder
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.exchange_names import is_expected_page, is_shipped_at, usual_address
from webshellhunt.knowledge.visitors import asked_by
from webshellhunt.logs.addresses import address_key
from webshellhunt.logs.log_calendar import FRONT_END_SITE
from webshellhunt.model.log_results import UsedFile
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import AskedBy, Use
from webshellhunt.model.verdict import Examination, Presence, SubjectKind, Verdict

BACK_END: Final = "\\clientaccess\\"
"""The directory of the pages of the back end, in lower case."""


class Addresses(NamedTuple):
    """The addresses of the files of a host.

    ``of`` has the keys of each subject with a finding, by its path; ``quiet`` are those of all other pages.
    """

    of: Mapping[str, tuple[Key, ...]]
    quiet: KeySet

    @property
    def suspects(self) -> frozenset[bytes]:
        """All addresses of subjects with a finding."""
        return frozenset(key for keys in self.of.values() for _, key in keys)


def find_addresses(
    examinations: Sequence[Examination], surveyed: Survey, others: Iterable[tuple[str, Role]] = ()
) -> Addresses:
    """Return the addresses of the subjects of a host: of those with a finding above information, and of others.

    ``others`` are the paths and roles of further pages without a finding.
    A page of the back end has the requests for its address to the front end, too, which passes them on, unless that has
    a page of its own there.
    """
    finder = UrlFinder(surveyed)
    server = surveyed.configuration.server
    numbers = {site.name: site.id for site in (server.sites if server is not None else ())}
    of: dict[str, tuple[Key, ...]] = {}
    quiet: set[Key] = set()
    for each in examinations:
        if each.subject.kind is SubjectKind.REGISTRATION:
            continue
        keys = tuple(dict.fromkeys(_keys(each, finder, numbers)))
        if any(finding.severity > Severity.INFO for finding in each.findings):
            of[each.subject.path] = keys
        elif each.subject.executable:
            quiet.update(keys)
    own = quiet.union(*of.values())
    asked = {(site, key) for path, keys in of.items() for site, key in _passed_on(path, keys, own)}
    asked |= {(None, key) for _, key in asked}

    def quiet_keys() -> Iterator[bytes]:
        yield from (key for _, key in quiet)
        for path, role in others:
            for each in _keys_at(path, role, finder, numbers):
                own.update(asked & {each})
                yield each[1]

    known = KeySet(quiet_keys())
    return Addresses({path: (*keys, *_passed_on(path, keys, own)) for path, keys in of.items()}, known)


def _passed_on(path: str, keys: Sequence[Key], own: Collection[Key]) -> list[Key]:
    """Return the addresses of a page of the back end at the front end, which has its own pages below ``auth``."""
    if BACK_END not in path.lower() or any(site in (None, FRONT_END_SITE) for site, _ in keys):
        return []
    passed = dict.fromkeys((FRONT_END_SITE, key) for _, key in keys if b"/auth/" not in key)
    return [each for each in passed if each not in own and (None, each[1]) not in own]


def addresses_of(examinations: Sequence[Examination], surveyed: Survey) -> list[tuple[Key, ...]]:
    """Return the addresses of each subject, also of pages that only logs name."""
    finder = UrlFinder(surveyed)
    server = surveyed.configuration.server
    numbers = {site.name: site.id for site in (server.sites if server is not None else ())}
    return [tuple(dict.fromkeys(_keys(each, finder, numbers))) or tuple(_usual_keys(each)) for each in examinations]


def _usual_keys(examination: Examination) -> Iterator[Key]:
    """Yield the usual address of a page of which there is no file; the configuration may not be there."""
    subject = examination.subject
    if subject.presence is not Presence.PRESENT or any("planted_path" in each.facts for each in examination.findings):
        address = usual_address(subject.path)
        if address is not None:
            yield None, address_key(address.encode("utf-8", "surrogatepass"))


def _keys(examination: Examination, finder: UrlFinder, numbers: Mapping[str, int | None]) -> Iterator[Key]:
    """Yield the addresses of a subject; a trace is known by its virtual path, too."""
    yield from _keys_at(examination.subject.path, examination.subject.role, finder, numbers)
    for virtual_path in virtual_paths(examination):
        yield None, address_key(virtual_path.encode("utf-8", "surrogatepass"))


def _keys_at(path: str, role: Role, finder: UrlFinder, numbers: Mapping[str, int | None]) -> Iterator[Key]:
    for url in finder.of(path, role):
        site = None if url.site is None else numbers.get(url.site)
        yield site, address_key(urlsplit(url.address).path.encode("utf-8", "surrogatepass"))


def virtual_paths(examination: Examination) -> list[str]:
    """Return the addresses that the findings of a trace name."""
    if examination.subject.kind is not SubjectKind.TRACE:
        return []
    named = (finding.facts.get("virtual_path") for finding in examination.findings)
    return [each for each in dict.fromkeys(named) if isinstance(each, str)]


def has_visitors(of: Examination | Verdict, use: Use) -> bool:
    """Return True if ordinary users request an accused page as well, so that its clients are no intruders."""
    return _asked_by(of, use) is AskedBy.VISITORS


def _asked_by(of: Examination | Verdict, use: Use) -> AskedBy:
    path, urls = of.subject.path, of.subject.urls
    is_stock = is_shipped_at(path) or any(is_expected_page(urlsplit(each.address).path) for each in urls)
    acts_in_browser = any(f.rule.acts_in_browser and f.severity >= Severity.HIGH for f in of.findings)
    return asked_by(path, of.subject.role, use, is_accused=True, is_stock=is_stock or acts_in_browser)


def with_use(examinations: Sequence[Examination], addresses: Addresses, uses: Uses) -> list[Examination]:
    """Return the examinations, with findings about the requests for their subjects."""
    return [_with_use(each, addresses.of.get(each.subject.path, ()), uses) for each in examinations]


def _with_use(examination: Examination, keys: Sequence[Key], uses: Uses) -> Examination:
    # The search began with findings that a baseline of another build may have explained since.
    use = uses.of(keys) if keys and examination.is_reported else None
    if use is None:
        return examination
    subject = examination.subject
    by, checked = _asked_by(examination, use), uses.was_checked_by_its_user(keys)
    view = UsedFile(subject.path, subject.role, use, by, checked_by_its_user=checked)
    found = [*shell_was_used.find(view), *checked_before_it_answered.find(view)]
    return replace(examination, findings=(*examination.findings, *found))
