r"""A native IIS library lies where none belongs, or has capabilities that no such library needs.

What it finds:
    A native library with the exports of an IIS module (``RegisterModule``), an ISAPI filter (``GetFilterVersion``,
    ``HttpFilterProc``) or an ISAPI extension (``GetExtensionVersion``, ``HttpExtensionProc``), registered or not: in a
    folder of Exchange without Microsoft's signature; in a folder of Windows under a name that no known module has, or
    under a stock name without Microsoft's version information; in a directory that is served; in an odd folder. In any
    directory, a library with the name of one of Exchange's and without Microsoft's signature, one whose signature was
    made for other content, or one that starts programs, writes into other processes or listens for requests itself.
    A file with the name of one of Exchange's that is no library at all; outside of Exchange and web directories, or
    empty at its stock place (a damaged disk, a collector's placeholder), it is a question.

Why it matters:
    Such a library sees every request before any page does. IIS-Raid, RGDoor, OwaAuth and the BadIIS family work this
    way. A library that no configuration loads now is a spare: a service or a task registers it again.

Looks like:
    ``owa\auth\owaauth.dll`` without a signature; ``System32\inetsrv\cachx.dll``; a module that imports
    ``CreateProcessW``.

Benign look-alikes:
    Exchange's own ``owaauth.dll``, ``exppw.dll`` and ``airfilter.dll`` have a valid signature of Microsoft, which alone
    clears a library, by its content. Most modules of IIS have their digest in a catalogue of Windows instead; where the
    catalogues are at hand, they clear a library, too. Modules of IIS whose purpose is to start programs (CGI, FastCGI,
    ASP.NET Core), in their usual folders; ISAPI extensions of old applications.

Blind spots:
    Functions that are looked up at run time by name or digest. Registration is not checked here, but by the
    configuration rules. A stock file of Windows that was replaced by one with copied version information, unless a
    second reason leads to the catalogues. Revoked certificates. On a complete system, of the folders of Windows
    and Exchange only libraries whose times stand alone are examined.

References:
    https://attack.mitre.org/software/S0072/
    https://learn.microsoft.com/en-us/windows-hardware/drivers/install/authenticode
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.binaries.pe import Image
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, is_pe_file
from webshellhunt.host.iis.native_modules import find_known_image, is_stock_program
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.rules import Confidence, Remedy, Severity
from webshellhunt.views.native_program import EXTENSION, NativeProgram, has_name_of_exchange, place_of
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5005", "high", "medium", "T1505.004", remedy=Remedy.STATED)
_PROGRAM_STARTERS = frozenset(
    {
        "cgi.dll", "iisfcgi.dll", "iis_ssi.dll", "ssinc.dll", "aspnetcore.dll", "aspnetcorev2.dll",
        "httpplatformhandler.dll", "iisnode.dll",
    }
)  # fmt: skip
_PLACES_OF_IIS = frozenset({"inetsrv", "iis", "iisnode"})
_CAPABILITIES = (
    (
        "starts programs",
        {
            "createprocessa", "createprocessw", "createprocessasusera", "createprocessasuserw",
            "createprocesswithtokenw",
            "createprocesswithlogonw", "winexec", "shellexecutea", "shellexecutew", "shellexecuteexa",
            "shellexecuteexw",
            "system", "_wsystem", "_popen", "_wpopen",
        },
    ),
    (
        "writes into other processes",
        {"writeprocessmemory", "createremotethread", "createremotethreadex", "virtualallocex", "ntcreatethreadex"},
    ),
    ("listens for requests itself", {"httpaddurl", "httpaddurltourlgroup", "httpcreateserversession"}),
)  # fmt: skip
_SERVED: Final = SETUP_ROLES | {Role.WWWROOT, Role.SITE, Role.BIN}
_FOLDERS_OF_EXCHANGE: Final = frozenset({"httpproxy", "clientaccess"})


class _Reason(NamedTuple):
    words: str
    severity: Severity = Severity.HIGH
    confidence: Confidence = Confidence.MEDIUM


def _may_be_module(sample: Sample) -> bool:
    return is_pe_file(sample) or has_name_of_exchange(sample.artifact.name.lower())


@detector(RULE, on=Sample, prefilter=_may_be_module)
def find(sample: Sample) -> Findings:
    """Report a library by its exports, its signature, its folder and its imports."""
    if not _may_be_module(sample):
        return
    if not is_pe_file(sample):
        yield _no_library(sample)
        return
    program = sample.native
    if program is None or program.is_vouched or (program.kind is None and program.imitates is None):
        return
    reason = next(_reasons(program, sample), None)
    if reason is not None:
        artifact, words = sample.artifact, f"this {program.kind or 'library'} {reason.words}"
        evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
        yield claim(RULE, words, evidence, severity=reason.severity, confidence=reason.confidence, facts=program.facts)


def _no_library(sample: Sample) -> Finding:
    """Return the finding of a file that has the name of a library of Exchange alone."""
    artifact, place = sample.artifact, place_of(sample.artifact)
    is_served = artifact.role in _SERVED or place.startswith("%exchange%\\")
    is_damaged = not sample.data.strip(b"\0") and find_known_image(place) is not None
    words = "this file has the name of a library of Exchange, but is no library: " + (
        "it is empty" if not sample.data else "it has no header of a program"
    )
    severity = Severity.MEDIUM if is_served and not is_damaged else Severity.LOW
    facts = {"undo": "Keep this file as evidence; restore it from Exchange's setup if setup has it at this place"}
    evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
    return claim(RULE, words, evidence, severity=severity, confidence=Confidence.HIGH, facts=facts)


def _reasons(program: NativeProgram, sample: Sample) -> Iterator[_Reason]:
    """Yield the reasons to report a library, the gravest first."""
    folders = sample.artifact.path.replace("\\", "/").lower().split("/")[:-1]
    if program.is_tampered:
        words = f"differs from the file that its publisher signed: {program.signature_words}"
        yield _Reason(words, Severity.CRITICAL, Confidence.HIGH)
    may_start_programs = sample.artifact.name.lower() in _PROGRAM_STARTERS and _PLACES_OF_IIS.intersection(folders)
    is_usual = may_start_programs or program.kind is None
    for capability, used in () if is_usual else _capabilities(program.image):
        yield _Reason(f"{capability} ({', '.join(used)})")
    if program.imitates == "Exchange" and program.owner != "Exchange":
        yield _Reason(f"has the name of a file of Exchange, which Microsoft signs, and {program.signature_words}")
    is_of_exchange = program.owner == "Exchange" or _FOLDERS_OF_EXCHANGE.intersection(folders)
    weaker = Severity.MEDIUM if program.is_of_publisher else Severity.HIGH
    if is_of_exchange:
        yield _Reason(
            f"lies in a folder of Exchange, whose programs Microsoft signs, and {program.signature_words}", weaker
        )
    elif program.owner is not None:
        yield from _among_stock(program, weaker)
    elif (odd := odd_place(sample.artifact.path)) is not None:
        yield _Reason(f"lies in {odd.words}; {program.signature_words}", weaker)
    elif sample.artifact.role in _SERVED and not program.is_of_publisher:
        is_usual = program.kind == EXTENSION and sample.artifact.role not in SETUP_ROLES
        severity = Severity.MEDIUM if is_usual else Severity.HIGH
        yield _Reason(f"lies in a web directory, and {program.signature_words}", severity)


def _among_stock(program: NativeProgram, severity: Severity) -> Iterator[_Reason]:
    """Yield the reason to report a library in a folder of Windows, or of the extensions of IIS."""
    known, signed = find_known_image(program.place), program.signature_words
    is_usual = program.claims_microsoft and (program.kind == EXTENSION or program.owner == "IIS")
    if known is None and not is_stock_program(program.place):
        words = f"lies in a folder of {program.owner}, in which no known one has its name, and {signed}"
        yield _Reason(words, Severity.MEDIUM if is_usual else severity)
    elif (known is None or known.is_microsoft) and not program.claims_microsoft:
        named = f"names another maker ({program.origin.company})" if program.origin.company else "names no maker"
        yield _Reason(f"has the name and the place of a file of Microsoft, but {named}, and {signed}", severity)


def _capabilities(image: Image) -> Iterator[tuple[str, list[str]]]:
    for capability, names in _CAPABILITIES:
        used = sorted({name for _, name in image.imports if name.lower() in names})
        if used:
            yield capability, used[:4]
