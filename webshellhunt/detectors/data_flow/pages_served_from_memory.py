"""A provider of pages makes pages that lie nowhere as a file.

What it finds:
    A class that derives from ``VirtualPathProvider``, ``VirtualFile`` or ``VirtualDirectory``, and whose pages have
    their content from the request, or from a text in the class itself: one with server code, or one in base64.

Why it matters:
    ASP.NET asks the provider for each page before it looks at the disk. The page is compiled and run as if it were a
    file, and no scan of files finds it. GhostContainer and the kits for memory shells stay so.

Looks like:
    ``public override Stream Open() { return new MemoryStream(Convert.FromBase64String(page)); }``

Benign look-alikes:
    Providers of content management systems read pages from a database, an archive, a cloud or the resources of an
    assembly.

Blind spots:
    A provider whose content comes from a file, a resource or a database that the intruder filled.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.hosting.virtualpathprovider
    https://securelist.com/ghostcontainer/116953/
"""

import base64
import binascii
from collections.abc import Sequence

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lang.tree import Class
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1061", "high", "medium", "T1505.003", "T1505.004")
_BASES = frozenset({"virtualpathprovider", "virtualfile", "virtualdirectory"})
_STREAMS = frozenset({"memorystream"})
_SENT = frozenset({"form", "params", "inputstream", "binaryread"})
"""Members of a request that have a content; its address and host only choose one."""
_CODED = lazy_pattern(r"[A-Za-z0-9+/\s]{12,}={0,2}")
_MARKUP = lazy_pattern(r"<(?:%|[!a-zA-Z])")
_SHORT = 64 * 1024


@detector(RULE, on=Code, needs=[_BASES, _STREAMS])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first class that makes a page from its own text or from a request."""
    index = code.analysis.index
    classes = [each for each in index.of(Class) if any(_last(base.name) in _BASES for base in each.bases)]
    makes = any(not _STREAMS.isdisjoint(name.names) for each in classes for name in index.within(each))
    if not classes or not makes:
        return
    for each in classes:
        asked = next((name for name in index.within(each) if _is_sent(name.names)), None)
        if asked is not None:
            yield _claim("a request", layer, code, asked.place)
            return
        own = next((text for text in code.analysis.constants.within(each) if _is_page(text.value)), None)
        if own is not None:
            yield _claim("a text in its own source", layer, code, own.start)
            return


def _claim(origin: str, layer: Layer, code: Code, place: int) -> Finding:
    message = (
        f"a provider of pages (VirtualPathProvider) makes pages from {origin}: they run, and lie nowhere as a file"
    )
    return claim(RULE, message, layer.place_evidence(code, place))


def _is_sent(names: Sequence[str]) -> bool:
    """Return True if a dotted name is a content that a visitor sends: a field, or the request by a key."""
    return "request" in names and (names[-1] == "request" or not _SENT.isdisjoint(names))


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _is_page(text: str) -> bool:
    """Return True if a text is a page, or one in base64 with server code."""
    if _CODED.fullmatch(text[:_SHORT]) is None:
        return _MARKUP.search(text) is not None
    try:
        return b"<%" in base64.b64decode(text[: min(len(text), _SHORT) // 4 * 4])
    except (binascii.Error, ValueError):
        return False
