"""Statements of a shell's text: their tokens, their skeleton, and regular expressions of YARA for them.

A statement is one run of printable ASCII on one line. Whitespace between tokens is not part of it, so that a copy with
other indentation or line ends is the same statement.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

LONGEST_STATEMENT: Final = 160
"""The most characters of a statement in a rule; the start is the part that is kept."""

_RUN = lazy_pattern(r"[ -~\t]+")
_TOKEN = lazy_pattern(r'"[^"]*"|\w+|[ \t]+|.', re.ASCII)
_PIECE = lazy_pattern(r"[A-Za-z0-9_]+|[ \t]+|[^A-Za-z0-9_]")
_FINGERPRINT = lazy_pattern(r"sha256:[0-9a-f]{12}")
_COMMON: Final = frozenset(
    {
        "and", "as", "bool", "byte", "case", "char", "class", "const", "context", "dim", "each", "else", "end",
        "eval", "execute", "executeglobal", "false", "for", "foreach", "function", "get", "html", "http",
        "httpcontext", "if", "import", "in", "int", "is", "language", "len", "new", "next", "not", "nothing", "null",
        "object", "on", "or", "page", "private", "protected", "public", "request", "response", "return", "runat",
        "script", "sender", "server", "set", "static", "string", "sub", "then", "this", "true", "try", "using",
        "value", "var", "vbscript", "void", "web", "while", "with", "write", "jscript", "javascript", "namespace",
        "system", "exception", "catch", "error", "form", "item", "params", "querystring", "cookies", "text", "item1",
        "file", "path", "type", "name", "id", "head", "body", "title", "div", "table", "encoding", "utf",
        "createobject", "eventargs", "e", "s", "i",
    }
)  # fmt: skip
"""Words that any page of ASP or ASP.NET may have: they say little about one shell."""

MOST_STATEMENTS: Final = 8
MOST_SOURCES: Final = 3
"""The most statements that read a request; without them, an honest page with the same call is the same to a rule."""

_SOURCE = lazy_pattern(r"\brequest\b|\bquerystring\b")
_PLAIN_RUN = lazy_pattern(rb"[ -~\t]{12,}")
_WIDE_RUN = lazy_pattern(rb"(?:[ -~]\x00){12,}")
_PROGRAM: Final = b"MZ"
_VERSION: Final = "VS_VERSION_INFO".encode("utf-16-le")


class Statement(NamedTuple):
    """A statement as tokens without whitespace, each with True if whitespace was before it."""

    tokens: tuple[str, ...]
    spaced: tuple[bool, ...]

    @property
    def text(self) -> str:
        """The statement in lower case, with single spaces only between words."""
        return "".join(
            f" {token}" if at and _joins(self.tokens[at - 1], token) else token for at, token in enumerate(self.tokens)
        ).lower()

    @property
    def squeezed(self) -> str:
        """The statement in lower case without any whitespace."""
        return "".join(self.text.split())


def statement_in(text: str, column: int = 1) -> Statement | None:
    """Return the statement of a line, or the part of it at a column that has only printable ASCII characters.

    A fingerprint that stands for a secret of the victim ends a part.
    """
    parts = [
        (match.start() + start, match[0][start:end])
        for match in _RUN.finditer(text)
        for start, end in _between_fingerprints(match[0])
    ]
    if not parts:
        return None
    best = max(parts, key=lambda part: (part[0] <= column - 1 < part[0] + len(part[1]), len(part[1])))
    return _statement(best[1][:LONGEST_STATEMENT].strip())


def _between_fingerprints(run: str) -> list[tuple[int, int]]:
    cuts = [(0, 0), *((each.start(), each.end()) for each in _FINGERPRINT.finditer(run)), (len(run), len(run))]
    return [(end, start) for (_, end), (start, _) in pairwise(cuts) if end < start]


def _statement(text: str) -> Statement | None:
    tokens: list[str] = []
    spaced: list[bool] = []
    blank = False
    for match in _TOKEN.finditer(text):
        if match[0].isspace():
            blank = True
            continue
        tokens.append(match[0])
        spaced.append(blank)
        blank = False
    return Statement(tuple(tokens), tuple(spaced)) if tokens else None


def skeleton(statement: Statement, keys: Iterable[str]) -> tuple[str, ...]:
    """Return the tokens in lower case, with a mark for each literal text that is a key of the shell's client."""
    names = {key.lower() for key in keys}
    return tuple(
        '"key"' if token[:1] == '"' and token[1:-1].lower() in names else token.lower() for token in statement.tokens
    )


