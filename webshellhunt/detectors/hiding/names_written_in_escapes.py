r"""Names in the code of a page are written so that nobody reads them.

What it finds:
    In C# and JScript: a name in plain letters of which some are written as ``\uXXXX``. In any language of .NET: a
    character inside a name that nobody sees. In VB.NET: full-width letters in place of plain ones. In a server script:
    a server comment in the middle of a name. Between a dot and the name behind it: a comment.

Why it matters:
    The compiler reads the plain name; people and tools that look for it don't see it. Nobody has a reason to write a
    letter of the alphabet as an escape.

Looks like:
    ``\u0065val``, ``ev<%-- --%>al``, ``Request/**/./**/Item``.

Benign look-alikes:
    Escapes for letters beyond ASCII, joiners in names of scripts that need them, characters that were pasted behind a
    name, comments before a dot at the beginning of a line, lines that go on: none of them counts. Full-width names of
    Japanese authors do, with less confidence. No benign page of 6,157 has any of these.

Blind spots:
    Code in which no word of power stands (it isn't read), escapes in strings, strange but plain names.

References:
    https://learn.microsoft.com/en-us/dotnet/csharp/language-reference/language-specification/lexical-structure
    https://attack.mitre.org/techniques/T1027/010/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.columns import find_all
from webshellhunt.code.lexis import without_format
from webshellhunt.code.tokens import NAME, OP, Tokens
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH3003",
    "names-written-in-escapes",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1027.010"),
)
_C_LIKE = frozenset({"c#", "jscript"})
_SERVER_COMMENT = "<%--"
_BLOCK_COMMENT = "/*"
_WIDE = late_pattern("[\uff21-\uff3a\uff41-\uff5a]")
_CONTROL = late_pattern(r"[\x00-\x08\x0e-\x1f]")
_AROUND = 100  # characters
_ESCAPES = ("\\u", "\\U")


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each way of writing once, at the first name that is written so."""
    tokens = code.unit.tokens
    if not layer.sample.nature.executable:
        return
    told: set[str] = set()
    touched = {token for found in _iter_hiding(tokens.text) for token in tokens.touched_by(found)}
    if not tokens.text.isascii():
        touched.update(find_all(1, tokens.disguised))
    for index in sorted({each for token in touched for each in (token, token + 1) if each < len(tokens)}):
        way = _way(tokens, index) if tokens.kinds[index] == NAME else None
        if way is not None and way not in told and not _is_noise(tokens, index):
            told.add(way)
            message = f"the name {tokens.values[index]} is written {way}"
            confidence = Confidence.MEDIUM if "full-width" in way else Confidence.HIGH
            facts = {"plain_name": tokens.values[index]}
            yield claim(RULE, message, layer.token_evidence(code, index), confidence=confidence, facts=facts)


def _iter_hiding(text: str) -> Iterator[Iterator[tuple[int, int]]]:
    """Yield, for each kind of what may hide a name that the text has at all, where it stands."""
    for sign in (*_ESCAPES, _SERVER_COMMENT):
        yield ((at, at + len(sign)) for at in _places(text, sign))
    for sign in (_SERVER_COMMENT, _BLOCK_COMMENT):
        ends = (_before_blanks(text, at) for at in _places(text, sign))
        yield ((end, end + 1) for end in ends if text[end : end + 1] == ".")


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _before_blanks(text: str, at: int) -> int:
    """Return where the last character stands in front of a place that is no blank."""
    while at and text[at - 1].isspace():
        at -= 1
    return max(at - 1, 0)


def _way(tokens: Tokens, index: int) -> str | None:
    """Say how a name hides, ``None`` for an ordinary one."""
    value, raw = tokens.values[index], tokens.text[tokens.starts[index] : tokens.ends[index]]
    if not value.isascii():
        return None
    if "\\" in raw and tokens.language in _C_LIKE:
        return "with escapes of plain letters"
    if _SERVER_COMMENT in raw and _SERVER_COMMENT not in value:  # classic ASP leaves it in a name in brackets
        return "with a server comment inside"
    if not raw.isascii():
        if tokens.language == "vb" and _WIDE.search(raw):
            return "in full-width letters"
        if _has_unseen_inside(raw):
            return "with a character inside that nobody sees"
    if index and tokens.values[index - 1] == "." and tokens.kinds[index - 1] == OP:
        gap = tokens.text[tokens.ends[index - 1] : tokens.starts[index]].lstrip()
        if gap.startswith((_SERVER_COMMENT, _BLOCK_COMMENT)):
            return "apart from its dot, a comment between"
    return None


def _is_noise(tokens: Tokens, index: int) -> bool:
    """Tell bytes of a picture or an archive, in which any character stands by chance, from code."""
    start, end = tokens.starts[index], tokens.ends[index]
    return _CONTROL.search(tokens.text, max(0, start - _AROUND), end + _AROUND) is not None


def _has_unseen_inside(raw: str) -> bool:
    """Tell whether plain letters stand on both sides of a character that compilers drop."""
    ends = [at for at, character in enumerate(raw) if character.isascii()]
    return bool(ends) and without_format(raw[ends[0] : ends[-1] + 1]) != raw[ends[0] : ends[-1] + 1]
