"""Laws of the code: what a compiler doesn't look at, or reads as the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count

from benchmarks.variants.page_file import C_LIKE, NAME, OP, STRING, VISUAL_BASIC, Edit, Gap, PageFile, gaps, token_edits
from webshellhunt.lang.tokens import Tokens
from webshellhunt.lang.tree import Declaration, Parameter
from webshellhunt.lang.unit import Unit, build_unit

Edits = Iterator[Edit]
TokenEdits = Callable[[Tokens], Iterator[Edit]]

_CSHARP = """
    abstract as base bool break byte case catch char checked class const continue decimal default delegate do double
    else enum event explicit extern false finally fixed float for foreach goto if implicit in int interface internal
    is lock long namespace new null object operator out override params private protected public readonly ref return
    sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked
    unsafe ushort using virtual void volatile while add alias async await by descending dynamic equals from get
    global group into join let nameof on orderby partial remove select set value var when where yield assembly
    module field method param type property
"""
_JSCRIPT = """
    abstract boolean break byte case catch char class const continue debugger default delete do double else enum
    export extends false final finally float for function get goto if implements import in instanceof int interface
    internal long native new null package private protected public return sbyte set short static super switch
    synchronized this throw throws transient true try typeof uint ulong use ushort var void volatile while with let
    hide override expando decimal event
"""
WORDS = {"c#": frozenset(_CSHARP.split()), "jscript": frozenset(_JSCRIPT.split())}
_ASCII_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NO_LINE_END_AFTER = frozenset({"return", "break", "continue", "throw", "++", "--", "yield"})
_BINDS_TIGHTER = frozenset({".", "[", "(", "*", "/", "%", "-", "!", "~", "typeof"})
_NOT_PARAMETERS = frozenset({"servervariables", "mappath", "saveas"})
_TRUTH = frozenset({"bool", "boolean"})
_WORD = re.compile(r"\w+")
_LETTER = re.compile(r"[A-Za-z]")


def over_tokens(edits: TokenEdits, languages: frozenset[str]) -> Callable[[PageFile], PageFile | None]:
    """Make a variation of edits to the tokens of each block."""
    return lambda file: file.edited(edit for tokens in file.tokens(languages) for edit in edits(tokens))


# Between tokens -------------------------------------------------------------------------------------------------------


def _between(gap: Gap, text: str) -> Edit:
    """Put something between two tokens, apart from a slash or a star that it would join."""
    apart = gap.before.endswith("/") or gap.after[:1] in ("/", "*")
    return Edit(gap.start, gap.end, f" {text} " if apart else text)


def comments(tokens: Tokens) -> Edits:
    """Put a comment between any two tokens."""
    for gap in gaps(tokens):
        yield _between(gap, "/* a + b */" if gap.end == gap.start else " /**/ ")


def comments_outside_names(tokens: Tokens) -> Edits:
    """Put a comment between any two tokens, but not behind a dot, where nobody writes one."""
    for gap in gaps(tokens):
        if gap.before != ".":
            yield _between(gap, "/* a + b */" if gap.end == gap.start else " /**/ ")


def line_comments(tokens: Tokens) -> Edits:
    """Put a comment and a line end before dots, and after opening brackets and commas."""
    for gap in gaps(tokens):
        if gap.before in ("(", ",") or (gap.after in (".", "(") and gap.before not in _NO_LINE_END_AFTER):
            yield Edit(gap.start, gap.end, " // so\r\n\t")


def blanks(tokens: Tokens) -> Edits:
    """Put blanks between any two tokens."""
    for gap in gaps(tokens):
        if gap.after != "." or tokens.language in C_LIKE:
            yield Edit(gap.start, gap.end, " \t  ")


def fewest_blanks(tokens: Tokens) -> Edits:
    """Take out the blanks next to brackets and commas."""
    for gap in gaps(tokens):
        if gap.end > gap.start and ({gap.before, gap.after} & set("(){},;=")):
            yield Edit(gap.start, gap.end, "")


def continuations(tokens: Tokens) -> Edits:
    """Go on with the next line between any two tokens of a statement."""
    for gap in gaps(tokens):
        if gap.after != ".":
            yield Edit(gap.start, gap.end, " _\r\n ")


# Around evaluators ----------------------------------------------------------------------------------------------------

_BEFORE_EXPRESSION = frozenset({";", "{", "}", "=", "("})


def _evaluators(tokens: Tokens) -> Iterator[int]:
    """Yield where ``eval`` is called with nothing of an expression before it."""
    for index, raw in token_edits(tokens, NAME):
        before = tokens.values[index - 1] if index else ";"
        called = tokens.values[index + 1 : index + 2] == ["("]
        if raw.lower() == "eval" and called and before in _BEFORE_EXPRESSION:
            yield index


def subtracted_evaluators(tokens: Tokens) -> Edits:
    """Subtract what an evaluator gives; it has run its text by then."""
    for index in _evaluators(tokens):
        yield Edit(tokens.starts[index], tokens.starts[index], "0-")


def evaluators_as_members(tokens: Tokens) -> Edits:
    """Call JScript's evaluator as a member of the global object."""
    for index in _evaluators(tokens):
        yield Edit(tokens.starts[index], tokens.starts[index], "this.")


