"""Layer: one decoding step of a sample, with its views, each built once and at first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final
from weakref import ref

from webshellhunt.analysis.text_features import TEXT
from webshellhunt.client_scripts.prefilter import is_script_of_passwords, may_ask_password, may_take_password
from webshellhunt.decoding.carriers import CarriedPart
from webshellhunt.decoding.oab_dump import VirtualDirectoryDump, find_dump
from webshellhunt.decoding.rewrite import Replacement, rewrite
from webshellhunt.lazy_attribute import lazy_attribute
from webshellhunt.model.findings import Act, Evidence, Span
from webshellhunt.model.places import SIGN_IN_ROLES
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.content_kinds import kind_when_run
from webshellhunt.pages.includes.resolver import Resolution
from webshellhunt.pages.languages import default_language, plain_language
from webshellhunt.pages.markup import DIRECTIVE, fold, kind_of_directive, says_runat
from webshellhunt.pages.openings import OF_CLIENTS, is_source_copy, opens_page
from webshellhunt.pages.page import Block, BlockKind, Page
from webshellhunt.pages.parser import has_server_code, parse
from webshellhunt.views.excerpts import act_at, excerpt_at, statement_around
from webshellhunt.views.opened_file import OpenedFile
from webshellhunt.views.page_code import Code, PageCode, between_delimiters

if TYPE_CHECKING:
    from webshellhunt.analysis.application import Application
    from webshellhunt.analysis.surroundings import Part
    from webshellhunt.client_scripts.script_analysis import ScriptAnalysis

_OWN_READING = frozenset({PageKind.WEB_HANDLER, PageKind.RAZOR, PageKind.APPLICATION})
_INCLUDED = ".inc"
_SENT = frozenset({PageKind.STATIC, PageKind.CONFIG, PageKind.PHP})
_OF_SCRIPTS = (b"eval", b"execute", b"new:")
MAX_CONSTANTS: Final = 20
"""The most hidden constants of a layer that become layers."""


class Layer:
    """One decoding step of a sample: its text, and the mapping from its characters to bytes of the file.

    ``included`` is the included file that the text is from, which its evidence then names. ``settings`` are those for
    parsing, if not the sample's own. ``source`` is the language of a text that is only source code, and ``page`` the
    layer whose controls such code uses; ``is_module`` says that the page only uses its classes, ``part``
    which objects of the page are of a file of markup, ``number`` which
    source of the application the text is. ``owner`` maps a range to a range of its original layer, if the text is
    joined from several, each piece of which begins at one of ``seams``. ``carried`` is the part of a carrier that the
    text is from, and ``kind`` its kind for parsing, if it is not the kind of the file. ``act`` maps a range to its act
    in the layer that this one was rewritten from.
    """

    def __init__(
        self,
        sample: OpenedFile,
        name: str,
        encoding: str,
        text: str,
        locate: Callable[[int, int], Span],
        *,
        included: Resolution | None = None,
        source: str | None = None,
        settings: PageSettings | None = None,
        owner: Callable[[int, int], tuple[Layer, int, int]] | None = None,
        page: Layer | None = None,
        carried: CarriedPart | None = None,
        kind: PageKind | None = None,
        act: Callable[[int, int], Act] | None = None,
        seams: Sequence[int] = (),
        is_module: bool = False,
        part: Part | None = None,
        number: int | None = None,
    ) -> None:
        self.sample = sample
        self.name = name
        self.encoding = encoding
        self.text = text
        self.included = included
        self.carried = carried
        self._kind_inside = kind
        self._locate = locate
        self._source = source
        self._settings = sample.artifact.settings if settings is None else settings
        self._owner = owner
        self._beside = page
        self._act = act
        self._seams = seams
        self._is_module = is_module
        self._part = part
        self._number = number
        self.beside: Callable[[], Sequence[Layer]] = tuple  # the files that are compiled with the page
        self.application: Callable[[str], Application | None] | None = None
        self.source_of_application: Callable[[int], Layer] | None = None
        self.joined: Callable[[], Layer | None] | None = None  # the page with all its includes, by a weak reference

    @property
    def language(self) -> str:
        """The language of the code, the first one of several."""
        return self._page_code.language

    @property
    def is_dormant(self) -> bool:
        """True if the server does not run the code: in a carrier that does nothing, or no PHP in its page."""
        if self.carried is None:
            return self.sample.nature.kind is PageKind.PHP
        return not self.carried.executes

    @property
    def differs(self) -> bool:
        """True if the text in UTF-8 differs from the bytes of the file (except for a byte order mark)."""
        return not self.sample.is_utf8 or self.name != "text"

    @property
    def is_of_file(self) -> bool:
        """True if the text is the whole file: not a part of a carrier, and without included files."""
        return self.included is None and self._owner is None and self.carried is None

    @property
    def is_page_alone(self) -> bool:
        """True if the text is a whole page by itself: not only source code, nor a part of another page."""
        return self.is_of_file and self._source is None

    @property
    def is_code_behind(self) -> bool:
        """True if the text is source code that a page or its application uses, in a file of its own."""
        return self._source is not None and self.included is not None

    @property
    def is_application_source(self) -> bool:
        """True if the text is a file in ``App_Code``, which is compiled with the application."""
        return self._source is not None and self._beside is None and self.is_of_file and self.sample.nature.executable

    @property
    def is_joined(self) -> bool:
        """True if the text is a page with all its includes in place."""
        return self._owner is not None

    @lazy_attribute
    def folded(self) -> bytes:
        """The text after `fold`, for searches that ignore case."""
        return self.sample.folded if self._is_whole_file else fold(self.text)

    def features(self, texts: Iterable[str]) -> Set[str]:
        """Return those of some features that are words in the text."""
        return {each for each in texts if each.removeprefix(TEXT).encode("ascii") in self.folded}

    @lazy_attribute
    def _is_whole_file(self) -> bool:
        """True if the text is the bytes of the file, decoded as ASCII or UTF-8."""
        is_bytes = self.name == "text" and self.encoding in ("ascii", "utf-8")
        return is_bytes and self.is_of_file and not self.sample.text_cut

    @lazy_attribute
    def has_code(self) -> bool:
        """True if the layer has server code of any kind."""
        if self._source is not None or self._kind == PageKind.WEB_HANDLER:
            return True
        if self._is_whole_file and self._kind != PageKind.RAZOR and not self.sample.may_open:
            return False
        if self._kind_as_named in _SENT:
            return not self._is_source_copy and self._opens_page
        return has_server_code(self.text, self._kind, self.folded)

    @lazy_attribute
    def _is_source_copy(self) -> bool:
        """True for source code that nothing compiles: its tags are texts, and only signatures run on it."""
        return self.is_of_file and is_source_copy(self.sample.artifact.name, self.folded)

    @lazy_attribute
    def _opens_page(self) -> bool:
        """True if server code begins in a file that is only sent."""
        binary = self.is_of_file and not self.sample.is_text
        return opens_page(self.folded, binary=binary, strict=self.sample.extension in OF_CLIENTS)

    @lazy_attribute
    def directory_dump(self) -> VirtualDirectoryDump | None:
        """The settings of a virtual directory, if the text is a dump of them."""
        return find_dump(self.text)

    @lazy_attribute
    def matters(self) -> bool:
        """True if there is server code with a relevant word; code analysis skips all other layers."""
        if self._is_module:
            return self._number is not None or self._page_code.acts
        return self.has_code and (self._says_a_word or ("<%--" in self.text and self._page_code.joins_words))

    @lazy_attribute
    def _says_a_word(self) -> bool:
        """True if text that a server may run has a relevant word, without which no code is dangerous."""
        from webshellhunt.analysis.prefilter import is_relevant

        folded = None if self._is_delimited else self.folded
        return is_relevant(self.served_code, self._only_language or "", folded=folded)

    @lazy_attribute
    def served_code(self) -> str:
        """The text; if all code is between delimiters, without the text outside them."""
        return between_delimiters(self.text) if self._is_delimited else self.text

    @lazy_attribute
    def _is_delimited(self) -> bool:
        """True if all code is between delimiters, as in a classic page without server script elements."""
        if self._kind != PageKind.CLASSIC_ASP or self.name != "text" or says_runat(self.folded):
            return False
        return self._kind_as_named not in _SENT or self.has_code  # a component or a stylesheet has no delimiters

    @lazy_attribute
    def _only_language(self) -> str | None:
        """The language of all code, if there is only one and it is known without parsing."""
        if not self._is_delimited or "#@~^" in self.text or DIRECTIVE.search(self.text) is not None:
            return None
        return plain_language(default_language(PageKind.CLASSIC_ASP, self._settings))

    @lazy_attribute
    def page(self) -> Page:
        """The page as ASP.NET or classic ASP parses it."""
        if self._source is not None:
            block = Block(BlockKind.SOURCE, self._source, 0, len(self.text), 0, len(self.text))
            return Page(PageKind.WEB_HANDLER, self._source, language_declared=True, blocks=(block,))
        return parse(self.text, self._kind, self._settings)

    @lazy_attribute
    def _kind(self) -> PageKind:
        """The kind for parsing: that of the directive, else of the name; for a file that is only sent, if run."""
        if self.kind_by_directive is not None or self._kind_as_named not in _SENT:
            return self.kind_by_directive or self._kind_as_named
        name = self.sample.artifact.name if self.carried is None else self.carried.name
        return kind_when_run(name, self.folded)

    @lazy_attribute
    def kind_by_directive(self) -> PageKind | None:
        """The kind that a main directive declares, if it is another than that of the name: a handler in ``.aspx``."""
        if self._source is not None or self._kind_as_named in _OWN_READING:
            return None
        return kind_of_directive(self.text, is_classic=self._kind_as_named is PageKind.CLASSIC_ASP)

    @property
    def _kind_as_named(self) -> PageKind:
        return self._kind_inside or self.sample.nature.kind

    @lazy_attribute
    def acts(self) -> bool:
        """True if a relevant word is at a place that the server may run.

        In classic ASP these are only blocks and tags; other text may have more than one reading. Scripts of components
        and stylesheets are not part of a page.
        """
        if not self.has_code:
            is_source = self._kind_as_named in _SENT and self._is_source_copy and self._opens_page
            return (is_source or says_script(self.folded)) and self._says_a_word
        if self._kind != PageKind.CLASSIC_ASP or self.name != "text":
            return self.matters
        return self.matters and self._page_code.acts

    @lazy_attribute
    def codes(self) -> tuple[Code, ...]:
        """The code of the page, one entry per language; empty without a relevant word."""
        return self._page_code.codes if self.matters else ()

    @property
    def is_part(self) -> bool:
        """True if the text is a page that includes files, or one of these: the page with all of them is run."""
        return self.joined is not None and self.joined() is not None

    @lazy_attribute
    def judged_codes(self) -> tuple[Code, ...]:
        """The code that says what the page does: none of a part whose page with all its includes was run to its end.

        Alone, such a part has no values of the others, and none of their checks.
        """
        whole = None if self.joined is None else self.joined()
        if whole is None or not whole.codes or any(code.analysis.exhausted for code in whole.codes):
            return self.codes
        return ()

    @lazy_attribute
    def _page_code(self) -> PageCode:
        outer = None if self._beside is None else self._beside._page_code
        telling = self._only_language if self._says_a_word else None
        this = ref(self)  # the code would hold its layer otherwise, and the layer its code

        def beside() -> list[PageCode]:
            page = this()
            return [] if page is None else [each._page_code for each in page.beside()]

        is_classic = self._kind == PageKind.CLASSIC_ASP
        is_included = is_classic and (
            self.included is not None or self.sample.artifact.name.lower().endswith(_INCLUDED)
        )
        return PageCode(
            self.page,
            self.text,
            self._kind,
            outer,
            telling=telling,
            joined=self.joined,
            is_included=is_included,
            seams=self._seams if is_classic else (),
            beside=beside,
            is_module=self._is_module,
            part=self._part,
            application=self.application,
            number=self._number,
        )

    @lazy_attribute
    def constants(self) -> tuple[Layer, ...]:
        """Constants that the code runs or decodes, each as a layer of code."""
        layers = []
        for code in self.codes:
            for constant in islice(code.analysis.hidden_constants(), MAX_CONSTANTS):
                start, end = code.unit.span(constant.start, constant.end)
                span = self.span(start, end)
                name = f"{self.name}, constant in line {self.text.count(chr(10), 0, start) + 1}"
                text, locate = constant.value, partial(opaque, span)
                layers.append(
                    Layer(self.sample, name, self.encoding, text, locate, source=code.unit.language, page=self)
                )
        return tuple(layers)

    @lazy_attribute
    def browsed(self) -> ScriptAnalysis | None:
        """The client-side view of a page or script that may ask for a password; ``None`` for all others."""
        if self._source is not None or self.included is not None:
            return None
        return browsed_scripts(self.sample, self.text, self.folded)

    def browsed_evidence(self, place: int) -> Evidence:
        """Return the excerpt at a place of the client scripts of the page."""
        assert self.browsed is not None
        script, start, end = self.browsed.place(place)
        if script is None:
            return self.evidence(start, end)
        resolution, decoded = script
        name = f"script {resolution.shown}"
        holder = Layer(self.sample, name, decoded.encoding, decoded.text, decoded.byte_span, included=resolution)
        return holder.evidence(start, end)

    def decoded(self, name: str, replaced: Iterable[Replacement]) -> Layer:
        """Return the page with its encoded parts decoded: it is read anew, in the same carrier."""
        rewritten = rewrite(self.text, replaced)

        def locate(start: int, end: int) -> Span:
            return self.span(*rewritten.span(start, end))

        named, carried, kind = f"{self.name}, {name}", self.carried, self._kind_inside
        text, settings = rewritten.text, self._settings
        return Layer(self.sample, named, self.encoding, text, locate, carried=carried, kind=kind, settings=settings)

    def rewritten(self, name: str, replaced: Iterable[Replacement]) -> Layer:
        """Return a layer with some ranges replaced, the largest of overlapping ones; places map back to this one."""
        rewritten = rewrite(self.text, sorted(replaced, key=lambda each: (each.start, -each.end)))

        def locate(start: int, end: int) -> Span:
            return self.span(*rewritten.span(start, end))

        def owner(start: int, end: int) -> tuple[Layer, int, int]:
            assert self._owner is not None
            return self._owner(*rewritten.span(start, end))

        def act(start: int, end: int) -> Act:
            return self.act(*rewritten.span(start, end))

        named, owned = f"{self.name}, {name}", None if self._owner is None else owner
        text, included = rewritten.text, self.included
        return Layer(self.sample, named, self.encoding, text, locate, included=included, owner=owned, act=act)

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the file for a range of characters of this layer."""
        return self._locate(start, end)

    def act(self, start: int, end: int) -> Act:
        """Return the act at a range of characters: the statement there, exact if the code is already analysed."""
        if self._act is not None:
            return self._act(start, end)
        codes: tuple[Code, ...] = vars(self).get("codes", ())
        return act_at(*self._own(*statement_around([code.unit for code in codes], self.text, start, end)))

    def evidence(self, start: int, end: int) -> Evidence:
        """Return a located, bounded excerpt around a range of characters of this layer."""
        return excerpt_at(*self._own(start, end), self.act(start, end))

    def _own(self, start: int, end: int) -> tuple[Layer, int, int]:
        return (self, start, end) if self._owner is None else self._owner(start, end)

    @property
    def shown_path(self) -> str:
        """The path of the file that the text is from, for a report."""
        return self.sample.artifact.path if self.included is None else self.included.shown

    def place_evidence(self, code: Code, place: int) -> Evidence:
        """Return the excerpt at one place of the code of the layer, or of a file that is compiled with it."""
        if place < 0:
            return self._other_evidence(place)
        return self.evidence(*code.unit.span(place, place + 1))

    def _other_evidence(self, place: int) -> Evidence:
        from webshellhunt.analysis.traces import FILES, FIRST_OF_APPLICATION, file_and_token

        number, token = file_and_token(place)
        page = self if self._beside is None else self._beside
        files = page._page_code.files
        if number < len(files):
            layer = next(each for each in (page, *page.beside()) if each._page_code is files[number])
        else:
            assert page.source_of_application is not None
            layer = page.source_of_application(number + FILES - FIRST_OF_APPLICATION)
        (code,) = layer._page_code.codes
        return layer.evidence(*code.unit.span(token, token + 1))

    @property
    def crossed(self) -> list[Layer]:
        """The sources of the application in which something of a visitor of the page arrived."""
        if self.source_of_application is None or not self.has_code:
            return []
        return [self.source_of_application(each) for each in self._page_code.crossed]


def says_script(folded: bytes) -> bool:
    """Return True if a text without server code has a word of a script of a component or stylesheet."""
    return any(word in folded for word in _OF_SCRIPTS)


def browsed_scripts(sample: OpenedFile, text: str, folded: bytes) -> ScriptAnalysis | None:
    """Return the client-side view of a page or script that may ask for a password; ``None`` for all others."""
    if not sample.is_browsed:
        return None
    is_script = sample.is_client_script or is_script_of_passwords(folded)
    of_exchange = sample.artifact.role in SIGN_IN_ROLES  # the scripts of Exchange's own sign-in pages
    may = may_take_password if is_script else may_ask_password
    if not of_exchange and not may(folded):
        return None
    from webshellhunt.client_scripts.script_analysis import analyse_scripts  # A slow import that few files need.

    return analyse_scripts(text, sample.read_client_script, is_script=is_script, of_exchange=of_exchange)


def opaque(span: Span, start: int, end: int) -> Span:
    """Return the same range for all characters of an opaque step, a decoding without places such as base64."""
    return span
