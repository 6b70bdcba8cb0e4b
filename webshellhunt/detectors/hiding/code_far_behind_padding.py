"""Code stands behind more blanks than any page has.

What it finds:
    A run of four thousand blanks and line ends or more in a page, before code or in it.

Why it matters:
    An editor shows an empty page, a tool that reads the beginning of a file or cuts long lines misses what follows, and
    nothing changes for the server.

Looks like:
    A line of a stock page that goes on far beyond the right edge of the window; a page that begins with thousands of
    empty lines.

Benign look-alikes:
    Generators and careless templates leave blanks: the longest run in 6,157 benign pages is 252 characters. Padding
    with text, comments or markup is not told: long honest pages have that.

Blind spots:
    Padding with anything that is seen; blanks broken up by a character now and then.

References:
    https://attack.mitre.org/techniques/T1027/001/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, runs_on_server
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Layer

RULE = define_rule(
    "WSH3005",
    "code-far-behind-padding",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1027.001"),
)
FEWEST_BLANKS = 4000
# Only where a run begins, so that each character is looked at once.
_PADDING = late_pattern(rf"(?<!\s)\s{{{FEWEST_BLANKS}}}\s*+")


def _may_be_padded(text: str) -> bool:
    """Tell whether any of the parts is blank that a text is cut into, one of which lies inside of each run."""
    size = FEWEST_BLANKS // 2
    return any(text[at : at + size].isspace() for at in range(0, len(text), size))


@detector(RULE, on=Layer, prefilter=runs_on_server)
def find(layer: Layer) -> Iterator[Finding]:
    """Report the first run behind which code still stands."""
    if not layer.sample.nature.executable or not layer.has_code:
        return
    padding = _PADDING.search(layer.text) if _may_be_padded(layer.text) else None
    if padding is None:
        return
    behind = (max(block.start, padding.end()) for block in layer.page.blocks if block.end > padding.end())
    start = min(behind, default=None)
    if start is not None:
        size = padding.end() - padding.start()
        message = f"code stands behind {size:,} blanks in a row"
        yield claim(RULE, message, layer.evidence(start, start), facts={"blanks": size})
