"""``webshellhunt compare``: an old and a new report of the same hosts, to see whether the back doors are gone."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

from webshellhunt.cli.inputs.evidence import iter_evidence
from webshellhunt.cli.output import complain, standard_output
from webshellhunt.cli.output_names import DEFAULT_FORMAT, FormatNames, outputs_by_name
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.cli.status import Status
from webshellhunt.comparison import compare
from webshellhunt.model.comparison import Comparison, ComparisonState
from webshellhunt.reports.destination import open_destination, refuse_input
from webshellhunt.reports.listings.report_comparison import json_lines, text_lines
from webshellhunt.saved_reports import read_file
from webshellhunt.sources.evidence_places import refuse_evidence

_LINES: Final[dict[str, Callable[[Comparison], Iterator[str]]]] = {"json": json_lines, "text": text_lines}
_NAMES: Final = FormatNames("comparison", tuple(_LINES), {"json": "json", "txt": "text"})
_STATUS: Final = {
    ComparisonState.ALL_GONE: Status.NOTHING,
    ComparisonState.REMAINS: Status.FOUND,
    ComparisonState.UNKNOWN: Status.INCOMPLETE,
}


def run(arguments: Namespace) -> int:
    """Compare the two files and write the result; the exit status is 1 if anything remains or is new."""
    outputs = outputs_by_name(arguments.outputs, arguments.format, _NAMES)
    files = [output.path for output in outputs if output.is_file]
    old, new = (read_file(path).reports for path in (arguments.old, arguments.new))
    for path in files:
        refuse_input(path, [arguments.old, arguments.new])
        refuse_evidence(path, iter_evidence([*old, *new]), "a comparison")
    made = compare(old, new)
    with SIGNALS.held(), ExitStack() as stack:
        SIGNALS.check()
        for output in outputs:
            if output.is_file:
                stream = stack.enter_context(open_destination(output.path)).stream
            else:
                stream = stack.enter_context(standard_output(as_file=output.format != DEFAULT_FORMAT))
            stream.writelines(_LINES[output.format](made))
    if files and not arguments.quiet:
        if len(files) == len(outputs):
            complain(made.sentence)
        for path in files:
            complain(f"comparison written to {path}")
    return _STATUS[made.state]
