"""A guess at the language of code from its commonest words.

It is for pages that declare no language: the runtime would take the configured default, which evidence may not hold.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice

from webshellhunt.lazy_pattern import lazy_pattern

_LONGEST = 65_536
_MOST = 25  # of one mark: beyond, more of the same tells nothing
_CLEAR = 0.7
_ENCODED = "#@~^"  # the Script Encoder wrote it: no word of it is the author's

# Text in strings and comments is another language's: SQL, markup, English. A comment may split a telling phrase.
_TEXT = lazy_pattern(
    r'@"(?:[^"]|"")*+"|"(?!unsafe")[^"\n]*+"|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|^[ \t]*+\'[^\n]*+', re.MULTILINE
)
_ESCAPE = lazy_pattern(r"\\u00([2-7][0-9A-Fa-f])")


class _Marks:
    """Signs of the code of some language: expressions with their weights, compiled at their first use."""

    def __init__(self, *rows: tuple[str, float], ignore_case: bool = False) -> None:
        self._rows = rows
        self._flags = re.MULTILINE | (re.IGNORECASE if ignore_case else 0)

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], float]]:
        return [(re.compile(pattern, self._flags), weight) for pattern, weight in self._rows]

    def weigh(self, sample: str) -> float:
        """Add up how often the marks stand in a sample."""
        return sum(w * len(list(islice(pattern.finditer(sample), _MOST))) for pattern, w in self._compiled)


_C_FAMILY = _Marks(
    (r";[ \t]*+(?:$|//|/\*|\})", 1.0),
    (r"^[ \t]*+[{}][ \t]*+;?$", 1.0),
    (r"\)[ \t]*+\{", 1.5),
    (r"==|!=|&&|\|\||\+=|\+\+|=>", 0.7),
    (r"^[ \t]*+//|/\*", 0.7),
    (r"\[\"|\[\d++\]|\[i\]", 0.7),
    (r"^[ \t]*+(?:using[ \t]+[\w.]++;|var[ \t]+\w++[ \t]*+[=;:])", 2.0),
    (r"\b(?:else if|null|foreach|typeof)\b", 0.7),
    (r"\bvoid[ \t]+\w++\(|\bfunction[ \t]*+\w*+\([^)\n]*+\)[ \t]*+\{|[\"']unsafe[\"']", 2.0),
)
_VB_FAMILY = _Marks(
    (r"\bend[ \t]+(?:if|sub|function|with|select|class|try|property|while|using|module|namespace)\b", 2.0),
    (r"^[ \t]*+(?:dim|redim|const|imports|elseif|wend|loop|next)\b", 1.5),
    (r"\bon error resume\b|\bexit (?:sub|function|for|do)\b", 1.5),
    (r"\bthen[ \t]*+(?:$|'|\w)", 1.5),
    (r"^[ \t]*+(?:(?:public|private|protected|shared|friend|overrides)[ \t]+)*+(?:sub|function)[ \t]+\w++", 1.0),
    (r"<>|\bandalso\b|\borelse\b|\bis nothing\b|\bbyval\b|\bbyref\b|\bmybase\.|\bnew[ \t]+\w++[ \t]*+$", 1.0),
    (r"[ \t\"]&[ \t\"_]|[ \t]_[ \t]*+$", 0.7),
    (r"^[ \t]*+set[ \t]+\w++[ \t]*+=", 1.5),
    (r"^[ \t]*+'|^[ \t]*+rem\b", 0.7),
    (r"^[ \t]*+\w[\w.]*+[ \t]*+=[^=;{}\r\n]*+$", 0.3),
    (r"\b(?:eval|execute|executeglobal)\b[ \t]*+\(?+[ \t]*+request\b[^;\[]*+$", 2.0),
    ignore_case=True,
)
_CSHARP = _Marks(
    (r"\b(?:string|int|bool|object|byte|long|double|char|void)(?:\[\])?[ \t]+\w++", 1.0),
    (r"\b(?:using|namespace|foreach|protected|override|readonly|internal|sealed|virtual|get;|set;)", 1.0),
    (r"^[ \t]*+(?:public|private|static)[ \t]+(?!function\b)\w", 1.0),
    (r"^[ \t]*+[A-Z]\w*+(?:[.<\w>\[\]])*+[ \t]+\w++[ \t]*+(?:=|;)|\bnew[ \t]+[A-Z]\w*+(?:<|\[\])", 1.0),
    (r"@\"|\$\"|\b(?:out|ref|as|is)[ \t]+\w++|\([A-Z]\w++\)\w|\(string\)|\(int\)", 0.7),
)
_JSCRIPT = _Marks(
    (r"\bfunction\b", 1.5),
    (r"===|!==|\bundefined\b|'[^'\r\n]{2,}+'|\bnew (?:ActiveXObject|Function|Enumerator|Array|Object)\b", 1.0),
    (r"\beval[ \t]*+\(", 1.0),
    (r"\"unsafe\"|'unsafe'", 3.0),
    (r"\bvar[ \t]+\w++[ \t]*+(?::[ \t]*+[\w.\[\]]++)?+[ \t]*+[=;,]", 0.7),
    (r":[ \t]*+(?:String|int|Object|void|System\.[\w.]++|Byte\[\])\b|^[ \t]*+import[ \t]+[\w.]++;", 1.5),
    (r"\bfor[ \t]*+\([ \t]*+(?:var[ \t]+)?+\w++[ \t]+in\b", 1.0),
)
_VBNET = _Marks(
    (r"\bas[ \t]+(?:new[ \t]+)?[a-z]\w++|\bimports\b|\bbyval\b", 1.0),
    (r"\b(?:handles|me\.|mybase\.|andalso|orelse|ctype|directcast|isnot|of)\b", 1.0),
    (r"\bend (?:try|class|using|get|namespace)\b", 1.0),
    (r"\+=|&=|\.tostring\b|\bstring\.|\bnew[ \t]+\w++[.(]|\bnothing\)", 0.7),
    ignore_case=True,
)
_VBSCRIPT = _Marks(
    (r"^[ \t]*+(?:dim|redim)[ \t]+[\w, ()]++(?:$|:|')", 1.0),
    (r"^[ \t]*+set[ \t]+\w++[ \t]*+=|\bcreateobject\b", 1.0),
    (r"^[ \t]*+(?:response\.(?:write|redirect|end)|call)[ \t]+[^(]", 1.0),
    (r"\bon error resume\b|\bwend\b|\brs(?:\(|\.)|\bisnull\(|\bisempty\(", 0.7),
    (r"\b(?:execute|executeglobal)\b|\beval[ \t]*+\(?+[ \t]*+request", 2.0),
    ignore_case=True,
)


def guess_language(text: str) -> str | None:
    """Return the likely language of code, ``None`` where its words don't tell clearly.

    ``text``: the code without the markup around it; the first 64 Ki characters are looked at.
    """
    if _ENCODED in text[:_LONGEST]:
        return None
    sample = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text[:_LONGEST].replace("\r\n", "\n").replace("\r", "\n"))
    sample = _TEXT.sub(_blank, sample)
    c_family, vb_family = _C_FAMILY.weigh(sample), _VB_FAMILY.weigh(sample)
    if abs(c_family - vb_family) < _CLEAR:
        return None
    if c_family > vb_family:
        return "jscript" if _JSCRIPT.weigh(sample) > _CSHARP.weigh(sample) else "c#"
    return "vbscript" if _VBSCRIPT.weigh(sample) >= _VBNET.weigh(sample) else "vb"


def _blank(match: re.Match[str]) -> str:
    """Return the rest of a string or comment: its kind."""
    first = match[0].lstrip(" \t")[0]
    return '""' if first in '@"' else "'" if first == "'" else " "
