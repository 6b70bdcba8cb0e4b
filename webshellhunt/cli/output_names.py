"""Names of outputs: the format of each ``--output``, by the word before ``=`` or the ending of its file.

Reports and comparisons have different formats, and name them in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from webshellhunt.errors import UsageError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.reports.destination import refuse_repeated
from webshellhunt.reports.format_registry import format_of_file

STANDARD_OUTPUT: Final = "-"
DEFAULT_FORMAT: Final = "text"
"""The format of people, which an output without a name has."""

_NAMED: Final = lazy_pattern(r"[\w.-]*=")


class Output(NamedTuple):
    """One output: its format, and the path of its file; ``-`` is standard output."""

    format: str
    path: str

    @property
    def is_file(self) -> bool:
        """True unless it is standard output."""
        return self.path != STANDARD_OUTPUT


class FormatNames(NamedTuple):
    """What a command writes, in a word; its formats, and the format of each ending, without the first dot."""

    what: str
    formats: Collection[str]
    endings: Mapping[str, str]

    def format_of(self, word: str) -> str | None:
        """Return the format that a word names, itself or by an ending; ``None`` if there is none."""
        return word if word in self.formats else self.endings.get(word)


def outputs_by_name(texts: Sequence[str], wanted: str | None, names: FormatNames) -> tuple[Output, ...]:
    """Return the outputs that the user wants; without ``--output``, standard output.

    ``texts``: the values of ``--output``. ``wanted``: the value of ``--format``, one of the formats, or ``None``.

    Raises:
        UsageError: A format does not exist, a file's ending is that of no format, ``--format`` contradicts the files,
            or two outputs are the same.
    """
    parts = [_parted(text, names) for text in texts or [STANDARD_OUTPUT]]
    if sum(path == STANDARD_OUTPUT for _, path in parts) > 1:
        raise UsageError("two outputs are standard output; write one of them into a file")
    refuse_repeated([path for _, path in parts if path and path != STANDARD_OUTPUT])
    if wanted is None:
        return tuple(Output(form or _default(path, names), path) for form, path in parts)
    return _with_format(wanted, parts)


def _parted(text: str, names: FormatNames) -> tuple[str | None, str]:
    """Return the format that the text or the ending of its file names, and the path.

    Raises:
        UsageError: The word before ``=`` is no format, and there is no folder of such a name; or two formats are
            named, or a format without a file.
    """
    word, equals, path = text.partition("=")
    form = names.format_of(word)
    if form is not None and not equals:
        raise UsageError(f"--output {text}: this is a format; name its file, as {text}=FILE (or ./{text} for a file)")
    if form is not None:
        second, equals, _ = path.partition("=")
        if equals and names.format_of(second) is not None:
            raise UsageError(f"--output {text}: it names two formats, {word} and {second}; pass --output twice")
        return form, path
    if _NAMED.match(text) and not _is_in_folder(text):
        advice = f"choose one of {', '.join(sorted(names.formats))}, or write a file of this name as ./{text}"
        raise UsageError(f"--output {text}: no format is called {word!r}; {advice}")
    return (None if text == STANDARD_OUTPUT else format_of_file(text, names.endings)), text


def _is_in_folder(path: str) -> bool:
    """Return True if a path names a folder, and the folder exists."""
    folder = Path(path).parent
    return folder != Path() and folder.is_dir()


def _default(path: str, names: FormatNames) -> str:
    """Return the format of an output that names none.

    Raises:
        UsageError: Its file has an ending that no format has.
    """
    suffix = PurePath(path).suffix
    if path != STANDARD_OUTPUT and suffix not in ("", "."):
        known = ", ".join(f".{ending}" for ending in sorted(names.endings))
        advice = f"choose one of {known}, or name the format: --output text={path}"
        raise UsageError(f"no {names.what} is written as {suffix}; {advice}", path=path)
    return DEFAULT_FORMAT


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
