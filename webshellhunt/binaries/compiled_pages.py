r"""Names of compiled pages: the files that ASP.NET generates from a page, and the page that they come from.

A page ``/owa/auth/x.aspx`` of the application ``/owa`` becomes ``x.aspx.f5dba9b9.compiled`` and, alone in its assembly,
``App_Web_x.aspx.f5dba9b9.<8 characters>.dll``, in ``Temporary ASP.NET Files\owa\<8 hex>\<8 hex>``. The hash is that of
the page's directory in the application, so that a file name shows the location of a deleted page.

Source: reference source of System.Web (BuildManager.GetCacheKeyFromVirtualPath, StringUtil.GetStringHashCode,
BuildResultCache, AssemblyBuilder).
"""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_MASK = 0xFFFFFFFF
_SEED = (5381 << 16) + 5381
_KEY = r"(?P<page>[^\\/:*?\"<>|]{1,200}\.[a-z0-9]{2,10})\.(?P<hash>[0-9a-f]{1,8})"
_PRESERVED = lazy_pattern(rf"(?i){_KEY}\.compiled")
_ASSEMBLY = lazy_pattern(rf"(?i)App_Web_{_KEY}(?:\.[a-z0-9_-]{{8}})?\.dll(?:\.delete)?")
_GENERATED = lazy_pattern(r"(?i)App_Web_(?:[a-z0-9_-]{8}|.{1,200}\.[0-9a-f]{1,8}(?:\.[a-z0-9_-]{8})?)\.dll")
_SOURCE = lazy_pattern(r"(?i)[\w.-]{1,200}\.\d{1,4}\.(?P<extension>cs|vb|js)")
_SOURCE_LANGUAGES = {"cs": "c#", "vb": "vb", "js": "jscript"}
_CODE_FOLDER = lazy_pattern(r"(?i)[0-9a-f]{1,8}")
_DEEPEST = 64
FOLDER = "temporary asp.net files"


class CompiledName(NamedTuple):
    """The parts of a compiled file's name: the page's name and the hash of its directory; both lower-case."""

    page: str
    directory_hash: str


def directory_hash(directory: str) -> str:
    """Return the hash of an application's directory, ``~`` or ``~/auth/current``, as used in file names.

    Two lanes of 32 bits take two UTF-16 units each in turn: ``lane * 33 + (lane >> 27) ^ units``, a signed shift.
    """
    raw = directory.lower().encode("utf-16-le", "surrogatepass")
    count = len(raw) // 2
    raw += bytes(8)  # the terminating zero of a text is read as well
    first = second = _SEED
    for at in range(0, count, 4):
        first = _mixed(first, raw[at * 2 : at * 2 + 4])
        if count - at > 2:
            second = _mixed(second, raw[at * 2 + 4 : at * 2 + 8])
    return f"{(first + second * 1566083941) & _MASK:x}"


def read_name(name: str) -> CompiledName | None:
    """Return the parts of the name of a ``.compiled`` file, an assembly of one page or its deletion mark."""
    found = _PRESERVED.fullmatch(name) or _ASSEMBLY.fullmatch(name)
    return None if found is None else CompiledName(found["page"].lower(), found["hash"].lower())


def belongs(virtual_path: str, hashed: str, application: str) -> bool:
    """Return whether a page's address matches the hash in a file name and the folder of an application.

    ``virtual_path``: the page's address, ``/owa/auth/x.aspx``. ``application``: the folder: the application's own
    address with ``_`` for each inner slash, ``root`` for a site.
    """
    names = virtual_path.lower().strip("/").split("/")[:-1][:_DEEPEST]
    return any(
        directory_hash("/".join(("~", *names[depth:]))) == hashed and ("_".join(names[:depth]) or "root") == application
        for depth in range(len(names) + 1)
    )


def is_page_assembly_name(name: str) -> bool:
    """Return whether a file has the name of an assembly that ASP.NET compiles from pages."""
    return name.lower().startswith("app_web_") and name.lower().endswith(".dll")


def is_generated_name(name: str) -> bool:
    """Return whether ASP.NET itself generates an assembly of this name."""
    return _GENERATED.fullmatch(name) is not None


def source_language(name: str) -> str | None:
    """Return the language of a source that ASP.NET generated from a page, ``None`` for any other file."""
    found = _SOURCE.fullmatch(name)
    return None if found is None else _SOURCE_LANGUAGES[found["extension"].lower()]


def application_folder(path: str) -> str | None:
    r"""Return the application that a folder of compiled pages belongs to, ``root`` for that of a site, lower-case.

    It is ``owa`` in ``…\Temporary ASP.NET Files\owa\8f3a1c52\1b6de0aa\x``, also if only its subfolders were collected.
    """
    names = path.replace("\\", "/").lower().split("/")[:-1]
    if FOLDER in names:
        below = names[len(names) - names[::-1].index(FOLDER) :]
        return below[0] if below else None
    if len(names) >= 3 and all(_CODE_FOLDER.fullmatch(name) and len(name) >= 6 for name in names[-2:]):
        return names[-3]
    return None


def _mixed(lane: int, units: bytes) -> int:
    carried = lane >> 27
    if lane >> 31:
        carried |= 0xFFFFFFE0
    return ((lane * 33 + carried) & _MASK) ^ int.from_bytes(units, "little")
