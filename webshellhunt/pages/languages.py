"""Normal forms of the language names in directives and scripts."""

from __future__ import annotations

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind, PageSettings

_ENCODE = ".encode"
_LONGEST = 64
# Typographic quotes, also wrongly decoded ones: pages copied from articles contain them.
_AROUND = lazy_pattern(r"^[^\w]+|[^\w#+]+$")

# Source: .NET's machine-wide configuration (system.codedom compilers) and related sections.
_DOTNET = {
    "c#": "c#", "cs": "c#", "csharp": "c#",
    "vb": "vb", "vbs": "vb", "visualbasic": "vb", "vbscript": "vb", "vb.net": "vb",
    "js": "jscript", "jscript": "jscript", "javascript": "jscript", "jscript.net": "jscript",
    "vj#": "vj#", "vjs": "vj#", "vjsharp": "vj#",
    "c++": "c++", "mc": "c++", "cpp": "c++",
}  # fmt: skip
_SCRIPT = {
    "vbscript": "vbscript", "vbs": "vbscript", "vb": "vbscript",
    "jscript": "jscript", "javascript": "jscript", "js": "jscript", "ecmascript": "jscript", "livescript": "jscript",
    "c#": "c#", "cs": "c#", "csharp": "c#", "visualbasic": "vb",
}  # fmt: skip


def normal_language(name: str, kind: PageKind, settings: PageSettings) -> str:
    """Return ``c#``, ``vb``, ``jscript``, ``vbscript`` or, for any other language, its lower-case name.

    Aliases of the configuration come first, as in the runtime; ``text/…`` types and version
    suffixes of classic scripts are dropped, an ``.encode`` suffix is kept.
    """
    word = _AROUND.sub("", name[:_LONGEST]).lower()
    if kind is not PageKind.CLASSIC_ASP:
        aliases = {alias.lower(): language.lower() for alias, language in settings.language_aliases}
        word = aliases.get(word, word)
        return _DOTNET.get(word, word)
    word = word.removeprefix("text/").removeprefix("application/").removeprefix("x-")
    encoded = word.endswith(_ENCODE)
    stem = word.removesuffix(_ENCODE)
    stem = _SCRIPT.get(stem, _SCRIPT.get(stem.rstrip("0123456789."), stem))
    return stem + _ENCODE if encoded else stem


def default_language(kind: PageKind, settings: PageSettings) -> str:
    """Return the language of a page that declares none."""
    if kind is PageKind.RAZOR:
        return "c#"
    name = settings.asp_language if kind is PageKind.CLASSIC_ASP else settings.default_language
    return normal_language(name, kind, settings)


def encoded_language(language: str) -> str:
    """Return a classic language's name for text encoded by the Script Encoder."""
    return language if language.endswith(_ENCODE) else language + _ENCODE


def plain_language(language: str) -> str:
    """Return a classic language's name for text that is not encoded."""
    return language.removesuffix(_ENCODE)
