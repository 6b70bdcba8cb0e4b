"""Count what each rule costs and brings: honest files that it accuses, and shells that it finds alone.

usage: python -m tools.rule_rates --honest REPORT… --shells REPORT… > webshellhunt/verdict/rule_rates.tsv

The reports are JSON Lines of ``hunt --all --format jsonl``: of files that are known to be honest, and of shells. A file
is *accused* if its verdict is at least suspicious. The findings of a rule *accuse* if the file would be accused by them
without others, whatever the table says of the rule; it is accused *alone* by a rule if it is not without them. The
judge reads the table, and the pages of the rules in the reference show it. A report has no acts; the first place of a
finding stands for its act.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from webshellhunt.model.findings import Act, Finding
from webshellhunt.model.rules import Rule, Severity
from webshellhunt.model.verdict import Disposition, Examination, Subject, SubjectKind, Verdict
from webshellhunt.reports.rule_list import iter_rules
from webshellhunt.saved_reports.reading import SavedReport, iter_file
from webshellhunt.verdict.judge import judge
from webshellhunt.verdict.rule_rates import Measured, Rate


def measure(verdicts: Iterable[Verdict]) -> Measured:
    """Count the files of each rule."""
    rules = {rule.id: rule for rule in iter_rules()}
    found, accusing, alone, files, pages = Counter[str](), Counter[str](), Counter[str](), 0, 0
    for verdict in verdicts:
        files += 1
        pages += verdict.subject.executable
        findings = [_as_judged(each, rules) for each in verdict.findings if each.severity > Severity.INFO]
        named = {each.rule.id: [other for other in findings if other.rule.id == each.rule.id] for each in findings}
        found.update(named.keys())
        accusing.update(rule for rule, own in named.items() if _is_accused(verdict.subject, own, frozenset()))
        if _is_accused(verdict.subject, findings):
            without = {rule: [each for each in findings if each.rule.id != rule] for rule in named}
            alone.update(rule for rule, others in without.items() if not _is_accused(verdict.subject, others))
    return Measured(files, pages, {rule: Rate(found[rule], accusing[rule], alone[rule]) for rule in sorted(found)})


def table(honest: Measured, shells: Measured) -> str:
    """Return the table of all rules that some file has a finding of."""
    lines = [
        "# Made by tools/rule_rates.py: files with a finding of a rule, with some that accuse, accused by it alone.",
        f"files\t{honest.files}\t{honest.pages}\t{shells.files}\t{shells.pages}",
    ]
    for rule in sorted(honest.rates.keys() | shells.rates.keys()):
        rates = [measured.rates.get(rule, Rate()) for measured in (honest, shells)]
        lines.append("\t".join([rule, *(str(number) for rate in rates for number in rate)]))
    return "\n".join(lines) + "\n"


def _is_accused(subject: Subject, findings: Sequence[Finding], frequent: frozenset[str] | None = None) -> bool:
    return judge(Examination(subject, tuple(findings)), frequent).disposition >= Disposition.SUSPICIOUS


def _as_judged(finding: Finding, rules: Mapping[str, Rule]) -> Finding:
    """Return a finding of a report with its rule, and its first place as its act."""
    acts = tuple(Act(each.path, "", each.span) for each in finding.evidence[:1])
    return replace(finding, rule=rules.get(finding.rule.id, finding.rule), acts=acts)


def _verdicts(paths: Iterable[Path]) -> Iterator[Verdict]:
    for path in paths:
        for saved in iter_file(path):
            if isinstance(saved, SavedReport):
                yield from (each for each in saved.report.verdicts if each.subject.kind is SubjectKind.FILE)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("honest", "shells"):
        parser.add_argument(f"--{name}", type=Path, nargs="+", required=True, metavar="REPORT")
    arguments = parser.parse_args(argv)
    print(table(measure(_verdicts(arguments.honest)), measure(_verdicts(arguments.shells))), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
