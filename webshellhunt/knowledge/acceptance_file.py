r"""Read the files of ``--accept``: known false alarms of the user, in TOML.

::

    [[accept]]
    path = 'C:\inetpub\wwwroot\app\upload.aspx'
    sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    rule = "WSH1004"
    reason = "our own upload page, reviewed"
    by = "J. Doe"
    until = 2027-03-31

Source: TOML 1.0.0, https://toml.io/en/v1.0.0
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from webshellhunt.errors import UsageError
from webshellhunt.model.acceptance import Acceptance, path_key

MOST_BYTES = 1024 * 1024
MOST_ENTRIES = 2_000
MOST_CHARS = 1_000

_FIELDS = ("sha256", "path", "rule", "reason", "by", "until")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EXAMPLE = "write entries as [[accept]] with sha256, path or rule, and with reason, by and until"


def load_acceptances(paths: Sequence[str], today: date) -> tuple[Acceptance, ...]:
    """Return the entries of all files in order; an entry that ends before ``today`` is marked as expired.

    Raises:
        UsageError: A file can't be read, or an entry is invalid; the message names it.
    """
    found = tuple(each for path in dict.fromkeys(paths) for each in _read(path, today))
    if len(found) > MOST_ENTRIES:
        raise UsageError(f"--accept: {len(found):,} entries are too many; {MOST_ENTRIES:,} are the most")
    return found


def parse_acceptances(content: bytes, today: date, *, file: str = "") -> tuple[Acceptance, ...]:
    """Return the entries of one file.

    Raises:
        UsageError: The file is not TOML, or an entry is invalid; the message names it.
    """
    try:
        document = tomllib.loads(_text(content))
    except (ValueError, RecursionError) as error:
        reason = "its tables are nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"this is not TOML: {reason}; {_EXAMPLE}", path=file) from error
    others = sorted(set(document) - {"accept"})
    if others:
        raise UsageError(f"{_shown(others[0])} is not known at the top of the file; {_EXAMPLE}", path=file)
    entries = document.get("accept")
    if not isinstance(entries, list) or not entries:
        raise UsageError(f"the file has no entry; {_EXAMPLE}", path=file)
    if len(entries) > MOST_ENTRIES:
        raise UsageError(f"{len(entries):,} entries are too many; {MOST_ENTRIES:,} are the most", path=file)
    return tuple(_entries(entries, today, file))


def _read(path: str, today: date) -> tuple[Acceptance, ...]:
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"the file of --accept can't be read: {reason}", path=path) from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"the file of --accept is larger than {MOST_BYTES // 1024**2} MiB", path=path)
    return parse_acceptances(content, today, file=path)


def _text(content: bytes) -> str:
    """Return the text; editors and shells of Windows write a byte order mark or UTF-16."""
    return content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")


def _entries(entries: Sequence[object], today: date, file: str) -> Iterator[Acceptance]:
    for number, entry in enumerate(entries, 1):
        try:
            yield _entry(entry, today, file, number)
        except UsageError as error:
            raise UsageError(f"entry {number}: {error.message}", path=file) from error


def _entry(entry: object, today: date, file: str, number: int) -> Acceptance:
    if not isinstance(entry, dict):
        raise UsageError(_EXAMPLE)
    unknown = sorted(set(entry) - set(_FIELDS))
    if unknown:
        raise UsageError(f"{_shown(unknown[0])} is not known; the fields are {', '.join(_FIELDS)}")
    texts = {name: _string(entry, name) for name in _FIELDS[:-1]}
    sha256, path, rule = texts["sha256"], texts["path"], texts["rule"]
    if sha256 is not None and not _SHA256.match(sha256.lower()):
        raise UsageError("sha256 must have 64 hexadecimal digits")
    until = _day(entry)
    return Acceptance(
        texts["reason"] or "",
        texts["by"] or "",
        until,
        sha256=sha256 and sha256.lower(),
        path=path and path_key(path),
        rule=rule and rule.lower(),
        expired=until < today,
        file=file,
        number=number,
    )


def _string(entry: dict[str, object], name: str) -> str | None:
    value = entry.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{name} must be a text in quotes")
    if len(value) > MOST_CHARS:
        raise UsageError(f"{name} has more than {MOST_CHARS:,} characters")
    return value.strip()


def _day(entry: dict[str, object]) -> date:
    """Return the last day of an entry."""
    value = entry.get("until")
    if value is None:
        raise UsageError("until is missing: write the last day, such as until = 2027-03-31")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _no_day()
    except ValueError as error:
        raise UsageError("until must be a day, such as 2027-03-31") from error


def _no_day() -> date:
    raise ValueError


def _shown(name: str) -> str:
    return repr(name if len(name) <= 40 else f"{name[:40]}…")
