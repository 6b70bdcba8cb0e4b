"""Whether code is worth reading at all: one look at its text before any token is made. It decides the speed.

A page does harm only through a sink. Each sink's word stands in the text, or something is there that could make it: a
call by a computed name, an object by a computed ProgID, an escape inside a name, an encoder. A page with neither
leaves early. So does one whose sinks only a visitor's say makes harmful, where nothing is asked of a visitor.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.analysis.checks.grants import SIGNED_IN
from webshellhunt.analysis.structure.object_names import CONTROL_TYPES
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.signatures.words import WordSearch

VISITED = frozenset(
    {
        "request", "eval", "httpapplication", "httpcontext", "httpcontextbase", "httpcontextwrapper", "httprequest",
        "httplistenercontext", "httprequestbase", "httplistenerrequest", "webmethod", "webmethodattribute",
        "operationcontract", "operationcontractattribute", "ajaxmethod", "scriptmethod",
    }
)  # fmt: skip
"""Names of which one stands in any code that gets something of a visitor, unless its page has controls."""
_COMMANDING = frozenset({"run programs", "evaluate code"})
_SIGNS = frozenset(
    {
        "activexobject", "clsid:", "getref", "#@~^", "createinstance", "invokemember", ".invoke(", "getmethod",
        "registervirtualpathprovider", "registermodule", "globalfilters", "routetable", "viewengines", "httplistener",
        "machinekey", "getsubkeynames", "enumkey", "constructor.constructor", "->|", "|<-",
    }
)  # fmt: skip
# The space between two tokens. A comment there is reason enough to read the code, so its end isn't looked for.
_COMMENT = r"[ \t]*+(?:/\*|//|<%--)"
_BLANK = r"[\s_@]*+"  # the last: a name of C# that is no keyword, whatever it is
_REFERENCE = r"[^\s\"'<>&]{0,8}+&(?:\#|colon|l)"  # a character of a value that is written as markup
# The bare names of sinks. Each expression begins with a literal, to which a search skips.
_CALLED = {
    word: re.compile(word + after)
    for word, after in (
        # A word that is only a name is mostly a column of a data row, and gives nothing to anything.
        ("eval", r"(?![\w-])(?!\s*+\(\s*+(?:\"[\w.]*+\"|'[\w.]*+')\s*+[,)])"),
        ("exec", r"(?:ute(?:global)?|script)(?![\w-])"),
        ("process", r"(?![\w-])"),
        ("shell", rf"(?:{_COMMENT}|{_BLANK}[(\"])"),
        # A text that names a class by it; a column of that name, and a query that asks for one, say nothing.
        ("classid", rf"(?<![?&;]classid)\s*+=\s*+[\"']?+\s*+(?:progid|\{{|<%|[0-9a-f]{{8}}-|{_REFERENCE})"),
    )
}
_MADE = lazy_pattern(r"object\s*+\(?\s*+(?:\"([^\"\r\n]*+)\"\s*+[),:\r\n%]|)")
# Of each pair, one word of both sides: a page that fetches something and knows its own name may serve others' content
# under that name; one that knows who asks and names search engines, or has texts in pieces, may tell them apart; one
# that sends mail and splits a list may send it to whomever its visitor names; one that has records may save them.
_PAIRS = (
    (
        frozenset({"xmlhttp", "winhttp", "webrequest", "webclient", "httpclient"}),
        frozenset(
            {
                "http_host",
                "server_name",
                "url.host",
                "url.authority",
                "absoluteuri",
                "request.url",
                "http_user_agent",
                "http_referer",
                "useragent",
                "urlreferrer",
                "browser.crawler",
            }
        ),
    ),
    (
        frozenset({"http_user_agent", "http_referer", "user-agent", "useragent", "urlreferrer", "browser.crawler"}),
        frozenset(
            {
                "baidu",
                "google",
                "sogou",
                "yandex",
                "bing",
                "spider",
                "crawler",
                "slurp",
                'bot"',
                "bot'",
                "bot|",
                "bot,",
                '" + "',
                '"+"',
                '" & "',
                '"&"',
                "' + '",
                "'+'",
            }
        ),
    ),
    (
        frozenset({"cdo.message", "cdonts.newmail", "jmail.", "persits.mailsender", "smtpclient"}),
        frozenset({"split(", ".split", "split "}),
    ),
    (frozenset({"adodb.recordset"}), frozenset({".save ", ".save("})),
    (frozenset({"connectionstrings"}), frozenset({"response.write", "file.writealltext", "file.appendalltext"})),
)
_VARIABLES = "servervariables"
_COMPUTED_VARIABLE = re.compile(_VARIABLES + r"\s*+[(\[]\s*+(?:\"[^\"\r\n]{0,40}+\"\s*+[&+]|[a-z]\w{0,40}+\s*+[(&+])")
# A page that signs somebody in: names of the question and of the answer, by a usual name or one in pieces.
_SIGNING = (frozenset({"passw", "pwd"}), frozenset({"session", "setauthcookie", "redirectfromloginpage"}))
_OF_SIGNING = frozenset[str]().union(*_SIGNING)
_SIGNED_IN = lazy_pattern(
    rf"session[\w.\s]{{0,40}}+[(\[][^)\]\r\n]{{1,80}}?(?:{SIGNED_IN}|[&+])"
    r"[^)\]\r\n]{0,80}+[)\]]\s*+=(?!=)\s*+(?:true|\"[^\"]|'[^']|[1-9]|-1|cbool)"
    r"|setauthcookie|redirectfromloginpage"
)
# A page of classic ASP that opens a database has its name from somewhere: from itself, from what it includes, from the
# application, or else from its visitor.
_DATABASE = "adodb.connection"
_CONFIGURED = lazy_pattern(r"provider|driver|data source|#include|application|connectionstring|mappath|@import")
# A page that runs a statement of its visitor's: a name gets his text alone, and the call has it before any other text.
_STATING = frozenset(
    {"adodb.connection", "adodb.recordset", "adodb.command", "sqlcommand", "dataadapter", "commandtext", "movenext"}
)
_STATED = lazy_pattern(r"(?:\.execute|\.open|commandtext|command|dataadapter)[\s(=]++([^\r\n;\"']{1,120}+)")
_GIVEN = lazy_pattern(r"\b(\w++)[ \t]*+(?:=(?!=)|\.(?:push|append|add)\b)((?:[^\r\n;=\"']|\"\"|''){1,80}+)")
_GIVEN_TO = lazy_pattern(r"\b(?:sub|function)\s++(\w++)\s*+\(([^()\r\n]{1,200}+)\)")
_OF_METHOD = lazy_pattern(
    r"(?:webmethod|operationcontract|ajaxmethod|scriptmethod)\b[^;{}]{0,300}?\(([^()\"]{1,200}+)\)"
)
_CALL = lazy_pattern(r"\b(\w++)(?:[ \t]++|\()(?=([^\r\n;\"']{1,40}+))")
_ROUNDS = 4
"""Names through which a text may come to a statement."""
_MAKERS = ("createobject", "getobject")
_UNSURE = frozenset("-\"'")
_CODE = re.compile(r"\s*+\(|\s++(?:chr|request|session|application|strreverse|unescape)")
_OF_DATA = "databinder."
# JScript's functions are members of its global object, which goes by its own name or is given another.
_OWNING = lazy_pattern(r"this(?:[^\S\r\n]*+[\r\n]|\s*+(?:[;,)\]}:?]|\|\||&&|\.\s*+(?:eval|function)|/[/*]|\Z))")
_UNKNOWN = frozenset({("process", "vbscript")})
"""Names of sinks that say nothing in a language."""
# Whole words of which one stands in any page that asks its visitor for something; and declarations of controls.
_VISITED = CONTROL_TYPES | VISITED
_DECLARES = "runat"
# A call by a computed name, JScript's other evaluator, called or handed on, the constructor of any function, which is
# the same, and a member whose name is in pieces. Each begins with a literal.
_MAKING = (
    re.compile(rf"\](?:[ \t]*+(?:/\*|<%--)|{_BLANK}\(|[ \t]*+//[^\r\n]{{0,200}}+\s*+\()"),
    re.compile(rf"Function(?<!\wFunction)(?:{_COMMENT}|{_BLANK}(?!\.{_BLANK}prototype)[(;,.)\]}}:])"),
    re.compile(rf"constructor(?:{_COMMENT}|{_BLANK}\()"),
    re.compile(r"\[\s*+(?:\"[^\"\r\n]{0,40}+\"|'[^'\r\n]{0,40}+')\s*+\+\s*+[\"']"),
)
_ESCAPED = re.compile(r"(?i)\\(?:u(?:00|000000|\{0*+)|x)[2-7][0-9a-f]")
_SIGN = re.compile(r"([.(])")
_FORMAT = lazy_pattern(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\uff08\uff21-\uff3a\uff41-\uff5a]")
_GAP = r"(?:\s|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|//[^\r\n]*+[\r\n])++"
_DEFINED = lazy_pattern(rf"(?i)\b(?:function|sub){_GAP}([\w$\\]++)")
_WORD = lazy_pattern(r"\w++")


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Return the words of which each alone is reason enough to read on."""
    vocab = vocabulary()
    commanding = (word for power in vocab.powers if power.name in _COMMANDING for word in power.words)
    return _shortest(vocab.gates | _SIGNS | frozenset(commanding))


