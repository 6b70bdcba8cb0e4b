"""The analysis of a sign-in page's scripts, joined into one text with a map to their files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from webshellhunt.client_scripts.channels import Destination, page_of
from webshellhunt.client_scripts.destinations import Address, Addresses, judge_address
from webshellhunt.client_scripts.exfiltration import Exfiltration, ExfiltrationSearch
from webshellhunt.client_scripts.fields import Fields
from webshellhunt.client_scripts.handlers import HandlerCode, Handlers
from webshellhunt.client_scripts.passwords import Passwords
from webshellhunt.client_scripts.remembered import is_filled_from_store
from webshellhunt.client_scripts.scopes import Scopes
from webshellhunt.client_scripts.sent_names import iter_sent_names
from webshellhunt.client_scripts.sign_in import Form, InlineCode, SignIn, read_sign_in
from webshellhunt.code.calls import Calls
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.unit import Unit
from webshellhunt.decoding.charset import DecodedText
from webshellhunt.pages.includes.resolver import Resolution

MAX_CHARACTERS: Final = 2 * 1024 * 1024
SEPARATOR: Final = "\n;\n"

EXCHANGE_FORM: Final = "logonform"
"""The name of the form of Exchange's sign-in page, in lower case."""

EXCHANGE_FIELDS: Final = frozenset({"password", "passwordtext"})
"""The ids of the password fields of Exchange's sign-in page, in lower case."""

Script = tuple[Resolution, DecodedText]
ReadScript = Callable[[str, int, int], Script | None]
"""A function that reads the script of an address, named in a range of the page; ``None`` if it is missing."""


class _Part(NamedTuple):
    """A part of the joined text, from a script file (``None``: the page): a copy from an offset, or a whole range."""

    start: int
    script: Script | None
    origin: int
    end: int
    kept: bool


@dataclass(slots=True)
class ScriptAnalysis:
    """The flows of passwords in the scripts of a page, or in a separate script.

    ``exfiltrations`` are located by `place`. ``foreign_forms`` are the forms that send a password to another host.
    ``targets`` are the pages that the password forms are submitted to, empty if scripts may stop that. ``fields`` are
    the ids and names of password fields, and the names under which scripts send their values, in lower case.
    ``remembers``: what is stored in the browser is entered into the password field again. ``cut`` is true where a limit
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
    _spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    def place(self, token: int) -> tuple[Script | None, int, int]:
        """Return the script (``None``: the page itself) of an exfiltration's token and its range there."""
        start, end = self._spans[token]
        part = self._parts[bisect_right(self._parts, start, key=lambda each: each.start) - 1]
        if not part.kept:
            return part.script, part.origin, part.end
        moved = part.origin - part.start
        return part.script, start + moved, end + moved


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
    text, pieces = _join(sign_in, read, analysis)
    unit = build_unit(text, "jscript", [(0, len(text))])
    calls = Calls(unit)
    if "preventdefault" not in calls.words and not _returns_false(unit):
        analysis.targets = frozenset(page_of(form.action) for form in sign_in.forms if form.asks_password) - {""}
    fields = Fields(unit, sign_in.fields, asks_password=sign_in.asks_password)
    analysis.cut = analysis.cut or unit.cut
    if not sign_in.asks_password and not fields.are_used(calls):
        return analysis
    scopes = Scopes(unit)
    handlers = Handlers(fields, calls, scopes, pieces, sign_in.forms)
    passwords = Passwords(unit, fields, handlers, calls, scopes)
    taken = passwords.find()
    analysis.fields |= frozenset(iter_sent_names(unit, passwords.typed()))
    if taken or (sign_in.asks_password and _names_action(calls)):
        addresses = Addresses(calls, scopes, passwords)
        search = ExfiltrationSearch(calls, scopes, passwords, addresses, has_form=sign_in.asks_password)
        analysis.exfiltrations = search.find()
        kept = any(each.address.destination is Destination.KEPT for each in analysis.exfiltrations)
        analysis.remembers = kept and is_filled_from_store(unit, calls, fields)
        tokens = {each.token for each in analysis.exfiltrations}
        tokens |= {each.path.token for each in analysis.exfiltrations if each.path is not None}
        analysis._spans = {token: (unit.tokens.starts[token], unit.tokens.ends[token]) for token in tokens}
    analysis.cut = analysis.cut or scopes.left <= 0
    return analysis


def _returns_false(unit: Unit) -> bool:
    """Return True if a function returns ``false``, by which a handler stops the submission of a form."""
    return any(unit.value(at + 1) == "false" for at in unit.tokens.indexes_of({"return"}))


def _names_action(calls: Calls) -> bool:
    return not {"action", "formaction", "setattribute", "attr"}.isdisjoint(calls.lower)


def _join(sign_in: SignIn, read: ReadScript, analysis: ScriptAnalysis) -> tuple[str, list[HandlerCode]]:
    """Concatenate the scripts of a page."""
    texts: list[str] = []
    pieces: list[HandlerCode] = []
    size = 0
    for code in sign_in.codes:
        script: Script | None = None
        if isinstance(code, InlineCode):
            kept = len(code.code) == code.end - code.start
            part, inner = _Part(size, None, code.start, code.end, kept), code.code
            piece = HandlerCode(size, code.event, code.at_field)
        else:
            script = read(*code)
            if script is None:
                continue
            inner = script[1].text
            part, piece = _Part(size, script, 0, len(inner), kept=True), HandlerCode(size, "", at_field=False)
        if size + len(inner) > MAX_CHARACTERS:
            analysis.cut = True
            continue
        analysis._parts.append(part)
        pieces.append(piece)
        texts += [inner, SEPARATOR]
        size += len(inner) + len(SEPARATOR)
    return "".join(texts), pieces or [HandlerCode(0, "", at_field=False)]
