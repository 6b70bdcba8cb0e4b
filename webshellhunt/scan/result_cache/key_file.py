"""The key file: the secret that authenticates the rows of a cache, outside the folder of the cache.

With write access to the cache, but not to the key, results can be removed, but none can be made.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from webshellhunt.errors import UsageError

_BYTES: Final = 32
_FORM: Final = re.compile(rb"[0-9a-f]{64}\s*")
_MOST_READ: Final = 1024
_OF_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def default_key_path() -> Path:
    """Return the path of the key in the user's configuration folder.

    Raises:
        UsageError: The user has no such folder.
    """
    named = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    if os.path.isabs(named):  # noqa: PTH117 - the specification of XDG ignores relative paths
        return Path(named, "webshellhunt", "cache.key")
    try:
        return Path.home() / ".config" / "webshellhunt" / "cache.key"
    except RuntimeError as error:
        raise UsageError(
            "the user has no home folder for the key of the cache; pass its file, as --cache-key"
        ) from error


def read_key(path: Path) -> bytes:
    """Return the key in a file, which is made if it is missing.

    Raises:
        UsageError: The file can't be read or made, is no key, or other users can read it.
    """
    try:
        if not path.exists():
            _make(path)
        with path.open("rb") as stream:
            status, content = os.fstat(stream.fileno()), stream.read(_MOST_READ)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the key of the cache can't be read or made: {words}", path=os.fspath(path)) from error
    if os.name != "nt" and status.st_mode & _OF_OTHERS:
        words = "other users can read the key of the cache, and could make results; change its mode to 600"
        raise UsageError(words, path=os.fspath(path))
    if _FORM.fullmatch(content) is None:
        raise UsageError("this is no key of a cache; pass a file that does not exist yet", path=os.fspath(path))
    return bytes.fromhex(content.decode("ascii"))


def _make(path: Path) -> None:
    """Write a new key, unless another process makes one at the same moment: a key appears with its whole content."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(os.urandom(_BYTES).hex().encode("ascii") + b"\n")
        try:
            os.link(partial, path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            with suppress(FileExistsError):  # on Windows
                partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
