"""Stylesheets: script that an XSL stylesheet brings along, which the transformation runs on the server.

Source: "Script Blocks Using msxsl:script" (.NET documentation), "msxsl:script Element" (MSXML SDK).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.lang.language_names import base_language
from webshellhunt.lazy_pattern import lazy_pattern

NAMESPACE = "urn:schemas-microsoft-com:xslt"
_SCRIPT = lazy_pattern(r"<(\w{0,40}+:)?script\b([^<>]{0,400}+)>", re.IGNORECASE)
_LANGUAGE = lazy_pattern(r"\blanguage\s*+=\s*+[\"']?([\w#.+]{1,20}+)", re.IGNORECASE)
_WRAPPING = lazy_pattern(r"<!\[CDATA\[|\]\]>")
_MOST_SCRIPTS = 8


def iter_stylesheet_scripts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the code of each script in a stylesheet; nothing of a text that is none."""
    if NAMESPACE not in text.lower():
        return
    from html import unescape  # Much to load, for hardly any page.

    openings = list(_SCRIPT.finditer(text))[:_MOST_SCRIPTS]
    for opening in openings:
        end = text.find(f"</{opening[1] or ''}script", opening.end())
        language = _LANGUAGE.search(opening[2])
        code = text[opening.end() : end if end >= 0 else len(text)]
        is_quoted = "<![CDATA[" in code
        yield (
            base_language(language[1]) if language else "jscript",
            (_WRAPPING.sub(" ", code) if is_quoted else unescape(code)),
        )
