"""``webshellhunt rules``: list every rule of this installation, one a line."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from webshellhunt import detectors
from webshellhunt.cli.output import standard_output
from webshellhunt.model.rules import Rule


def run(arguments: Namespace) -> int:
    """Print id, severity, confidence and title of each rule."""
    with standard_output() as stream:
        for rule in iter_rules():
            stream.write(f"{rule.id:<8} {rule.severity.label:<9} {rule.confidence.label:<7} {rule.title}\n")
    return 0


def iter_rules() -> Iterator[Rule]:
    """Yield the rules of detectors, then those of the shipped signatures, each id once; the latter only on demand."""
    seen = set()
    for rule in detectors.iter_rules():
        if rule.id not in seen:
            seen.add(rule.id)
            yield rule
    from webshellhunt.signatures.catalog import load_catalog  # compiles all rules; explain seldom needs it

    yield from (rule for rule in load_catalog().own_rules() if rule.id not in seen)
