"""Places of shells: their paths and addresses, as far as they are particular to the shell."""

from collections.abc import Iterator
from urllib.parse import unquote

from webshellhunt.knowledge.exchange_names import is_expected_page, is_shipped_at
from webshellhunt.knowledge.web_folders import COMMON_NAMES
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.pivot.shells import Shell

_DRIVE = lazy_pattern(r"[A-Za-z]:(?=[\\/])")
_UNUSUAL = lazy_pattern(r'[^ -~]|[<>:"|?*]')
_SEPARATORS = lazy_pattern(r"[\\/]+")
_HOST = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*")


def file_ending(shell: Shell) -> str | None:
    r"""Return the path of a file from its drive on, ``\inetpub\wwwroot\x.aspx``; ``None`` if it is not one of Windows.

    A trace of a page that is gone has a path, too; a trace in a log has that of the log, which is no shell.
    """
    subject = shell.verdict.subject
    path = _DRIVE.sub("", subject.path, count=1)
    if not shell.has_place or _UNUSUAL.search(path) is not None:
        return None
    if subject.kind is SubjectKind.TRACE and path == subject.path:
        return None
    names = [name for name in _SEPARATORS.split(path) if name]
    return "\\" + "\\".join(names) if names else None


def stems(shell: Shell) -> tuple[str, ...]:
    """Return the paths of the addresses of a page, as the log of IIS has them, without those of ordinary characters."""
    return tuple(dict.fromkeys(_stems(shell)))


def _stems(shell: Shell) -> Iterator[str]:
    for url in shell.verdict.subject.urls:
        path = unquote(_HOST.sub("", url.address, count=1).partition("?")[0], errors="replace").replace(" ", "+")
        if path.startswith("/") and len(path) > 1 and _UNUSUAL.search(path) is None and "\\" not in path:
            yield path


def is_common(shell: Shell) -> bool:
    """Return True if honest servers have a file at the path or a page at the address of a shell.

    It is one that setup writes, one with a name of every site, or one that ordinary users request.
    """
    subject, use = shell.verdict.subject, shell.verdict.use
    name = _SEPARATORS.split(subject.path)[-1].lower()
    return (
        name in COMMON_NAMES
        or (use is not None and use.visited)
        or is_shipped_at(subject.path)
        or any(is_expected_page(stem) for stem in stems(shell))
    )
