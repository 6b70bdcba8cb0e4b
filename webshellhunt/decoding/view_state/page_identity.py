"""The identity of a page in its view state: ``__VIEWSTATEGENERATOR``, and the purposes of its keys.

The generator is the sum of two hashes: of the virtual directory of the page, and of the name of its class, which
ASP.NET makes from the path inside the application (``/owa/auth/errorFE.aspx`` in ``/owa``: ``auth_errorfe_aspx``). The
hash of a text is one of its sort key without regard to case, so that it needs the weights of the characters. Only
characters whose weights are the same alone and in a word are known here: letters, digits and common signs of ASCII,
without the hyphen and the apostrophe.

Source: ``Page.GetClientStateIdentifier`` and ``StringUtil.GetNonRandomizedHashCode`` of .NET Framework. The weights are
those of Windows as badsecrets lists them; published generators of pages of Exchange and other products agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_DEFAULT: Final = "default.aspx"
_LONGEST_PATH: Final = 1024
_MOST_FOLDERS: Final = 16
_START, _FACTOR, _MASK = 5381, 1566083941, 0xFFFFFFFF
_LETTERS: Final = (2, 9, 10, 26, 33, 35, 37, 44, 50, 53, 54, 72, 81, 112, 124, 126, 137, 138, 145, 153, 159, 162, 164,
                   166, 167, 169)  # fmt: skip
_DIGITS: Final = (3, 26, 28, 30, 32, 34, 36, 38, 40, 42)
_SIGNS: Final = {" ": 2, "!": 28, "#": 31, "$": 33, "%": 35, "&": 37, "(": 39, ")": 42, ",": 47, ".": 51, "/": 53,
                 ";": 58, "@": 62, "[": 63, "]": 66, "^": 67, "_": 68}  # fmt: skip
_WEIGHTS: Final = {
    **{chr(ord("a") + at): bytes((14, weight)) for at, weight in enumerate(_LETTERS)},
    **{chr(ord("0") + at): bytes((13, weight)) for at, weight in enumerate(_DIGITS)},
    **{sign: bytes((7, weight)) for sign, weight in _SIGNS.items()},
}
_SORT_KEY_END: Final = b"\1\1\1\1"
_NOT_IN_NAMES = lazy_pattern(r"\W")


class PageIdentity(NamedTuple):
    """A page as ASP.NET knows it: its virtual directory, and the name of its class; ``path`` is its address."""

    directory: str
    class_name: str
    path: str

    @property
    def generator(self) -> str | None:
        """Return ``__VIEWSTATEGENERATOR``, or ``None`` if it can't be computed for these characters."""
        first, second = text_hash(self.directory), text_hash(self.class_name)
        return None if first is None or second is None else f"{(first + second) & _MASK:08X}"

    @property
    def purposes(self) -> tuple[str, str]:
        """Return the specific purposes from which .NET 4.5 derives the keys of the page."""
        return f"TemplateSourceDirectory: {self.directory.upper()}", f"Type: {self.class_name.upper()}"


def text_hash(text: str) -> int | None:
    """Return the hash of .NET Framework of a text without regard to case; ``None`` for characters not known here."""
    weights = [_WEIGHTS.get(character) for character in text.lower()]
    if not all(weights):
        return None
    first = second = _START
    for at, weight in enumerate(b"".join(each for each in weights if each) + _SORT_KEY_END):
        if at % 2:
            second = (second * 33 ^ weight) & _MASK
        else:
            first = (first * 33 ^ weight) & _MASK
    return (first + second * _FACTOR) & _MASK


def iter_identities(path: str) -> Iterator[PageIdentity]:
    """Yield the identities that a page may have: one for each folder of its address that may be an application."""
    path = "/" + path[:_LONGEST_PATH].replace("\\", "/").strip("/")
    folders = path.strip("/").split("/")
    page = next((at for at, name in enumerate(folders) if "." in name and ".as" in name.lower()), None)
    folders = [*folders, _DEFAULT] if page is None else folders[: page + 1]
    folders = [each for each in folders if each]
    if len(folders) > _MOST_FOLDERS:
        return
    directory = "/" + "/".join(folders[:-1])
    whole = "/" + "/".join(folders)
    for at in range(len(folders)):
        class_name = _NOT_IN_NAMES.sub("_", "_".join(folders[at:]).lower())
        class_name = f"_{class_name}" if class_name[0].isdigit() else class_name
        yield PageIdentity(directory, class_name, whole)


def find_page(generator: str, paths: Iterable[str]) -> PageIdentity | None:
    """Return the page with a generator among some addresses, or ``None``."""
    wanted = generator.upper()
    return next((each for path in paths for each in iter_identities(path) if each.generator == wanted), None)
