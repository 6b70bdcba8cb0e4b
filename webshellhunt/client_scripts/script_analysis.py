"""The analysis of a sign-in page's scripts, with a map to their files."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from webshellhunt.analysis.browser.released import is_released_text, stops_submission
from webshellhunt.analysis.browser.run import run_scripts
from webshellhunt.analysis.browser.source import Piece, piece_of, source_of
from webshellhunt.client_scripts.exfiltration import (
    Address,
    Destination,
    Exfiltration,
    exfiltrations_of,
    judge_address,
    page_of,
)
from webshellhunt.client_scripts.prefilter import LOOK_UP
from webshellhunt.client_scripts.sign_in import Form, InlineCode, SignIn, is_conventional, read_sign_in
from webshellhunt.decoding.charset import DecodedText
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.memo import Memo
from webshellhunt.pages.includes.resolver import Resolution

MAX_CHARACTERS: Final = 2 * 1024 * 1024
MAX_KEPT: Final = 512
"""Pages whose result is kept, for the other layers of a page and for pages with the same scripts."""

EXCHANGE_FORM: Final = "logonform"
"""The name of the form of Exchange's sign-in page, in lower case."""

EXCHANGE_FIELDS: Final = frozenset({"password", "passwordtext"})
"""The ids of the password fields of Exchange's sign-in page, in lower case."""

Script = tuple[Resolution, DecodedText]
ReadScript = Callable[[str, int, int], Script | None]
"""A function that reads the script of an address, named in a range of the page; ``None`` if it is missing."""
_BY_TYPE = lazy_pattern(r"""(?i)type\s*+[*^$]?+=\s*+["']?password|:password\b""")
_SELECTED = lazy_pattern(r"""(?i)[#.]([\w$-]++)|\[\s*+(?:name|id)\s*+[*^$~|]?+=\s*+["']?([\w$-]++)""")
_CONTROL = lazy_pattern(r"<%[=:#]\s*+(?:[\w.]+\.)?(\w++)\.(?:ClientID|UniqueID)\b")
_CONTAINED = lazy_pattern(r"[_$]")
_LONGEST_SELECTOR = 256
_MOST_MENTIONS = 2_000
_LOOKS_UP = lazy_pattern(rf"\w{{0,24}}?{LOOK_UP}")
_FOLLOWED: Memo[_Followed] = Memo(MAX_KEPT)
_RELEASED: Memo[bool] = Memo(4096)
_MENTIONED: Memo[Sequence[int]] = Memo(100 * _MOST_MENTIONS)
_USUAL = r"pass(?:w|wd|word|wort)\w{0,16}|pwd|pswd"


class _Part(NamedTuple):
    """A script of the page, from a script file (``None``: the page): a copy from an offset, or a whole range."""

    script: Script | None
    origin: int
    end: int
    kept: bool


class _Followed(NamedTuple):
    """What the scripts of a page do: ``spans`` are the places of it, as the number of a script and a range there."""

    exfiltrations: Sequence[Exfiltration]
    names: frozenset[str]
    remembers: bool
    is_cut: bool
    stops_submission: bool
    spans: Mapping[int, tuple[int, int, int]]


@dataclass(slots=True)
class ScriptAnalysis:
    """The flows of passwords in the scripts of a page, or in a separate script.

    ``exfiltrations`` are located by `place`. ``foreign_forms`` are the forms that send a password to another host.
    ``targets`` are the pages that the password forms are submitted to, empty if scripts may stop that. ``fields`` are
    the ids and names of password fields, and the names under which scripts send their values, in lower case.
    ``remembers``: a value stored in the browser is entered into the password field again. ``cut`` is true where a limit
    ended the analysis early.
    """

    exfiltrations: list[Exfiltration] = field(default_factory=list)
    foreign_forms: list[tuple[Form, Address]] = field(default_factory=list)
    asks_password: bool = False
    targets: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    remembers: bool = False
    cut: bool = False
    _parts: list[_Part] = field(default_factory=list)
    _spans: Mapping[int, tuple[int, int, int]] = field(default_factory=dict)

    def place(self, place: int) -> tuple[Script | None, int, int]:
        """Return the script (``None``: the page itself) of a place of an exfiltration and its range there."""
        number, start, end = self._spans[place]
        part = self._parts[number]
        if not part.kept:
            return part.script, part.origin, part.end
        return part.script, part.origin + start, part.origin + end


def analyse_scripts(text: str, read: ReadScript, *, is_script: bool, of_exchange: bool = False) -> ScriptAnalysis:
    """Follow the values of a page's password fields, or in a separate script those of conventionally named fields.

    The sign-in page of Exchange loads a separate script that is ``of_exchange``, so that form and fields are known.
    """
    if is_script and of_exchange:
        form = Form(frozenset({EXCHANGE_FORM}), "", 0, 0, asks_password=True)
        codes: list[InlineCode | tuple[str, int, int]] = [InlineCode(text, 0, len(text))]
        return _follow(SignIn(set(EXCHANGE_FIELDS), [form], codes, asks_password=True), read)
    if is_script:
        return _follow(SignIn(codes=[InlineCode(text, 0, len(text))]), read)
    sign_in = read_sign_in(text)
    return _follow(sign_in, read) if sign_in.asks_password else ScriptAnalysis()


