"""Settings whose meaning depends on others beside or above them: rules of URL Rewrite, headers, access, addresses."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from webshellhunt.host.iis.native_modules import normal_place
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.exchange_mitigations import find_mitigation, is_blocking
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS, EXPECTED
from webshellhunt.knowledge.odd_folders import SHARE, odd_place
from webshellhunt.knowledge.setting_values import NOTHING, Judge, Judgement, Level, PlacedSetting, Scope
from webshellhunt.lazy_pattern import lazy_pattern

_URL = lazy_pattern(r"(?i)(?:https?|wss?):/{1,2}([^/:?#\s\"'>]{1,253})(?::(\d{1,5}))?([^\s\"'>]{0,400})")
_ANY_HOST = lazy_pattern(r"//([^/:?#\s\"'>;,]{1,253})")
_MARKUP = lazy_pattern(r"(?i)<\s{0,9}(?:script|iframe|form|object|embed|meta|img|link|input|svg)\b|javascript:")
_CRAWLERS = lazy_pattern(r"(?i)bot\b|spider|crawl|google|bing|baidu|yandex|sogou|yahoo|slurp|360se|haosou")
_PAGE = lazy_pattern(r"(?i)\.(?:as[hmp]x|aspx?|php\d?|svc|cshtml|jsp)(?:[?/#]|$)")
_LITERAL_SHARE = lazy_pattern(
    r"(?i)[\\/]{2}(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:]*\]?|[^\\/]+[\\/][^\\/]+\$)"
)
_NAMES = lazy_pattern(r"[a-z][\w-]{1,40}")
_SCRIPT_SOURCES = lazy_pattern(r"(?i)(?:script-src(?:-elem|-attr)?|default-src|form-action|base-uri)\s[^;]{0,800}")
_ANY_SOURCE = lazy_pattern(r"(?i)\s(?:\*|https?:)(?=[\s;]|$)")
_HOST = lazy_pattern(r"(?<![\w.-])(?:https?://)?((?:[\w*-]{1,63}\.){1,8}[a-z]{2,24})(?![\w.-])")
_LONGEST_HEADER: Final = 4_096
_INTERNAL: Final = tuple(
    ipaddress.ip_network(each)
    for each in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Networks of organisations, in which their own servers are (RFC 1918, 3927, 6598, 4193 and 4291)."""

_RENDERERS: Final = ("prerender.io", "rendertron")
_ANALYTICS: Final = (
    "google-analytics.com", "googletagmanager.com", "googleapis.com", "clarity.ms", "matomo.cloud", "newrelic.com",
    "nr-data.net", "dynatrace.com", "applicationinsights.azure.com", "monitor.azure.com", "azureedge.net",
    "duosecurity.com", "duo.com", "okta.com", "oktacdn.com",
)  # fmt: skip
"""Hosts of scripts for statistics, monitoring and sign-ins, which sites have in each of their pages."""

_MICROSOFT: Final = ("microsoft.com", "office.com", "office365.com", "office.net", "microsoftonline.com", "live.com")
_NEEDED_FIELDS: Final = frozenset({"uristem", "uriquery", "method", "useragent"})
_GRAVE_FIELDS: Final = frozenset({"uristem", "uriquery"})
_STOCK_BINDINGS: Final = frozenset({"*:81:", "*:444:", "*", "127.0.0.1:81:", "127.0.0.1:444:"})
_STOCK_PAGES: Final = frozenset(name for names in EXPECTED.values() for name in names)
_HIDDEN = lazy_pattern(r"(?i)(?:^|[/\\])(?:aspnet_client|app_data|app_code|bin|temp)[/\\]")


