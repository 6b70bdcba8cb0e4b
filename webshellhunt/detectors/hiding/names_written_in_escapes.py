r"""Names in the code of a page are written in a form that readers do not recognise.

What it finds:
    In C# and JScript: a name of ASCII letters, of which some are written as ``\uXXXX``. In any language of .NET: an
    invisible character inside a name. In VB.NET: full-width letters in place of ASCII ones. In a server script: a
    server comment in the middle of a name. Between a dot and the name after it: a comment.

Why it matters:
    The compiler reads the plain name; people and tools that search for it do not find it. No author has a reason to
    write a letter of the alphabet as an escape.

Looks like:
    ``\u0065val``, ``ev<%-- --%>al``, ``Request/**/./**/Item``.

Benign look-alikes:
    Escapes for letters beyond ASCII, joiners in names of scripts that need them, characters that were pasted after a
    name, comments before a dot at the beginning of a line, continued lines: none of them counts. Full-width names of
    Japanese authors do, with less confidence. None of 6,157 benign pages has any of these.

Blind spots:
    Code without any word of a capability (it is not analysed), escapes in strings, unusual but plain names.

References:
    https://learn.microsoft.com/en-us/dotnet/csharp/language-reference/language-specification/lexical-structure
    https://attack.mitre.org/techniques/T1027/010/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lang.columns import find_all
from webshellhunt.lang.lexis import without_format
from webshellhunt.lang.tokens import NAME, OP, Tokens
from webshellhunt.lazy_pattern import lazy_pattern
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
_WIDE = lazy_pattern("[\uff21-\uff3a\uff41-\uff5a]")
_CONTROL = lazy_pattern(r"[\x00-\x08\x0e-\x1f]")
_AROUND = 100  # characters
_ESCAPES = ("\\u", "\\U")


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each technique once, at the first name that uses it."""
    tokens = code.unit.tokens
    if not layer.sample.nature.executable:
        return
    reported: set[str] = set()
    touched = {token for found in _iter_hiding(tokens.text) for token in tokens.touched_by(found)}
    if not tokens.text.isascii():
        touched.update(find_all(1, tokens.disguised))
    for index in sorted({each for token in touched for each in (token, token + 1) if each < len(tokens)}):
        way = _way(tokens, index) if tokens.kinds[index] == NAME else None
        if way is not None and way not in reported and not _is_noise(tokens, index):
            reported.add(way)
            message = f"the name {tokens.values[index]} is written {way}"
            confidence = Confidence.MEDIUM if "full-width" in way else Confidence.HIGH
            facts = {"plain_name": tokens.values[index]}
            yield claim(RULE, message, layer.token_evidence(code, index), confidence=confidence, facts=facts)


def _iter_hiding(text: str) -> Iterator[Iterator[tuple[int, int]]]:
    """Yield, for each sign that may hide a name, the places where the text contains it."""
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
    """Return the offset of the last character before a place that is not a blank."""
    while at and text[at - 1].isspace():
        at -= 1
    return max(at - 1, 0)


def _way(tokens: Tokens, index: int) -> str | None:
    """Return the technique that hides a name, in words, or ``None`` for an ordinary name."""
    value, raw = tokens.values[index], tokens.text[tokens.starts[index] : tokens.ends[index]]
    if not value.isascii():
        return None
    if "\\" in raw and tokens.language in _C_LIKE:
        return "with escapes of ASCII letters"
    if _SERVER_COMMENT in raw and _SERVER_COMMENT not in value:  # classic ASP keeps it as part of a name in brackets
        return "with a server comment inside it"
    if not raw.isascii():
        if tokens.language == "vb" and _WIDE.search(raw):
            return "in full-width letters"
        if _has_unseen_inside(raw):
            return "with an invisible character inside it"
    if index and tokens.values[index - 1] == "." and tokens.kinds[index - 1] == OP:
        gap = tokens.text[tokens.ends[index - 1] : tokens.starts[index]].lstrip()
        if gap.startswith((_SERVER_COMMENT, _BLOCK_COMMENT)):
            return "with a comment between its dot and itself"
    return None


def _is_noise(tokens: Tokens, index: int) -> bool:
    """Return True if a name lies in binary data, such as a picture, where any character occurs by chance."""
    start, end = tokens.starts[index], tokens.ends[index]
    return _CONTROL.search(tokens.text, max(0, start - _AROUND), end + _AROUND) is not None


def _has_unseen_inside(raw: str) -> bool:
    """Return True if ASCII letters surround a character that compilers ignore."""
    ends = [at for at, character in enumerate(raw) if character.isascii()]
    return bool(ends) and without_format(raw[ends[0] : ends[-1] + 1]) != raw[ends[0] : ends[-1] + 1]
