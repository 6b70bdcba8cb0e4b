"""Functions of VBScript for known arguments; one that raises ``ValueError`` is not known after all."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from webshellhunt.core.conversions import FailError, _NUMBER, num, t, whole
from webshellhunt.core.values import EMPTY, Empty


def mid(s: Any, start: Any, n: Any = None) -> str:
    s, at = t(s), whole(start)
    if at < 1:
        raise FailError
    return s[at - 1 :] if n is None else s[at - 1 : at - 1 + whole(n)]


def chr_(c: Any) -> str:
    n = whole(c)
    if not -32768 <= n <= 65535:
        raise FailError
    return chr(n & 0xFFFF)


def asc(s: Any) -> int:
    s = t(s)
    if not s:
        raise FailError
    return ord(s[0]) & 0xFFFF


def instr(*a: Any) -> int:
    start = 1
    if len(a) > 2 and a[0].__class__ in (int, float):
        start, a = whole(a[0]), a[1:]
    s, x = t(a[0]), t(a[1])
    if len(a) > 2 and a[2] == 1:
        s, x = s.lower(), x.lower()
    return s.find(x, start - 1) + 1 if x else start


def instrrev(s: Any, x: Any, at: Any = -1, how: Any = 0) -> int:
    s, x = t(s), t(x)
    if how == 1:
        s, x = s.lower(), x.lower()
    at = whole(at)
    return s.rfind(x, 0, len(s) if at == -1 else at) + 1


def replace(s: Any, old: Any, new: Any, start: Any = 1, count: Any = -1, how: Any = 0) -> str:
    s, old, new = t(s)[whole(start) - 1 :], t(old), t(new)
    if not old:
        return s
    if how == 1:
        return re.sub(re.escape(old), lambda _: new, s, count=max(0, whole(count)), flags=re.I)
    return s.replace(old, new, whole(count))


def string(n: Any, c: Any) -> str:
    n = whole(n)
    if n > 1_000_000:
        raise ValueError
    return (t(c)[:1] if isinstance(c, str) else chr(whole(c) % 256)) * n


def escape(s: Any) -> str:
    return "".join(
        c if re.match(r"[\w@*+./-]", c, re.A) else f"%{ord(c):02X}" if ord(c) < 256 else f"%u{ord(c):04X}" for c in t(s)
    )


def unescape(s: Any) -> str:
    return re.sub(r"%u([0-9a-f]{4})|%([0-9a-f]{2})", lambda m: chr(int(m[1] or m[2], 16)), t(s), flags=re.I)


def strcomp(a: Any, b: Any, how: Any = 0) -> int:
    a, b = t(a), t(b)
    if how == 1:
        a, b = a.lower(), b.lower()
    return (a > b) - (a < b)


def isnumeric(x: Any) -> bool:
    if x.__class__ is str:
        return _NUMBER.match(x) is not None
    return x is not None


def typename(x: Any) -> str:
    return {
        str: "String",
        int: "Integer" if isinstance(x, int) and -32768 <= x <= 32767 else "Long",
        float: "Double",
        bool: "Boolean",
        Empty: "Empty",
        type(None): "Null",
        bytes: "Byte()",
    }[x.__class__]


def vartype(x: Any) -> int:
    return {str: 8, int: 2, float: 5, bool: 11, Empty: 0, type(None): 1, bytes: 8209}[x.__class__]


def hex_(n: Any) -> str:
    n = whole(n)
    return f"{n & 0xFFFFFFFF if n < 0 else n:X}"


def cbool(x: Any) -> bool:
    if x.__class__ is str and x.lower() in ("true", "false"):
        return x.lower() == "true"
    return num(x) != 0


def cdbl(x: Any) -> float | int:
    return num(x)


KNOWN: dict[str, Callable[..., Any]] = {
    "chr": chr_, "asc": asc, "mid": mid, "instr": instr, "instrrev": instrrev, "replace": replace, "string": string,
    "escape": escape, "unescape": unescape, "strcomp": strcomp, "isnumeric": isnumeric, "typename": typename,
    "vartype": vartype, "hex": hex_, "oct": lambda n: f"{whole(n):o}", "len": lambda s: len(t(s)),
    "left": lambda s, n: t(s)[: max(0, whole(n))], "right": lambda s, n: t(s)[-whole(n) :] if whole(n) > 0 else "",
    "ucase": lambda s: t(s).upper(), "lcase": lambda s: t(s).lower(), "trim": lambda s: t(s).strip(" "),
    "ltrim": lambda s: t(s).lstrip(" "), "rtrim": lambda s: t(s).rstrip(" "), "strreverse": lambda s: t(s)[::-1],
    "space": lambda n: string(n, " "), "cstr": t, "cint": whole, "cdbl": cdbl, "cbool": cbool,
    "int": lambda n: math.floor(num(n)), "fix": lambda n: math.trunc(num(n)), "abs": lambda n: abs(num(n)),
    "sgn": lambda n: (num(n) > 0) - (num(n) < 0), "sqr": lambda n: math.sqrt(num(n)), "round": lambda n, d=0: round(num(n), whole(d)),
    "isempty": lambda x: x is EMPTY, "isnull": lambda x: x is None,
    "htmlencode": lambda s: t(s).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"),
    "mappath": lambda p: "C:\\inetpub\\wwwroot\\" + t(p).lstrip("/\\").replace("/", "\\"),
}  # fmt: skip