def _judge_rewrite(placed: PlacedSetting) -> Judgement:
    """Judge the action of an inbound rule by its target, and by the visitors for whom it is."""
    rule, element, url = placed.found.above[-1], placed.found.element, placed.found.value
    kind = element.get("type").lower()
    if kind not in ("rewrite", "redirect") or _is_harmless(rule):
        return NOTHING
    target = _URL.match(url)
    host = target[1].lower() if target is not None else ""
    facts = {"target": url}
    if _is_for_crawlers(rule) and not _ends(host, _RENDERERS) and (host or _PAGE.search(url)):
        return Judgement(Level.SUSPICIOUS, "only for crawlers, or for visitors from a search engine", facts)
    if target is None:
        is_page = kind == "rewrite" and placed.scope is Scope.EXCHANGE and _PAGE.search(url) is not None
        is_page = is_page and not (placed.is_site and _leads_missing_files(rule))
        return Judgement(placed.base, "another page answers the request", facts) if is_page else NOTHING
    if host.startswith("{") or (kind == "redirect" and placed.scope is not Scope.EXCHANGE):
        return NOTHING
    words, level = _address_words(host, target[2])
    if placed.scope is Scope.ELSEWHERE:
        is_proxy = _is_local(host)  # of an application with a server of its own
        return NOTHING if level is not Level.SUSPICIOUS or is_proxy else Judgement(level, words, facts)
    if kind == "redirect":
        known = _ends(host, _MICROSOFT) or target[3].strip("/").lower() in EXCHANGE_APPLICATIONS
        return NOTHING if known else Judgement(Level.QUESTION, words, facts)
    if placed.scope is Scope.SERVER and level is not Level.SUSPICIOUS and not _is_for_exchange(rule):
        return NOTHING  # farms of Application Request Routing
    return Judgement(placed.base, words, facts)


@lru_cache(maxsize=1)
def _is_harmless(rule: Element) -> bool:
    return find_mitigation(rule) is not None or is_blocking(rule)


@lru_cache(maxsize=1)
def _is_for_crawlers(rule: Element) -> bool:
    """Return True if a condition of a rule names crawlers or search engines as agent or referrer."""
    return any(
        condition.get("input").lower() in ("{http_user_agent}", "{http_referer}")
        and condition.get("negate").lower() != "true"
        and _CRAWLERS.search(condition.get("pattern"))
        for condition in rule.find_all("conditions/add")
    )


def _leads_missing_files(rule: Element) -> bool:
    """Return True if a rule is for addresses without a file, as those of blogs and shops that one page answers."""
    found = rule.find_all("conditions/add")
    return any(each.get("matchType").lower() == "isfile" and each.get("negate").lower() == "true" for each in found)


def _is_for_exchange(rule: Element) -> bool:
    """Return True if a rule matches the addresses of an application of Exchange."""
    match = rule.find("match")
    names = _NAMES.findall("" if match is None else match.get("url").lower())
    return bool(names) and names[0] in EXCHANGE_APPLICATIONS


def _address_words(host: str, port: str | None) -> tuple[str, Level]:
    """Return words for an address, and whether it is one that no farm has: this machine, or a public number."""
    if _is_local(host):
        return "its target is this machine itself" + (f", port {port}" if port else ""), Level.SUSPICIOUS
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return f"its target is the host {host}", Level.QUESTION
    level = Level.QUESTION if any(address in network for network in _INTERNAL) else Level.SUSPICIOUS
    return f"its target is the address {host}" + (f", port {port}" if port else ""), level