@lru_cache(maxsize=1)
def _visitor_words() -> frozenset[str]:
    """Return the words that are reason enough where a visitor has a say."""
    return _shortest(vocabulary().gates_of_visitor)


def _shortest(words: frozenset[str]) -> frozenset[str]:
    """Leave out each word that holds another: it is found by the shorter one."""
    return frozenset(word for word in words if not any(other in word for other in words if other != word))


@lru_cache(maxsize=2)
def _parted(words: frozenset[str]) -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    """Return those of some words that are more than one token, by their parts, as expressions with gaps between."""
    parted = []
    for word in words:
        parts = [part for part in _SIGN.split(word) if part]
        if len(parts) > 1:
            parted.append((frozenset(parts) - {".", "("}, lazy_pattern(_with_gaps(parts))))
    return tuple(parted)


def _with_gaps(parts: list[str]) -> str:
    """Return an expression for tokens in a row: each followed by the next, or by a comment."""
    *most, pattern = map(re.escape, parts)
    if pattern == "exe":  # the Execute of an object called cmd is no program
        pattern = r"exe(?!\w)"
    for part in reversed(most[1:]):
        pattern = rf"{part}(?:{_COMMENT}|{_BLANK}{pattern})"
    if parts[0] == ".":  # the dot, or the space between it and the word
        return rf"(?<=[.\s/>]){pattern}"
    return rf"{most[0]}(?:{_COMMENT}|{_BLANK}{pattern})"


