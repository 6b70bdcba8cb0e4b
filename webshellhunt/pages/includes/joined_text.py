"""The text of a page with its includes expanded; each character maps back to its own file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from webshellhunt.decoding.charset import DecodedText, decode_candidates
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.dependencies import include_dependency
from webshellhunt.pages.includes.resolver import IN_PLACE, MAX_DEPTH, Resolution, ResolutionCode, ResolveDependency
from webshellhunt.pages.markup import INCLUDE, Allowance, fold, says_runat, tag_end
from webshellhunt.pages.page import Dependency, DependencyKind, Page, ServerTag
from webshellhunt.pages.parser import parse

_INCLUDE: Final = (
    b"nclude"  # without its first letter, whose non-ASCII variants (U+0130, U+0131) also match case-insensitively
)
_INCLUDE_OPEN = re.compile(r"<!--\s*+#")
_SCRIPT_OPEN = re.compile(r"<[sS][cC][rR][iI][pP][tT]\b")
_LOOSE_TAG: Final = 4 * 1024 + 256  # longest tag that classic ASP accepts and ASP.NET does not
_SCRIPT_END = lazy_pattern(r"</[sS][cC][rR][iI][pP][tT]\s*+>")
_SCRIPT_BODY: Final = 64 * 1024
_NOT_A_NAME = lazy_pattern(r"[^\w#+./-]")


class Included(NamedTuple):
    """An included file: its resolution, its text, and the range of the page's directive that led to it."""

    pulled: Resolution
    decoded: DecodedText
    outer: tuple[int, int]


class _Piece(NamedTuple):
    """Characters copied from a file if ``kept``, else generated text for a range of it; file 0 is the page."""

    file: int
    start: int
    end: int
    kept: bool


@dataclass(slots=True)
class JoinedText:
    """A page's text with its includes in place.

    ``files`` are the included files, in order; ``refused`` are the resolutions without content, ``starts`` the places
    in the text where its pieces begin.
    """

    text: str = ""
    files: list[Included] = field(default_factory=list)
    refused: list[Resolution] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    _pieces: list[_Piece] = field(default_factory=list)

    def place(self, start: int, end: int) -> tuple[int, int, int]:
        """Return the file (0: the page, else one more than the index in ``files``) and the range in its text.

        A range over several files maps to the first one.
        """
        if not self._pieces:
            return 0, 0, 0
        first = max(0, bisect_right(self.starts, start) - 1)
        piece = self._pieces[first]
        if not piece.kept:
            return piece.file, piece.start, piece.end
        begin = min(piece.start + start - self.starts[first], piece.end)
        last = max(first, bisect_right(self.starts, max(start, end - 1)) - 1)
        final = self._pieces[last]
        if final.file != piece.file or not final.kept:
            return piece.file, begin, piece.end
        return piece.file, begin, max(begin, min(final.start + end - self.starts[last], final.end))

    def outer(self, start: int, end: int) -> tuple[int, int]:
        """Return the range in the page's own text; for included text, the range of its directive."""
        file, begin, stop = self.place(start, end)
        return self.files[file - 1].outer if file else (begin, stop)


def find_named(text: str, folded: bytes | None = None) -> list[Dependency] | None:
    """Return the includes of a text without parsing it; ``None`` if that needs the parser.

    ``folded`` is the result of `fold` for the text, if already computed.
    """
    folded = fold(text) if folded is None else folded
    if says_runat(folded) and _may_have_script_source(text):
        return None
    if _INCLUDE not in folded:
        return []
    found = filter(None, (INCLUDE.match(text, opener.start()) for opener in _INCLUDE_OPEN.finditer(text)))
    return [include_dependency(each["form"], each["path"], *each.span("path")) for each in found]


def _may_have_script_source(text: str) -> bool:
    """Return whether a server script with ``src`` may be present; may return a false positive."""
    allowance = Allowance(len(text) + 65_536)
    for script in _SCRIPT_OPEN.finditer(text):
        end = tag_end(text, script.start(), allowance)
        tag = text[script.start() : script.start() + _LOOSE_TAG if end is None else end].lower()
        if allowance.spent or ("runat" in tag and "src" in tag):
            return True
        allowance.spend(len(tag))
    return False


def join_includes(text: str, page: Page, holder: str, read: ResolveDependency, settings: PageSettings) -> JoinedText:
    """Expand the includes of a page, nested up to a depth of 8; a cycle ends at its first repetition.

    Args:
        text: The page's text.
        page: The parsed page.
        holder: The page's path inside the source.
        read: The resolver of its dependencies.
        settings: The settings of the page.
    """
    joiner = _Joiner(page.kind, settings, read)
    joiner.add(text, page, 0, (holder,), None)
    joiner.joined.text = "".join(joiner.parts)
    return joiner.joined


