"""Markdown: plain text, table cells and Google-style docstrings as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(``.+?``|`[^`\n]+`|https?://\S+)", re.DOTALL)
_SPECIAL = re.compile(r"([\\*_\[\]<>|#])")
_SECTION = re.compile(r"(?P<title>[A-Z][A-Za-z]*(?:[ -][A-Za-z]+){0,2}):(?P<rest>)")
_SHORT_SECTION = re.compile(r"(?P<title>Benign look-alikes|Blind spots|References|Units|Source):(?P<rest> .*)?")
_ENTRY = re.compile(r"(?P<name>[A-Za-z_][\w.]*): (?P<text>.*)", re.DOTALL)


def escape(text: str) -> str:
    """Return a text whose characters have no meaning in Markdown; code in backticks and addresses stay code."""
    parts = _CODE.split(text)
    return "".join(_code(part) if index % 2 else _SPECIAL.sub(r"\\\1", part) for index, part in enumerate(parts))


def code(text: str) -> str:
    """Return a text as inline code that also stands in a table."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", "&#124;") if "|" not in text else f"<code>{_html(text)}</code>"


def fenced(text: str, language: str = "text") -> str:
    """Return a block of code."""
    return f"```{language}\n{text.rstrip()}\n```\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its cells are Markdown already."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |\n" for line in lines)


def docstring(text: str, *, level: int, listed: Iterable[str] = ("Args", "Attributes", "Raises")) -> str:
    """Return a Google-style docstring: sections become headings, the entries of ``listed`` ones a list.

    Args:
        text: the docstring, without the indentation of its place.
        level: the level of the headings.
        listed: the sections whose lines are ``name: description``.
    """
    parts = []
    for title, body in _sections(text):
        if title:
            parts.append(f"{'#' * level} {title}\n")
        parts.append(_entries(body) if title in listed else _paragraphs(body))
    return "\n".join(parts)


def _sections(text: str) -> list[tuple[str, str]]:
    """Split a docstring at its titles; text after a section, without indentation, has no title."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in text.strip("\n").split("\n"):
        title = _SHORT_SECTION.fullmatch(line) or _SECTION.fullmatch(line)
        if title is not None:
            sections.append((title["title"], [title["rest"] or ""]))
        elif line.strip() and not line.startswith(" ") and sections[-1][0] and not sections[-1][1][0]:
            sections.append(("", [line]))
        else:
            sections[-1][1].append(line)
    return [(title, _dedent(lines)) for title, lines in sections if title or any(map(str.strip, lines))]


def _dedent(lines: Sequence[str]) -> str:
    filled = [line for line in lines[1:] if line.strip()] or [line for line in lines if line.strip()]
    width = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    first = lines[0].strip() if lines else ""
    return "\n".join([first, *(line[width:] for line in lines[1:])]).strip("\n")


def _entries(text: str) -> str:
    entries: list[str] = []
    for line in text.split("\n"):
        if line.startswith(" ") and entries:
            entries[-1] += f" {line.strip()}"
        elif line.strip():
            entries.append(line)
    named = [(entry, _ENTRY.fullmatch(entry)) for entry in entries]
    return "".join(
        f"- {escape(entry)}\n" if found is None else f"- `{found['name']}`: {escape(found['text'])}\n"
        for entry, found in named
    )


def _paragraphs(text: str) -> str:
    blocks = re.split(r"\n[ \t]*\n", text)
    return "\n\n".join(_paragraph(block) for block in blocks if block.strip() not in ("", "::")) + "\n"


def _paragraph(block: str) -> str:
    lines = block.strip("\n").split("\n")
    if all(line.startswith("    ") or not line.strip() for line in lines) or lines[0].startswith("==="):
        return fenced("\n".join(lines)).rstrip()
    if lines[0].startswith(">>> "):
        return fenced("\n".join(lines), "python").rstrip()
    block = "\n".join(line.strip() for line in lines)
    return escape(block.removesuffix("::") + ":" if block.endswith("::") else block)


def _code(part: str) -> str:
    return f"<{part}>" if part.startswith("http") else part


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;")
