"""A page serves search engines, or visitors from them, content from another server.

What it finds:
    A page that searches the user agent or the referrer for names of crawlers or search engines, and either writes
    content from another server to the response or redirects to another server. Also a page that sends its host name and
    the query of the request to a fixed server, and writes the answer to the response.

Why it matters:
    Search engine spam: gambling and scam pages rank by the reputation of a compromised server, and its owner does not
    see them. The intruder who planted the page can write to the site.

Looks like:
    ``InStr`` that searches ``HTTP_USER_AGENT`` for names of crawlers, then ``XMLHTTP`` and ``Response.Write``.

Benign look-alikes:
    Statistics that separate crawlers from people; redirects for mobile devices; licence checks that send the host name
    and show text of their own.

Blind spots:
    Content for crawlers that is stored in the page or in a database; names of crawlers that are fetched too; data flows
    across the files of a whole application.

References:
    https://attack.mitre.org/techniques/T1608/006/
    https://www.welivesecurity.com/2021/08/06/anatomy-native-iis-malware/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from webshellhunt.code.constants import Constant, iter_constants
from webshellhunt.code.joined_names import is_put_together, plain_name
from webshellhunt.code.marks import Marks
from webshellhunt.code.tokens import STRING, Tokens
from webshellhunt.code.vocabulary import vocabulary
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1018",
    "content-for-crawlers",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1608.006"),
)
_CRAWLER = re.compile(r"(?:bot|spider)(?![a-z])|slurp|crawler", re.IGNORECASE)
_ENGINES = (
    "google", "baidu", "bing", "yahoo", "yandex", "sogou", "soso", "360", "haosou", "naver", "youdao", "bot", "spider",
    "slurp", "crawler",
)  # fmt: skip
_ENGINE = re.compile("|".join(_ENGINES), re.IGNORECASE)
_ELSEWHERE = re.compile(r"\s*+https?://(?!pagead\d*\.googlesyndication\.com/)[^/\s]", re.IGNORECASE)
"""An address on another server, except that of an advertiser's usual snippet, which sends the same values."""
_VARIABLES = {
    "http_user_agent": "who", "user-agent": "who", "http_referer": "who", "referer": "who",
    "http_host": "host", "server_name": "host", "query_string": "query", "url": "query", "http_url": "query",
    "script_name": "query", "path_info": "query",
}  # fmt: skip
_MEMBERS = {
    "useragent": "who", "urlreferrer": "who", "host": "host", "authority": "host", "query": "query", "rawurl": "query",
    "pathandquery": "query", "querystring": "query",
}  # fmt: skip
_WHO_MEMBERS = frozenset({"useragent", "urlreferrer"})
_LISTED = "servervariables"
_READING = frozenset({_LISTED, "headers", "useragent", "urlreferrer", "host", "authority"})
_FETCHING = frozenset({"open", "create", "downloadstring", "downloaddata", "openread", "getstringasync", "getasync"})
_WRITING = frozenset({"write", "binarywrite"})
_SENDING = frozenset({"redirect", "redirectpermanent"})
_MOST_STATEMENTS = 500
_DISTINGUISHES = frozenset({"who", "crawler"})
_RELAYS = frozenset({"elsewhere", "host", "query"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first such answer; skip whole applications, in which marks spread to everything."""
    is_application = layer.is_joined and len(code.unit.statements) > _MOST_STATEMENTS
    if is_application or not _may_serve(code):
        return
    constants = code.analysis.constants
    if _puts_names_together(code):
        constants = {constant.start: constant for constant in iter_constants(code.unit.tokens)}
    if not _is_enough(_marks_that_may_be(code, constants)):
        return
    begins = _begins(code, constants)
    if not _is_enough(frozenset[str]().union(*begins.values())):
        return
    marks = Marks(code.analysis.calls, begins)
    recognises = any(marks.on(start, end) >= _DISTINGUISHES for start, end in code.unit.statements)
    calls = list(marks.iter_calls(_FETCHING | _WRITING | _SENDING))
    relays = any(on >= _RELAYS for names, _, on in calls if names[-1] in _FETCHING)
    for names, token, on in calls if recognises or relays else ():
        if "response" not in names:
            continue
        if names[-1] in _WRITING and "fetched" in on:
            readers = "crawlers or visitors of search engines" if recognises else "all visitors"
            sent = "" if recognises else ", after it sent the name of this host there"
            hides = _hides_object(code.unit.tokens)
            hidden = ", and hides the name of an object" if hides else ""
            yield claim(
                RULE,
                f"the page serves {readers} content from another server{sent}{hidden}",
                layer.token_evidence(code, token),
                severity=Severity.CRITICAL if hides else None,
                confidence=Confidence.HIGH if hides else None,
            )
            return
        if recognises and names[-1] in _SENDING and "elsewhere" in on:
            message = "the page recognises crawlers or visitors of search engines and redirects to another server"
            yield claim(RULE, message, layer.token_evidence(code, token))
            return


def _hides_object(tokens: Tokens) -> bool:
    """Return True if the name of an object is put together from pieces anywhere in the code."""
    made = ((plain_name(each.value.strip().lower()), each) for each in iter_constants(tokens) if each.steps)
    return any(name in vocabulary().types and is_put_together(tokens, each) for name, each in made)


def _may_serve(code: Code) -> bool:
    """Return True if the words of the code allow a finding: a prefilter."""
    words, constants = code.analysis.words(), code.analysis.told
    if "response" not in words:
        return False
    if words & _READING and not words.isdisjoint(vocabulary().remote):
        return True
    reads_who = words & _WHO_MEMBERS or "http_user_agent" in constants or "http_referer" in constants
    return bool(reads_who and _ENGINE.search(constants))


def _puts_names_together(code: Code) -> bool:
    """Return True if the code reads a server variable by a computed name and mentions none of the relevant names."""
    calls, kinds, match = code.analysis.calls, code.unit.tokens.kinds, code.unit.match
    if any(map(code.analysis.mentions, _VARIABLES)):
        return False
    openers = (name.tokens[name.names.index(_LISTED)] + 1 for _, name in calls.find({_LISTED}))
    return any(match.get(opener) != opener + 2 or kinds[opener + 1] != STRING for opener in openers)


def _is_enough(marks: frozenset[str]) -> bool:
    """Return True if these marks, all on one value, would make a finding."""
    return marks >= _DISTINGUISHES or marks >= _RELAYS | {"fetched"}


@lru_cache(maxsize=1)
def _members() -> dict[str, str]:
    """Return the mark of each member name."""
    return _MEMBERS | dict.fromkeys(vocabulary().remote, "fetched")


def _marks_that_may_be(code: Code, constants: Mapping[int, Constant]) -> frozenset[str]:
    """Return an upper bound of the marks in the code: one search of all its text, without a look at each constant."""
    joined = "\n".join(dict.fromkeys(constant.value for constant in constants.values())).lower()
    marks = {mark for text, mark in _VARIABLES.items() if text in joined}
    marks |= {mark for word, mark in _members().items() if word in code.analysis.calls.words}
    marks |= {"crawler"} if any(engine in joined for engine in _ENGINES) else set()
    return frozenset(marks | ({"elsewhere"} if "://" in joined else set()))


def _meaning(text: str, *, engines_named: int) -> frozenset[str]:
    """Return the marks of a text; the name of an engine counts in code that names several engines."""
    name = text.strip().lower()
    found = {_VARIABLES[name]} if name in _VARIABLES else set[str]()
    elsewhere = _ELSEWHERE.match(text) is not None
    if elsewhere:
        found.add("elsewhere")
    if len(text) < 400 and (_CRAWLER.search(text) or (engines_named > 1 and not elsewhere and _ENGINE.search(text))):
        found.add("crawler")
    return frozenset(found)


def _begins(code: Code, constants: Mapping[int, Constant]) -> dict[int, frozenset[str]]:
    """Return the marks of each token that has any."""
    texts = dict.fromkeys(constant.value for constant in constants.values())
    joined = "\n".join(texts).lower()
    engines_named = sum(engine in joined for engine in _ENGINES)
    meant = {text: _meaning(text, engines_named=engines_named) for text in texts}
    begins = {token: meant[constant.value] for token, constant in constants.items() if meant[constant.value]}
    members, calls = _members(), code.analysis.calls
    for token in calls.indexes_of(members.keys()):
        if code.unit.is_op(token - 1, "."):
            begins[token] = frozenset({members[calls.lower[token]]})
    return begins