class _Joiner:
    """The collector of pieces; its recursion depth is the bounded include depth."""

    def __init__(self, kind: PageKind, settings: PageSettings, read: ResolveDependency) -> None:
        self.joined = JoinedText()
        self.parts: list[str] = []
        self._kind = kind
        self._settings = settings
        self._read = read
        self._length = 0
        self._parse: Callable[[str], Page] = lambda text: parse(text, kind, settings)

    def add(self, text: str, page: Page, file: int, chain: tuple[str, ...], outer: tuple[int, int] | None) -> None:
        """Add the text of a file with its includes."""
        at = 0
        for dependency, start, end, tag in sorted(_ranges(text, page), key=lambda each: each[1]):
            if start < at:
                continue
            pulled = self._taken(dependency, chain)
            if pulled.data is None:
                self.joined.refused.append(pulled)
                continue
            self._piece(text[at:start], file, at, start, kept=True)
            stop = end if tag is None else max(end, tag.end)
            if tag is not None:
                self._piece(_begin_tag(tag, page), file, start, stop, kept=False)
            self._include(pulled, chain, outer or (start, stop))
            if tag is not None:
                self._piece("</script>", file, start, stop, kept=False)
            at = end
        self._piece(text[at:], file, at, len(text), kept=True)

    def _taken(self, dependency: Dependency, chain: tuple[str, ...]) -> Resolution:
        if len(chain) > MAX_DEPTH:
            words = f"includes are followed to a depth of {MAX_DEPTH}"
            return Resolution(dependency, None, None, words, ResolutionCode.LIMIT)
        pulled = self._read(dependency, chain[-1])
        if pulled.path in chain:
            return Resolution(
                dependency, pulled.path, None, "it includes itself in a cycle", ResolutionCode.CYCLE, pulled.shown
            )
        return pulled

    def _include(self, pulled: Resolution, chain: tuple[str, ...], outer: tuple[int, int]) -> None:
        assert pulled.data is not None
        assert pulled.path is not None
        decoded = decode_candidates(pulled.data, self._kind, self._settings)[0]
        self.joined.files.append(Included(pulled, decoded, outer))
        number = len(self.joined.files)
        if pulled.dependency.kind is not DependencyKind.SCRIPT_SRC and find_named(decoded.text) != []:
            self.add(decoded.text, self._parse(decoded.text), number, (*chain, pulled.path), outer)
        else:
            self._piece(decoded.text, number, 0, len(decoded.text), kept=True)

    def _piece(self, text: str, file: int, start: int, end: int, *, kept: bool) -> None:
        if text:
            self.parts.append(text)
            self.joined.starts.append(self._length)
            self.joined._pieces.append(_Piece(file, start, end, kept))
            self._length += len(text)


def _ranges(text: str, page: Page) -> Iterator[tuple[Dependency, int, int, ServerTag | None]]:
    """Yield each include with the range that it replaces: a directive, or a script with its body."""
    begins = [tag.start for tag in page.tags]
    for dependency in page.dependencies:
        if dependency.kind not in IN_PLACE:
            continue
        if dependency.kind is not DependencyKind.SCRIPT_SRC:
            start, end = text.rfind("<!--", 0, dependency.start), text.find("-->", dependency.end)
            if start >= 0 and end >= 0:
                yield dependency, start, end + 3, None
            continue
        nearest = bisect_right(begins, dependency.start) - 1
        tag = page.tags[nearest] if nearest >= 0 else None
        if tag is not None and dependency.start < tag.end:
            # Classic ASP may run the body as well, so it stays in place, after the included script.
            yield dependency, tag.start, _script_end(text, tag, keep_body=page.kind is PageKind.CLASSIC_ASP), tag


def _script_end(text: str, tag: ServerTag, *, keep_body: bool) -> int:
    closing = _SCRIPT_END.search(text, tag.end, tag.end + _SCRIPT_BODY)
    if closing is None or text.startswith("/>", tag.end - 2):
        return tag.end
    body = text[tag.end : closing.start()].strip()
    return tag.start if keep_body and body else closing.end()


def _begin_tag(tag: ServerTag, page: Page) -> str:
    """Return a copy of a begin tag without its ``src``."""
    language = tag.get("language") or tag.get("type") or page.language
    return f'<script runat="server" language="{_NOT_A_NAME.sub("", language)}">'
