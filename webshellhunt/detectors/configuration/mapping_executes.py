"""A configuration file makes the server execute a static file type.

What it finds:
    A file with server code that is executed only because a handler or build provider maps its name: a picture, a text,
    a configuration file. A mapping in a section that a parent configuration locks has no effect and is reported with
    low severity. A ``web.config`` with server code that maps its own name executes itself; it counts as executed even
    if the server rejects it as not well-formed, since one character repairs it.

Why it matters:
    The web shell has a name that raises no suspicion, and scanners that select files by extension do not open it.

Looks like:
    ``*.png`` mapped to the page handler in a ``web.config`` of the site.

Benign look-alikes:
    Applications that serve extensionless or custom names with handlers of their own: these are not page handlers.

    Exchange's own ``Autodiscover.xml``, which its setup maps, is left out; another file under the same mapping is
    reported.

Blind spots:
    Custom managed handlers that compile their input. A stock page under a stock mapping with changed content: the
    baseline and the rules about its code check that.
"""

from webshellhunt.analysis.php_prefilter import opens_php
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, has_handler_mapping
from webshellhunt.host.iis.stock_configuration import is_stock_page
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.rules import Severity
from webshellhunt.model.settings import HandlerMapping, PageKind
from webshellhunt.pages.kinds import OF_PHP
from webshellhunt.views.sample import Sample

RULE = define_rule(
    __name__, "WSH4001", "medium", "medium", "T1505.003", "T1505.004", slug="mapping-executes-static-file"
)


def _has_code(sample: Sample, mapping: HandlerMapping) -> bool:
    """True if a file has code of the kind that a mapping runs, and no name that one always maps to it."""
    if mapping.kind is PageKind.PHP:
        return sample.extension not in OF_PHP and opens_php(sample.data)
    return any(layer.has_code for layer in sample.layers)


@detector(RULE, on=Sample, prefilter=has_handler_mapping)
def find(sample: Sample) -> Findings:
    """Report a file with server code that is executed only because of a mapping."""
    mapping = sample.nature.mapping
    if mapping is None or not _has_code(sample, mapping):
        return
    if mapping.stock and is_stock_page(sample.artifact.path):
        return
    where = f"{mapping.declared_in}" + (f", line {mapping.line}" if mapping.line is not None else "")
    facts = {"mapping": mapping.pattern, "declared_in": where, "mapped_by": mapping.mapped_by}
    evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
    if mapping.locked:
        message = (
            f"{where} maps {mapping.pattern} to a page handler; a parent configuration locks this section, so this "
            "has no effect"
        )
        yield claim(RULE, message, evidence, severity=Severity.LOW, facts=facts)
    elif mapping.stock:
        # The mapping is Exchange's own and must stay: the report gives no advice to remove it.
        message = f"the server executes this file, which is not Exchange's, by Exchange's mapping {mapping.pattern}"
        yield claim(RULE, message, evidence, facts={"mapping": mapping.pattern, "mapped_by": mapping.mapped_by})
    else:
        yield claim(
            RULE, f"the server executes this file because {where} maps {mapping.pattern}", evidence, facts=facts
        )
