"""A configuration file makes ASP.NET read pages in an encoding that hides them.

What it finds:
    ``fileEncoding`` of ``<globalization>`` in a ``web.config``, also inside ``<location>``, that names UTF-7, UTF-32 or
    a code page of EBCDIC; and any other than UTF-8 in a directory of Exchange. One of UTF-16, or of the mail encodings
    that switch by escape sequences, is held with less confidence elsewhere.

Why it matters:
    It decides how the source of every page at and below it is read, so it is the other half of a page that looks like
    noise to anything but this server. Pages of Exchange are UTF-8: nothing there needs the setting.

Looks like:
    ``<globalization fileEncoding="utf-7" />`` in a new ``web.config`` beside one page.

Benign look-alikes:
    The code page of a region (``gb2312``, ``shift_jis``, ``windows-1251``, ``iso-8859-15``) on sites with old pages. Of
    2,419 benign configurations two set it at all, to ``utf-8`` and ``iso-8859-15``.

Blind spots:
    ``requestEncoding`` and ``responseEncoding``, which say nothing of sources; a setting kept in ``machine.config`` of
    a host whose framework folder was not collected.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.globalizationsection.fileencoding
    https://attack.mitre.org/techniques/T1027/013/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.decoding.codepages import UNEDITED, UTF8, python_codec, shown_codec
from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4003",
    "odd-file-encoding",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1027.013"),
)
_UNUSUAL = frozenset({"utf-16-le", "utf-16-be", "hz", "iso2022_jp", "iso2022_kr"})


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each setting by which sources are read in an encoding for hiding."""
    if config.tag.lower() != "configuration":
        return
    for element in config.named("globalization"):
        name = element.get("fileEncoding")
        told = _told(name, in_exchange=sample.artifact.role in EXCHANGE_ROLES) if name else None
        if told is not None:
            words, confidence = told
            evidence = element_evidence(element, sample)
            message = f"it makes the server read the source of pages as {words}"
            yield claim(RULE, message, evidence, confidence=confidence, facts={"file_encoding": name})


def _told(name: str, *, in_exchange: bool) -> tuple[str, Confidence] | None:
    """Say what is odd about an encoding, and how sure that is."""
    codec = python_codec(name)
    if codec in UNEDITED:
        return f"{shown_codec(codec)}, in which no editor saves a page", Confidence.HIGH
    if in_exchange and codec != UTF8:
        return f"{name}, and Exchange's own are UTF-8", Confidence.MEDIUM
    if codec in _UNUSUAL:
        return f"{shown_codec(codec)}, which pages are hardly ever written in", Confidence.MEDIUM
    return None
