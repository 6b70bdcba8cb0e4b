r"""A file of a kind that Exchange never ships lies in one of its web directories.

What it finds:
    In a web directory of Exchange: source code in ``App_Code``, a classic ASP, Razor, PHP, workflow or remoting page, a
    file with server-side includes, a definition of browsers, resources in ``App_GlobalResources`` or
    ``App_LocalResources``, a ``.user.ini``. Also a handler, a service or an application whose directive names a type
    that is not Microsoft's, in a library. ASP.NET and IIS run or read such files without any line of configuration.

Why it matters:
    No version of Exchange has such a file, but for one definition of browsers in ``ecp``. Only setup writes to these
    directories, and it removes nothing there that it did not put there: the file outlives each update.

Looks like:
    ``FrontEnd\HttpProxy\owa\App_Code\Trace.cs``, ``ecp\App_Browsers\x.browser``.

Benign look-alikes:
    A test page that an administrator forgot. Themes and second factors bring pages of other kinds and libraries.

Blind spots:
    Pages of kinds that Exchange ships (``.aspx``, ``.ashx``, ``.svc``) with their code in the file: other rules read
    that, and ``unlisted-page`` compares their names.

References:
    https://learn.microsoft.com/en-us/previous-versions/aspnet/ex526337(v=vs.100)
"""

import re
from itertools import islice

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.pages.kinds import application_source
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH2010", "medium", "high", "T1505.003", is_of_place=True)
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
_NAMING = lazy_pattern(rb"<%@\s*(?:application|servicehost|webhandler|webservice)\b([^%]{0,2000})")
_TYPE = lazy_pattern(rb"\b(?:class|service|factory|inherits)\s*=\s*[\"']\s*([^\"']{1,400})")
_OF_MICROSOFT = ("microsoft.", "system.")
_RESOURCES = ("app_globalresources", "app_localresources")
_MOST = 10
_STOCK = "/ecp/app_browsers/browserfile.browser"


def _is_of_exchange(sample: Sample) -> bool:
    """Return True if a file is in a web directory of Exchange."""
    return sample.artifact.role in EXCHANGE_ROLES


@detector(RULE, on=Sample, prefilter=_is_of_exchange)
def find(sample: Sample) -> Findings:
    """Report a file of a foreign kind."""
    if not _is_of_exchange(sample):
        return
    kind, foreign = _kind(sample), _foreign_type(sample) if sample.is_page else None
    if kind and sample.data.strip():
        message = f"{kind} lies in a directory of Exchange, which ships no such file"
        yield claim(RULE, message, sample.raw_evidence(0, min(len(sample.data), 80)))
    elif foreign is not None:
        name = foreign[1].decode("latin-1")
        message = f"this page in a directory of Exchange answers by code of another maker: {name}"
        yield claim(RULE, message, sample.raw_evidence(foreign.start(1), len(name)))


def _foreign_type(sample: Sample) -> re.Match[bytes] | None:
    """Return the type in the directive of a handler, a service or an application that is not Microsoft's.

    A class without an assembly is one in the file itself, but for an application.
    """
    for directive in islice(_NAMING.finditer(sample.folded), _MOST):
        for found in _TYPE.finditer(sample.folded, *directive.span(1)):
            name, comma, assembly = found[1].decode("latin-1").partition(",")
            is_elsewhere = bool(comma) or sample.extension == "asax"
            if is_elsewhere and not (assembly or name).strip().startswith(_OF_MICROSOFT):
                return found
    return None


def _kind(sample: Sample) -> str:
    path = sample.artifact.path.lower().replace("\\", "/")
    if application_source(path) is not None:
        return "source code that ASP.NET compiles into the application"
    if path.endswith("/.user.ini"):
        return "a configuration of PHP"
    if sample.extension in ("resx", "resources"):
        return "a file of resources" if path.split("/")[-2:-1][0] in _RESOURCES else ""
    return "" if path.endswith(_STOCK) else _KINDS.get(sample.extension, "")
