"""The page of the Python names, generated from the docstrings of what ``webshellhunt`` exports."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Callable, Iterator

import webshellhunt
from tools.reference.markdown import docstring, escape, fenced, table


def names_page() -> str:
    """Return the page: each public name with its signature and its docstring."""
    parts = [
        "# Python\n",
        "Every public name of `webshellhunt`. [Versions](versioning.md) has the promises for later versions, "
        "[Use as a library](library.md) the rules "
        "that no signature shows.\n",
    ]
    parts += [_section(name, getattr(webshellhunt, name)) for name in webshellhunt.__all__]
    return "\n".join(parts)


def _section(name: str, value: object) -> str:
    parts = [f"## {name}\n"]
    if not callable(value):
        return "\n".join([*parts, fenced(f"{name}: {type(value).__name__}", "python")])
    parts.append(fenced(_signature(name, value), "python"))
    parts.append(docstring(inspect.getdoc(value) or "", level=3))
    if isinstance(value, type):
        parts += _of_class(value)
    return "\n".join(parts)


def _of_class(value: type) -> Iterator[str]:
    if issubclass(value, enum.Enum):
        yield table(("member", "value"), ((f"`{member.name}`", f"`{member.value}`") for member in value))
    rows = [(f"`{name}`", _first_line(member)) for name, member in vars(value).items() if _is_shown(name, member)]
    if rows:
        yield table(("attribute", "meaning"), rows)


def _is_shown(name: str, member: object) -> bool:
    described = isinstance(member, property | classmethod | staticmethod) or inspect.isfunction(member)
    return described and not name.startswith("_")


def _first_line(member: object) -> str:
    return escape((inspect.getdoc(member) or "").partition("\n")[0])


def _signature(name: str, value: Callable[..., object]) -> str:
    """Return a signature with one parameter a line where it is long."""
    if isinstance(value, type) and issubclass(value, enum.Enum):
        return f"class {name}({', '.join(base.__name__ for base in value.__bases__)})"
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return f"class {name}"
    text = _plain(f"{name}{signature}")
    if len(text) <= 80:
        return text
    names = [_plain(str(parameter)) for parameter in signature.parameters.values()]
    keyword = next((i for i, p in enumerate(signature.parameters.values()) if p.kind is p.KEYWORD_ONLY), None)
    if keyword is not None:
        names.insert(keyword, "*")
    returned = "" if signature.return_annotation is signature.empty else f" -> {signature.return_annotation}"
    return f"{name}(\n" + "".join(f"    {each},\n" for each in names) + f"){returned}"


def _plain(text: str) -> str:
    """Return a signature whose annotations have no quotation marks."""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", text).replace("<factory>", "…")
