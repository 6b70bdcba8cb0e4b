"""The code of a page: its ranges, its languages, the declarations of the page, and its analysis.

The views import the analysis and the languages only where a word of a page needs them: most files need neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from webshellhunt.analysis.text_features import TEXT
from webshellhunt.lazy_attribute import lazy_attribute
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.page import Dependency, Page

if TYPE_CHECKING:
    from webshellhunt.analysis.application import Application
    from webshellhunt.analysis.flow.page_analysis import Compiled, PageAnalysis
    from webshellhunt.analysis.surroundings import Part
    from webshellhunt.lang.unit import Unit

_SPLIT_WORD = lazy_pattern(r"<%--(?<=\w<%--)")

_OWN_EVALUATOR = lazy_pattern(r"(?i)\b(?:function|sub)\s++(?:execute|executeglobal|eval)\b")
_COMMENTED = frozenset({PageKind.WEB_FORM, PageKind.APPLICATION})  # the only kinds whose scripts lose server comments
_COMPILED = frozenset({"c#", "vb"})
_SCRIPTS = frozenset({"c#", "jscript", "vb", "vbscript"})


@dataclass(frozen=True)
class Code:
    """The code of a page in one language: its unit, its flow analysis, and the dependencies of the page."""

    unit: Unit
    analysis: PageAnalysis
    dependencies: tuple[Dependency, ...] = ()

    def features(self, texts: Iterable[str]) -> frozenset[str]:
        """Return the features of the code, and those of some that are words in its texts."""
        analysis = self.analysis
        return analysis.features.union([each for each in texts if analysis.mentions(each.removeprefix(TEXT))])

    @property
    def works(self) -> bool:
        """True if the code does anything that needs an access check."""
        return bool(self._work)

    @property
    def _work(self) -> list[int]:
        """The places of all operations that need an access check."""
        return [*(place for _, _, place in self.analysis.sinks), *self.analysis.powers.values()]

    @lazy_attribute
    def access_check(self) -> str | None:
        """The access check of the application before the work of the code, in words; ``None`` without one."""
        from webshellhunt.analysis.checks.access_checks import find_access_check

        analysis = self.analysis
        return find_access_check(analysis.index, analysis.constants, self._work, self.dependencies)


class Joined(Protocol):
    """A page with all its includes in place."""

    @property
    def text(self) -> str:
        """The text of all files."""

    @property
    def codes(self) -> tuple[Code, ...]:
        """The code of all files, one entry per language."""


class PageCode:
    """The code of one page, its views built once and at first use.

    ``kind`` is the kind for parsing, ``outer`` the code of the page whose controls and objects this one uses, and
    ``telling`` a language that is known to have a relevant word. ``joined`` returns
    the page with all its includes, whose functions this code may call. ``is_included`` is true for a file that
    others include; ``seams`` are the starts of the pieces of a text that is joined from several files. ``beside``
    returns the code of the files that are compiled with the page; ``is_module`` is true for one of them that the page
    only uses, and ``part`` says which objects of the page are of its class.
    ``application`` returns the sources that all pages share in a language, and ``number`` is that of one of these.
    """

    def __init__(
        self,
        page: Page,
        text: str,
        kind: PageKind,
        outer: PageCode | None = None,
        *,
        telling: str | None = None,
        joined: Callable[[], Joined | None] | None = None,
        is_included: bool = False,
        seams: Sequence[int] = (),
        beside: Callable[[], Sequence[PageCode]] | None = None,
        is_module: bool = False,
        part: Part | None = None,
        application: Callable[[str], Application | None] | None = None,
        number: int | None = None,
    ) -> None:
        self.page = page
        self._text = text
        self._kind = kind
        self._outer = outer
        self._telling = telling
        self._joined = joined
        self._is_included = is_included
        self._seams = seams
        self._beside = beside
        self._is_module = is_module
        self._part = part
        self._application = application
        self._number = number

    @lazy_attribute
    def acts(self) -> bool:
        """True if a block or a tag has a relevant word or declares an object."""
        return any(self._matters_in.values()) or bool(self.page.objects) or self.joins_words

    @lazy_attribute
    def joins_words(self) -> bool:
        """True if server comments split a relevant word; the server joins the text around a comment."""
        if _SPLIT_WORD.search(self._text) is None:
            return False
        from webshellhunt.analysis.prefilter import is_relevant

        parts = (block.code(self._text) for block in self.page.blocks if block.cuts)
        return any(is_relevant(part, has_controls=True) for part in parts)

    @lazy_attribute
    def codes(self) -> tuple[Code, ...]:
        """The code with relevant words, one entry per language."""
        whole = self if self._outer is None else self._outer
        if self._number is not None and whole.compiled is not None:
            analysis = whole.compiled.in_application(self._number)
            return (Code(analysis.unit, analysis, whole.page.dependencies),)
        if self in whole.files and whole.compiled is not None:
            analysis = whole.compiled.analysis(whole.files.index(self))
            return (Code(analysis.unit, analysis, whole.page.dependencies),)
        from webshellhunt.analysis.flow.page_analysis import analyse
        from webshellhunt.analysis.prefilter import may_call_across
        from webshellhunt.lang.unit import build_unit

        comments = self._kind in _COMMENTED
        units = []
        across = (
            self._kind == PageKind.CLASSIC_ASP and len(self._ranges) > 1 and may_call_across([*self._code.values()])
        )
        for language, parts in self._ranges.items():
            # The code that uses an object declared by the page may have no relevant word itself, and so may code
            # that another language of the page calls.
            relevant = across or bool(self._objects) or self._matters_in[language]
            if language in _SCRIPTS and (relevant or (comments and self.joins_words)):
                units.append(build_unit(self._text, language, parts, server_comments=comments, seams=self._seams))
        for unit in units:
            unit.is_included = self._is_included
        joined = self._joined() if self._joined is not None and units else None
        if joined is not None:
            declared = declared_evaluators(joined)
            for unit in units:
                unit.declared = declared
        is_classic = self._kind == PageKind.CLASSIC_ASP
        analyses = analyse(
            units,
            objects=self._objects,
            controls=self._controls,
            shown={} if is_classic else self._shown,
            across=across,
            is_classic=is_classic,
        )
        dependencies = self.page.dependencies
        return tuple(Code(unit, analysis, dependencies) for unit, analysis in zip(units, analyses, strict=True))

    @lazy_attribute
    def files(self) -> list[PageCode]:
        """The page and the files that are compiled with it; empty for a page in several languages, or one of them."""
        languages = [*self._ranges] or [self.page.language]
        if self._beside is None or len(languages) > 1 or languages[0] not in _COMPILED:
            return []
        return [self, *(each for each in self._beside() if [*each._ranges] == languages or not each._ranges)]

    @lazy_attribute
    def language(self) -> str:
        """The language of the code, the first one of several."""
        return next(iter(self._ranges), self.page.language)

    @lazy_attribute
    def compiled(self) -> Compiled | None:
        """The analyses of the page and of the files that are compiled with it; ``None`` without other files."""
        application = self._application(self.language) if self._application is not None and self.files else None
        if not self.files or (len(self.files) == 1 and application is None):
            return None
        from webshellhunt.analysis.flow.page_analysis import Compiled, Source
        from webshellhunt.lang.unit import build_unit

        sources = []
        for each in self.files:
            ranges, comments = each._ranges.get(self.language, ()), each._kind in _COMMENTED
            unit = build_unit(each._text, self.language, ranges, server_comments=comments)
            sources.append(Source(unit, each._objects, each._controls, each._shown, each._is_module, each._part))
        found = Compiled(sources, application)
        return None if found.is_alone else found

    @lazy_attribute
    def crossed(self) -> list[int]:
        """The numbers of the sources of the application in which something of a visitor of the page arrived."""
        return [] if self.compiled is None else self.compiled.crossed()

    @lazy_attribute
    def _matters_in(self) -> dict[str, bool]:
        """For each language, whether its code has a relevant word."""
        from webshellhunt.analysis.prefilter import is_relevant

        controls = bool(self._controls) or self._is_module
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
        """The ranges of code by language; an undeclared language is guessed from the code."""
        ranges: dict[str, list[tuple[int, int]]] = {}
        for block in self.page.blocks:
            if block.decoded is None:
                # Server comments stay in; the tokenizer joins the text around them.
                ranges.setdefault(block.language, []).append((block.start, block.end))
        # Classic ASP never guesses a language; elsewhere a file that is not in the source may declare it.
        undeclared = not self.page.language_declared and self._kind != PageKind.CLASSIC_ASP
        if undeclared and (parts := ranges.pop(self.page.language, None)):
            from webshellhunt.lang.tokens import guess_language

            guessed = guess_language("\n".join(self._text[start:end] for start, end in parts))
            ranges[guessed or self.page.language] = sorted(ranges.get(guessed or "", []) + parts)
        return ranges

    @lazy_attribute
    def _objects(self) -> dict[str, str]:
        """The declarations of the page: the types of objects by id, and of names by their imports."""
        from webshellhunt.analysis.vocabulary import vocabulary

        types, known = vocabulary().types, {} if self._outer is None else dict(self._outer._objects)
        for item in self.page.objects:
            identity = (item.progid or item.classid or "").lower().removeprefix("clsid:").strip("{}")
            if item.id and (identity in types or (identity and self._kind == PageKind.CLASSIC_ASP)):
                known[item.id] = types.get(identity, identity)
        for directive in self.page.directives:
            name, sign, real = (directive.get("namespace") or "").partition("=")
            if sign and directive.name == "import":
                known[name.strip()] = real.rpartition(".")[2].strip().lower()
        return known

    @lazy_attribute
    def _controls(self) -> frozenset[str]:
        """The ids of the server controls of the page, in lower case."""
        from webshellhunt.analysis.vocabulary import vocabulary

        outer = frozenset[str]() if self._outer is None else self._outer._controls
        ids = (tag.get("id") for tag in self.page.tags if tag.name.lower() not in vocabulary().shown_tags)
        return outer | frozenset(name.lower() for name in ids if name)

    @lazy_attribute
    def _shown(self) -> dict[str, str]:
        """The types of the controls that only show something, by their ids, both in lower case."""
        from webshellhunt.analysis.vocabulary import vocabulary

        found = {} if self._outer is None else dict(self._outer._shown)
        for tag in self.page.tags:
            name, kind = tag.get("id"), tag.name.lower()
            if name and kind in vocabulary().shown_tags:
                found[name.lower()] = kind.partition(":")[2]
        return found


def declared_evaluators(joined: Joined) -> frozenset[str]:
    """Return the evaluators of the language whose names are functions of a page with its includes, wherever called."""
    from webshellhunt.analysis.structure.own_evaluators import own_evaluators
    from webshellhunt.analysis.vocabulary import vocabulary

    found = frozenset[str]()
    for code in joined.codes if _OWN_EVALUATOR.search(joined.text) is not None else ():
        if not code.analysis.exhausted:
            found |= own_evaluators(code.unit, vocabulary().evaluating)
    return found


def between_delimiters(text: str) -> str:
    """Return the text between delimiters of server code: all code of a classic page without ``runat``."""
    return "\n".join([piece.partition("%>")[0] for piece in text.split("<%")[1:]])
