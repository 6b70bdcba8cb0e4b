r"""The name of a page deceives people or tools.

What it finds:
    Executable files in alternate data streams (also as ``x.aspx%3Ay.aspx``, the spelling of collectors). A name that
    ordinary programs cannot open: a trailing dot or space, a device's name (``AUX``, ``COM1``) for a file or a folder.
    Characters that change the direction of writing, are invisible, or look like the letters of a name that Exchange
    ships. Two extensions of which the visible one is harmless (``x.asp;.jpg``, ``photo.jpg.aspx``). A page with the
    form of a short name. A page with the attributes hidden and system.

Why it matters:
    No page gets such a name by mistake. Explorer and most tools fail on device names and trailing dots, and skip
    streams and hidden files, so the page survives a clean-up.

Looks like:
    ``C:\ProgramData\COM1\x.aspx`` of the ProxyShell wave, ``logo.png:y.aspx``, ``logon.aspx`` with a Cyrillic letter.

Benign look-alikes:
    ``aux`` files in archives that were packed on other systems; applications with two extensions, such as
    ``robots.txt.aspx``; a language's own letters in a name; the streams in which Windows and other systems keep the
    origin of a download or its icon (``Zone.Identifier``), as long as no code is in them.

Blind spots:
    Streams in copies that lost them, and on systems that do not list them; letters outside of the table of
    look-alikes.

References:
    https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
    https://attack.mitre.org/techniques/T1036/
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.confusables import BIDI_CONTROLS, INVISIBLE, skeleton
from webshellhunt.knowledge.exchange_names import EXPECTED
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pages.kinds import nature_of
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6005", "medium", "high", "T1505.003", "T1036.007", "T1564.001", "T1564.004")
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?: *\..*)?")
# fmt: off
_HARMLESS = frozenset({
    "jpg", "jpeg", "png", "gif", "bmp", "ico", "svg", "webp", "css", "js", "txt", "log", "htm", "html", "xml", "json",
    "pdf", "doc", "docx", "xls", "xlsx", "csv", "zip", "woff", "ttf",
})
# fmt: on
_GENERATED = frozenset({"css", "js", "json", "xml", "svg", "csv"})
"""Formats that pages generate, which honest ones have in their names."""
_SOURCES = frozenset({"cs", "vb"})  # parts of a class, which nobody opens by its address
_SHORT = re.compile(r"[^~.]{1,6}~\d{1,6}\.[^.]{1,3}")
_STREAM_MARK = re.compile(r"(?i)%3a")
_EXPECTED = frozenset().union(*EXPECTED.values())
_PAGE_MARKS = (b"<%", b"<\x00%\x00", b"runat")
_SYSTEM_STREAMS = frozenset({
    "zone.identifier", "smartscreen", "favicon", "encryptable", "afp_afpinfo", "afp_resource", "ms-properties",
    "\x05summaryinformation", "\x05documentsummaryinformation", "wofcompresseddata",
})  # fmt: skip
"""Streams that systems and browsers write by themselves."""


class _Trick(NamedTuple):
    """A deception: its name, the message, and its weight."""

    name: str
    words: str
    confidence: Confidence = Confidence.HIGH
    severity: Severity = Severity.MEDIUM


def _may_deceive(sample: Sample) -> bool:
    """Return True if the server executes a file, or if its name may be that of a stream."""
    path = sample.artifact.path
    last = max(path.rfind("/"), path.rfind("\\"))
    return sample.nature.executable or path.find(":", last + 1) >= 0 or path.find("%3", last + 1) >= 0


@detector(RULE, on=Sample, prefilter=_may_deceive)
def find(sample: Sample) -> Findings:
    """Report each trick in the name of a file that the server would execute."""
    above, _, name = _STREAM_MARK.sub(":", sample.artifact.path).replace("\\", "/").rpartition("/")
    stream = name.partition(":")[2]
    has_code = _runs(stream, sample) or (stream and any(m in sample.data for m in _PAGE_MARKS))
    is_of_system = stream.partition(":")[0].lower() in _SYSTEM_STREAMS
    if not has_code and (is_of_system or not sample.is_page):
        return
    for trick in (*_in_name(name, stream), *_in_folders(above), *_out_of_sight(sample)):
        evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
        facts = {"trick": trick.name}
        yield claim(RULE, trick.words, evidence, severity=trick.severity, confidence=trick.confidence, facts=facts)


def _runs(stream: str, sample: Sample) -> bool:
    return bool(stream) and nature_of(stream.partition(":")[0], sample.artifact.settings).executable


def _in_name(name: str, stream: str) -> Iterator[_Trick]:
    """Yield the tricks in a file's own name."""
    base = name.partition(":")[0]
    if stream and not stream.startswith(":"):
        yield _Trick("stream", f"it lies in an alternate data stream of {base}, which most tools skip")
    if base.rstrip(". ") != base:
        yield _Trick("trailing", "its name ends in a dot or space, so that ordinary programs can't open it")
    if _DEVICES.fullmatch(base):
        yield _Trick("device", "its name is that of a device, so that ordinary programs can't open it")
    yield from _letters(base)
    yield from _extensions(base)


