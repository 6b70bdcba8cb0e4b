"""Primitives of .NET: texts, their builders, encodings and regular expressions, addresses.

A builder has its text in the field ``data``.
"""

from __future__ import annotations

import re

from webshellhunt.core.containers import is_entry
from webshellhunt.core.conversions import FailError
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import KIND, REST, SIZE, TOLD
from webshellhunt.core.library_calls import codes_of, labels_in, make
from webshellhunt.core.members import is_function
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.text import split
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Argument,
    Char,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    concat,
    labels_of,
    text_of_parts,
    to_text,
)  # fmt: skip
from webshellhunt.library import patterns
from webshellhunt.library.net_common import (
    MOST_TEXT,
    Primitive,
    arguments_of,
    as_text,
    form_of,
    given,
    known_or_some,
    of_letters,
    of_text,
    written,
)
from webshellhunt.library.net_functions import NET, NET_PARTED, codec, filled, uri_fields
from webshellhunt.library.sequences import all_of, call_function, items_of, made_bytes, made_list, table_of


def _joined(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``String.Join(separator, items)``, ``String.Concat(items)``."""
    by, values = ("", a) if row.names[-1] == "concat" else (to_text(a[0]), a[1:])
    if len(values) == 3 and values[0].__class__ is Ref and values[1].__class__ is int:
        known, rest = items_of(m, f, values[0], at)
        values = (
            known[values[1] : values[1] + values[2]] if values[2].__class__ is int and rest is MISSING else [values[0]]
        )
    if len(values) == 1 and values[0].__class__ not in KNOWN and values[0].__class__ not in (Some, Parts):
        items, rest = items_of(m, f, values[0], at)
    else:
        items, rest = [*values], MISSING
    texts = [written(m, f, each, at) for each in items]
    if rest is MISSING and by.__class__ is str and all(each.__class__ is str for each in texts):
        return by.join(texts) if sum(map(len, texts)) + len(by) * len(texts) <= MOST_TEXT else Some("text")
    if rest is MISSING:
        return text_of_parts([x for each in texts for x in (by, each)][1:])
    others, form, codes = labels_of(by).union(*map(labels_of, texts), labels_in(f, rest)), form_of(rest), codes_of(rest)
    tail = Some("text", others, codes, form) if form == "digits" else Some("text", others | codes, form=form)
    return text_of_parts([*[x for each in texts for x in (each, by)], tail])


def _written_value(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Convert.ToString(x)``, ``Char.ToString``: the text of any value."""
    return "" if a[0] is None else written(m, f, a[0], at) if len(a) == 1 or a[1] is MISSING else MISSING


def _separators(m: Run, f: Frame, value: Value, at: int) -> list[Value]:
    if value.__class__ is Ref:
        return all_of(items_of(m, f, value, at))
    return [] if value is MISSING or value is None else [value]


def split_text(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Split(separators[, count][, options])``: by letters or texts, without any by white space."""
    text = to_text(subject)
    values = [each for each in a if each is not MISSING]
    signs = [x for each in values for x in _separators(m, f, each, at) if isinstance(x, str) or each.__class__ is Ref]
    signs = [each for each in signs if each not in ("RemoveEmptyEntries", "None", "TrimEntries", "")]
    limits = [each for each in values if each.__class__ is int]
    drops = any(each in ("RemoveEmptyEntries", 1, 3) for each in values[1:])
    most = limits[0] if limits and not (limits[0] == 1 and drops and len(values) < 3) else -1
    if not all(isinstance(each, str) for each in signs) or not isinstance(text, (str, Parts, Some)):
        return made_list(m, f, [], at, Some("text", labels_of(text), form=form_of(text)))
    if text.__class__ is str:
        pattern = "|".join(map(re.escape, sorted(map(str, signs), key=len, reverse=True))) or r"\s"
        found: list[Value] = re.split(pattern, text, maxsplit=max(most - 1, 0)) if most != 1 else [text]
        return made_list(m, f, [each for each in found if each or not drops], at)
    parts = split(text, str(signs[0]), most) if len(signs) == 1 else None
    items, rest = parts or ([], Some("text", labels_of(text), form=form_of(text)))
    if rest is MISSING:
        return made_list(m, f, items, at)
    return made_list(m, f, items or [rest], at, rest)


def _format(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``String.Format([provider,] format, values)``."""
    if a and (a[0].__class__ is Ref or (a[0] is None and len(a) > 1)):
        a = a[1:]
    values = arguments_of(f, a[1:], at)
    form = to_text(a[0]) if a else ""
    if form.__class__ is OneOf:
        return choice([_filled(m, f, each, values, at) for each in form.options])
    return _filled(m, f, form, values, at)


def _filled(m: Run, f: Frame, form: Value, values: list[Value], at: int) -> Value:
    made = [each if each.__class__ in KNOWN else written(m, f, each, at) for each in values]
    try:
        found = filled(form, made)
    except (FailError, ValueError):
        found = MISSING
    return Some("text", labels_of(form).union(*map(labels_of, made))) if found is MISSING else found


def _new_text(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``new String(letters[, start, count])``, ``new String(letter, count)``; ``Concat`` of letters."""
    if a[0].__class__ is not Ref:
        return MISSING
    known, rest = items_of(m, f, a[0], at)
    if len(a) > 2 and a[1].__class__ is int and a[2].__class__ is int:
        known = known[a[1] : a[1] + a[2]]
    return of_letters(known, rest)


def _put_text(f: Frame, subject: Value, added: Value) -> None:
    old = table_of(f, subject).get("data", "")
    f[0].write(subject.oid, "data", concat(old, added))


def _append_text(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Append(x)``, ``Append(letter, count)``, ``Append(text, start, count)``, ``AppendFormat``, ``Write``."""
    _put_text(f, subject, appended(m, f, a, at, row))
    return subject if row.names[-1].startswith("append") else EMPTY


def appended(m: Run, f: Frame, a: list[Value], at: int, row: Row) -> Value:
    """Return the text that ``Append``, ``Write`` and their like add."""
    name, a = row.names[-1], [each for each in a if each is not MISSING]
    end = "\r\n" if name in ("appendline", "writeline", "writelineasync") else ""
    if not a:
        return end
    if name in ("appendformat", "write", "writeline") and len(a) > 1 and a[0].__class__ is not Ref:
        return concat(_format(m, f, None, a, at, row), end)
    if name == "appendjoin":
        return _joined(m, f, None, a, at, row)
    if len(a) == 2 and isinstance(a[0], str) and a[1].__class__ is int:
        return str(a[0]) * a[1] if 0 <= a[1] * len(a[0]) <= MOST_TEXT else Some("text")
    if a[0].__class__ is Ref and SIZE in table_of(f, a[0]):
        known, rest = items_of(m, f, a[0], at)
        if len(a) > 2 and a[1].__class__ is int and a[2].__class__ is int:
            known = known[a[1] : a[1] + a[2]]
        return concat(of_letters(known, rest), end)
    if len(a) == 3:
        return concat(of_text("net-substring", to_text(a[0]), a[1:]), end)
    return concat(written(m, f, a[0], at), end)


_OF_BUILDERS = {"insert": "net-insert", "remove": "net-remove", "replace": "net-replace"}


def _change_text(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Insert``, ``Remove``, ``Replace``: the builder itself."""
    name = row.names[-1]
    values = [each for each in a if each is not MISSING]
    if name != "remove":
        values = [each if each.__class__ is int else written(m, f, each, at) for each in values]
    text = table_of(f, subject).get("data", "")
    f[0].write(subject.oid, "data", of_text(_OF_BUILDERS[name], text, values[: 3 if name == "remove" else 2]))
    return subject


def _built(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    text = table_of(f, subject).get("data", "")
    return of_text("net-substring", text, a) if a else text


def _text_length(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    text = table_of(f, subject).get("data", "")
    return len(text) if text.__class__ is str else of_text("net-length", text, [])


def _set_text_length(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    text = table_of(f, subject).get("data", "")
    kept = "" if a[0] == 0 else text[: a[0]] if text.__class__ is str and a[0].__class__ is int else None
    f[0].write(subject.oid, "data", NET_PARTED["net-substring"](text, 0, a[0]) if kept is None else kept)
    return EMPTY


def _set_letter(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    text = table_of(f, subject).get("data", "")
    if text.__class__ is str and a[0].__class__ is int and isinstance(a[1], str) and 0 <= a[0] < len(text):
        made: Value = text[: a[0]] + a[1] + text[a[0] + 1 :]
    else:
        made = Some("text", labels_of(text) | labels_of(a[1]) | codes_of(a[1]))
    f[0].write(subject.oid, "data", made)
    return EMPTY


def _new_builder(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    first = given(a, 0, "")
    is_text = (
        isinstance(first, str)
        or first.__class__ in (Parts, OneOf)
        or (first.__class__ is Some and first.type != "number")
    )
    return make(f, row.result.kind, {"data": to_text(first) if is_text else ""}, at)


def _get_bytes(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Encoding.GetBytes(text)``; the bytes of a text that is not known are that text."""
    text = _new_text(m, f, None, a[:1], at, row) if a[0].__class__ is Ref else to_text(a[0])
    if text.__class__ is not str:
        return text
    try:
        return made_bytes(m, f, text.encode(table_of(f, subject).get("charset", "utf-8"), "replace"), at)
    except (LookupError, TypeError):
        return Some("bytes")


def _get_string(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Encoding.GetString(bytes[, start, count])``."""
    data = known_or_some(f, a[0])
    if data.__class__ is bytes and len(a) > 2:
        if a[1].__class__ is not int or a[2].__class__ is not int:
            return Some("text")
        data = data[max(a[1], 0) : max(a[1], 0) + max(a[2], 0)]
    text = as_text(data, table_of(f, subject).get("charset", "utf-8"))
    return (
        made_list(m, f, [Char(c) for c in text], at) if row.names[-1] == "getchars" and text.__class__ is str else text
    )


def _get_encoding(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    try:
        return make(f, "encoding", {"charset": codec(a[0])}, at)
    except ValueError:
        return make(f, "encoding", {"charset": UNKNOWN}, at)


def _from_base64(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Convert.FromBase64CharArray(letters, start, count)``."""
    text = _new_text(m, f, None, a, at, row) if a[0].__class__ is Ref else a[0]
    return made_bytes(m, f, NET["net-from-base64"](text) if text.__class__ is str else text, at)


_NAMED = re.compile(r"\(\?P?<([A-Za-z_]\w*)>|\(\?'([A-Za-z_]\w*)'|(?<!\\)\((?!\?)")
_FLAGS_IN = re.compile(r"\(\?([imsnx]+)\)")


def _regex(f: Frame, pattern: Value, flags: Value) -> tuple[patterns.Regex, tuple[str, ...]] | None:
    """Return a pattern, and the names of its groups, ``None`` where it is not known."""
    if not isinstance(pattern, str) or (flags is not MISSING and flags.__class__ is not int):
        return None
    bits = flags if isinstance(flags, int) else 0
    source, inline = str(pattern), _FLAGS_IN.match(pattern)
    if inline is not None:
        source = source[inline.end() :]
        bits |= ("i" in inline[1]) | ("m" in inline[1]) << 1 | ("s" in inline[1]) << 4
    names = tuple(match[1] or match[2] or "" for match in _NAMED.finditer(source))
    source = _NAMED.sub("(", source).replace("\\A", "^").replace("\\z", "$").replace("\\Z", "$")
    try:
        return patterns.regex(source, bool(bits & 1), bool(bits & 2), is_global=True), names
    except ValueError:
        return None


def _regex_of(f: Frame, subject: Value, a: list[Value], row: Row) -> tuple[Value, Value, list[Value], int]:
    """Return the pattern, its flags, the other arguments, and the place of the text among the arguments."""
    if row.names[0] == "regex" and subject.__class__ is not Ref:
        text, pattern, *others = a
        last = 1 if row.names[-1] == "replace" else 0
        return pattern, given(others, last), [text, *others[:last]], 0
    table = table_of(f, subject)
    return table.get("pattern", UNKNOWN), table.get("flags", MISSING), a, 0


def _regex_test(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    pattern, flags, values, _ = _regex_of(f, subject, a, row)
    found, text = _regex(f, pattern, flags), to_text(values[0])
    if found is None:
        return TRUTH
    if text.__class__ is str:
        match = found[0].search(text)
        return TRUTH if match is MISSING else match is not None
    then, other = found[0].whole_match(text), found[0].without_match(text)
    yes = ((Argument(0), values[0], then),) if then is not None else ()
    no = ((Argument(0), values[0], other),) if other is not None else ()
    return Truth(yes, no) if yes or no else TRUTH


def _regex_replace(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Replace(text, new)`` or ``Replace(text, evaluator)``: the function runs on each match."""
    pattern, flags, values, _ = _regex_of(f, subject, a, row)
    found, text, new = _regex(f, pattern, flags), to_text(values[0]), values[1]
    if is_function(f, new):
        return _evaluated(m, f, found, text, new, at)
    made = found[0].replaced(text, to_text(new)) if found is not None else MISSING
    if made is not MISSING:
        return made
    return Some("text", labels_of(text) | labels_of(new))


def _evaluated(m: Run, f: Frame, found: Value, text: Value, function: Value, at: int) -> Value:
    matches: Value = found[0].matches(text) if found is not None and text.__class__ is str else MISSING
    if matches is MISSING:
        made = call_function(f, function, [_match(f, _possible(f, found, text, at), at)], at)
        is_all = found is not None and found[0].is_all
        return Some("text", labels_of(made) | codes_of(made) | (NONE if is_all else labels_of(text)))
    parts: list[Value] = []
    end = 0
    for match in matches:
        made = call_function(f, function, [_match(f, _known_match(match, found[1]), at)], at)
        parts += text[end : match.start()], written(m, f, made, at)
        end = match.end()
    return text_of_parts([*parts, text[end:]])


def _known_match(match: re.Match[str], names: tuple[str, ...]) -> dict[Value, Value]:
    groups = [match[0], *match.groups("")]
    named = {name: value for name, value in zip(names, groups[1:], strict=False) if name}
    return {
        "value": match[0],
        "index": match.start(),
        "length": len(match[0]),
        "success": True,
        "groups": (groups, named),
    }


def _possible(f: Frame, found: Value, text: Value, at: int) -> dict[Value, Value]:
    """Return a match in a text that is not known."""
    part: Value = Some("text", labels_of(text))
    groups: list[Value] = []
    names: tuple[str, ...] = ()
    if found is not None:
        part, groups, names = found[0].possible_match(text), found[0].possible_groups(text), found[1]
    named = {name: value for name, value in zip(names, groups, strict=False) if name}
    rest = Some("text", labels_of(text))
    then = found[0].whole_match(text) if found is not None else None
    success = TRUTH if then is None else Truth(((Argument(0), text, then),), ())
    return {
        "value": part, "index": NUMBER, "length": NUMBER, "success": success,
        "groups": ([part, *groups], named, rest),
    }  # fmt: skip


_NO_MATCH: dict[Value, Value] = {"value": "", "index": 0, "length": 0, "success": False, "groups": ([""], {})}


def _match(f: Frame, fields: dict[Value, Value], at: int) -> Ref:
    known, named, *rest = fields["groups"]
    entries: dict[Value, Value] = {("", index): _group(f, each, at) for index, each in enumerate(known)}
    entries.update({("", name): _group(f, each, at) for name, each in named.items()})
    if rest:
        entries[REST] = _group(f, rest[0], at)
        fields = {**fields, TOLD: "success"}
    groups = make(f, "groupcollection", {**entries, "size": NUMBER if rest else len(known)}, at)
    return make(f, "match", {**fields, "groups": groups}, at)


def _group(f: Frame, value: Value, at: int) -> Ref:
    return make(f, "group", {"value": value, "success": True if value.__class__ is str and value else TRUTH}, at)


def _regex_match(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Match(text)``: the first match, or one without success; ``Matches(text)``: all."""
    pattern, flags, values, _ = _regex_of(f, subject, a, row)
    found, text = _regex(f, pattern, flags), to_text(values[0])
    matches: Value = found[0].matches(text) if found is not None and text.__class__ is str else MISSING
    is_all = row.names[-1] == "matches"
    if matches is MISSING:
        made = _match(f, _possible(f, found, text, at), at)
        return made_list(m, f, [], at, made) if is_all else made
    all_matches = [_match(f, _known_match(each, found[1] if found else ()), at) for each in matches]
    if is_all:
        return made_list(m, f, all_matches, at)
    if not all_matches:
        return _match(f, _NO_MATCH, at)
    for one, other in zip(all_matches, [*all_matches[1:], None], strict=True):
        f[0].write(one.oid, "next", _match(f, _NO_MATCH, at) if other is None else other)
    return all_matches[0]


def _group_of(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    table = table_of(f, subject)
    found = table.get(("", a[0])) if a[0].__class__ in KNOWN else None
    if found is not None:
        return found
    return choice([value for key, value in table.items() if is_entry(key) or key == REST] or [UNKNOWN])


def _regex_split(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    pattern, flags, values, _ = _regex_of(f, subject, a, row)
    found, text = _regex(f, pattern, flags), to_text(values[0])
    if found is not None and text.__class__ is str and found[0].search(text) is not MISSING:
        return made_list(m, f, [each or "" for each in found[0].pattern.split(text)], at)
    return made_list(m, f, [], at, Some("text", labels_of(text)))


def _uri(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``new Uri(address)``: its properties are known where the address is."""
    address = to_text(a[0])
    fields: dict[Value, Value] = {"data": address}
    if address.__class__ is str and len(a) == 1:
        try:
            fields.update(uri_fields(address))
        except FailError as error:
            raise Thrown(error.number) from None
    elif (
        address.__class__ is Parts
        and address.parts[0].__class__ is str
        and re.match(r"\w+://[\w.:-]+[/?#]", address.parts[0])
    ):
        known = uri_fields(address.parts[0])
        fields.update({name: known[name] for name in ("scheme", "host", "authority")})
    return make(f, "uri", fields, at)


def _text_clear(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    f[0].write(subject.oid, "data", "")
    return subject


def _new_writer(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``new StringWriter(builder)``: it writes to the builder that it gets."""
    builder = next((each for each in a if table_of(f, each).get(KIND) == "stringbuilder"), None)
    return builder if builder is not None else make(f, "stringwriter", {"data": ""}, at)


TEXTS: dict[str, Primitive] = {
    "net-join": _joined, "net-split": split_text, "net-format": _format, "new-text": _new_text,
    "net-written": _written_value, "text-append": _append_text, "text-change": _change_text, "text-built": _built,
    "text-length": _text_length, "text-set-length": _set_text_length,
    "text-letter": lambda m, f, s, a, at, row: of_text("net-char-at", table_of(f, s).get("data", ""), a),
    "text-set-letter": _set_letter, "new-builder": _new_builder, "get-bytes": _get_bytes, "get-string": _get_string,
    "get-encoding": _get_encoding, "from-base64": _from_base64, "net-regex-test": _regex_test,
    "net-regex-replace": _regex_replace, "net-regex-match": _regex_match,
    "net-regex-next": lambda m, f, s, a, at, row: table_of(f, s).get("next", s),
    "net-regex-group": _group_of, "net-regex-split": _regex_split, "uri": _uri, "text-clear": _text_clear,
    "new-writer": _new_writer,
}  # fmt: skip
"""The primitives by the names that rows use."""
