"""``webshellhunt compare``: an old and a new report of the same hosts, to see whether the back doors are gone."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

from webshellhunt.cli.output import complain, standard_output
from webshellhunt.cli.outputs import STANDARD_OUTPUT
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.cli.status import Status
from webshellhunt.comparison import compare
from webshellhunt.errors import UsageError
from webshellhunt.model.comparison import Comparison, ComparisonState
from webshellhunt.reports.destination import open_destination, refuse_input
from webshellhunt.reports.listings.report_comparison import json_lines, text_lines
from webshellhunt.saved_reports import read_file

_FORMATS: Final[dict[str, Callable[[Comparison], Iterator[str]]]] = {"json": json_lines, "text": text_lines}
_STATUS: Final = {
    ComparisonState.ALL_GONE: Status.NOTHING,
    ComparisonState.REMAINS: Status.FOUND,
    ComparisonState.UNKNOWN: Status.INCOMPLETE,
}


def run(arguments: Namespace) -> int:
    """Compare the two files and write the result; the exit status is 1 if anything remains or is new."""
    output = None if arguments.output == STANDARD_OUTPUT else arguments.output
    lines = _FORMATS[_format(arguments.format, output)]
    if output is not None:
        refuse_input(output, [arguments.old, arguments.new])
    made = compare(read_file(arguments.old).reports, read_file(arguments.new).reports)
    with SIGNALS.held(), ExitStack() as stack:
        SIGNALS.check()
        if output is None:
            stream = stack.enter_context(standard_output())
        else:
            stream = stack.enter_context(open_destination(output)).stream
        stream.writelines(lines(made))
    if output is not None:
        complain(made.sentence)
        complain(f"comparison written to {output}")
    return _STATUS[made.state]


def _format(wanted: str | None, output: str | None) -> str:
    """Return the format: the wanted one, else that of the file's ending.

    Raises:
        UsageError: The two contradict each other.
    """
    by_ending = "json" if output is not None and output.lower().endswith(".json") else None
    if wanted is not None and by_ending is not None and wanted != by_ending:
        raise UsageError(f"--format {wanted} contradicts the ending of the file: leave out one of them", path=output)
    return wanted or by_ending or "text"
