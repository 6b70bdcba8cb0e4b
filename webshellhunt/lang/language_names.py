"""Names of languages: which of the four languages a name or an alias means."""

from __future__ import annotations

VB = frozenset({"vb", "vbscript"})
"""The languages that are Visual Basic."""
_ALIASES = {
    "c#": ("c#", "cs", "csharp", "c", "c++", "cpp", "java", "vj#", "vjs", "vjsharp"),
    "vb": ("vb", "vb.net", "visualbasic", "basic"),
    "vbscript": ("vbscript", "vbs"),
}
_LANGUAGES = {alias: language for language, aliases in _ALIASES.items() for alias in aliases}


def base_language(name: str) -> str:
    """Return which of the four languages is read for a language's name or alias; unknown ones read like JScript."""
    plain = name.strip().lower().removesuffix(".encode")
    return _LANGUAGES.get(plain, "jscript")