# Names ----------------------------------------------------------------------------------------------------------------


def _own_names(tokens: Tokens) -> Iterator[tuple[int, str]]:
    """Yield the names that are no keywords."""
    words = WORDS[tokens.language]
    for index, raw in token_edits(tokens, NAME):
        if _ASCII_NAME.fullmatch(raw) and raw not in words:
            yield tokens.starts[index], raw


def escaped_names(tokens: Tokens) -> Edits:
    """Write the first character of each name as an escape."""
    for start, raw in _own_names(tokens):
        yield Edit(start, start + 1, f"\\u{ord(raw[0]):04x}")


def wholly_escaped_names(tokens: Tokens) -> Edits:
    """Write every character of each name as an escape."""
    for start, raw in _own_names(tokens):
        yield Edit(start, start + len(raw), "".join(f"\\u{ord(c):04X}" for c in raw))


def long_escaped_names(tokens: Tokens) -> Edits:
    """Write the last character of each name as C#'s long escape."""
    for start, raw in _own_names(tokens):
        yield Edit(start + len(raw) - 1, start + len(raw), f"\\U{ord(raw[-1]):08X}")


def names_with_format_characters(tokens: Tokens) -> Edits:
    """Put a character that nobody sees into each name."""
    for start, raw in _own_names(tokens):
        if len(raw) > 1:
            yield Edit(start + 1, start + 1, "\u200d")


def verbatim_names(tokens: Tokens) -> Edits:
    """Write C#'s names with the sign that allows keywords."""
    for start, _ in _own_names(tokens):
        if start > tokens.starts[0]:  # `<% @name` would be a directive
            yield Edit(start, start, "@")


def other_case(tokens: Tokens) -> Edits:
    """Write VB's words in the other case."""
    for index, raw in token_edits(tokens, NAME):
        yield Edit(tokens.starts[index], tokens.ends[index], raw.swapcase())


def bracketed_members(tokens: Tokens) -> Edits:
    """Write VB's members in brackets."""
    for index, raw in token_edits(tokens, NAME):
        if index and tokens.values[index - 1] == "." and tokens.kinds[index - 1] == OP and raw[-1] not in "]$":
            yield Edit(tokens.starts[index], tokens.ends[index], f"[{raw}]")


# Strings --------------------------------------------------------------------------------------------------------------


def _literals(tokens: Tokens) -> Iterator[tuple[int, str, str]]:
    """Yield the index, the quote and the inside of each string of two characters or more."""
    for index, raw in token_edits(tokens, STRING):
        quote = raw[0]
        if quote not in ('"', "'") or (quote == "'" and tokens.language != "jscript") or raw[-1] != quote:
            continue
        if len(raw) >= 4:
            yield index, quote, raw[1:-1]


def _takes_expressions(tokens: Tokens, index: int) -> bool:
    """Tell whether the language takes an expression where this string stands."""
    values = tokens.values
    before = values[index - 1].lower() if index else ""
    after = values[index + 1] if index + 1 < len(values) else ""
    if tokens.language in C_LIKE:
        return after != ":" and before not in ("use", "debug")
    line = index
    while line and values[line - 1] not in ("\n", ":"):
        line -= 1
    constant = any(value in ("const", "declare") for value in values[line : min(index, line + 3)])
    return before not in ("lib", "alias") and not constant


