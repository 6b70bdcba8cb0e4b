r"""YAML of plain data, with each text quoted, so that no value from evidence can be read as anything but a text.

Source: YAML 1.2, section 7.3.1: in double quotes, ``\xNN``, ``\uNNNN`` and ``\UNNNNNNNN`` are characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.lazy_pattern import lazy_pattern

Value = str | int | Sequence["Value"] | Mapping[str, "Value"]

_PLAIN = lazy_pattern(r"[A-Za-z][A-Za-z0-9_.|-]*")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def yaml_text(value: Mapping[str, Value]) -> str:
    """Return a mapping as a document of YAML, in ASCII."""
    return "".join(f"{line}\n" for line in _mapping(value, ""))


def _mapping(value: Mapping[str, Value], indent: str) -> list[str]:
    lines: list[str] = []
    for name, each in value.items():
        if isinstance(each, Mapping):
            lines += [f"{indent}{_scalar(name)}:", *_mapping(each, f"{indent}    ")]
        elif isinstance(each, str | int):
            lines.append(f"{indent}{_scalar(name)}: {_scalar(each)}")
        else:
            lines += [f"{indent}{_scalar(name)}:", *(f"{indent}    - {_item(item)}" for item in each)]
    return lines


def _item(item: Value) -> str:
    if not isinstance(item, str | int):
        raise TypeError("a list has texts and numbers only")
    return _scalar(item)


def _scalar(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return '"' + "".join(map(_character, value)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
