"""Compare the readings of legacy text with a table, before a new major version of chardet is allowed.

chardet decides how a page without a declared encoding is read, so another answer can hide code or show it. The table
``tests/decoding/charset_table.tsv`` has texts in 13 languages, and the readings that each must have::

    python -m tools.charset_table                     with the installed version
    python -m tools.charset_table --chardet 7.7.0     with that version, which pip puts into a temporary folder

The exit status is 1 if a row differs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from webshellhunt.decoding.charset import decode_candidates
from webshellhunt.model.settings import PageKind, PageSettings

TABLE = Path(__file__).resolve().parents[1] / "tests" / "decoding" / "charset_table.tsv"
_PAGES = ('<% x = "{text}" %>', '<html>\r\n<% \' {text}\r\nResponse.Write("{start}") %>\r\n</html>')


class Row(NamedTuple):
    """A text, the codec in which a page has it, and whether a reading besides the server's shows it."""

    language: str
    codec: str
    readable: bool
    text: str


def rows() -> list[Row]:
    """Return the rows of the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    split = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [Row(language, codec, readable == "own", text) for language, codec, readable, text in split]


def differences() -> Iterator[str]:
    """Yield a sentence for each page whose readings are others than its row has.

    A text that is readable must be in one reading. Any other text has the server's reading alone: a further one would
    be a false guess.
    """
    for row in rows():
        for page in _PAGES:
            data = page.format(text=row.text, start=row.text[:9]).encode(row.codec)
            readings = decode_candidates(data, PageKind.CLASSIC_ASP, PageSettings())
            as_expected = any(row.text in r.text for r in readings[1:]) if row.readable else len(readings) == 1
            if not as_expected:
                names = ", ".join(reading.encoding for reading in readings)
                wanted = "its own reading" if row.readable else "the server's reading alone"
                yield f"{row.language} in {row.codec}, {len(row.text)} characters: read as {names}; expected: {wanted}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chardet", metavar="VERSION", help="try this version instead of the installed one")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if options.chardet is not None:
            command = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder)
            subprocess.run((*command, f"chardet=={options.chardet}"), check=True)  # noqa: S603 - a fixed command
            sys.path.insert(0, folder)  # before its first import
        import chardet

        found = list(differences())
        print(*found, f"chardet {chardet.__version__}: {len(found)} differences in {len(rows())} rows", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
