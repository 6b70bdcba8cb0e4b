"""A page serves search engines, or their visitors, what comes from elsewhere.

What it finds:
    A page that looks for the names of crawlers or search engines in the user agent or the referrer, and fetches what it
    answers with from another server, or sends the visitor to one. Also a page that asks a fixed server for content by
    the name of the host that it runs on and its own query, and writes the answer as it comes.

Why it matters:
    This is how a broken-into server earns money: its good name carries gambling and scam pages in search results, while
    its owner sees nothing. Whoever planted the page can write to the site.

Looks like:
    ``InStr`` of a list such as crawlers' names in ``HTTP_USER_AGENT``, then ``XMLHTTP`` and ``Response.Write``.

Benign look-alikes:
    Statistics that tell crawlers from people; redirects of mobile devices; licence checks that send the name of the
    host and show their own words.

Blind spots:
    Content for crawlers that lies in the page or a database; names of crawlers that come from elsewhere too; roads over
    the files of a whole application.

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
"""An address elsewhere; the advertiser's own snippet for pages without scripts asks as a relay does."""
_VARIABLES = {
    "http_user_agent": "who", "user-agent": "who", "http_referer": "who", "referer": "who",
    "http_host": "host", "server_name": "host", "query_string": "query", "url": "query", "http_url": "query",
    "script_name": "query", "path_info": "query",
}  # fmt: skip
_MEMBERS = {
    "useragent": "who", "urlreferrer": "who", "host": "host", "authority": "host", "query": "query", "rawurl": "query",
    "pathandquery": "query", "querystring": "query",
}  # fmt: skip
_ASKING = frozenset({"useragent", "urlreferrer"})
_LISTED = "servervariables"
_READING = frozenset({_LISTED, "headers", "useragent", "urlreferrer", "host", "authority"})
_FETCHING = frozenset({"open", "create", "downloadstring", "downloaddata", "openread", "getstringasync", "getasync"})
_WRITING = frozenset({"write", "binarywrite"})
_SENDING = frozenset({"redirect", "redirectpermanent"})
_MOST_STATEMENTS = 500
_TELLS_APART = frozenset({"who", "crawler"})
_RELAYS = frozenset({"elsewhere", "host", "query"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the answer that comes from elsewhere, once; in an application as a whole, marks are on everything."""
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
    asks = any(marks.on(start, end) >= _TELLS_APART for start, end in code.unit.statements)
    calls = list(marks.iter_calls(_FETCHING | _WRITING | _SENDING))
    relays = any(on >= _RELAYS for names, _, on in calls if names[-1] in _FETCHING)
    for names, token, on in calls if asks or relays else ():
        if "response" not in names:
            continue
        if names[-1] in _WRITING and "fetched" in on:
            seen = "crawlers or visitors of search engines" if asks else "whoever asks, under the name of this host,"
            hides = _hides_object(code.unit.tokens)
            yield claim(
                RULE,
                f"{seen} get what the page fetches from elsewhere" + (", and it hides the name of an object" * hides),
                layer.token_evidence(code, token),
                severity=Severity.CRITICAL if hides else None,
                confidence=Confidence.HIGH if hides else None,
            )
            return
        if asks and names[-1] in _SENDING and "elsewhere" in on:
            message = "crawlers or visitors of search engines are told apart and sent elsewhere"
            yield claim(RULE, message, layer.token_evidence(code, token))
            return


def _hides_object(tokens: Tokens) -> bool:
    """Tell whether the name of an object is put together from pieces, wherever it is."""
    made = ((plain_name(each.value.strip().lower()), each) for each in iter_constants(tokens) if each.steps)
    return any(name in vocabulary().types and is_put_together(tokens, each) for name, each in made)


def _may_serve(code: Code) -> bool:
    """Tell by its words whether the code may tell crawlers apart, or fetch anything under the name of its host."""
    words, told = code.analysis.words(), code.analysis.told
    if "response" not in words:
        return False
    if words & _READING and not words.isdisjoint(vocabulary().remote):
        return True
    return bool(words & _ASKING or "http_user_agent" in told or "http_referer" in told) and bool(_ENGINE.search(told))


def _puts_names_together(code: Code) -> bool:
    """Tell whether some server variable is asked for by a name that isn't a literal, and none is that matters."""
    calls, kinds, match = code.analysis.calls, code.unit.tokens.kinds, code.unit.match
    if any(map(code.analysis.mentions, _VARIABLES)):
        return False
    asked = (name.tokens[name.names.index(_LISTED)] + 1 for _, name in calls.find({_LISTED}))
    return any(match.get(opener) != opener + 2 or kinds[opener + 1] != STRING for opener in asked)


def _is_enough(marks: frozenset[str]) -> bool:
    """Tell whether what is marked at all, were it all together, would be an answer that comes from elsewhere."""
    return marks >= _TELLS_APART or marks >= _RELAYS | {"fetched"}


@lru_cache(maxsize=1)
def _members() -> dict[str, str]:
    """Return what members mean to the question."""
    return _MEMBERS | dict.fromkeys(vocabulary().remote, "fetched")


def _marks_that_may_be(code: Code, constants: Mapping[int, Constant]) -> frozenset[str]:
    """Return what a code may mean by the words that it holds anywhere: a look at all texts at once, not at each."""
    told = "\n".join(dict.fromkeys(constant.value for constant in constants.values())).lower()
    marks = {mark for text, mark in _VARIABLES.items() if text in told}
    marks |= {mark for word, mark in _members().items() if word in code.analysis.calls.words}
    marks |= {"crawler"} if any(engine in told for engine in _ENGINES) else set()
    return frozenset(marks | ({"elsewhere"} if "://" in told else set()))


def _meaning(text: str, *, engines_named: int) -> frozenset[str]:
    """Return what a text means to the question; an engine's name counts in a code that has several of them."""
    name = text.strip().lower()
    found = {_VARIABLES[name]} if name in _VARIABLES else set[str]()
    elsewhere = _ELSEWHERE.match(text) is not None
    if elsewhere:
        found.add("elsewhere")
    if len(text) < 400 and (_CRAWLER.search(text) or (engines_named > 1 and not elsewhere and _ENGINE.search(text))):
        found.add("crawler")
    return frozenset(found)


def _begins(code: Code, constants: Mapping[int, Constant]) -> dict[int, frozenset[str]]:
    """Return what each token means to the question, where it means anything."""
    texts = dict.fromkeys(constant.value for constant in constants.values())
    told = "\n".join(texts).lower()
    engines_named = sum(engine in told for engine in _ENGINES)
    meant = {text: _meaning(text, engines_named=engines_named) for text in texts}
    begins = {token: meant[constant.value] for token, constant in constants.items() if meant[constant.value]}
    members, calls = _members(), code.analysis.calls
    for token in calls.indexes_of(members.keys()):
        if code.unit.is_op(token - 1, "."):
            begins[token] = frozenset({members[calls.lower[token]]})
    return begins
