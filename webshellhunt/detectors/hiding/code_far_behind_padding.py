"""Code follows a longer run of blanks than any legitimate page has.

What it finds:
    A run of four thousand or more blanks and line ends in a page, before code or inside it.

Why it matters:
    An editor shows an empty page, a tool that reads the beginning of a file or cuts long lines misses the code, and the
    server executes it as before.

Looks like:
    A line of a stock page that continues far beyond the right edge of the window; a page that begins with thousands of
    empty lines.

Benign look-alikes:
    Generators and careless templates leave blanks: the longest run in 6,157 benign pages is 252 characters. Padding
    with text, comments or markup is no finding: long legitimate pages have that.

Blind spots:
    Padding with visible characters; blanks with another character now and then.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, runs_on_server
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Layer

RULE = define_rule(__name__, "WSH3005", "medium", "high", "T1505.003", "T1027.001")
FEWEST_BLANKS = 4000
# Matches at the beginning of a run only, so that each character is examined once.
_PADDING = lazy_pattern(rf"(?<!\s)\s{{{FEWEST_BLANKS}}}\s*+")


def _may_be_padded(text: str) -> bool:
    """Return True if a chunk of the text is blank: each long run contains a whole chunk. A prefilter."""
    size = FEWEST_BLANKS // 2
    return any(text[at : at + size].isspace() for at in range(0, len(text), size))


@detector(RULE, on=Layer, prefilter=runs_on_server)
def find(layer: Layer) -> Findings:
    """Report the first run, if code follows it."""
    if not layer.sample.nature.executable or not layer.has_code:
        return
    padding = _PADDING.search(layer.text) if _may_be_padded(layer.text) else None
    if padding is None:
        return
    after = (max(block.start, padding.end()) for block in layer.page.blocks if block.end > padding.end())
    start = min(after, default=None)
    if start is not None:
        size = padding.end() - padding.start()
        message = f"code follows a run of {size:,} blanks"
        yield claim(RULE, message, layer.evidence(start, start), facts={"blanks": size})
