"""Observables of convicted shells (digests, paths, addresses, clients, agents, keys), and their list as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.defang import inert
from webshellhunt.model.log_results import Client
from webshellhunt.model.report import Report
from webshellhunt.pivot.case import Case, Product
from webshellhunt.pivot.families import Family
from webshellhunt.pivot.places import is_common, stems
from webshellhunt.pivot.shells import Shell
from webshellhunt.reports.platforms import is_foreign, registry_key
from webshellhunt.reports.printable import printable
from webshellhunt.reports.redaction import fingerprint
from webshellhunt.reports.times import utc

_KEY_FACTS: Final = ("decryption_key", "machine_key", "validation_key")
_SEPARATORS = re.compile(r"[\\/]")
_BROWSER: Final = "mozilla/"
_SHORTEST_AGENT: Final = 4
FILE: Final = "indicators.csv"
COLUMNS: Final = ("type", "value", "first_seen", "last_seen", "confidence", "comment")
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


class ObservableKind(StrEnum):
    """The kind of an observable, by the word that the list has for it."""

    SHA256 = "sha256"
    PATH = "path"
    FILE_NAME = "filename"
    URL_PATH = "url-path"
    ADDRESS = "ip"
    AGENT = "user-agent"
    KEY = "machine-key-fingerprint"
    REGISTRY_KEY = "registry-key"


class Observable(NamedTuple):
    """A value of a convicted shell; ``confidence`` is ``high``, ``medium`` or ``low``."""

    kind: ObservableKind
    value: str
    first: datetime | None
    last: datetime | None
    confidence: str
    about: str
    family: str = ""


def observables_of(case: Case) -> tuple[Observable, ...]:
    """Return the observables of a case, each once, by kind and value; its times span those of all its subjects.

    A value that holds code, such as an agent that quotes a page, is left out: a file with it would be taken for a page.
    """
    found: dict[tuple[ObservableKind, str], Observable] = {}
    for each in (each for each in _all(case) if not _holds_code(each)):
        known = found.get((each.kind, each.value))
        found[each.kind, each.value] = each if known is None else _joined(known, each)
    return tuple(sorted(found.values(), key=lambda each: (list(ObservableKind).index(each.kind), each.value)))


def left_out_of(case: Case) -> tuple[str, ...]:
    """Return the sentence about the values that are left out; none if there are none."""
    count = len({(each.kind, each.value) for each in _all(case) if _holds_code(each)})
    said = (
        f"{count:,} value{'' if count == 1 else 's'} with code in it: a file with it would itself be taken for a shell"
    )
    return (said,) if count else ()


def _holds_code(each: Observable) -> bool:
    return inert(each.value) != each.value


def _joined(known: Observable, other: Observable) -> Observable:
    first = min((each for each in (known.first, other.first) if each is not None), default=None)
    last = max((each for each in (known.last, other.last) if each is not None), default=None)
    return known._replace(first=first, last=last)


def _all(case: Case) -> Iterator[Observable]:
    for family in case.families:
        for shell in family.shells:
            yield from _of_shell(shell, family)
    for saved in case.saved:
        yield from _of_operators(saved.report, [shell for shell in case.shells if shell.report is saved.report])


def _of_shell(shell: Shell, family: Family) -> Iterator[Observable]:
    subject, use = shell.verdict.subject, shell.verdict.use
    first, last = shell.first_seen, None if use is None else use.last_utc
    rules = ", ".join(shell.rules)

    def seen(kind: ObservableKind, value: str, confidence: str, about: str) -> Observable:
        return Observable(kind, value, first, last, confidence, f"{about}, convicted by {rules}", family.name)

    if shell.has_content and subject.sha256 is not None:
        yield seen(ObservableKind.SHA256, subject.sha256, "high", "content of a web shell")
    if shell.has_place and not is_common(shell):
        yield seen(ObservableKind.PATH, subject.path, "medium", "path of a web shell")
        yield seen(ObservableKind.FILE_NAME, _SEPARATORS.split(subject.path)[-1], "low", "file name of a web shell")
        for stem in stems(shell):
            yield seen(ObservableKind.URL_PATH, stem, "medium", "address of a web shell")
    registered = registry_key(shell.verdict)
    if registered is not None:
        yield seen(ObservableKind.REGISTRY_KEY, registered.full, "medium", "key of the registry")
    for finding in shell.verdict.counted:
        for name in _KEY_FACTS:
            value = finding.facts.get(name)
            for key in value if isinstance(value, tuple) else (value,):
                if isinstance(key, str) and key:
                    yield seen(
                        ObservableKind.KEY,
                        fingerprint(key),
                        "medium",
                        "fingerprint of a key in a convicted configuration",
                    )


def _of_operators(report: Report, shells: list[Shell]) -> Iterator[Observable]:
    """Yield the clients that used convicted pages, and their programs; no proxy and no address of an own network."""
    used = {stem.lower() for shell in shells if not is_common(shell) for stem in stems(shell)}
    clients = [] if report.traffic is None else report.traffic.clients
    operators = {client.address: client for client in clients if _operates(client, used)}
    for client in operators.values():
        words = f"client that used {_listed(page for page in client.pages if page.lower() in used)}"
        exploits = f" and {_listed(client.exploits)}" if client.exploits else ""
        confidence = "high" if client.exploits or len(client.pages) > 1 else "medium"
        yield Observable(
            ObservableKind.ADDRESS, client.address, client.first_utc, client.last_utc, confidence, words + exploits
        )
    for shell in shells:
        use = shell.verdict.use
        if use is None or is_common(shell) or not operators.keys() & set(use.clients):
            continue
        for agent in use.agents:
            if is_distinctive(agent):
                words = "program that used a web shell; honest clients may have the same name"
                yield Observable(ObservableKind.AGENT, agent, use.first_utc, use.last_utc, "low", words)


def _operates(client: Client, used: set[str]) -> bool:
    return not client.is_proxy and is_foreign(client.address) and any(page.lower() in used for page in client.pages)


def is_distinctive(agent: str) -> bool:
    """Return True for the name of a program, such as ``python-requests/2.25.1``, and not of a browser."""
    return len(agent) >= _SHORTEST_AGENT and agent.isprintable() and not agent.lower().startswith(_BROWSER)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:5])


def indicators(case: Case) -> Product:
    """Return the list of indicators of a case as CSV."""
    found = observables_of(case)
    if not found:
        return Product({}, 0, "indicators", left_out_of(case))
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in found:
        row = (each.kind.value, each.value, utc(each.first), utc(each.last), each.confidence)
        writer.writerow([cell(value or "") for value in (*row, inert(f"{each.about}; {case.origin}"))])
    return Product({FILE: stream.getvalue()}, len(found), "indicators", left_out_of(case))


def cell(text: str) -> str:
    """Return a text for a cell: no control character, and no formula, which a spreadsheet would run."""
    shown = printable(text)
    return f"'{shown}" if shown.startswith(_FORMULAS) else shown