@lru_cache(maxsize=1)
def _search() -> WordSearch:
    """Return the search for each word that is looked for, and for those that may lead to something else."""
    words = (_words(), _visitor_words())
    return WordSearch(
        (
            *(word for each in words for word in each),
            *_CALLED,
            *(word for pair in _PAIRS for some in pair for word in some),
            *_OF_SIGNING,
            *_MAKERS,
            _VARIABLES,
            *_STATING,
            *(part for each in words for parts, _ in _parted(each) for part in parts),
            _DECLARES,
        ),
        whole=_VISITED - _CALLED.keys(),
    )


def is_relevant(text: str, language: str = "", *, has_controls: bool = False, folded: bytes | None = None) -> bool:
    """Tell whether code, or a whole page, holds anything from which a crime could be made.

    ``language`` narrows the ways of hiding: computed calls are JScript's, escapes in names are C#'s and JScript's,
    characters beyond ASCII in names are not VBScript's; without it, everything counts. ``has_controls`` tells of code
    that its page has controls, which a visitor fills in. ``folded`` is the text in UTF-8 with its ASCII letters
    lower-case, where somebody has it already.
    """
    found = _search().find(text, folded)
    if found and not found <= _OF_SIGNING and _tells(text, found, language, has_controls):
        return True
    if not any(found.isdisjoint(some) for some in _SIGNING) and _SIGNED_IN.search(text.lower()):
        return True
    if language in ("", "jscript") and any(making.search(text) for making in _MAKING):
        return True
    if language in ("", "jscript", "c#") and _ESCAPED.search(text):
        return True
    return language != "vbscript" and not text.isascii() and _FORMAT.search(text) is not None


class _Questions(NamedTuple):
    """The questions about a text that remain after its words: ``is_sure`` if they are reason enough by themselves."""

    is_sure: bool = False
    variables: bool = False
    database: bool = False
    stated: bool = False
    called: tuple[re.Pattern[str], ...] = ()
    made: bool = False
    apart: tuple[re.Pattern[str], ...] = ()


