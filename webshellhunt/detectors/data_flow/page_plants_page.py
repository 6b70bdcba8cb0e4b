"""A page writes another page that is a web shell.

What it finds:
    A page that writes a file under the constant name of a page, and contains, as a constant (also in pieces or in
    base64), the text of a page that executes request data. The text is examined as such a page, by the same rules.

Why it matters:
    A page that only writes a file is easy to overlook. It restores the shell each time it is opened, although the
    shell was deleted.

Looks like:
    ``File.WriteAllText(Server.MapPath("x.aspx"), "…")`` with one line of a shell in quotes.

Benign look-alikes:
    Generators and installers write pages too; those pages execute no request data.

Blind spots:
    Text that is decrypted, downloaded, or read from another file; names that are put together.
"""

import base64
import binascii
from collections.abc import Iterator
from functools import partial
from itertools import islice

from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.prefilter.features import WRITES
from webshellhunt.analysis.structure.literal_texts import iter_literals
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span
from webshellhunt.model.settings import PageKind
from webshellhunt.views.layer import opaque
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1025", "critical", "high", "T1505.003", "T1105")
_MOST_TEXTS = 8
_LONGEST = 64 * 1024
_SHORTEST_PACKED = 32
_CODE = ("<%", "runat", "@{")
_PACKED = lazy_pattern(r"[A-Za-z0-9+/\s]{32,}={0,2}\s{0,8}")
_PAGE = lazy_pattern(r"(?i)\.(as[pahm]x?|ascx|cer|cdx|asa|svc|soap)$")
_CLASSIC = (".asp", ".asa", ".cer", ".cdx")
_RUNNING = frozenset({"evaluate", "process", "load"})


@detector(RULE, on=Code, needs=[frozenset({WRITES})])
def find(code: Code, layer: Layer) -> Findings:
    """Report the constant that is a shell, and the name of the file that it is written to."""
    if not any(sink.kind == "write-path" for sink, _, _ in code.analysis.sinks) or not any(_texts(code)):
        return
    named, name = next((each for each in code.analysis.written_names() if _PAGE.search(each[1].strip())), (None, ""))
    if named is None:
        return
    for token, text in islice(_texts(code), _MOST_TEXTS):
        flow = _runs(layer, text, classic=name.lower().strip().endswith(_CLASSIC))
        if flow is not None:
            message = f"the page writes another page, which executes request data: {flow.words}"
            evidence = (layer.place_evidence(code, token), layer.place_evidence(code, named))
            yield claim(RULE, message, *evidence, facts={"planted_as": name.strip()[:200]})
            return


def _texts(code: Code) -> Iterator[tuple[int, str]]:
    """Yield the constants that may be pages: each as it is or decoded from base64, and all strings joined."""
    strings = [*iter_literals(code.analysis.index)]
    candidates = [*strings, *((c.start, c.value) for c in code.analysis.constants.values() if c.steps)]
    for token, text in candidates:
        plain = _unpacked(text) if _SHORTEST_PACKED <= len(text) <= _LONGEST and _PACKED.fullmatch(text) else text
        if any(sign in plain for sign in _CODE) and len(plain) <= _LONGEST:
            yield token, plain
    joined = "".join(text for _, text in strings)
    if strings and any(sign in joined for sign in _CODE) and len(joined) <= _LONGEST:
        yield strings[0][0], joined


def _unpacked(text: str) -> str:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _runs(layer: Layer, text: str, *, classic: bool) -> Flow | None:
    """Return the data flow by which request data is executed, if a text is examined as a page."""
    kind = PageKind.CLASSIC_ASP if classic else PageKind.WEB_FORM
    locate = partial(opaque, Span(0, 0))
    page = Layer(layer.sample, f"{layer.name}, page in a constant", layer.encoding, text, locate, kind=kind)
    flows = (flow for code in page.codes for flow in code.analysis.all_flows())
    return next((flow for flow in flows if flow.kind in _RUNNING and flow.from_visitor), None)