def _letters(base: str) -> Iterator[_Trick]:
    if base.isascii():
        return
    if not BIDI_CONTROLS.isdisjoint(base):
        yield _Trick("direction", "its name contains a character that changes the direction in which it is displayed")
    if not INVISIBLE.isdisjoint(base):
        yield _Trick("unseen", "its name contains an invisible character")
    looks = skeleton(base)
    if looks != base.lower() and looks in _EXPECTED:
        yield _Trick("look-alike", f"its name looks like {looks}, which Exchange ships, with letters of another script")


def _extensions(base: str) -> Iterator[_Trick]:
    """Yield the deceptions in the extensions, of which people see only the visible one."""
    plain = base.rstrip(". ").lower()
    before, _, last = plain.rpartition(".")
    shown = before.rpartition(".")[2] if "." in before else ""
    if ";" in plain and last in _HARMLESS:
        yield _Trick(
            "semicolon",
            f"older versions of IIS read its name up to the semicolon and run it, while .{last} is displayed",
        )
    elif shown in _HARMLESS - _GENERATED and last not in _HARMLESS | _SOURCES:
        words = f"it is a page whose name looks like a .{shown} file if extensions are not displayed"
        yield _Trick("double-extension", words, Confidence.MEDIUM, Severity.LOW)
    elif _SHORT.fullmatch(plain):
        words = "its name has the form of a short name, which Windows generates for old programs"
        yield _Trick("short-name", words, Confidence.MEDIUM, Severity.LOW)


@lru_cache(maxsize=64)  # files come folder by folder
def _in_folders(above: str) -> tuple[_Trick, ...]:
    """Return the tricks in the names of the folders above."""
    tricks = []
    for folder in above.split("/"):
        if _DEVICES.fullmatch(folder):
            words = f"the folder {folder} has the name of a device, so that ordinary programs can't open it"
            tricks.append(_Trick("device-folder", words))
        elif folder.rstrip(". ") != folder and folder.strip(". "):
            words = "the name of a folder in its path ends in a dot or space, so that ordinary programs can't open it"
            tricks.append(_Trick("trailing-folder", words))
    return tuple(tricks)


def _out_of_sight(sample: Sample) -> Iterator[_Trick]:
    hidden = sample.artifact.attributes
    if hidden == ("hidden", "system"):
        yield _Trick(
            "hidden",
            "it has the attributes hidden and system, so that Explorer and dir do not list it",
            Confidence.MEDIUM,
        )
    elif hidden == ("hidden",):
        yield _Trick("hidden", "it is a hidden file", Confidence.MEDIUM, Severity.LOW)
