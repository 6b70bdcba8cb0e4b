"""A configuration file maps names that are sent as they are to the code that runs pages.

What it finds:
    A handler or build provider in a ``web.config`` or ``applicationHost.config`` by which IIS would execute pictures,
    texts, styles or configuration files as pages. A section that is locked above is told apart by the rule for the
    mapped file itself.

Why it matters:
    The mapping outlives the file: a shell that was removed comes back under any name that it covers.

Looks like:
    ``path="*.png"`` with the page handler, a build provider of the same extension, and perhaps request filtering
    switched off for it.

Benign look-alikes:
    Generators of pictures (``chart.png``) have handlers of their own type, which are no page handlers.

Blind spots:
    Managed handlers that compile what they are given.

References:
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.discovery.webconfig import ChainLink, effective_settings, parse_web_config
from webshellhunt.discovery.xmltree import Element
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import HandlerMapping, PageKind
from webshellhunt.sample import Sample

RULE = define_rule(
    "WSH4002",
    "static-type-mapped-to-code",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1505.004"),
)
_STATIC = frozenset(
    {
        "png",
        "gif",
        "jpg",
        "jpeg",
        "bmp",
        "ico",
        "svg",
        "css",
        "js",
        "txt",
        "log",
        "htm",
        "html",
        "xml",
        "config",
        "woff",
        "ttf",
        "eot",
        "json",
        "map",
    }
)
_RUNS = frozenset({PageKind.WEB_FORM, PageKind.WEB_HANDLER, PageKind.CLASSIC_ASP, PageKind.RAZOR})

_MAPPING = ("handlers", "httphandlers", "buildproviders")
"""The elements that hold every mapping; few files have one."""

_MOST_PLACES = 100


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each static type that the file maps to code."""
    if config.tag.lower() != "configuration" or not any(config.named(name) for name in _MAPPING):
        return
    parsed = parse_web_config(sample.data, sample.artifact.path, salvage=True)
    places = dict.fromkeys(["", *("/".join(block.parts) for block in parsed.settings.blocks[:_MOST_PLACES])])
    found = (m for below in places for m in effective_settings(None, None, (ChainLink(parsed, below),)).mappings)
    for mapping in dict.fromkeys(found):
        if mapping.kind in _RUNS and mapping.pattern.rpartition(".")[2] in _STATIC:
            yield _claim(mapping, sample)


def _claim(mapping: HandlerMapping, sample: Sample) -> Finding:
    line = mapping.line or 1
    lines = sample.data.split(b"\n", line)
    start = sum(len(part) + 1 for part in lines[: line - 1])
    shown = lines[line - 1][: sample.excerpt_chars] if len(lines) >= line else b""
    indent, excerpt = len(shown) - len(shown.lstrip()), shown.strip().decode("latin-1")
    secrets = sample.raw_secrets(start + indent, len(excerpt))
    evidence = Evidence(sample.artifact.path, "raw", Span(start, start + len(excerpt)), line, 1, excerpt, secrets)
    facts = {"mapping": mapping.pattern, "runs_as": str(mapping.kind), "mapped_by": mapping.mapped_by}
    return claim(RULE, f"it makes the server execute {mapping.pattern} as a page", evidence, facts=facts)
