"""The code of a page is readable only in an encoding that no editor of pages writes.

What it finds:
    A file that the server executes, whose code is readable only as UTF-32 (with a byte order mark or without), UTF-7,
    one of the EBCDIC code pages, or UTF-16 without a byte order mark; the same in a file that it includes or names as
    its source. It makes no difference whether the server is set to read it so (a byte order mark, ``fileEncoding``,
    ``@CODEPAGE``) or the evidence contains no such declaration.

Why it matters:
    ASP.NET accepts any encoding that .NET supports; a scanner that searches for words finds none. These encodings do
    not occur by accident: no editor of pages offers them as a choice that works.

    A page whose code does nothing that a rule asks about (no sink, no use of a capability, no evaluation) has low
    severity: someone may have converted its file.

    No shell of the measured collection needs this rule, since their code is read in these encodings as well; it stays
    for pages whose code means nothing to the other rules.

    A page of classic ASP that declares UTF-7 is rated by the signature WSH9311; there this rule only adds the encoding
    (severity low), so that one idea does not count twice.

Looks like:
    ``+ADw-script`` in place of a tag; a text of which three bytes in four are zero.

Benign look-alikes:
    UTF-16 with a byte order mark, which editors do write; regional code pages (GBK, Shift-JIS) with or without a
    declaration; scripts of the Script Encoder. None of 6,157 benign pages is in such an encoding.

Blind spots:
    A page of which some code is readable in ASCII as well, unless it declares the encoding; encodings that were
    invented for one page and that its own code decodes.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.globalizationsection.fileencoding
"""

from webshellhunt.decoding.codepages import UNEDITED, UTF7, shown_codec
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, runs_on_server
from webshellhunt.model.rules import Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.views.sample import Layer, Sample

RULE = define_rule(__name__, "WSH3001", "medium", "high", "T1505.003", "T1027.013")
_MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@detector(RULE, on=Sample, prefilter=runs_on_server)
def find(sample: Sample) -> Findings:
    """Report the first decoding of each file in which its code is readable, if its encoding is unusual."""
    if not sample.is_page:
        return
    shown: set[str] = set()
    for layer in sample.layers:
        path = sample.artifact.path if layer.included is None else layer.included.shown
        if path not in shown and _shows_code(layer):
            shown.add(path)
            odd = _odd_encoding(layer)
            if odd is not None:
                start = min((block.outer_start for block in layer.page.blocks), default=0)
                severity = Severity.LOW if _is_rated_already(layer) or not _acts(layer) else RULE.severity
                message = f"the code is readable only as {odd}, an encoding that no editor of pages writes"
                facts = {"encoding": layer.encoding}
                yield claim(RULE, message, layer.evidence(start, start), severity=severity, facts=facts)


def _shows_code(layer: Layer) -> bool:
    """Return True if code is readable in a layer; a handler, which is all code, is recognised by its directive."""
    if layer.included is None and layer.sample.nature.kind is PageKind.WEB_HANDLER:
        return "<%" in layer.text
    return layer.has_code


def _is_rated_already(layer: Layer) -> bool:
    """Return True if a page of classic ASP declares UTF-7 itself, which a signature rates."""
    return layer.encoding == UTF7 and layer.name == "text" and layer.sample.nature.kind is PageKind.CLASSIC_ASP


def _acts(layer: Layer) -> bool:
    """Return True if some code of the page reaches a sink, or could not be read to its end."""
    analyses = [code.analysis for code in layer.codes]
    return any(each.exhausted or each.sinks or each.uses for each in analyses)


def _odd_encoding(layer: Layer) -> str | None:
    """Return the encoding of a layer, in words, if it is an unusual one."""
    if layer.encoding in UNEDITED:
        return shown_codec(layer.encoding)
    mark = _MARKS.get(layer.encoding)
    data = layer.sample.data if layer.included is None else layer.included.data
    if mark is None or data is None or data.startswith(mark):
        return None
    return f"{shown_codec(layer.encoding)} without a byte order mark"
