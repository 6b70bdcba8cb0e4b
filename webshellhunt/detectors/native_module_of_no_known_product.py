r"""The server loads a native module or an ISAPI filter that no product is known to install there under that name.

What it finds:
    A native module or ISAPI filter of ``applicationHost.config`` whose name and place are not in the table of known
    products (IIS, ASP.NET, Exchange, SharePoint, Microsoft's extensions of IIS, and some of other makers). Alone this
    is unexplained. It is suspicious with a second reason: the file lies among the files of Windows or of Exchange, or
    in a user's folder; its name is like that of a stock module; or the file is at hand and has no signature where the
    product would have one, is a month younger than each other program of its folder, or resembles modules of intruders.
    A stock module in its place is suspicious where its file has no version information, or names another maker.

Why it matters:
    A native module runs in each worker process and sees each request before any page does. Intruders call it by a
    plausible name and lay it where the modules of Windows or Exchange are (IIS-Raid, SessionManager, BadIIS), so that
    neither its place nor its code stands out; that nobody ships it does.

Looks like:
    ``<add name="UpData" image="C:\Windows\System32\system.dll" />``, which a victim of 2021 asked about in public.

Benign look-alikes:
    Modules of makers that the table does not have: agents of monitoring, firewalls and single sign-on, and modules
    written in-house. In a folder of their own, and signed where the file is at hand, they stay unexplained. On 177
    public configurations of servers (39 names of modules and filters in the folders of Windows, 5 of Exchange) nothing in
    these folders is missing from the table, so that the rule said nothing of them; the three modules that are named
    ``Test-…`` in ``C:\Temp`` of one test server are unexplained: only the list speaks against them, no second reason.

Blind spots:
    A stock file in its stock place with other content that kept its version information: the baseline tells that. A
    file under the name and in the place of a product of another maker that is not installed. Files that were not
    collected: then the name and the place alone speak. ISAPI filters that a ``web.config`` adds. Whether a signature is
    valid is not checked. What lies in an odd place (ProgramData, a folder for temporary files) is told by WSH4008.

References:
    https://learn.microsoft.com/en-us/answers/questions/355650/exchange-server-2013-compromised-suspicious-iis-mo
    https://attack.mitre.org/techniques/T1505/004/
    https://securelist.com/the-sessionmanager-iis-backdoor/106868/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from webshellhunt.context.confusables import skeleton
from webshellhunt.context.odd_places import odd_place
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.discovery.native_modules import KnownModule, find_known_image, load_known_modules
from webshellhunt.discovery.registrations import PROGRAMS, Registration
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity

RULE = define_rule(
    "WSH4020",
    "native-module-of-no-known-product",
    Severity.MEDIUM,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.004",),
)
_PLACES: Final = (
    ("%windir%\\", "its file lies among those of Windows, where each known module has a known name"),
    ("%exchange%\\", "its file lies among those of Exchange, where each known module has a known name"),
    ("?:\\users\\", "its file lies in a user's folder"),
    ("?:\\documents and settings\\", "its file lies in a user's folder"),
)
_PLAIN_WORDS: Final = frozenset({"asp", "cgi", "filter", "isapi", "redirect", "rewrite", "static", "warmup", "webdav"})
"""Names of stock files that any product may use for its own."""

_SHORTEST: Final = 6
_LONGEST: Final = 64


@detector(RULE, on=Registration)
def find(registration: Registration) -> Iterator[Finding]:
    """Report a module that no product is known to install so, or a stock one whose file is not the product's."""
    if registration.kind not in PROGRAMS or odd_place(registration.target) is not None:
        return
    name, target, kind = registration.name, registration.target, registration.kind
    known = registration.known
    if known is not None:
        reasons = list(_changes(registration, known))
        message = f"the {kind} {name} is that of {known.product} by its name and place ({target})"
        if not reasons:
            return
    else:
        image = find_known_image(registration.place)
        reasons = list(_reasons(registration, image))
        message = f"no known product installs the {kind} {name} as {target}"
        if image is not None:
            message = f"{message}; the file is one of {image.product}, which registers it as {image.name}"
    span = Span(registration.offset, registration.offset + len(registration.excerpt))
    evidence = Evidence(registration.declared_in, "raw", span, registration.line, 1, registration.excerpt)
    origin = registration.program.origin if registration.program is not None else None
    yield claim(
        RULE,
        "; ".join((message, *reasons)),
        evidence,
        severity=Severity.HIGH if reasons else RULE.severity,
        facts={
            "name": name,
            "program": target,
            "company": origin and origin.company,
            "debug_path": origin and origin.debug_path,
        },
    )


def _reasons(registration: Registration, image: KnownModule | None) -> Iterator[str]:
    """Yield the second reasons against a module of no known product."""
    if image is None:
        yield from (words for top, words in _PLACES if registration.place.startswith(top))
        yield from _likeness(registration)
    yield from _file_reasons(registration)


def _likeness(registration: Registration) -> Iterator[str]:
    """Yield which stock module a name pretends to be, at most one."""
    name = skeleton(registration.name.partition(" for ")[0][:_LONGEST])
    stem = skeleton(registration.place.rpartition("\\")[2][:_LONGEST].rpartition(".")[0])
    for known_name, known in _stock_names().items():
        if name == known_name or _is_near(name, known_name):
            yield f"its name is like {known.name}, a module of {known.product} whose file is {known.image}"
            return
    for known in _stock_modules():
        if known.stem not in _PLAIN_WORDS and (stem == known.stem or _is_near(stem, known.stem)):
            yield f"its file is named like {known.stem}.dll of {known.product}, which is {known.image}"
            return


def _file_reasons(registration: Registration) -> Iterator[str]:
    """Yield what the file itself, where it is at hand, says against a module."""
    program = registration.program
    if program is None:
        return
    origin = program.origin
    in_windows = registration.place.startswith("%windir%\\")
    if not origin.signed and not in_windows:
        yield "its file has no signature, and lies where no catalogue of Windows can have one for it"
    if program.days_later is not None:
        yield f"its file is {program.days_later} days younger than each other program in its folder"
    yield from program.kinship


def _changes(registration: Registration, known: KnownModule) -> Iterator[str]:
    """Yield how the file of a stock module differs from Microsoft's."""
    program = registration.program
    if program is None or not known.is_microsoft:
        return
    if not program.origin.versioned:
        yield "but its file has no version information, which each file of that product has"
    elif program.origin.company is not None and "microsoft" not in program.origin.company.lower():
        yield f"but its file names another maker ({program.origin.company})"


@lru_cache(maxsize=1)
def _stock_modules() -> tuple[KnownModule, ...]:
    return tuple(known for known in load_known_modules() if known.is_microsoft)


@lru_cache(maxsize=1)
def _stock_names() -> dict[str, KnownModule]:
    return {known.name.lower(): known for known in reversed(_stock_modules())}


def _is_near(name: str, known: str) -> bool:
    """True if one character is added, left out or changed, in a name that is long enough for that to be no chance."""
    if min(len(name), len(known)) < _SHORTEST or abs(len(name) - len(known)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), min(len(name), len(known)))
    short, long = sorted((name[at:], known[at:]), key=len)
    return short == long[1:] if len(short) < len(long) else short[1:] == long[1:]
