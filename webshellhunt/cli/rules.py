"""``webshellhunt rules``: list every rule of this installation, one a line."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.output import standard_output
from webshellhunt.reports.rule_list import iter_rules


def run(arguments: Namespace) -> int:
    """Print id, severity, confidence and title of each rule."""
    with standard_output() as stream:
        for rule in iter_rules():
            stream.write(f"{rule.id:<8} {rule.severity.label:<9} {rule.confidence.label:<7} {rule.title}\n")
    return 0
