"""Functions of PHP for known arguments; texts are bytes as Latin-1. Source: PHP Manual, "Function Reference".

``ValueError`` says that the result is not known after all.
"""

from __future__ import annotations

import base64
import bz2
import codecs
import hashlib
import html
import math
import re
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from webshellhunt.core.php_operators import is_numeric, number, text, truth, whole
from webshellhunt.core.text import first_place, lower, reverse, stripped, substr, upper
from webshellhunt.core.values import MISSING, Empty, Measure, Some, Value

_MOST = 1 << 22
_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")
_FORMAT = re.compile(r"%(?:(\d+)\$)?([-+ 0]|'.)*(\d+)?(?:\.(\d+))?([bcdeEfFgGosuxX%])")
_BLANKS = " \t\n\r\0\x0b"


def _raw(value: Value) -> bytes:
    return text(value).encode("latin-1", "replace")


def _shown(data: bytes) -> str:
    if len(data) > _MOST:
        raise ValueError
    return data.decode("latin-1")


def from_base64(t: Value, *_: Value) -> str:
    """``base64_decode``: other characters don't count."""
    kept = _BASE64.sub("", text(t))
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("latin-1")


def _inflated(window: int, t: Value, *_: Value) -> str:
    try:
        return zlib.decompressobj(window).decompress(_raw(t), _MOST).decode("latin-1")
    except zlib.error:
        raise ValueError from None


def _bunzipped(t: Value, *_: Value) -> str:
    try:
        return bz2.BZ2Decompressor().decompress(_raw(t), _MOST).decode("latin-1")
    except OSError:
        raise ValueError from None


def _deflated(window: int, t: Value, *_: Value) -> str:
    packer = zlib.compressobj(6, zlib.DEFLATED, window)
    return _shown(packer.compress(_raw(t)) + packer.flush())


def _unquoted(t: Value) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text(t))


def _quoted(safe: str, t: Value) -> str:
    keep = safe.encode()
    return "".join(chr(c) if (chr(c).isalnum() and c < 128) or c in keep else f"%{c:02X}" for c in _raw(t))


def _from_uu(t: Value) -> str:
    lines = _raw(t).splitlines()[:20_000]
    return b"".join(
        codecs.decode(b"begin 666 x\n" + line + b"\n \nend\n", "uu") for line in lines if len(line) > 1
    ).decode("latin-1")


_CODES = {"C": "B", "c": "b", "n": ">H", "v": "<H", "N": ">I", "V": "<I", "s": "<h", "S": "<H", "l": "<i", "L": "<I",
          "q": "<q", "Q": "<Q", "J": ">Q", "P": "<Q"}  # fmt: skip
_CODE = re.compile(r"([a-zA-Z@])\s*(\*|\d{1,6})?")
_FIELD = re.compile(r"([a-zA-Z@])(\*|\d{1,6})?([^/]*)/?")


def _packed(form: Value, *values: Value) -> str:
    """``pack``."""
    rest, found = [*values], b""
    for code, count in _CODE.findall(text(form)):
        if code in "aAhH":
            found += _packed_text(code, count, text(rest.pop(0)))
        elif code == "x":
            found += bytes(int(count or 1))
        elif code in _CODES:
            for _ in range(len(rest) if count == "*" else int(count or 1)):
                size = struct.calcsize(_CODES[code])
                big = _CODES[code][0] == ">"
                found += (whole(rest.pop(0)) % (1 << 8 * size)).to_bytes(size, "big" if big else "little")
        else:
            raise ValueError
    return _shown(found)


def _packed_text(code: str, count: str, value: str) -> bytes:
    size = None if count == "*" else int(count or 1)
    if code in "hH":
        digits = value[:size]
        digits += "0" * (len(digits) % 2)
        if code == "h":
            digits = "".join(b + a for a, b in zip(digits[::2], digits[1::2], strict=True))
        return bytes.fromhex(digits)
    data = value.encode("latin-1", "replace")[:size]
    return data if size is None else data.ljust(size, b" " if code == "A" else b"\0")


def unpacked(form: Value, data: Value, *_: Value) -> list[tuple[str | int, Value]]:
    """``unpack``: the entries of its array."""
    raw, at, found = _raw(data), 0, list[tuple[Any, Any]]()
    for code, count, name in _FIELD.findall(text(form)):
        if code in "aAhH":
            size = len(raw) - at if count == "*" else int(count or 1)
            size = size if code in "aA" or count == "*" else (size + 1) // 2
            part = raw[at : at + size]
            at += size
            value = part.hex() if code == "H" else part.decode("latin-1")
            found.append((name or 1, value.rstrip(" \0\t\r\n") if code == "A" else value))
        elif code in _CODES:
            size = struct.calcsize(_CODES[code])
            most = (len(raw) - at) // size if count == "*" else int(count or 1)
            for n in range(min(most, 50_000)):
                (value,) = struct.unpack(_CODES[code], raw[at : at + size])
                at += size
                found.append((f"{name}{n + 1}" if name and count else name or n + 1, value))
        else:
            raise ValueError
    return found