def _follow(sign_in: SignIn, read: ReadScript) -> ScriptAnalysis:
    analysis = ScriptAnalysis(asks_password=sign_in.asks_password, fields=frozenset(sign_in.fields))
    analysis.foreign_forms = [
        (form, address)
        for form in sign_in.forms
        if form.asks_password and (address := judge_address(form.action)).destination is Destination.FOREIGN
    ]
    pieces, stops_submission = _pieces(sign_in, read, analysis)
    fields = Fields(sign_in.fields, sign_in.forms, asks_password=sign_in.asks_password)
    key = (fields.key, tuple(each[1:] for each in pieces))
    followed = _FOLLOWED.get(key, partial(_followed, pieces, fields, has_form=sign_in.asks_password), lambda _: 1)
    if not stops_submission and not followed.stops_submission:
        analysis.targets = frozenset(page_of(form.action) for form in sign_in.forms if form.asks_password) - {""}
    analysis.fields |= followed.names
    analysis.exfiltrations = [*followed.exfiltrations]
    analysis.remembers = followed.remembers
    analysis.cut = analysis.cut or followed.is_cut
    analysis._spans = followed.spans
    return analysis


def _followed(pieces: Sequence[Piece], fields: Fields, *, has_form: bool) -> _Followed:
    """Run the scripts of a page."""
    source = source_of(pieces, fields.mentions)
    run = run_scripts(source, fields)
    found = [*exfiltrations_of(run.sent, has_form=has_form)]
    is_kept = any(each.address.destination is Destination.KEPT for each in found)
    places = {each.place for each in found}
    places |= {each.trace.place for each in found if each.trace is not None}
    spans = {place: source.span(place) for place in places}
    return _Followed(found, run.names, is_kept and run.remembers, run.is_cut, source.stops_submission, spans)


def _pieces(sign_in: SignIn, read: ReadScript, analysis: ScriptAnalysis) -> tuple[list[Piece], bool]:
    """Return the scripts of a page that are no released library, and whether such a library may stop a submission."""
    pieces: list[Piece] = []
    size = 0
    stops = False
    for code in sign_in.codes:
        script: Script | None = None
        if isinstance(code, InlineCode):
            kept = len(code.code) == code.end - code.start
            part = _Part(None, code.start, code.end, kept)
            piece = piece_of(code.code, code.event, at_field=code.at_field)
        else:
            script = read(*code)
            if script is None:
                continue
            text = script[1].text
            part, piece = _Part(script, 0, len(text), kept=True), piece_of(text)
        if _RELEASED.get(piece.digest, partial(is_released_text, piece.text), lambda _: 1):
            stops = stops or stops_submission(piece.text)
        elif size + len(piece.text) > MAX_CHARACTERS:
            analysis.cut = True
        else:
            analysis._parts.append(part)
            pieces.append(piece)
            size += len(piece.text)
    return pieces, stops


class Fields:
    """The password fields of a page; for a page without one, fields with conventional names."""

    def __init__(self, names: Set[str], forms: Sequence[Form] = (), *, asks_password: bool) -> None:
        self._names = names
        self._conventional = not asks_password
        self._sign_ins = [form for form in forms if form.asks_password]
        self._memo: dict[str, bool] = {}

    @property
    def key(self) -> Hashable:
        """Everything that the answers depend on."""
        return frozenset(self._names), self._conventional, tuple(form.names for form in self._sign_ins)

    @property
    def has_form(self) -> bool:
        """Whether the page has a form with a password field."""
        return bool(self._sign_ins)

    def is_named(self, name: str) -> bool:
        """Return whether an id or name belongs to a password field."""
        lower = name.lower()
        if lower in self._names or (self._conventional and is_conventional(lower)):
            return True
        # A nested control's id starts with those of its containers: ctl00_Login1_Password.
        ends = (each.end() for each in _CONTAINED.finditer(lower[:_LONGEST_SELECTOR]))
        return any(len(lower) - end > 1 and lower[end:] in self._names for end in ends)

    def is_selected(self, text: str) -> bool:
        """Return whether a string selects a password field: its id, its name, a selector, a server control's id."""
        if text not in self._memo:
            self._memo[text] = len(text) <= _LONGEST_SELECTOR and self._selects(text)
        return self._memo[text]

    def _selects(self, text: str) -> bool:
        if _BY_TYPE.search(text) or self.is_named(text.strip()):
            return True
        control = _CONTROL.search(text)
        if control is not None:
            return self.is_named(control[1])
        last = [each[1] or each[2] for each in _SELECTED.finditer(text)][-1:]
        return bool(last) and self.is_named(last[0])

    def may_look_up(self, name: str) -> bool:
        """Return whether a function of a name, in lower case, may look an element up."""
        return not self._conventional or _LOOKS_UP.fullmatch(name) is not None

    def is_sign_in(self, selector: str) -> bool:
        """Return whether a string in lower case selects a form with a password field."""
        return selector.strip("#. ") == "form" or any(name in selector for f in self._sign_ins for name in f.names)

    def mentions(self, piece: Piece) -> Sequence[int]:
        """Return the places of strings and members in a script that may name a password field."""
        names = [re.escape(each) for each in sorted(self._names)] if self._names else [_USUAL]
        named = "|".join(names)
        return _MENTIONED.get((piece.digest, named), partial(_mentions, piece.text, named), _weight)


def _mentions(text: str, named: str) -> Sequence[int]:
    pattern = (
        rf"""(?<![=!]=)["'`][#.]?(?:{named})["'`](?!\s{{0,4}}(?:[=!]=|:))|\.(?:{named})\??\.val"""
        r"""|["'`][^"'`,\r\n]{0,40}(?:type\s{0,4}\^?=\s{0,4}\\?["']?|:)password"""
    )
    found = re.finditer(pattern, text, re.IGNORECASE)
    return [each.start() for each, _ in zip(found, range(_MOST_MENTIONS), strict=False)]


def _weight(places: Sequence[int]) -> int:
    return len(places) + 16
