"""Arguments: checks of types and ranges, each with a message that says which value to pass."""

from __future__ import annotations

import os
from collections.abc import Collection

from webshellhunt.errors import UsageError, WrongTypeError


def require_number(name: str, value: object, least: int, most: int, unit: str, otherwise: str = "") -> None:
    """Require a whole number in a range; ``otherwise`` is another value that is accepted, in words.

    Raises:
        WrongTypeError: The value is no ``int``.
        UsageError: It is out of range.
    """
    accepted = f"pass a whole number of {unit}, from {least:,} to {most:,}{otherwise and ', or '}{otherwise}"
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongTypeError(f"{name} is {type_words(value)}; {accepted}")
    if not least <= value <= most:
        raise UsageError(f"{name} is {value:,}; {accepted}")


def require_seconds(name: str, value: object, most: int) -> None:
    """Require a positive number of seconds, or ``None``.

    Raises:
        WrongTypeError: The value is neither a number nor ``None``.
        UsageError: It is out of range.
    """
    accepted = f"pass a number of seconds greater than 0, up to {most:,}, or None for no limit"
    if value is None:
        return
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise WrongTypeError(f"{name} is {type_words(value)}; {accepted}")
    if not 0 < value <= most:  # NaN is refused, too
        raise UsageError(f"{name} is {value}; {accepted}")


def require_flag(name: str, value: object) -> None:
    """Require ``True`` or ``False``.

    Raises:
        WrongTypeError: The value is something else.
    """
    if not isinstance(value, bool):
        raise WrongTypeError(f"{name} is {type_words(value)}; pass True or False")


def require_choice(name: str, value: object, accepted: Collection[str]) -> None:
    """Require one of several words.

    Raises:
        WrongTypeError: The value is no text.
        UsageError: It is another word.
    """
    words = f"pass one of {', '.join(accepted)}"
    if not isinstance(value, str):
        raise WrongTypeError(f"{name} is {type_words(value)}; {words}")
    if value not in accepted:
        raise UsageError(f"{name} is {value!r}; {words}")


def paths_of(name: str, value: object) -> tuple[str, ...]:
    """Return several paths as texts.

    Raises:
        WrongTypeError: The value is one path, or no list or tuple of paths.
        UsageError: A path is empty.
    """
    if isinstance(value, str | bytes | os.PathLike):
        raise WrongTypeError(f"{name} is one path; pass a tuple of paths, such as ({_shown(value)},)")
    if not isinstance(value, tuple | list):
        raise WrongTypeError(f"{name} is {type_words(value)}; pass a tuple of paths")
    return tuple(path_of(f"{name}[{at}]", each) for at, each in enumerate(value))


def path_of(name: str, value: object) -> str:
    """Return a path as text.

    Raises:
        WrongTypeError: The value is no path.
        UsageError: It is empty.
    """
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(path, str):
        raise WrongTypeError(f"{name} is {type_words(value)}; pass a path as str or pathlib.Path")
    if not path:
        raise UsageError(f"{name} is empty; pass the path of a file or folder")
    return path


def type_words(value: object) -> str:
    """Return the type of a value in words."""
    return "None" if value is None else f"of type {type(value).__name__}"


def _shown(value: object) -> str:
    shown = repr(os.fspath(value) if isinstance(value, os.PathLike) else value)
    return shown if len(shown) <= 60 else "path"
