"""Line wrapping for narrow terminals. Paths and commands are not wrapped, so that they can be copied."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import TextWrapper

_NARROWEST = 40


def folded(
    text: str, width: int | None, *, indent: str = "", hanging: str | None = None, breaks_words: bool = False
) -> Iterator[str]:
    """Yield a sentence wrapped into lines.

    Args:
        text: one printable line.
        width: characters of a line; ``None`` for one line of any length.
        indent: blanks before the first line.
        hanging: blanks before the others; those of the first if omitted.
        breaks_words: True to break words that are longer than a line, such as those of code.
    """
    if width is None or len(indent) + len(text) <= width:
        yield f"{indent}{text}"
        return
    wrapper = TextWrapper(
        width=max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=breaks_words,
        break_on_hyphens=False,
    )
    yield from wrapper.wrap(text) or [indent]