def _substr(t: Value, start: Value, count: Value = MISSING, *_: Value) -> str:
    s, begin = text(t), whole(start)
    begin = max(0, len(s) + begin) if begin < 0 else begin
    if count is MISSING or count is None:
        return s[begin:]
    n = whole(count)
    return s[begin : begin + n] if n >= 0 else s[begin : max(begin, len(s) + n)]


def _substr_replace(t: Value, new: Value, start: Value, count: Value = MISSING) -> str:
    s, begin = text(t), whole(start)
    begin = max(0, len(s) + begin) if begin < 0 else min(begin, len(s))
    n = len(s) if count is MISSING or count is None else whole(count)
    end = begin + n if n >= 0 else max(begin, len(s) + n)
    return s[:begin] + text(new) + s[end:]


def _strtr(t: Value, old: Value, new: Value) -> str:
    pairs = zip(text(old), text(new), strict=False)
    return text(t).translate({ord(one): other for one, other in pairs})


def _place(
    find: Callable[[str, str, int], int], t: Value, what: Value, start: Value = 0, *_: Value, folds: bool = False
) -> Value:
    s, w, at = text(t), text(what), whole(start)
    if folds:
        s, w = s.lower(), w.lower()
    found = find(s, w, at + len(s) if at < 0 else at)
    return found if found >= 0 else False


def _from(t: Value, what: Value, before: Value = False, *, folds: bool = False, last: bool = False) -> Value:
    """Return ``strstr`` and its like: the text from another one on, or before it."""
    s, w = text(t), text(what)
    w = w[:1] if last else w
    a, b = (s.lower(), w.lower()) if folds else (s, w)
    at = a.rfind(b) if last else a.find(b)
    if at < 0:
        return False
    return s[:at] if truth(before) else s[at:]


def _formatted(form: Value, *values: Value) -> str:
    """``sprintf``."""
    rest, size = [*values], 0

    def one(found: re.Match[str]) -> str:
        nonlocal size
        if found[5] == "%":
            return "%"
        value = values[int(found[1]) - 1] if found[1] else rest.pop(0)
        shown = _converted(found[5], value, found[4])
        width = int(found[3] or 0)
        size += len(shown) + width
        if width > 4096 or size > _MOST:
            raise ValueError
        flags = found[0][1:].rpartition("$")[2]
        fill = flags[flags.index("'") + 1] if "'" in flags else "0" if flags[:1] == "0" else " "
        return shown.ljust(width, fill) if flags[:1] == "-" else shown.rjust(width, fill)

    return _FORMAT.sub(one, text(form))


def _converted(code: str, value: Value, precision: str | None) -> str:
    if code == "s":
        return text(value)[: int(precision) if precision else None]
    if code == "c":
        return chr(whole(value) % 256)
    if code in "du":
        return str(whole(value))
    if code in "xXob":
        return format(whole(value) % (1 << 64), code)
    return format(float(number(value)), f".{min(int(precision or 6), 50)}{code}")


def _repeated(t: Value, count: Value) -> str:
    s, n = text(t), whole(count)
    if len(s) * n > _MOST:
        raise ValueError
    return s * n


