"""A configuration file makes ASP.NET read pages in an encoding that hides them.

What it finds:
    ``fileEncoding`` of ``<globalization>`` in a ``web.config``, also inside ``<location>``, with UTF-7, UTF-32 or an
    EBCDIC code page; in a directory of Exchange any encoding other than UTF-8. Elsewhere UTF-16 and the mail encodings
    that switch by escape sequences are reported with less confidence.

Why it matters:
    The setting decides how ASP.NET reads the source of every page at and below the directory. It is the second half of
    a page that looks like noise to all other programs. Pages of Exchange are UTF-8 and do not need the setting.

Looks like:
    ``<globalization fileEncoding="utf-7" />`` in a new ``web.config`` next to a single page.

Benign look-alikes:
    The code page of a region (``gb2312``, ``shift_jis``, ``windows-1251``, ``iso-8859-15``) on sites with old pages. Of
    2,419 benign configurations two set it at all, to ``utf-8`` and ``iso-8859-15``.

Blind spots:
    ``requestEncoding`` and ``responseEncoding`` are not checked, since they do not affect sources. A setting in the
    ``machine.config`` of a host whose framework folder was not collected.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.globalizationsection.fileencoding
"""

from webshellhunt.decoding.codepages import UNEDITED, UTF8, python_codec, shown_codec
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.model.rules import Confidence
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4003", "medium", "high", "T1505.003", "T1027.013")
_UNUSUAL = frozenset({"utf-16-le", "utf-16-be", "hz", "iso2022_jp", "iso2022_kr"})


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each setting that makes the server read sources in an odd encoding."""
    if config.tag.lower() != "configuration":
        return
    for element in config.named("globalization"):
        name = element.get("fileEncoding")
        odd = _oddity(name, in_exchange=sample.artifact.role in EXCHANGE_ROLES) if name else None
        if odd is not None:
            words, confidence = odd
            evidence = element_evidence(element, sample)
            message = f"it makes the server read the source of pages as {words}"
            yield claim(RULE, message, evidence, confidence=confidence, facts={"file_encoding": name})


def _oddity(name: str, *, in_exchange: bool) -> tuple[str, Confidence] | None:
    """Return the encoding with the reason why it is odd, and the confidence; ``None`` for a usual one."""
    codec = python_codec(name)
    if codec in UNEDITED:
        return f"{shown_codec(codec)}, in which no editor saves a page", Confidence.HIGH
    if in_exchange and codec != UTF8:
        return f"{name}, while the pages of Exchange are UTF-8", Confidence.MEDIUM
    if codec in _UNUSUAL:
        return f"{shown_codec(codec)}, which is rare for pages", Confidence.MEDIUM
    return None
