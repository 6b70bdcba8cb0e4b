"""Functions of PHP whose result is computed from known arguments, and those that pass a request value on."""

from __future__ import annotations

import base64
import codecs
import re
import zlib
from collections.abc import Callable
from typing import Final

from webshellhunt.php.values import LONGEST, MOST_ITEMS, UNKNOWN, Value, join, known, of_items

_INTEGER = re.compile(r"(?:-?[0-9]{1,9})?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_INVERTED = bytes(range(256))[::-1]
_BASE64 = re.compile(r"[^A-Za-z0-9+/]+")


def _as_bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _from_base64(text: str) -> str:
    kept = _BASE64.sub("", text)
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("latin-1")


def _inflated(text: str, window: int) -> str:
    return zlib.decompressobj(window).decompress(text.encode("latin-1"), LONGEST).decode("latin-1")


def _from_hex(text: str) -> str:
    return bytes.fromhex(text).decode("latin-1")


def _unquoted_url(text: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)


def _from_uu(text: str) -> str:
    lines = text.encode("latin-1").splitlines()[:20_000]
    return b"".join(
        codecs.decode(b"begin 666 x\n" + line + b"\n \nend\n", "uu") for line in lines if len(line) > 1
    ).decode("latin-1")


def _packed(form: str, text: str = "", *more: str) -> str:
    if form[:1].lower() == "h":
        return _from_hex(text)
    if form[:1].lower() == "c":
        return "".join(chr(int(each) & 255) for each in (text, *more) if each)
    raise ValueError(form)


def _cut(text: str, start: str, length: str = "") -> str:
    begin = int(start)
    begin = max(0, len(text) + begin) if begin < 0 else begin
    if not length:
        return text[begin:]
    return text[begin : begin + int(length)] if int(length) >= 0 else text[begin : int(length)]


def _translated(text: str, old: str, new: str) -> str:
    return text.translate({ord(one): other for one, other in zip(old, new, strict=False)})


def _folder(text: str) -> str:
    if text == "__FILE__" or text.startswith("<here>"):
        return "<here>"
    raise ValueError(text)


TEXTS: Final[dict[str, Callable[..., str]]] = {
    "base64_decode": _from_base64,
    "gzinflate": lambda text, *_: _inflated(text, -15),
    "gzuncompress": lambda text, *_: _inflated(text, 15),
    "gzdecode": lambda text, *_: _inflated(text, 31),
    "str_rot13": lambda text: codecs.encode(text, "rot13"),
    "strrev": lambda text: text[::-1],
    "hex2bin": _from_hex,
    "urldecode": lambda text: _unquoted_url(text.replace("+", " ")),
    "rawurldecode": _unquoted_url,
    "convert_uudecode": _from_uu,
    "pack": _packed,
    "chr": lambda code: chr(int(code) % 256),
    "ord": lambda text: str(ord(text[0])),
    "hexdec": lambda text: str(int(text, 16)),
    "octdec": lambda text: str(int(text, 8)),
    "bindec": lambda text: str(int(text, 2)),
    "strlen": lambda text: str(len(text)),
    "strtolower": lambda text: _as_bytes(text).lower().decode("latin-1"),
    "strtoupper": lambda text: _as_bytes(text).upper().decode("latin-1"),
    "ucfirst": lambda text: _as_bytes(text[:1]).upper().decode("latin-1") + text[1:],
    "lcfirst": lambda text: _as_bytes(text[:1]).lower().decode("latin-1") + text[1:],
    "trim": lambda text, *_: text.strip(),
    "rtrim": lambda text, *_: text.rstrip(),
    "ltrim": lambda text, *_: text.lstrip(),
    "chop": lambda text, *_: text.rstrip(),
    "stripslashes": lambda text: re.sub(r"\\(.)", r"\1", text),
    "strval": lambda text: text,
    "substr": _cut,
    "strtr": _translated,
    "str_repeat": lambda text, count: text * min(int(count), LONGEST // max(1, len(text))),
    "dirname": lambda text, *_: _folder(text),
    "getcwd": lambda *_: "<here>",
    "realpath": lambda text: text,
}
DECODERS: Final = frozenset(
    {
        "base64_decode",
        "gzinflate",
        "gzuncompress",
        "gzdecode",
        "str_rot13",
        "strrev",
        "hex2bin",
        "convert_uudecode",
        "pack",
    }
    | {
        "bzdecompress",
        "openssl_decrypt",
        "mcrypt_decrypt",
        "mcrypt_cbc",
        "str_replace",
        "strtr",
        "urldecode",
        "rawurldecode",
    }
)
"""Functions whose result is a text in another form."""
_UNPACKERS: Final = DECODERS - {"str_replace", "strtr", "urldecode", "rawurldecode"}
_NUMBERS: Final = frozenset({"ord", "strlen", "hexdec", "octdec", "bindec", "dirname", "realpath"})
PASSING: Final = frozenset(TEXTS.keys() - _NUMBERS) | DECODERS | {
    "str_ireplace", "preg_replace", "preg_split", "implode", "join", "explode", "sprintf", "vsprintf",
    "array_merge", "array_map", "array_values", "array_pop", "array_shift", "array_slice", "array_filter",
    "array_reverse", "current", "end", "reset", "next", "each", "array_keys", "compact", "key", "json_decode",
    "unserialize", "iconv", "mb_convert_encoding", "utf8_decode", "utf8_encode", "fread", "fgets",
    "stream_get_contents", "fopen", "fgetc", "gzread", "str_split", "chunk_split", "wordwrap", "nl2br",
    "html_entity_decode", "htmlspecialchars_decode", "stripcslashes", "quotemeta", "array_combine", "array_fill",
    "max", "min", "file", "str_pad", "substr_replace", "mb_substr", "mb_strtolower", "settype", "strip_tags",
    "array_rand", "list", "array", "iterator_to_array", "parse_url", "strstr", "stristr", "strrchr", "strtok",
    "create_function", "base64_encode", "apache_request_headers", "array_flip", "range", "bin2hex", "ucwords",
    "array_walk", "array_column", "mb_strtoupper", "xmlrpc_decode",
}  # fmt: skip
"""Functions whose result has the request value of an argument."""


def fold(name: str, values: list[Value]) -> Value:
    """Return the result of a call, as far as it is known."""
    result = _computed(name, values)
    tainted = next((each for each in values if each.is_tainted), None)
    if tainted is not None and name in PASSING:
        place = next((each.source for each in (tainted, *tainted.items.values()) if each.source is not None), None)
        leads = name != "sprintf" or values[0] is tainted
        return Value(None, place, leads, tainted.decoded, tainted.fetched, result.items, tainted.uploaded)
    decoded = name in _UNPACKERS or (name in PASSING and any(each.decoded for each in values))
    fetched = any(each.fetched for each in values) and name in PASSING
    if decoded or fetched:
        return Value(result.text, None, False, decoded, fetched, result.items)
    return result


def _computed(name: str, values: list[Value]) -> Value:
    if name == "array":
        return of_items(values)
    if name in ("implode", "join", "explode", "str_split", "str_replace", "str_ireplace", "array_reverse", "sprintf"):
        return _of_arrays(name, values)
    texts = [each.text for each in values]
    folding = TEXTS.get(name)
    if folding is None or not texts or None in texts:
        return UNKNOWN
    try:
        return known(folding(*texts))
    except (ValueError, TypeError, IndexError, OverflowError, zlib.error):
        return UNKNOWN


def _of_arrays(name: str, values: list[Value]) -> Value:
    texts = [each.text for each in values]
    if name in ("implode", "join"):
        array = next((each for each in values if each.items), UNKNOWN)
        glue = next((each.text for each in values if each.text is not None), "")
        parts = [item.text for item in array.items.values()]
        size = sum(len(part or "") + len(glue) for part in parts)
        if not parts or None in parts or size > LONGEST:
            return UNKNOWN
        return known(glue.join(part for part in parts if part is not None))
    if name == "array_reverse" and values:
        return of_items(list(values[0].items.values())[::-1])
    if name in ("explode", "str_split") and texts and None not in texts:
        return of_items([known(part) for part in _split(name, [text or "" for text in texts])[:MOST_ITEMS]])
    if name in ("str_replace", "str_ireplace") and len(values) >= 3 and texts[2] is not None:
        return _replaced(values, texts[2])
    if name == "sprintf" and texts and None not in texts and (texts[0] or "").count("%") == len(texts) - 1:
        if sum(len(text or "") for text in texts) > LONGEST:
            return UNKNOWN
        pieces = iter(text or "" for text in texts[1:])
        return known(re.sub(r"%[sd]", lambda _: next(pieces, ""), texts[0] or ""))
    return UNKNOWN


def _split(name: str, texts: list[str]) -> list[str]:
    if name == "explode":
        return texts[1].split(texts[0], MOST_ITEMS) if len(texts) > 1 and texts[0] else []
    size = int(texts[1]) if len(texts) > 1 and re.fullmatch(r"[1-9][0-9]{0,6}", texts[1]) else 1
    return [texts[0][at : at + size] for at in range(0, min(len(texts[0]), MOST_ITEMS * size), size)]


def _replaced(values: list[Value], text: str) -> Value:
    old = [item.text for item in values[0].items.values()] or [values[0].text]
    new = [item.text for item in values[1].items.values()] or [values[1].text] * len(old)
    read = 0
    for index, each in enumerate(old[:100]):
        read += len(text)
        if read > LONGEST * 4:
            return UNKNOWN
        other = new[index] if index < len(new) else ""
        if each is None or other is None:
            return UNKNOWN
        if each and len(text) * max(1, len(other)) <= LONGEST * 4:
            text = text.replace(each, other)
    return known(text)


def binary(operator: str, left: Value, right: Value) -> Value:
    """Return the result of an arithmetic or bitwise operator."""
    text = _calculated(operator, left.text, right.text)
    tainted = next((each for each in (left, right) if each.source is not None), None)
    if operator in ("^", "|", "&", "~") and tainted is not None:
        return Value(None, tainted.source, leads=True, decoded=True)
    if text is not None:
        return known(text)
    return join(left, right) if operator in ("^", "|", "&") and (left.decoded or right.decoded) else UNKNOWN


def _calculated(operator: str, left: str | None, right: str | None) -> str | None:
    if left is None or right is None:
        return None
    if operator in "^|&" and not (_WHOLE.fullmatch(left) and _WHOLE.fullmatch(right)):
        return _of_bits(operator, _as_bytes(left), _as_bytes(right)).decode("latin-1")
    if not _INTEGER.fullmatch(left) or not _INTEGER.fullmatch(right):
        return None
    a, b = int(left or 0), int(right or 0)
    if operator in "/%" and b == 0:
        return None
    return str(
        {
            "+": a + b,
            "-": a - b,
            "*": a * b,
            "/": a // (b or 1),
            "%": a % (b or 1),
            "^": a ^ b,
            "|": a | b,
            "&": a & b,
        }.get(operator, 0)
    )


def _of_bits(operator: str, left: bytes, right: bytes) -> bytes:
    size = min(len(left), len(right))
    a, b = int.from_bytes(left[:size], "big"), int.from_bytes(right[:size], "big")
    result = a ^ b if operator == "^" else a & b if operator == "&" else a | b
    longer = left if len(left) > len(right) else right
    return result.to_bytes(size, "big") + (longer[size:] if operator == "|" else b"")


def inverted(value: Value) -> Value:
    """Return the text with all bits inverted."""
    if value.text is None:
        return Value(None, value.source, value.leads, decoded=True)
    return known(_as_bytes(value.text).translate(_INVERTED).decode("latin-1"))
