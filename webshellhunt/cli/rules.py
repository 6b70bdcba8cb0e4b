"""``webshellhunt rules``: every rule of this installation, one a line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from webshellhunt import detectors
from webshellhunt.cli.output import standard_output
from webshellhunt.model.rules import Rule


def run(arguments: Namespace) -> int:
    """List id, severity, confidence and title."""
    with standard_output() as stream:
        for rule in iter_rules():
            stream.write(f"{rule.id:<8} {rule.severity.label:<9} {rule.confidence.label:<7} {rule.title}\n")
    return 0


def iter_rules() -> Iterator[Rule]:
    """Yield the rules in Python, then our own signatures, each id once; the second only when reached."""
    seen = set()
    for rule in detectors.iter_rules():
        if rule.id not in seen:
            seen.add(rule.id)
            yield rule
    from webshellhunt.signatures.catalog import load_catalog  # compiles all rules: explain seldom comes so far

    yield from (rule for rule in load_catalog().own_rules() if rule.id not in seen)