def _is_local(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host in ("[::1]", "::1", "0.0.0.0")  # noqa: S104


def _ends(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _judge_farm(placed: PlacedSetting) -> Judgement:
    words, level = _address_words(placed.found.value.lower(), None)
    return Judgement(level, words) if level is Level.SUSPICIOUS else NOTHING


def _judge_outbound(placed: PlacedSetting) -> Judgement:
    """Judge the text that an outbound rule writes into a response: markup, an address, or a header."""
    rule, value = placed.found.above[-1], placed.found.value
    if find_mitigation(rule) is not None:
        return NOTHING
    match = rule.find("match")
    variable = "" if match is None else match.get("serverVariable").lower()
    if variable:
        return _judge_header_value(placed, variable.removeprefix("response_").replace("_", "-"))
    return _judge_markup(placed, value)


def _judge_markup(placed: PlacedSetting, value: str = "") -> Judgement:
    """Judge markup that is written into responses."""
    text = value or placed.found.value
    hosts = [host.lower() for host in _ANY_HOST.findall(text) if not host.startswith("{")]
    foreign = [host for host in hosts if not _ends(host, _ANALYTICS)]
    has_markup = _MARKUP.search(text) is not None
    if placed.scope is Scope.ELSEWHERE:
        level = Level.SUSPICIOUS if has_markup and foreign else Level.NOTHING
    else:
        level = Level.SUSPICIOUS if has_markup or foreign else Level.NOTHING
    what = "markup" if has_markup else "an address"
    return Judgement(level, f"it writes {what}" + (f" of {foreign[0]}" if foreign else ""), {"target": text})


def _judge_header(placed: PlacedSetting) -> Judgement:
    return _judge_header_value(placed, placed.found.element.get("name").lower())


def _judge_header_value(placed: PlacedSetting, name: str) -> Judgement:
    """Judge a response header: a policy or a link that lets scripts of foreign hosts run, or that leads away."""
    value = placed.found.value
    facts = {"header": name, "target": value}
    if name in ("content-security-policy", "x-content-security-policy") and placed.scope is Scope.EXCHANGE:
        scripts = " ".join(_SCRIPT_SOURCES.findall(value[:_LONGEST_HEADER]))
        foreign = _foreign_hosts(scripts)
        if foreign or _ANY_SOURCE.search(scripts):
            return Judgement(placed.base, f"it lets scripts of {foreign[0] if foreign else 'any host'} run", facts)
        return NOTHING
    hosts = _foreign_hosts(value)
    if name in ("refresh", "location", "link") and hosts and placed.scope is not Scope.ELSEWHERE:
        return Judgement(Level.SUSPICIOUS, f"it leads to {hosts[0]}", facts)
    return NOTHING


def _foreign_hosts(value: str) -> list[str]:
    """Return the hosts in a header that are neither Microsoft's nor those of services for statistics."""
    named = [host.removeprefix("*.") for host in _HOST.findall(value[:_LONGEST_HEADER].lower())]
    return [host for host in named if not _ends(host, (*_MICROSOFT, *_ANALYTICS))]


def _judge_redirect(placed: PlacedSetting) -> Judgement:
    """Judge the redirection of an application; that of a whole site to an application of Exchange is usual."""
    url = placed.found.value
    target = _URL.match(url)
    if target is None or target[1].startswith("{") or placed.scope is Scope.ELSEWHERE:
        return NOTHING
    last = target[3].strip("/").lower().partition("/")[0]
    if (placed.is_site and last in EXCHANGE_APPLICATIONS) or _ends(target[1].lower(), _MICROSOFT):
        return NOTHING
    level = Level.QUESTION if placed.is_site else placed.base
    return Judgement(level, f"visitors are sent to {target[1]}", {"target": url})


def _judge_open_page(placed: PlacedSetting) -> Judgement:
    """Judge an entry that lets everyone in, at a location that names a page or a folder."""
    return Judgement(placed.base, "everyone may open it") if placed.found.location else NOTHING


def _judge_account(placed: PlacedSetting) -> Judgement:
    """Judge a named account: in a pool or a site of Exchange none is stock, elsewhere only one of administrators."""
    if placed.scope is Scope.ELSEWHERE or placed.found.element.tag.lower() == "processmodel":
        name = placed.found.value.rpartition("\\")[2].lower()
        own = placed.scope is Scope.EXCHANGE
        return Judgement(placed.base if own else Level.SUSPICIOUS) if own or name.startswith("admin") else NOTHING
    return Judgement(placed.base)


def _judge_binding(placed: PlacedSetting) -> Judgement:
    """Judge an address of a site: of the back end only those of setup are usual, and no web site needs FTP."""
    site, protocol = placed.found.above[-2], placed.found.element.get("protocol").lower()
    if protocol == "ftp" and _has_sign_in(site):
        return Judgement(Level.SUSPICIOUS, f"it opens {site.get('name')} for FTP, and no site of Exchange serves files")
    is_back_end = site.get("name").lower() == "exchange back end" and protocol in ("http", "https")
    if is_back_end and placed.found.value not in _STOCK_BINDINGS:
        return Judgement(Level.SUSPICIOUS, "setup gives the back end the ports 81 and 444 alone")
    return NOTHING


@lru_cache(maxsize=1)
def _has_sign_in(site: Element) -> bool:
    return any(each.get("path").strip("/").lower() in ("owa", "ecp") for each in site.find_all("application"))


def _judge_pool(placed: PlacedSetting) -> Judgement:
    """Judge the pool of an application: those of Exchange, which may act as the machine, are for its folders alone."""
    application, site = placed.found.element, placed.found.above[-1]
    paths = {each.get("path").strip("/").lower() for each in site.find_all("application")}
    if not placed.found.value.lower().startswith("msexchange") or paths & {"owa", "ecp", "ews"}:
        return NOTHING
    places = [each.get("physicalPath") for each in application.find_all("virtualDirectory")]
    strange = [each for each in places if not normal_place(each, placed.exchange).startswith("%exchange%")]
    words = f"a pool of Exchange runs the pages of {strange[0]}" if strange else ""
    return Judgement(Level.SUSPICIOUS, words, {"leads_to": strange[0]}) if strange else NOTHING


def _judge_writing(placed: PlacedSetting) -> Judgement:
    """Judge a rule that lets users write; elsewhere only if everyone may."""
    users = placed.found.element.get("users")
    open_to_all = "*" in users or "?" in users
    return Judgement(Level.SUSPICIOUS if open_to_all else placed.base, "everyone may write" if open_to_all else "")


def _judge_log_fields(placed: PlacedSetting) -> Judgement:
    """Judge the fields of a log of requests; names and addresses of clients may be left out for privacy."""
    fields = {each.strip().lower() for each in placed.found.value.split(",")}
    missing = _NEEDED_FIELDS - fields
    level = Level.SUSPICIOUS if missing & _GRAVE_FIELDS else Level.QUESTION if missing else Level.NOTHING
    return Judgement(level, f"it leaves out {', '.join(sorted(missing))}")


def _judge_shared(placed: PlacedSetting) -> Judgement:
    """Judge where the configuration or its copies are: a share by name is a question, since farms have one."""
    path = placed.found.value
    odd = odd_place(path)
    if _LITERAL_SHARE.match(path) or (odd is not None and odd.words != SHARE):
        words = "a share by its address" if odd is None or odd.words == SHARE else odd.words
        return Judgement(Level.SUSPICIOUS, note=words)
    return Judgement(placed.base)


def _judge_start_page(placed: PlacedSetting) -> Judgement:
    """Judge a page that the server requests at each start of an application."""
    page = placed.found.value.partition("?")[0].rpartition("/")[2].lower()
    if _HIDDEN.search(placed.found.value):
        return Judgement(Level.SUSPICIOUS, "it is in a folder that serves no pages")
    return NOTHING if "." not in page or page in _STOCK_PAGES else Judgement(placed.base)


RELATION_JUDGES: Final[Mapping[str, Judge]] = {
    "rewrite": _judge_rewrite,
    "farm": _judge_farm,
    "outbound": _judge_outbound,
    "markup": _judge_markup,
    "header": _judge_header,
    "redirect": _judge_redirect,
    "open": _judge_open_page,
    "account": _judge_account,
    "binding": _judge_binding,
    "pool": _judge_pool,
    "writing": _judge_writing,
    "fields": _judge_log_fields,
    "shared": _judge_shared,
    "start": _judge_start_page,
}
"""The function for each ``look`` of the table that needs other elements, too."""