@lru_cache(maxsize=4096)
def _questions(found: frozenset[str], language: str, has_controls: bool) -> _Questions:
    """Return the questions that remain; most pages have the words of some page before."""
    if not found.isdisjoint(_words()):
        return _Questions(is_sure=True)
    if any(not (found.isdisjoint(some) or found.isdisjoint(others)) for some, others in _PAIRS):
        return _Questions(is_sure=True)
    visited = has_controls or _DECLARES in found or not found.isdisjoint(_VISITED)
    if visited and not found.isdisjoint(_visitor_words()):
        return _Questions(is_sure=True)
    called = [pattern for word, pattern in _CALLED.items() if word in found and (word, language) not in _UNKNOWN]
    sought = (_words(), _visitor_words()) if visited else (_words(),)
    apart = [pattern for words in sought for parts, pattern in _parted(words) if parts <= found]
    database, made = _DATABASE in found and visited, not found.isdisjoint(_MAKERS)
    stated = visited and not found.isdisjoint(_STATING)
    return _Questions(False, _VARIABLES in found, database, stated, tuple(called), made, tuple(apart))


def _tells(text: str, found: frozenset[str], language: str, has_controls: bool) -> bool:
    """True if the words that were found are reason enough to read on."""
    asked = _questions(found, language, has_controls)
    if asked.is_sure or not any(asked):
        return asked.is_sure
    lowered = text.lower()  # which costs more than all questions so far
    if asked.variables and _COMPUTED_VARIABLE.search(lowered) is not None:
        return True
    if asked.database and _CONFIGURED.search(lowered) is None:
        return True
    if asked.stated and _runs_given(lowered):
        return True
    owned = bool(asked.called) and language in ("", "jscript") and _OWNING.search(lowered) is not None
    if any(_calls(lowered, pattern, owned=owned) for pattern in asked.called) or (asked.made and _makes(lowered)):
        return True
    return any(pattern.search(lowered) for pattern in asked.apart)


def _runs_given(lowered: str) -> bool:
    """True if a statement of a database may begin with a text of the visitor."""
    stated = frozenset(word for match in _STATED.finditer(lowered) for word in _WORD.findall(match[1]))
    if not stated:
        return False
    given = {"request"}.union(*(_WORD.findall(match[1]) for match in _OF_METHOD.finditer(lowered)))
    passed = [(match[1], frozenset(_WORD.findall(match[2]))) for match in _GIVEN.finditer(lowered)]
    taking = {match[1]: _WORD.findall(match[2]) for match in _GIVEN_TO.finditer(lowered)}
    reads_calls = any(not stated.isdisjoint(words) for words in taking.values())
    called = (match for match in _CALL.finditer(lowered) if match[1] in taking) if reads_calls else ()
    calls = [(match[1], frozenset(_WORD.findall(match[2]))) for match in called]
    for _ in range(_ROUNDS):
        given.update(name for name, words in passed if not given.isdisjoint(words))
        given.update(word for name, words in calls if not given.isdisjoint(words) for word in taking[name])
    return not given.isdisjoint(stated)


def _calls(lowered: str, called: re.Pattern[str], *, owned: bool) -> bool:
    """Tell whether a sink's bare name is there: no member of something, part of a word, or beginning of a string."""
    return any(_is_called(lowered, match.start(), match.end(), owned=owned) for match in called.finditer(lowered))


def _is_called(lowered: str, start: int, end: int, *, owned: bool) -> bool:
    before = lowered[max(0, start - 1) : start]
    if before in _UNSURE:  # a minus or a hyphen, code in a string or only words
        return _CODE.match(lowered, end) is not None
    if before == ".":
        return owned and not lowered.endswith(_OF_DATA, 0, start)
    return not (before.isalnum() or before == "_")


def _makes(lowered: str) -> bool:
    """Tell whether an object is made by a name that is computed, or by one that is a power."""
    types = vocabulary().remarkable
    return any(
        not made[1] or made[1].strip() in types for made in _MADE.finditer(lowered) if _is_made(lowered, made.start())
    )


def _is_made(lowered: str, at: int) -> bool:
    return lowered.endswith(("create", "get"), max(0, at - 6), at)


def may_call_across(codes: Sequence[str]) -> bool:
    """True if a code names a function that another one of its page defines: one look at the texts, no tokens.

    Classic ASP lets its languages do so: ``<script runat="server" language="JScript">`` defines what ``<% %>`` calls in
    VBScript, without regard to case. A name in escapes may be any.
    """
    defined = [{name.lower() for name in _DEFINED.findall(code)} for code in codes]
    if not any(defined):
        return False
    if any("\\" in name for names in defined for name in names):
        return True
    said = [{word.lower() for word in _WORD.findall(code)} for code in codes]
    return any(names & words for a, names in enumerate(defined) for b, words in enumerate(said) if a != b)