def merged(statements: Sequence[Statement]) -> tuple[str | None, ...]:
    """Return the common tokens of statements with equal skeletons; ``None`` for one that differs."""
    first = statements[0].tokens
    others = [statement.tokens for statement in statements[1:]]
    return tuple(
        token if all(each[at].lower() == token.lower() for each in others) else None for at, token in enumerate(first)
    )


def weight(tokens: Iterable[str | None]) -> int:
    """Return the number of characters that are particular to a statement; common words count a third."""
    total = 0
    for token in tokens:
        for piece in _PIECE.findall(token or ""):
            if piece.lower() in _COMMON:
                total += max(1, len(piece) // 3)
            elif piece[0].isalnum() or piece[0] == "_":
                total += min(len(piece), 16)
    return total


def expression(tokens: Sequence[str | None], spaced: Sequence[bool]) -> str:
    """Return the regular expression of YARA for tokens, with optional whitespace between them."""
    parts: list[str] = []
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        if at:
            parts.append(_gap(before, token, spaced=spaced[at]))
        parts.append(r'"[^"\r\n]{0,64}"' if token is None else _escaped(token))
    return "".join(parts)


def _gap(before: str | None, token: str | None, *, spaced: bool) -> str:
    if before is not None and token is not None and _joins(before, token):
        return r"\s+" if spaced else ""
    is_dense = before is not None and token is not None and not spaced and not (_is_code(before) and _is_code(token))
    return "" if is_dense else r"\s*"


def _is_code(token: str) -> bool:
    """Return True if blanks may stand at the token: not in the middle of a tag or of a number."""
    return token[0].isalnum() or token[0] in '_"()[],;.+&=:{}'


def _joins(before: str, after: str) -> bool:
    return (before[-1].isalnum() or before[-1] == "_") and (after[0].isalnum() or after[0] == "_")


def _escaped(token: str) -> str:
    r"""Return a token for an expression, with ``\xNN`` in each word so that the rule's own text is no shell."""
    return "".join(map(_piece, _PIECE.findall(token)))


def _piece(piece: str) -> str:
    if piece.isspace():  # also in a literal, since an excerpt may begin inside one
        return r"\s+"
    return f"{piece[0]}\\x{ord(piece[1]):02x}{piece[2:]}" if len(piece) > 1 else _character(piece)


def _character(character: str) -> str:
    if character.isalnum() or character in "_,;:=&@!'#~":
        return character
    if character == "%":
        return r"\x25"
    return f"\\x{ord(character):02x}" if character in '"/<>`' or not character.isprintable() else re.escape(character)


def statements_of_file(content: bytes, keys: Iterable[str] = ()) -> tuple[Statement, ...]:
    """Return the statements of a file that read a request, those with a key first, and its most particular texts.

    Of a program, only its texts in UTF-16 count: a .NET assembly has its literals in them, while its names are those of
    the libraries that it uses. Its version resource does not count: each build of an honest page has such texts.
    """
    found: dict[str, Statement] = {}
    for text in _texts(content):
        statement = statement_in(text)
        if statement is not None:
            found.setdefault(statement.text, statement)
    best = sorted(found.values(), key=lambda each: (-weight(each.tokens), each.text))
    quoted = tuple(f'"{key.lower()}"' for key in keys)
    sources = [each for each in best if _SOURCE.search(each.text)]
    sources.sort(key=lambda each: not any(key in each.text for key in quoted))
    chosen = (*sources[:MOST_SOURCES], *best[:MOST_STATEMENTS])
    return tuple(dict.fromkeys(chosen))


def _texts(content: bytes) -> Iterator[str]:
    if content.startswith(_PROGRAM):
        content = _without_version(content)
    else:
        for match in _PLAIN_RUN.finditer(content):
            yield match[0][:LONGEST_STATEMENT].decode("ascii")
    for match in _WIDE_RUN.finditer(content):
        yield match[0][: 2 * LONGEST_STATEMENT : 2].decode("ascii")


def _without_version(content: bytes) -> bytes:
    """Return a program without its version resource, whose length is the number before its name.

    Source: Microsoft, VS_VERSIONINFO structure (wLength, wValueLength, wType, szKey).
    """
    name = content.find(_VERSION)
    start = max(0, name - 6)
    length = int.from_bytes(content[start : start + 2], "little") if name >= 0 else 0
    return content if name < 0 else content[:start] + content[start + max(length, len(_VERSION) + 6) :]
