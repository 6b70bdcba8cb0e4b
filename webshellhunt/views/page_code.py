"""The code of a page: where it stands, in which language, what the page declares beside it, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from webshellhunt.code.access_checks import find_access_check, find_work
from webshellhunt.code.beside import may_call_across
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.flow import FlowAnalysis, analyse
from webshellhunt.code.relevance import is_relevant
from webshellhunt.code.tokens import guess_language
from webshellhunt.code.unit import Unit
from webshellhunt.code.vocabulary import vocabulary
from webshellhunt.lazy_attribute import lazy_attribute
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.page import Dependency, Page

_SPLIT_WORD = lazy_pattern(r"<%--(?<=\w<%--)")

_COMMENTED = frozenset({PageKind.WEB_FORM, PageKind.APPLICATION})  # the only kinds whose scripts lose server comments
_SCRIPTS = frozenset({"c#", "jscript", "vb", "vbscript"})


@dataclass(frozen=True)
class Code:
    """One language of a page: its unit, what flows through it, and what the page pulls in."""

    unit: Unit
    analysis: FlowAnalysis
    pulls: tuple[Dependency, ...] = ()

    @property
    def works(self) -> bool:
        """Tell whether the code does anything that others must not."""
        return bool(find_work(self.analysis))

    @lazy_attribute
    def access_check(self) -> str | None:
        """What of the application the page asks its visitor for before it works, in words, if anything."""
        return find_access_check(self.analysis, self.pulls)


class PageCode:
    """The code of one page, its views built once and only when asked for.

    ``kind`` is what the page is parsed as, ``outer`` the code of the page whose controls and objects this one uses,
    ``telling`` a language in which a word that matters is known to stand.
    """

    def __init__(
        self,
        page: Page,
        text: str,
        kind: PageKind,
        outer: PageCode | None = None,
        *,
        telling: str | None = None,
    ) -> None:
        self.page = page
        self._text = text
        self._kind = kind
        self._outer = outer
        self._telling = telling

    @lazy_attribute
    def acts(self) -> bool:
        """Tell whether a word that matters, or an object, stands in a block or a tag."""
        return any(self._matters_in.values()) or bool(self.page.objects) or self.joins_words

    @lazy_attribute
    def joins_words(self) -> bool:
        """Tell whether server comments split a word that matters; the server joins what stands around one."""
        if _SPLIT_WORD.search(self._text) is None:
            return False
        parts = (block.code(self._text) for block in self.page.blocks if block.cuts)
        return any(is_relevant(part, has_controls=True) for part in parts)

    @lazy_attribute
    def codes(self) -> tuple[Code, ...]:
        """The code in which a word matters, one entry a language."""
        comments = self._kind in _COMMENTED
        units = []
        across = (
            self._kind == PageKind.CLASSIC_ASP and len(self._ranges) > 1 and may_call_across([*self._code.values()])
        )
        for language, parts in self._ranges.items():
            # An object that the page declares is a power of which the code itself may say no word; what another
            # language of the page calls may say none either.
            relevant = across or bool(self._objects) or self._matters_in[language]
            if language in _SCRIPTS and (relevant or (comments and self.joins_words)):
                units.append(build_unit(self._text, language, parts, server_comments=comments))
        analyses = analyse(units, objects=self._objects, controls=self._controls, across=across)
        pulls = self.page.dependencies
        return tuple(Code(unit, analysis, pulls) for unit, analysis in zip(units, analyses, strict=True))

    @lazy_attribute
    def _matters_in(self) -> dict[str, bool]:
        """Whether the code in each language says a word that matters."""
        controls = bool(self._controls)
        return {
            language: language == self._telling or is_relevant(code, language, has_controls=controls)
            for language, code in self._code.items()
        }

    @lazy_attribute
    def _code(self) -> dict[str, str]:
        """The code by language."""
        ranges = self._ranges.items()
        return {language: "\n".join(self._text[start:end] for start, end in parts) for language, parts in ranges}

    @lazy_attribute
    def _ranges(self) -> dict[str, list[tuple[int, int]]]:
        """The ranges of code by language; where none is declared, by the one that the code is written in."""
        ranges: dict[str, list[tuple[int, int]]] = {}
        for block in self.page.blocks:
            if block.decoded is None:
                # Server comments stay in: the tokenizer joins what stands around them.
                ranges.setdefault(block.language, []).append((block.start, block.end))
        # Classic ASP never looks at the code to choose a language; elsewhere an undeclared one may be declared by a
        # file we don't see.
        undeclared = not self.page.language_declared and self._kind != PageKind.CLASSIC_ASP
        if undeclared and (parts := ranges.pop(self.page.language, None)):
            guessed = guess_language("\n".join(self._text[start:end] for start, end in parts))
            ranges[guessed or self.page.language] = sorted(ranges.get(guessed or "", []) + parts)
        return ranges

    @lazy_attribute
    def _objects(self) -> dict[str, str]:
        """What is declared beside the code: the types of objects by id, and of names by their imports."""
        types, known = vocabulary().types, {} if self._outer is None else dict(self._outer._objects)
        for item in self.page.objects:
            identity = (item.progid or item.classid or "").lower().removeprefix("clsid:").strip("{}")
            if item.id and identity in types:
                known[item.id] = types[identity]
        for directive in self.page.directives:
            name, sign, real = (directive.get("namespace") or "").partition("=")
            if sign and directive.name == "import":
                known[name.strip()] = real.rpartition(".")[2].strip().lower()
        return known

    @lazy_attribute
    def _controls(self) -> frozenset[str]:
        """The ids of the server controls beside the code, in lower case."""
        outer = frozenset[str]() if self._outer is None else self._outer._controls
        ids = (tag.get("id") for tag in self.page.tags)
        return outer | frozenset(name.lower() for name in ids if name)


def between_delimiters(text: str) -> str:
    """Return what stands between delimiters of server code: all that classic ASP runs of a text without ``runat``."""
    return "\n".join([piece.partition("%>")[0] for piece in text.split("<%")[1:]])
