"""The outputs of a report: which format goes to which file, and the writing of all of them in one pass.

Each command that writes a report takes ``--output`` and ``--format`` from here.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import PurePath
from typing import Final, NamedTuple

from webshellhunt.cli.output import complain, options_for, standard_output
from webshellhunt.cli.unexpected import complain_of_bug
from webshellhunt.errors import UsageError, WebShellHuntError
from webshellhunt.model.report import Report
from webshellhunt.reports import Options, formats, require_format, write
from webshellhunt.reports.broadcast import Sink, broadcast
from webshellhunt.reports.destination import (
    Destination,
    open_destination,
    refuse_evidence,
    refuse_input,
    refuse_repeated,
)
from webshellhunt.reports.format_registry import file_endings, format_of_file

STANDARD_OUTPUT: Final = "-"
_DEFAULT: Final = "text"


class Output(NamedTuple):
    """One output: its format, and the path of its file; ``-`` is standard output."""

    format: str
    path: str

    @property
    def is_file(self) -> bool:
        """True unless it is standard output."""
        return self.path != STANDARD_OUTPUT


def outputs_of(arguments: Namespace) -> tuple[Output, ...]:
    """Return the outputs that the user wants; without ``--output``, standard output.

    Raises:
        UsageError: A format does not exist, a file's ending is that of no format, ``--format`` contradicts the files,
            or two outputs are the same.
    """
    parts = [_parted(text) for text in arguments.outputs or [STANDARD_OUTPUT]]
    if sum(path == STANDARD_OUTPUT for _, path in parts) > 1:
        raise UsageError("two outputs are standard output; write one of them into a file")
    refuse_repeated([path for _, path in parts if path and path != STANDARD_OUTPUT])
    if arguments.format is None:
        return tuple(Output(form or _default(path), path) for form, path in parts)
    require_format(arguments.format)
    return _with_format(str(arguments.format), parts)


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

    def write(self, reports: Iterable[Report], options: Options | None = None) -> None:
        """Write each report to all outputs as soon as it comes; of several, a failed one does not end the others.

        Args:
            reports: The reports, which may be made meanwhile.
            options: The options of the comparison of hosts; the others follow from the arguments.
        """
        sinks = [each.sink(self._arguments, options or Options()) for each in self._opened]
        if len(sinks) == 1:
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
        yield Outputs([_open(output, stack) for output in outputs], arguments)


def _open(output: Output, stack: ExitStack) -> OpenOutput:
    closing = stack.enter_context(ExitStack())
    if output.is_file:
        return OpenOutput(output, closing.enter_context(open_destination(output.path)), closing)
    return OpenOutput(output, Destination(closing.enter_context(standard_output())), closing)


def _parted(text: str) -> tuple[str | None, str]:
    """Return the format that the text or the ending of its file names, and the path."""
    word, equals, path = text.partition("=")
    form = word if word in formats() else file_endings().get(word)
    if equals and form is not None:
        return form, path
    return (None if text == STANDARD_OUTPUT else format_of_file(text)), text


def _default(path: str) -> str:
    """Return the format of an output that names none.

    Raises:
        UsageError: Its file has an ending that no format has.
    """
    suffix = PurePath(path).suffix
    if path != STANDARD_OUTPUT and suffix not in ("", "."):
        known = ", ".join(f".{ending}" for ending in sorted(file_endings()))
        advice = f"choose one of {known}, or name the format: --output text={path}"
        raise UsageError(f"no report is written as {suffix}; {advice}", path=path)
    return _DEFAULT


def _with_format(wanted: str, parts: Sequence[tuple[str | None, str]]) -> tuple[Output, ...]:
    """Return the outputs with ``--format``, which is for the one output that names no format.

    Raises:
        UsageError: There are several of them, or none.
    """
    unnamed = [path for form, path in parts if form is None]
    if len(unnamed) > 1:
        raise UsageError(
            f"--format {wanted} is for one output, and {' and '.join(unnamed)} name no format; "
            f"name each: --output {wanted}={unnamed[-1]}"
        )
    if not unnamed and wanted not in [form for form, _ in parts]:
        form, path = parts[0]
        raise UsageError(
            f"--format {wanted} contradicts --output {path}, which is {form}: leave out --format, or use "
            f"--output {wanted}={path}"
        )
    return tuple(Output(form or wanted, path) for form, path in parts)