def split_strings(tokens: Tokens) -> Edits:
    """Put each string together from two."""
    joint = "+" if tokens.language in C_LIKE else " & "
    for index, quote, inside in _literals(tokens):
        plain = "\\" not in inside and quote not in inside
        at = len(inside) // 2 if plain else 1
        if (not plain and inside[0] in f"\\{quote}") or not _takes_expressions(tokens, index):
            continue
        text = f"{quote}{inside[:at]}{quote}{joint}{quote}{inside[at:]}{quote}"
        after = tokens.values[index + 1] if index + 1 < len(tokens) else ""
        bound = after in _BINDS_TIGHTER or (index and tokens.values[index - 1] in _BINDS_TIGHTER - {"(", "["})
        yield Edit(tokens.starts[index], tokens.ends[index], f"({text})" if bound else text)


def escaped_strings(tokens: Tokens) -> Edits:
    """Write the letters of each string as escapes."""
    form = "\\u00{:02x}" if tokens.language == "c#" else "\\x{:02x}"
    for index, _, inside in _literals(tokens):
        if "\\" not in inside:
            escaped = _LETTER.sub(lambda m: form.format(ord(m[0])), inside)
            yield Edit(tokens.starts[index] + 1, tokens.ends[index] - 1, escaped)


def curly_quotes(tokens: Tokens) -> Edits:
    """Write VB.NET's strings in the quotes of a word processor."""
    for index, _, inside in _literals(tokens):
        if '"' not in inside:
            yield Edit(tokens.starts[index], tokens.ends[index], f"\u201c{inside}\u201d")


def other_parameters(tokens: Tokens) -> Edits:
    """Ask the request for parameters of other names."""
    values = [value.lower() for value in tokens.values]
    for index, _, inside in _literals(tokens):
        if values[index - 1] not in ("(", "[") or index < 2 or not inside.isalnum():
            continue
        owner = values[index - 4] if index > 3 and values[index - 3] == "." else ""
        if "request" in (values[index - 2], owner) and values[index - 2] not in _NOT_PARAMETERS:
            yield Edit(tokens.starts[index] + 1, tokens.ends[index] - 1, f"q{inside[::-1].lower()}7")


# Variables ------------------------------------------------------------------------------------------------------------


def renamed_variables(file: PageFile) -> PageFile | None:
    """Give other names to the variables that the page declares for itself."""
    edits: list[Edit] = []
    for language in sorted(file.languages & (C_LIKE | VISUAL_BASIC)):
        parts = [part for b in file.blocks if file.language_of(b) == language for part in b.parts()]
        unit = build_unit(file.text, language, parts)
        edits += _renamed(file, unit)
    return file.edited(edits)


def _renamed(file: PageFile, unit: Unit) -> Edits:
    numbers = count(1)
    names = {name: f"zq{next(numbers)}" for name in sorted(_variables(unit) - _more_than_variables(file, unit))}
    for index, kind in enumerate(unit.tokens.kinds):
        new = names.get(unit.tokens.values[index]) if kind == NAME else None
        if new is not None:
            yield Edit(unit.tokens.starts[index], unit.tokens.ends[index], new)


def _variables(unit: Unit) -> set[str]:
    """Return the names of the variables and parameters that are declared, truth values aside.

    The name of a truth value may say that a visitor is signed in, which is a meaning that a law must not take away.
    """
    declared = (node for node in unit.index.nodes if isinstance(node, (Declaration, Parameter)))
    return {node.name for node in declared if node.name and (node.type is None or node.type.name.lower() not in _TRUTH)}


def _more_than_variables(file: PageFile, unit: Unit) -> set[str]:
    """Return the names that may stand for more than a variable of this code: members, labels, words of texts."""
    values, kinds = unit.tokens.values, unit.tokens.kinds
    in_code = Counter(value for value, kind in zip(values, kinds, strict=True) if kind == NAME)
    in_text = Counter(_WORD.findall(file.text.lower() if unit.is_vb else file.text))
    return {
        name
        for index, name in enumerate(values)
        if kinds[index] == NAME
        and (
            values[index - 1] in (".", "class", "function", "sub")
            or values[index + 1 : index + 2] == [":"]
            or in_code[name] != in_text[name]
            or (unit.language == "c#" and name[0].isupper())
            or name.lower() in WORDS.get(unit.language, ())
        )
    }
