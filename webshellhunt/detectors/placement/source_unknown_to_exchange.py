r"""A file of a kind that Exchange never ships lies in one of its web directories.

What it finds:
    In a web directory of Exchange: source code in ``App_Code``, a classic ASP, Razor, PHP, workflow or remoting page, a
    file with server-side includes, a definition of browsers, resources in ``App_GlobalResources`` or
    ``App_LocalResources``, a ``.user.ini``. ASP.NET and IIS run or read such files without any line of configuration.

Why it matters:
    No version of Exchange has such a file, but for one definition of browsers in ``ecp``. Only setup writes to these
    directories, and it removes nothing there that it did not put there: the file outlives each update.

Looks like:
    ``FrontEnd\HttpProxy\owa\App_Code\Trace.cs``, ``ecp\App_Browsers\x.browser``.

Benign look-alikes:
    A test page that an administrator forgot. Themes and second factors bring pages of other kinds and libraries.

Blind spots:
    Kinds that Exchange ships (``.aspx``, ``.ashx``, ``.svc``, ``.asax``): ``unlisted-page`` compares those.

References:
    https://attack.mitre.org/techniques/T1505/003/
    https://learn.microsoft.com/en-us/previous-versions/aspnet/ex526337(v=vs.100)
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pages.kinds import application_source
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH2010",
    "source-unknown-to-exchange",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003",),
    is_of_place=True,
)
_KINDS = {
    **dict.fromkeys(("asp", "asa", "cdx"), "a page of classic ASP"),
    **dict.fromkeys(("cshtml", "vbhtml"), "a Razor page"),
    **dict.fromkeys(("php", "phtml"), "a PHP page"),
    **dict.fromkeys(("stm", "shtm", "shtml"), "a page with server-side includes"),
    **dict.fromkeys(("rem", "soap"), "an address of .NET Remoting"),
    "asix": "a handler",
    "xamlx": "a workflow service",
    "browser": "a definition of browsers, which may name code for each page",
}
_RESOURCES = ("app_globalresources", "app_localresources")
_STOCK = "/ecp/app_browsers/browserfile.browser"


def _is_of_exchange(sample: Sample) -> bool:
    """Return True if a file is in a web directory of Exchange."""
    return sample.artifact.role in EXCHANGE_ROLES


@detector(RULE, on=Sample, prefilter=_is_of_exchange)
def find(sample: Sample) -> Iterator[Finding]:
    """Report a file of a foreign kind."""
    kind = _kind(sample) if _is_of_exchange(sample) else ""
    if kind and sample.data.strip():
        message = f"{kind} lies in a directory of Exchange, which ships no such file"
        yield claim(RULE, message, sample.raw_evidence(0, min(len(sample.data), 80)))


def _kind(sample: Sample) -> str:
    path = sample.artifact.path.lower().replace("\\", "/")
    if application_source(path) is not None:
        return "source code that ASP.NET compiles into the application"
    if path.endswith("/.user.ini"):
        return "a configuration of PHP"
    if sample.extension in ("resx", "resources"):
        return "a file of resources" if path.split("/")[-2:-1][0] in _RESOURCES else ""
    return "" if path.endswith(_STOCK) else _KINDS.get(sample.extension, "")
