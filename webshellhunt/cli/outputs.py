"""The outputs of a report: which format goes to which file, and the writing of all of them in one pass.

Each command that writes a report takes ``--output`` and ``--format`` from here.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from webshellhunt.cli.output import complain, complain_of_bug, options_for, standard_output
from webshellhunt.cli.output_names import DEFAULT_FORMAT, STANDARD_OUTPUT, FormatNames, Output, outputs_by_name
from webshellhunt.errors import WebShellHuntError
from webshellhunt.model.report import Report
from webshellhunt.reports import Options, formats, require_format, write
from webshellhunt.reports.broadcast import Sink, broadcast
from webshellhunt.reports.destination import Destination, open_destination, refuse_input
from webshellhunt.reports.format_registry import file_endings
from webshellhunt.sources.evidence_places import refuse_evidence


def outputs_of(arguments: Namespace) -> tuple[Output, ...]:
    """Return the outputs that the user wants; without ``--output``, standard output.

    Raises:
        UsageError: A format does not exist, a file's ending is that of no format, ``--format`` contradicts the files,
            or two outputs are the same.
    """
    if arguments.format is None and not arguments.outputs:
        return (Output(DEFAULT_FORMAT, STANDARD_OUTPUT),)  # and no writer of another format is loaded
    if arguments.format is not None:
        require_format(arguments.format)
    return outputs_by_name(arguments.outputs, arguments.format, FormatNames("report", formats(), file_endings()))


def output_files(arguments: Namespace) -> list[str]:
    """Return the paths of the files that are written."""
    return [output.path for output in outputs_of(arguments) if output.is_file]


class OpenOutput:
    """An output with its stream, which is completed or, after an error, discarded."""

    def __init__(self, output: Output, destination: Destination, closing: ExitStack) -> None:
        self.output = output
        self.closing = closing
        self._destination = destination

    def sink(self, arguments: Namespace, options: Options) -> Sink:
        """Return the format and the stream, with the display options for it."""
        shown = options_for(arguments, self._destination.stream)._replace(
            fleet=options.fleet,
            on_fleet=options.on_fleet,
            unopened=options.unopened,
            compared=options.compared,
            first=self._destination.first,
        )
        return Sink(require_format(self.output.format), self._destination.stream, shown)

    def close(self, error: Exception | None) -> Exception | None:
        """Complete the output, or discard it after an error; return the error that remains."""
        try:
            if error is None:
                self.closing.close()
            elif not self.closing.__exit__(type(error), error, error.__traceback__):
                return error
        except Exception as failure:  # noqa: BLE001 - the other outputs are completed first; then it is reported
            return failure
        return None


class Outputs:
    """The open outputs of one run."""

    def __init__(self, opened: Sequence[OpenOutput], arguments: Namespace) -> None:
        self._opened = opened
        self._arguments = arguments
        self._failures: list[Exception] = []
        self._written: list[str] = []

    def write(self, reports: Iterable[Report], options: Options | None = None, *, to_the_end: bool = False) -> None:
        """Write each report to all outputs as soon as it comes; of several, a failed one does not end the others.

        Args:
            reports: The reports, which may be made meanwhile.
            options: The options of the comparison of hosts; the others follow from the arguments.
            to_the_end: True if all reports are made even if no output is left, because they are kept elsewhere, too.
        """
        sinks = [each.sink(self._arguments, options or Options()) for each in self._opened]
        if len(sinks) == 1 and not to_the_end:
            with self._opened[0].closing:
                write(reports, *sinks[0])
            errors: Sequence[Exception | None] = (None,)
        else:
            errors = [each.close(error) for each, error in zip(self._opened, broadcast(reports, sinks), strict=True)]
        self._failures = [error for error in errors if error is not None]
        done = (each.output for each, error in zip(self._opened, errors, strict=True) if error is None)
        self._written = [output.path for output in done if output.is_file]

    def conclude(self, sentences: Iterable[str] = ()) -> None:
        """Print the sentences of reports that only files have, and where the reports are.

        Raises:
            WebShellHuntError: An output could not be written.
        """
        is_quiet = getattr(self._arguments, "quiet", False)
        on_screen = any(not each.output.is_file for each in self._opened)
        if self._written and not is_quiet:
            for sentence in () if on_screen else sentences:
                complain(sentence)
            for path in self._written:
                complain(f"report written to {path}")
        for error in self._failures[:-1]:
            if isinstance(error, WebShellHuntError):
                complain(str(error))
            else:
                complain_of_bug(error)
        if self._failures:
            raise self._failures[-1]


@contextmanager
def open_outputs(arguments: Namespace, *, evidence: Iterable[str], inputs: Iterable[str]) -> Iterator[Outputs]:
    """Open all outputs before the work begins, so that a wrong path fails at once.

    Raises:
        UsageError: An output is inside the evidence, would replace an input, or can't be created.
    """
    outputs, evidence, inputs = outputs_of(arguments), tuple(evidence), tuple(inputs)
    for output in outputs:
        if output.is_file:
            refuse_evidence(output.path, evidence)
            refuse_input(output.path, inputs)
    with ExitStack() as stack:
        many = len(getattr(arguments, "locations", ())) > 1
        yield Outputs([_open(output, stack, many=many) for output in outputs], arguments)


def _open(output: Output, stack: ExitStack, *, many: bool) -> OpenOutput:
    """Open an output; of the lines of many reports, those before an error of the disk are kept."""
    closing = stack.enter_context(ExitStack())
    if output.is_file:
        keeps = many and output.format == "jsonl"
        return OpenOutput(output, closing.enter_context(open_destination(output.path, keeps=keeps)), closing)
    stream = standard_output(as_file=output.format != DEFAULT_FORMAT)
    return OpenOutput(output, Destination(closing.enter_context(stream)), closing)
