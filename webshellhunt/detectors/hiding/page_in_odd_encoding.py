r"""The code of a page is readable only in an encoding that no editor of pages writes.

What it finds:
    A file that the server runs, whose code shows only once it is read as UTF-32 (with its mark or without), UTF-7, one
    of the EBCDIC code pages, or UTF-16 without a byte order mark; the same in a file that it includes or names as its
    source. Whether the server does read it so (a mark, ``fileEncoding``, ``@CODEPAGE``) or the declaration is missing
    from the evidence makes no difference.

Why it matters:
    ASP.NET takes any encoding that .NET knows; a scanner that looks for words sees none of them. Nobody meets these
    encodings by accident: no editor of pages offers them as a choice that works.

    A page of classic ASP that declares UTF-7 is weighed by the signature WSH9311; there this rule only adds that its
    code is written so (severity low), so that one idea doesn't count as two.

Looks like:
    ``+ADw-script`` in place of a tag; a text of which three bytes in four are zero.

Benign look-alikes:
    UTF-16 with its mark, which editors do write; code pages of a region (GBK, Shift-JIS) with or without a declaration;
    scripts of the Script Encoder. None of 6,157 benign pages is in such an encoding.

Blind spots:
    A page of which some code is readable in plain ASCII as well, unless it declares the encoding; encodings that were
    made up for one page and are undone by its own code.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.globalizationsection.fileencoding
    https://attack.mitre.org/techniques/T1027/013/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.decoding.codepages import UNEDITED, UTF7, shown_codec
from webshellhunt.detectors.contract import claim, define_rule, detector, runs_on_server
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Layer, Sample

RULE = define_rule(
    "WSH3001",
    "page-in-odd-encoding",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1027.013"),
)
_MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@detector(RULE, on=Sample, prefilter=runs_on_server)
def find(sample: Sample) -> Iterator[Finding]:
    """Report the first reading of each file in which its code shows, if that is an odd one."""
    if not sample.is_page:
        return
    shown: set[str] = set()
    for layer in sample.layers:
        path = sample.artifact.path if layer.pulled is None else layer.pulled.shown
        if path not in shown and _shows_code(layer):
            shown.add(path)
            odd = _odd_encoding(layer)
            if odd is not None:
                start = min((block.outer_start for block in layer.page.blocks), default=0)
                severity = Severity.LOW if _is_weighed_already(layer) else RULE.severity
                message = f"its code is readable only as {odd}, in which no editor saves a page"
                facts = {"encoding": layer.encoding}
                yield claim(RULE, message, layer.evidence(start, start), severity=severity, facts=facts)


def _shows_code(layer: Layer) -> bool:
    """Tell whether code is readable in a layer; a handler, which is code from the top, shows by its directive."""
    if layer.pulled is None and layer.sample.nature.kind is PageKind.WEB_HANDLER:
        return "<%" in layer.text
    return layer.has_code


def _is_weighed_already(layer: Layer) -> bool:
    """Tell whether a page of classic ASP declares UTF-7 itself, which a signature weighs."""
    return layer.encoding == UTF7 and layer.name == "text" and layer.sample.nature.kind is PageKind.CLASSIC_ASP


def _odd_encoding(layer: Layer) -> str | None:
    """Say in which encoding a layer is written, if that is one for hiding."""
    if layer.encoding in UNEDITED:
        return shown_codec(layer.encoding)
    mark = _MARKS.get(layer.encoding)
    data = layer.sample.data if layer.pulled is None else layer.pulled.data
    if mark is None or data is None or data.startswith(mark):
        return None
    return f"{shown_codec(layer.encoding)} without a byte order mark"
