"""Files of rules that a user passes: one by one, or as folders."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from webshellhunt.errors import UsageError

MOST_BYTES: Final = 1024 * 1024
MOST_FILES: Final = 5_000


def iter_files(paths: Sequence[str], endings: Sequence[str]) -> Iterator[tuple[Path, bool]]:
    """Yield the files of paths, and of folders those with some endings; each with True if the user named it.

    Raises:
        UsageError: A path does not exist; a folder has no such file, or too many; a named file has another ending.
    """
    for text in dict.fromkeys(paths):
        path = Path(text)
        if not path.is_dir():
            if not path.exists():
                raise UsageError("there is no such file or folder; check the spelling", path=text)
            if path.suffix.lower() not in endings:
                raise UsageError(f"the file does not end with {' or '.join(endings)}", path=text)
            yield path, True
            continue
        files = sorted(each for each in path.rglob("*") if each.suffix.lower() in endings and each.is_file())
        if not files:
            raise UsageError(f"the folder has no file that ends with {' or '.join(endings)}", path=text)
        if len(files) > MOST_FILES:
            raise UsageError(f"{len(files):,} files are too many; {MOST_FILES:,} are the most", path=text)
        yield from ((each, False) for each in files)


def read_file(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        UsageError: It can't be read, or is too large.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"the file can't be read: {reason}", path=str(path)) from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"the file is larger than {MOST_BYTES // 1024**2} MiB", path=str(path))
    return content
