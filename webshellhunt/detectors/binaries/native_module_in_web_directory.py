r"""A native IIS library lies in a web directory, or has capabilities that no such library needs.

What it finds:
    A native library with the exports of an IIS module (``RegisterModule``), an ISAPI filter (``GetFilterVersion``,
    ``HttpFilterProc``) or an ISAPI extension (``GetExtensionVersion``, ``HttpExtensionProc``) in a directory that is
    served. In any directory, one that starts programs, writes into other processes or listens for requests itself.

Why it matters:
    Such a library sees every request before any page does. IIS-Raid, RGDoor, OwaAuth and the BadIIS family work this
    way.

Looks like:
    ``owa\auth\x.dll`` that exports ``HttpFilterProc``; a module that imports ``CreateProcessW``.

Benign look-alikes:
    Exchange's own ``owaauth.dll`` and ``exppw.dll`` in ``owa\auth`` and ``rpcproxyshim.dll``; modules of IIS whose
    purpose is to start programs (CGI, FastCGI, ASP.NET Core), in their usual folders; ISAPI extensions of old
    applications.

Blind spots:
    Functions that are looked up at run time by name or digest. Registration is not checked here, but by the
    configuration rules. A library with a stock name in the stock place is left to the baseline.

References:
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.binaries.pe import Image, is_image, read_image
from webshellhunt.detectors.contract import claim, define_rule, detector, is_pe_file
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH5005",
    "native-module-in-web-directory",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.004",),
)
_KINDS = (
    ("module of IIS", frozenset({"RegisterModule"})),
    ("ISAPI filter", frozenset({"GetFilterVersion", "HttpFilterProc"})),
    ("ISAPI extension", frozenset({"GetExtensionVersion", "HttpExtensionProc"})),
)
_MARKS = (b"RegisterModule", b"HttpFilterProc", b"HttpExtensionProc")
_STOCK = frozenset({("auth", "owaauth.dll"), ("auth", "exppw.dll"), ("rpcproxy", "rpcproxyshim.dll")})
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
_SERVED = SETUP_ROLES | {Role.WWWROOT, Role.SITE, Role.BIN}


@detector(RULE, on=Sample, prefilter=is_pe_file)
def find(sample: Sample) -> Iterator[Finding]:
    """Report a library by its exports, its folder and its imports."""
    data, artifact = sample.data, sample.artifact
    if not is_image(data) or not any(mark in data for mark in _MARKS):
        return
    image = read_image(data, artifact.path)
    kind = next((kind for kind, names in _KINDS if names <= image.exports), None)
    if kind is None:
        return
    folders = artifact.path.replace("\\", "/").lower().split("/")[:-1]
    name = artifact.name.lower()
    facts = {"kind": kind, "linked_at": None if image.linked_utc is None else image.linked_utc.isoformat()}
    evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
    may_start_programs = name in _PROGRAM_STARTERS and bool(_PLACES_OF_IIS.intersection(folders))
    for capability, used in () if may_start_programs else _capabilities(image):
        yield claim(RULE, f"this {kind} {capability} ({', '.join(used)})", evidence, facts=facts)
        return
    if artifact.role in _SERVED and "inetsrv" not in folders and (*folders[-1:], name) not in _STOCK:
        owned = artifact.role in SETUP_ROLES or "httpproxy" in folders or "clientaccess" in folders
        yield claim(
            RULE,
            f"it is {'an' if kind.startswith('I') else 'a'} {kind}, and lies in a web directory",
            evidence,
            severity=Severity.HIGH if owned else Severity.MEDIUM,
            facts=facts,
        )


def _capabilities(image: Image) -> Iterator[tuple[str, list[str]]]:
    for capability, names in _CAPABILITIES:
        used = sorted({name for _, name in image.imports if name.lower() in names})
        if used:
            yield capability, used[:4]
