"""``webshellhunt render``: write saved reports in any format, as the hunt would have written them."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterator, Sequence

from webshellhunt.cli.inputs.evidence import iter_evidence
from webshellhunt.cli.output import complain
from webshellhunt.cli.outputs import open_outputs
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.cli.status import Status
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports import Options
from webshellhunt.saved_reports import SavedFile, read_file

_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{12}(?![0-9a-f])")


def run(arguments: Namespace) -> int:
    """Read all files first, since an output must not be in the evidence that they name; then write."""
    files = [read_file(path) for path in arguments.reports]
    reports = [report for file in files for report in file.reports]
    evidence = list(iter_evidence(reports))
    with SIGNALS.held(), open_outputs(arguments, evidence=evidence, inputs=arguments.reports) as outputs:
        SIGNALS.check()
        outputs.write(reports, _options(files, reports))
    outputs.conclude()
    lacking = list(_lacking(arguments, reports))
    for sentence in lacking:
        complain(sentence)
    return Status.INCOMPLETE if lacking else Status.NOTHING


def _options(files: Sequence[SavedFile], reports: Sequence[Report]) -> Options:
    """Return the options of the comparison: the saved one of a single file, else a new one of all reports."""
    if len(files) == 1 and files[0].fleet is not None:
        return Options(fleet=True, compared=files[0].fleet)
    unopened = [each for file in files if file.fleet is not None for each in file.fleet.unopened]
    return Options(fleet=len(reports) > 1, unopened=unopened)


def _lacking(arguments: Namespace, reports: Sequence[Report]) -> Iterator[str]:
    """Yield a sentence for each thing that the user wants and the reports don't have."""
    counted = sum(report.unlisted for report in reports)
    if arguments.show_all and counted:
        files = "1 file" if counted == 1 else f"{counted:,} files"
        yield f"--all: {files} without a finding can't be listed, as the report has only their number; hunt with --all"
    if arguments.show_secrets and any(_hides(verdict) for report in reports for verdict in report.verdicts):
        yield "--show-secrets: the report has only fingerprints of secrets; hunt with --show-secrets"


def _hides(verdict: Verdict) -> bool:
    """Return True if a verdict has the fingerprint of a secret."""
    if not verdict.secrets_hidden:
        return False
    texts = [*verdict.reasons, *(finding.message for finding in verdict.findings)]
    texts += [evidence.excerpt for finding in verdict.findings for evidence in finding.evidence]
    texts += [str(value) for finding in verdict.findings for value in finding.facts.values()]
    return any(_FINGERPRINT.search(text) for text in texts)