def _padded(t: Value, size: Value, fill: Value = " ", side: Value = 1) -> str:
    s, n, by = text(t), min(whole(size), 1 << 16), text(fill)
    missing = max(0, n - len(s))
    left = missing if side == 0 else missing // 2 if side == 2 else 0
    more = by * (missing // max(1, len(by)) + 1)
    return more[:left] + s + more[: missing - left]


def _trimmed(t: Value, which: Value = _BLANKS, *, first: bool, last: bool) -> str:
    kept = re.sub(r"(.)\.\.(.)", lambda m: "".join(map(chr, range(ord(m[1]), ord(m[2]) + 1))), text(which))
    s = text(t)
    s = s.lstrip(kept) if first else s
    return s.rstrip(kept) if last else s


_C_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f", "a": "\a", "b": "\b"}


def _stripped_c_slashes(t: Value) -> str:
    def one(found: re.Match[str]) -> str:
        word = found[1]
        if word[0] == "x" and len(word) > 1:
            return chr(int(word[1:], 16))
        return chr(int(word, 8) & 255) if word.isdigit() else _C_ESCAPES.get(word, word)

    return re.sub(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", one, text(t), flags=re.DOTALL)


def _digest(name: str, t: Value, raw: Value = False) -> str:
    found = hashlib.new(name, _raw(t), usedforsecurity=False)
    return found.digest().decode("latin-1") if truth(raw) else found.hexdigest()


def _hash(name: Value, t: Value, raw: Value = False) -> str:
    if name in ("crc32b",):
        return f"{zlib.crc32(_raw(t)):08x}"
    if name not in ("md5", "sha1", "sha256", "sha512", "sha384", "sha224"):
        raise ValueError
    return _digest(text(name), t, raw)


def _based(base: int, t: Value) -> int:
    kept = re.sub(r"[^0-9a-fA-F]", "", text(t))[:16]
    return int(kept or "0", base)


def _rebased(t: Value, old: Value, new: Value) -> str:
    n, base = int(text(t)[:200].lower() or "0", whole(old)), whole(new)
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    found = ""
    while n and 2 <= base <= 36:
        n, rest = divmod(n, base)
        found = digits[rest] + found
    return found or "0"


def _folder(path: Value, levels: Value = 1) -> str:
    s = text(path)
    for _ in range(min(whole(levels), 20)):
        s = re.sub(r"[\\/]*[^\\/]*[\\/]*\Z", "", s) if re.search(r"[\\/]", s) else "."
    return s


def _file_name(path: Value, ending: Value = "") -> str:
    name = re.split(r"[\\/]", text(path).rstrip("\\/"))[-1]
    return name.removesuffix(text(ending)) if text(ending) != name else name


def _upper(t: Value) -> str:
    return _raw(t).upper().decode("latin-1")


def _lower(t: Value) -> str:
    return _raw(t).lower().decode("latin-1")


def _compared(a: Value, b: Value, *_: Value) -> int:
    return (text(a) > text(b)) - (text(a) < text(b))


def _count_of(t: Value, what: Value, *_: Value) -> int:
    if not text(what):
        raise ValueError
    return text(t).count(text(what))


def _following(value: Value) -> Value:
    """``x++``: of a text that is no number, the next one in the order of the alphabet."""
    if value is None or value.__class__ is Empty:
        return 1
    if value.__class__ is not str or is_numeric(value) or value == "":
        return 1 if value == "" else number(value) + 1 if value.__class__ is not bool else value
    found = list(value)
    for place in range(len(found) - 1, -1, -1):
        last, first = _LASTS.get(found[place], ("", ""))
        if not found[place].isalnum() or ord(found[place]) > 127:
            return "".join(found)
        if not last:
            found[place] = chr(ord(found[place]) + 1)
            return "".join(found)
        found[place] = first
        if place == 0:
            found.insert(0, last)
    return "".join(found)


_LASTS = {"z": ("a", "a"), "Z": ("A", "A"), "9": ("1", "0")}


PHP_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "php-increment": _following,
    "php-decrement": lambda value: value if value is None or value.__class__ in (bool, Empty) else number(value) - 1,
    "php-base64-decode": from_base64, "php-base64-encode": lambda t: base64.b64encode(_raw(t)).decode(),
    "php-gzinflate": partial(_inflated, -15), "php-gzuncompress": partial(_inflated, 15),
    "php-gzdecode": partial(_inflated, 31), "php-zlib-decode": partial(_inflated, 47), "php-bzdecompress": _bunzipped,
    "php-gzdeflate": partial(_deflated, -15), "php-gzcompress": partial(_deflated, 15),
    "php-rot13": lambda t: codecs.encode(text(t), "rot13"), "php-strrev": lambda t: text(t)[::-1],
    "php-hex2bin": lambda t: bytes.fromhex(text(t)).decode("latin-1"), "php-bin2hex": lambda t: _raw(t).hex(),
    "php-urldecode": lambda t: _unquoted(text(t).replace("+", " ")), "php-rawurldecode": _unquoted,
    "php-urlencode": lambda t: _quoted("-_.", t).replace("%20", "+"), "php-rawurlencode": partial(_quoted, "-_.~"),
    "php-uudecode": _from_uu, "php-pack": _packed, "php-chr": lambda code, *_: chr(whole(code) % 256),
    "php-ord": lambda t: ord(text(t)[0]) if text(t) else 0, "php-hexdec": partial(_based, 16),
    "php-octdec": lambda t: int(re.sub(r"[^0-7]", "", text(t))[:20] or "0", 8),
    "php-bindec": lambda t: int(re.sub(r"[^01]", "", text(t))[:63] or "0", 2),
    "php-dechex": lambda n: format(whole(n) % (1 << 64), "x"),
    "php-decbin": lambda n: format(whole(n) % (1 << 64), "b"), "php-base-convert": _rebased,
    "php-strlen": lambda t, *_: len(text(t)), "php-strtolower": lambda t, *_: _lower(t),
    "php-strtoupper": lambda t, *_: _upper(t), "php-ucfirst": lambda t: _upper(text(t)[:1]) + text(t)[1:],
    "php-lcfirst": lambda t: _lower(text(t)[:1]) + text(t)[1:],
    "php-ucwords": lambda t, *_: re.sub(r"(?:^|(?<=[ \t\r\n\f\v]))[a-z]", lambda m: m[0].upper(), text(t)),
    "php-trim": partial(_trimmed, first=True, last=True), "php-ltrim": partial(_trimmed, first=True, last=False),
    "php-rtrim": partial(_trimmed, first=False, last=True),
    "php-stripslashes": lambda t: re.sub(r"\\(.?)", lambda m: "\0" if m[1] == "0" else m[1], text(t), flags=re.DOTALL),
    "php-stripcslashes": _stripped_c_slashes,
    "php-addslashes": lambda t: re.sub(r"([\\'\"])", r"\\\1", text(t)).replace("\0", "\\0"), "php-substr": _substr,
    "php-substr-replace": _substr_replace, "php-strtr": _strtr, "php-repeat": _repeated, "php-pad": _padded,
    "php-strpos": partial(_place, str.find), "php-stripos": partial(_place, str.find, folds=True),
    "php-strrpos": partial(_place, lambda s, w, at: s.rfind(w, at)), "php-strstr": _from,
    "php-stristr": partial(_from, folds=True), "php-strrchr": partial(_from, last=True), "php-sprintf": _formatted,
    "php-md5": partial(_digest, "md5"), "php-sha1": partial(_digest, "sha1"), "php-hash": _hash,
    "php-crc32": lambda t: zlib.crc32(_raw(t)), "php-strval": text,
    "php-intval": lambda t, base=10: whole(t) if base in (10, MISSING) else int(text(t) or "0", whole(base)),
    "php-floatval": lambda t: float(number(t)), "php-boolval": truth, "php-is-numeric": is_numeric,
    "php-abs": lambda n: abs(number(n)), "php-floor": lambda n: float(math.floor(number(n))),
    "php-ceil": lambda n: float(math.ceil(number(n))), "php-round": lambda n, *_: float(math.floor(number(n) + 0.5)),
    "php-dirname": _folder, "php-basename": _file_name,
    "php-htmlspecialchars": lambda t, *_: html.escape(text(t), quote=True),
    "php-entity-decode": lambda t, *_: html.unescape(text(t)).encode("latin-1", "replace").decode("latin-1"),
    "php-nl2br": lambda t, *_: text(t).replace("\n", "<br />\n"), "php-strcmp": _compared,
    "php-strcasecmp": lambda a, b, *_: _compared(_lower(a), _lower(b)), "php-substr-count": _count_of,
    "php-contains": lambda t, what: text(what) in text(t), "php-starts": lambda t, what: text(t).startswith(text(what)),
    "php-ends": lambda t, what: text(t).endswith(text(what)),
    "php-alpha": lambda t: t.__class__ is str and bool(re.fullmatch(r"[A-Za-z]+", t)),
    "php-alnum": lambda t: t.__class__ is str and bool(re.fullmatch(r"[A-Za-z0-9]+", t)),
    "php-digits": lambda t: t.__class__ is str and bool(re.fullmatch(r"[0-9]+", t)),
    "php-xdigits": lambda t: t.__class__ is str and bool(re.fullmatch(r"[0-9A-Fa-f]+", t)),
    "php-utf8-decode": lambda t: _raw(t).decode("utf-8", "replace").encode("latin-1", "replace").decode("latin-1"),
    "php-utf8-encode": lambda t: text(t).encode("utf-8").decode("latin-1"),
}  # fmt: skip
_WITHOUT_BLANKS = stripped(_BLANKS)


def _substr_of_some(t: Value, start: Value, count: Value = MISSING, *_: Value) -> Value:
    is_place = start.__class__ is Measure or (start.__class__ is int and start >= 0)
    is_known = is_place and (count is MISSING or count.__class__ is Measure or (count.__class__ is int and count >= 0))
    return substr(t, start, count) if is_known and (t.__class__ is not Some or start.__class__ is Measure) else MISSING


PHP_PARTED: dict[str, Callable[..., Any]] = {
    "php-strtolower": lambda t, *_: lower(t),
    "php-strtoupper": lambda t, *_: upper(t),
    "php-strrev": reverse,
    "php-strpos": lambda t, what, at=0, *_: first_place(t, what, 0) if at in (0, MISSING) else MISSING,
    "php-trim": lambda t, which=MISSING: _WITHOUT_BLANKS(t) if which is MISSING else MISSING,
    "php-substr": _substr_of_some,
    "php-strval": lambda t: t if t.__class__ is not Some or t.type == "text" else MISSING,
}
"""Functions of texts of which parts are known."""
