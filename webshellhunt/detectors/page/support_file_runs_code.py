r"""A file that supports pages makes the server run code.

What it finds:
    A definition of browsers (``.browser``) with an adapter for all pages; a workflow service (``.xamlx``) that starts
    a program or loads code; a file of resources (``.resx``, ``.resources``) with a serialised object that is no
    picture; a page with server-side includes (``.stm``, ``.shtm``, ``.shtml``) and ``#exec``; a ``.user.ini`` that
    puts a file before each PHP page that is no PHP file or lies in an odd place.

Why it matters:
    None of them is a page, and scans for web shells pass them over. An adapter sees each request of each page; the
    serialised object is made when the application starts.

Looks like:
    ``<adapter controlType="System.Web.UI.Page" adapterType="Site.Trace, Site" />``,
    ``<!--#exec cmd="..." -->``, ``auto_prepend_file=/uploads/logo.png``.

Benign look-alikes:
    Adapters for single controls. Adapters for all pages that keep view states: those of known makers are spared, and
    one whose name says so is unexplained outside of Exchange. Pictures and lists of pictures in resources.

Blind spots:
    Code in the library that an adapter names; an object of a class of the application itself in resources, which is
    made all the same; definitions of browsers of the framework, which it compiles beforehand.

References:
    https://learn.microsoft.com/en-us/previous-versions/aspnet/67276kc5(v=vs.100)
    https://learn.microsoft.com/en-us/dotnet/standard/serialization/binaryformatter-security-guide
    https://learn.microsoft.com/en-us/iis/configuration/system.webserver/serversideinclude
    https://www.php.net/manual/en/ini.core.php#ini.auto-prepend-file
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.host.iis.xml_tree import salvage_xml
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH2011", "high", "medium", "T1505.003")
_PAGES = frozenset({"system.web.ui.page", "system.web.ui.templatecontrol", "system.web.ui.control"})
_FORM = "system.web.ui.htmlcontrols.htmlform"
"""A control that sites give an adapter for addresses of their own, and the framework never."""

_KNOWN_MAKERS = ("system.web.", "microsoft.", "telerik.web.ui.", "alachisoft.ncache.")
_OF_STATES = lazy_pattern(r"(?i)viewstate|pagestate|compress")
_WORKFLOW = lazy_pattern(
    rb"objectdataprovider|diagnostics\.process\b|\bprocess\.start\b|[:{](?:process|assembly|appdomain|activator)[\"}]|\bassembly\.(?:unsafe)?load"
    rb"|xaml(?:services|reader)|powershell|\bcmd(?:\.exe)?\s+/c"
)
_EXEC = lazy_pattern(rb"<!--\s*\#exec\s+(cmd|cgi)\s*=\s*[\"']([^\"'\r\n]{0,400})")
_PREPENDED = lazy_pattern(
    rb"^[ \t]*(auto_(?:prepend|append)_file)[ \t]*=[ \t]*[\"']?([^\"';\r\n]{1,400})", re.MULTILINE
)
_PHP = (".php", ".inc", ".phtml", "none")
_SERIAL = b"\0\1\0\0\0\xff\xff\xff\xff\1\0\0\0"
_IN_BASE64 = lazy_pattern(rb"AAEAAAD/////[A-Za-z0-9+/=\s]{0,20000}")
_IN_SOAP = lazy_pattern(rb"x-microsoft\.net\.object\.soap\.base64[\"'][^<>]*>\s*<value>")
_PROVIDERS = lazy_pattern(rb"objectdataprovider|xamlreader|resourcedictionary")
_HEADER = _SERIAL + bytes(4)
_LIBRARY, _CLASSES, _PLAIN = b"\x0c", (b"\2", b"\3", b"\4", b"\5"), (b"\6", b"\x0f", b"\x11")
"""Records of a library, of classes, and of texts and plain arrays."""
_PICTURES = (b"System.Drawing.", b"System.Windows.Forms.", b"System.IO.MemoryStream")
_COMPILED = ("app_globalresources", "app_localresources", "app_code")
_MOST = 200


class _Act(NamedTuple):
    """An act of the server by a file, in words that end a sentence, and its place."""

    words: str
    start: int
    length: int
    sure: bool = True


def _is_read(sample: Sample) -> bool:
    """Return True if the server may read a file as one of these kinds."""
    is_served = sample.extension == "browser" or sample.artifact.role not in (Role.DROP, Role.IIS_CONFIG)
    return sample.extension in _READERS and is_served


@detector(RULE, on=Sample, prefilter=_is_read)
def find(sample: Sample) -> Findings:
    """Report the first act of a file that supports pages."""
    acts = list(islice(_READERS[sample.extension](sample), _MOST)) if _is_read(sample) else []
    act = next((each for each in acts if each.sure), acts[0] if acts else None)
    if act is not None:
        severity = None if act.sure else Severity.MEDIUM
        yield claim(RULE, act.words, sample.raw_evidence(act.start, act.length), severity=severity)


def _adapters(sample: Sample) -> Iterator[_Act]:
    """Yield the adapters that see each page."""
    tree, _ = salvage_xml(sample.data, sample.artifact.path)
    is_of_framework = "microsoft.net" in sample.artifact.path.lower()
    for each in tree.named("adapter") if tree is not None else ():
        name = each.get("adapterType")
        control = each.get("controlType").partition(",")[0].strip().lower()
        is_of_pages = control in _PAGES or (control == _FORM and is_of_framework)
        if is_of_pages and name and not name.lower().startswith(_KNOWN_MAKERS):
            words = f"the adapter {name} sees each page of the application, without a line of its configuration"
            is_of_states = _OF_STATES.search(name) is not None and sample.artifact.role not in EXCHANGE_ROLES
            yield _Act(words, each.offset, 80, sure=not is_of_states)


def _workflows(sample: Sample) -> Iterator[_Act]:
    for found in _WORKFLOW.finditer(sample.folded):
        name = found[0].decode("latin-1").strip('":{}')
        yield _Act(f"the workflow service uses {name}, which runs code of its author", found.start(), len(found[0]))


def _includes(sample: Sample) -> Iterator[_Act]:
    """Yield the programs that a page with server-side includes starts; a counter of visitors is an old habit."""
    for found in _EXEC.finditer(sample.folded):
        command, is_command = found[2].decode("latin-1"), found[1] == b"cmd"
        words = f"a server-side include runs {command} at each request for the page"
        yield _Act(words, found.start(), len(found[0]), sure=is_command or odd_place(command) is not None)


def _prepended(sample: Sample) -> Iterator[_Act]:
    if not sample.artifact.name.lower().endswith(".user.ini"):
        return
    for found in _PREPENDED.finditer(sample.folded):
        path = found[2].decode("latin-1").strip()
        is_odd = not path.endswith(_PHP) or "://" in path or odd_place(path) is not None
        if is_odd and path:
            words = f"PHP runs {path} with each page of this directory ({found[1].decode('ascii')})"
            yield _Act(words, found.start(), len(found[0]))


def _resources(sample: Sample) -> Iterator[_Act]:
    """Yield the objects that are made when ASP.NET reads the resources."""
    folders = sample.artifact.path.lower().replace("\\", "/").split("/")[:-1]
    if sample.artifact.role not in EXCHANGE_ROLES and not any(each in folders for each in _COMPILED):
        return
    for name, start, length in _objects(sample.data):
        yield _Act(f"the resources have a serialised object of {name}, which is made as they are read", start, length)
    for pattern, words in ((_PROVIDERS, "a class that runs code"), (_IN_SOAP, "a serialised object in SOAP")):
        for found in pattern.finditer(sample.folded):
            yield _Act(f"the resources name {words}", found.start(), len(found[0]))


def _objects(data: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield the first class of each serialised object that is no picture, with its place."""
    coded = ((found[0], found.start(), len(found[0])) for found in _IN_BASE64.finditer(data))
    for text, start, length in coded:
        try:
            raw = base64.b64decode(b"".join(text.split())[: len(text) // 4 * 4])
        except (binascii.Error, ValueError):
            raw = b""
        if (name := _class_of(raw)) is not None:
            yield name, start, min(length, 80)
    at = data.find(_SERIAL)
    while at >= 0:
        if (name := _class_of(data[at : at + 16384])) is not None:
            yield name, at, len(_SERIAL)
        at = data.find(_SERIAL, at + 1)


def _class_of(raw: bytes) -> str | None:
    """Return the class of the first serialised object, ``None`` for a picture, a text or numbers.

    Source: [MS-NRBF], 2.3 (classes), 2.4 (arrays), 2.6.2 (libraries).
    """
    at = len(_HEADER)
    while raw[at : at + 1] == _LIBRARY:
        at, _ = _text(raw, at + 5)
    if raw[at : at + 1] in _PLAIN:
        return None
    name = _text(raw, at + 5)[1] if raw[at : at + 1] in _CLASSES else b"an unknown class"
    return None if name.startswith(_PICTURES) and _PROVIDERS.search(raw.lower()) is None else name.decode("latin-1")


def _text(raw: bytes, at: int) -> tuple[int, bytes]:
    """Return the end and the bytes of a text with its length before it, of two bytes at most."""
    size, at = (raw[at] if at < len(raw) else 0), at + 1
    if size > 0x7F and at < len(raw):
        size, at = size & 0x7F | raw[at] << 7, at + 1
    return at + size, raw[at : at + size]


_READERS: dict[str, Callable[[Sample], Iterator[_Act]]] = {
    "browser": _adapters,
    "xamlx": _workflows,
    **dict.fromkeys(("stm", "shtm", "shtml"), _includes),
    "ini": _prepended,
    **dict.fromkeys(("resx", "resources"), _resources),
}
