r"""The metamorphic laws: changes of a page that change nothing of what the server runs, and where each of them holds.

A law is a pure function from a page to a variant of it, ``None`` where it has nothing to change. The table says for
which kinds of page and which languages it holds: classic ASP refuses UTF-16 (error ASP 0239), ``\u`` is not VB's, case
is not C#'s, only ASP.NET takes ``<%-- --%>`` out of a script, nothing may stand before a handler's directive.

Source: System.Web (TemplateParser, SimpleWebHandlerParser, Util.ReaderFromStream), the C# and VB language
specifications, ECMA-262 3rd edition, asp.dll's directives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.variants import laws_of_bytes as of_bytes
from benchmarks.variants import laws_of_code as of_code
from benchmarks.variants import laws_of_markup as of_markup
from benchmarks.variants.laws_of_code import over_tokens
from benchmarks.variants.page_file import C_LIKE, VISUAL_BASIC, PageFile
from webshellhunt.model.settings import PageKind

_FORM, _HANDLER, _APPLICATION = PageKind.WEB_FORM, PageKind.WEB_HANDLER, PageKind.APPLICATION
_CLASSIC, _RAZOR, _CONFIG = PageKind.CLASSIC_ASP, PageKind.RAZOR, PageKind.CONFIG

DOTNET = frozenset({_FORM, _HANDLER, _APPLICATION})
PAGES = DOTNET | {_CLASSIC, _RAZOR}
_TAGGED = frozenset({_FORM, _APPLICATION, _CLASSIC})
_VB_NET = frozenset({"vb"})
_CSHARP = frozenset({"c#"})
_ANY = C_LIKE | VISUAL_BASIC


@dataclass(frozen=True)
class Law:
    """A change, the kinds of page that it holds for, and the languages; ``None``: whatever the language.

    ``hides``: no honest page needs it, so that it may be a finding of its own; such a law may make a page worse.
    """

    name: str
    kinds: frozenset[PageKind]
    languages: frozenset[str] | None
    vary: Callable[[PageFile], PageFile | None]
    hides: bool = False

    def apply(self, file: PageFile) -> PageFile | None:
        """Return the variant of a page, ``None`` where the law doesn't hold or changes nothing."""
        if file.kind not in self.kinds or (self.languages is not None and not self.languages & file.languages):
            return None
        variant = self.vary(file)
        return None if variant is None or (variant.data, variant.settings) == (file.data, file.settings) else variant


def _law(
    name: str, kinds: frozenset[PageKind], vary: Callable[[PageFile], PageFile | None], *, hides: bool = False
) -> Law:
    return Law(name, kinds, None, vary, hides)


def _unless_told_by_keys(vary: Callable[[PageFile], PageFile | None]) -> Callable[[PageFile], PageFile | None]:
    return lambda file: None if file.told_by_keys else vary(file)


def _code(name: str, languages: frozenset[str], edits: of_code.TokenEdits, *, hides: bool = False) -> Law:
    return Law(name, PAGES, languages, over_tokens(edits, languages), hides)


def _behind_a_mark(vary: Callable[[PageFile], PageFile | None]) -> Callable[[PageFile], PageFile | None]:
    """Write the file as marked UTF-8 first, so that it holds any character."""

    def varied(file: PageFile) -> PageFile | None:
        marked = file if file.reading.reason == "bom" else of_bytes.marked("utf-8")(file)
        varied_file = None if marked is None else vary(marked)
        return None if marked is None or varied_file == marked else varied_file

    return varied


