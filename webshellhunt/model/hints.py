"""Hints: knowledge of the caller about a content whose name is lost."""

from __future__ import annotations

import re
from dataclasses import dataclass

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.arguments import type_words
from webshellhunt.model.places import Role

LANGUAGES = ("c#", "vb", "jscript", "vbscript")
"""The languages that a hint may name."""

_EXTENSION = re.compile(r"\.[a-z0-9_]{1,32}")
_HANDLER = re.compile(r"[a-z0-9_.+]{1,256}")
_MAPPING = "an extension with its dot, such as '.aspx', or a handler, such as 'System.Web.UI.PageHandlerFactory'"


@dataclass(frozen=True, slots=True)
class Hints:
    """Knowledge of the caller about a content whose name is lost, for ``examine``.

    A value of ``None`` is unknown: the path decides it, and without a usable path the content.

    Attributes:
        role: The purpose of the directory that the file was in; a ``str`` such as ``"owa_auth"`` is accepted.
        mapping: The extension (``".aspx"``) or handler (``"System.Web.UI.SimpleHandlerFactory"``) that decides how the
            server reads the content. It is kept in lower case.
        language: The language of code that names none: ``c#``, ``vb``, ``jscript`` or ``vbscript``.

    Raises:
        WrongTypeError: A value has a wrong type.
        UsageError: The role or the language is unknown, or the mapping is neither an extension nor a handler.

    Examples:
        >>> from webshellhunt import Hints
        >>> Hints(role="owa_auth", mapping=".ASPX")
        Hints(role=<Role.OWA_AUTH: 'owa_auth'>, mapping='.aspx', language=None)
    """

    role: Role | None = None
    mapping: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", _role(self.role))
        object.__setattr__(self, "mapping", _mapping(self.mapping))
        object.__setattr__(self, "language", _language(self.language))


def _role(value: object) -> Role | None:
    if value is None or isinstance(value, Role):
        return value
    words = f"pass one of {', '.join(Role)}"
    if not isinstance(value, str):
        raise WrongTypeError(f"Hints: role is {type_words(value)}; {words}")
    try:
        return Role(value)
    except ValueError:
        raise UsageError(f"Hints: role is {value[:80]!r}; {words}") from None


def _mapping(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise WrongTypeError(f"Hints: mapping is {type_words(value)}; pass {_MAPPING}")
    lowered = value.lower()
    if _EXTENSION.fullmatch(lowered) is None and (lowered[:1] == "." or _HANDLER.fullmatch(lowered) is None):
        raise UsageError(f"Hints: mapping is {value[:80]!r}; pass {_MAPPING}")
    return lowered


def _language(value: object) -> str | None:
    if value is None:
        return None
    words = f"pass one of {', '.join(LANGUAGES)}"
    if not isinstance(value, str):
        raise WrongTypeError(f"Hints: language is {type_words(value)}; {words}")
    if value.lower() not in LANGUAGES:
        raise UsageError(f"Hints: language is {value[:80]!r}; {words}")
    return value.lower()