LAWS: tuple[Law, ...] = (
    # Encodings: a byte order mark beats all for ASP.NET; classic ASP knows the one of UTF-8.
    _law("utf-8-mark", PAGES | {_CONFIG}, of_bytes.marked("utf-8")),
    _law("utf-16-le-mark", DOTNET | {_RAZOR}, of_bytes.marked("utf-16-le")),
    _law("utf-16-be-mark", DOTNET | {_RAZOR}, of_bytes.marked("utf-16-be")),
    _law("utf-32-le-mark", DOTNET | {_RAZOR}, of_bytes.marked("utf-32-le"), hides=True),
    _law("utf-32-be-mark", DOTNET | {_RAZOR}, of_bytes.marked("utf-32-be"), hides=True),
    _law("file-encoding-utf-16", DOTNET, of_bytes.configured("utf-16-le", "utf-16"), hides=True),
    _law("file-encoding-utf-32", DOTNET, of_bytes.configured("utf-32-be", "utf-32BE"), hides=True),
    _law("file-encoding-utf-7", DOTNET, of_bytes.configured("utf-7", "utf-7"), hides=True),
    _law("file-encoding-cp037", DOTNET, of_bytes.configured("cp037", "IBM037"), hides=True),
    _law("file-encoding-cp500", DOTNET, of_bytes.configured("cp500", "IBM500"), hides=True),
    _law("file-encoding-gb2312", DOTNET, of_bytes.configured("gbk", "gb2312")),
    _law("codepage-65001", frozenset({_CLASSIC}), of_bytes.code_page(65001, "utf-8")),
    _law("codepage-936", frozenset({_CLASSIC}), of_bytes.code_page(936, "gbk")),
    _law("codepage-932", frozenset({_CLASSIC}), of_bytes.code_page(932, "cp932")),
    _law("codepage-65000", frozenset({_CLASSIC}), of_bytes.code_page(65000, "utf-7"), hides=True),
    _law("newlines-lf", PAGES | {_CONFIG}, of_bytes.newlines("\n")),
    _law("newlines-crlf", PAGES | {_CONFIG}, of_bytes.newlines("\r\n")),
    _law("newlines-cr", PAGES | {_CONFIG}, of_bytes.newlines("\r")),
    _law("picture-header", frozenset({_FORM, _CLASSIC, _RAZOR}), of_bytes.behind_a_picture, hides=True),
    _law("picture-letters", frozenset({_FORM, _CLASSIC, _RAZOR}), of_bytes.behind_a_picture_in_text, hides=True),
    # Markup. Nothing but blanks and comments may stand in an application file, nothing before a handler's directive.
    _law("case-of-markup", _TAGGED | {_HANDLER}, of_markup.other_case),
    _law("script-attributes-reordered", _TAGGED, of_markup.reordered_scripts),
    _law("script-attributes-unquoted", _TAGGED, of_markup.unquoted_scripts),
    _law(
        "script-attributes-as-references", frozenset({_FORM, _APPLICATION}), of_markup.referenced_attributes, hides=True
    ),
    _law("directives-respaced", _TAGGED | {_HANDLER}, of_markup.respaced_directives),
    _law("server-comments-in-script", frozenset({_FORM, _APPLICATION}), of_markup.server_comments_inside, hides=True),
    _law("padding-before", PAGES, of_markup.padded_before),
    _law("padding-after", PAGES | {_CONFIG}, of_markup.padded_after),
    _law("padding-between", _TAGGED, of_markup.padded_between),
    _law("benign-code-around", PAGES, of_markup.among_benign_code),
    # Code between the tokens.
    _code("comments", C_LIKE, of_code.comments, hides=True),
    _code("comments-outside-names", C_LIKE, of_code.comments_outside_names),
    _code("line-comments", C_LIKE, of_code.line_comments),
    _code("continuations", VISUAL_BASIC, of_code.continuations),
    _code("blanks", _ANY, of_code.blanks),
    _code("evaluators-subtracted", frozenset({"jscript", "vbscript"}), of_code.subtracted_evaluators, hides=True),
    _code("evaluators-as-members", frozenset({"jscript"}), of_code.evaluators_as_members, hides=True),
    _code("fewest-blanks", _ANY, of_code.fewest_blanks),
    # Names: `\u` is C#'s and JScript's, case is VB's.
    _code("names-escaped", C_LIKE, of_code.escaped_names, hides=True),
    _code("names-wholly-escaped", C_LIKE, of_code.wholly_escaped_names, hides=True),
    _code("names-long-escaped", _CSHARP, of_code.long_escaped_names, hides=True),
    _code("names-verbatim", _CSHARP, of_code.verbatim_names),
    _code("names-bracketed", VISUAL_BASIC, of_code.bracketed_members),
    _code("case-of-vb", VISUAL_BASIC, of_code.other_case),
    Law(
        "names-with-format-characters",
        DOTNET,
        _CSHARP,
        _behind_a_mark(over_tokens(of_code.names_with_format_characters, _CSHARP)),
        hides=True,
    ),
    _law("variables-renamed", PAGES, of_code.renamed_variables),
    # Strings.
    _code("strings-split", _ANY, of_code.split_strings, hides=True),
    _code("strings-escaped", C_LIKE, of_code.escaped_strings, hides=True),
    Law("strings-in-curly-quotes", DOTNET, _VB_NET, _behind_a_mark(over_tokens(of_code.curly_quotes, _VB_NET))),
    Law("other-parameters", PAGES, _ANY, _unless_told_by_keys(over_tokens(of_code.other_parameters, _ANY))),
)

_ALONE = "page_only_makes_object"
_ADDING = frozenset({"padding-before", "padding-after", "padding-between", "benign-code-around"})


def laws_for(folder: str) -> tuple[Law, ...]:
    """Return the laws that hold for the fixtures of a folder.

    Those of one rule find a page since nothing stands beside its one line: for them no law holds that adds some.
    """
    return tuple(law for law in LAWS if folder != _ALONE or law.name not in _ADDING)
