"""Values of settings: how odd a type, a program, a library or an address is, and where the setting has effect."""

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import unquote

from webshellhunt.host.iis.native_modules import Folder, find_known_image, is_stock_program, normal_place
from webshellhunt.host.iis.stock_configuration import is_stock_type
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.code_by_configuration import FoundSetting
from webshellhunt.knowledge.exchange_libraries import all_stock_libraries
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS
from webshellhunt.knowledge.odd_folders import OddPlace, odd_place
from webshellhunt.knowledge.products import Product, find_product, find_product_at
from webshellhunt.knowledge.programs import Oddity, judge_command, program_of
from webshellhunt.knowledge.type_names import MICROSOFT_TOKENS, TypeName, read_type
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue

_CLSID = lazy_pattern(r"(?i)\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?")
_FULL_PATH = lazy_pattern(r"(?i)(?:[a-z]:|%[\w()]+%)?[\\/]")
_FILE_URL = lazy_pattern(r"(?i)\s*file:(?:///|//(?=[a-z]:)|(?=//))")
_WEB_URL = lazy_pattern(r"(?i)\s*(?:https?|ftp)://")
_BY_PLACE: Final = frozenset({"scriptProcessor", "fullPath", "dll"})
_MOST_FOLDERS: Final = 50
_HOSTED = lazy_pattern(
    r"(?i)microsoft\.(?:applicationinsights\.startupbootstrapper|aspnetcore\.(?:applicationinsights|azureappservices(?:integration)?"
    r"|azurekeyvault)\.hostingstartup|aspnetcore\.watch\.browserrefresh|webtools\.browserlink\.net)"
    r"|startupbootstrapper"
)
"""Assemblies of Microsoft for the start of ASP.NET Core applications."""
_PROFILER_PATH = lazy_pattern(r"(?i)(?:cor|coreclr)_profiler_path(?:_\w+)?")
_SAMPLE: Final = ".samples."
_OF_EXCHANGE: Final = "microsoft.exchange."
_VENDOR = lazy_pattern(r"%(?:common)?programfiles%\\.+")


class Level(IntEnum):
    """The weight of a claim."""

    NOTHING = 0
    QUESTION = 1
    SUSPICIOUS = 2
    GRAVE = 3
    SURE = 4


_LEVELS: Final = {"-": Level.NOTHING, "q": Level.QUESTION, "s": Level.SUSPICIOUS}


class Scope(IntEnum):
    """Where a setting has effect; the value is the position of its level in the table."""

    EXCHANGE = 0
    SERVER = 1
    ELSEWHERE = 2


class Judgement(NamedTuple):
    """The weight of a value, the reason that ends the sentence, facts, and a note that follows the value."""

    level: Level
    reason: str = ""
    facts: Mapping[str, FactValue] = {}
    note: str = ""


class PlacedSetting(NamedTuple):
    """A setting with the scope in which it has effect, and the base of its weight there.

    ``exchange`` are the folders in which Exchange is installed, by the virtual directories of the same file. With
    ``is_site`` the setting is that of a whole site above applications of Exchange.
    """

    found: FoundSetting
    scope: Scope
    exchange: frozenset[Folder] = frozenset()
    is_site: bool = False

    @property
    def base(self) -> Level:
        """The weight that the table has for the scope."""
        return _LEVELS[self.found.setting.levels[self.scope]]


Judge = Callable[[PlacedSetting], Judgement]
_HYGIENE: Final = "microsoft.exchange.hygiene."  # the table of libraries lacks those of filtering
NOTHING: Final = Judgement(Level.NOTHING)


def _judge_type(placed: PlacedSetting) -> Judgement:
    """Judge a type by its name; ``judge_borrowed`` compares one of Microsoft's with its assembly.

    A name is free to choose, so that of a product makes a question of a suspicion. With a token, which binds the name
    to the signature of a file, it settles a product, and weighs a level less for another one.
    """
    named, is_assembly = read_type(placed.found.value), placed.found.setting.look == "assembly"
    named = named._replace(assembly=named.name) if is_assembly else named
    facts = {"type": None if is_assembly else named.name, "assembly": named.assembly or None}
    if named.claims_microsoft:
        doubt = NOTHING if placed.scope is Scope.ELSEWHERE else _doubt_about_microsoft(named, placed)
        return doubt._replace(facts=facts) if doubt.level else NOTHING
    if not named.name:
        return NOTHING
    product = _product_of(named)
    if product is not None:
        if named.token is not None or placed.scope is Scope.ELSEWHERE:
            return NOTHING
        return Judgement(min(placed.base, Level.QUESTION), f"it has the name of {product.name}, and no token", facts)
    level = placed.base
    if named.token is not None:
        level = Level(max(level - 1, 0))
    reason = "it has neither a name of Microsoft's nor that of a known product"
    posed = find_product("type", named.name)
    if posed is not None:
        reason = f"it has the name of {posed.name}, and its assembly {named.assembly} has another one"
    return Judgement(level, reason, facts)


def _doubt_about_microsoft(named: TypeName, placed: PlacedSetting) -> Judgement:
    """Judge a type and an assembly with names of Microsoft's, in Exchange or for the server: setup has most of them."""
    if not named.is_microsoft or find_product("type", named.name) or is_stock_type(named.name, named.assembly):
        return NOTHING
    question, is_of_server = min(placed.base, Level.QUESTION), placed.scope is Scope.SERVER
    if not named.assembly:
        # Listeners without an assembly are found in the framework alone.
        is_found_there = is_of_server or placed.found.setting.path[:1] == ("system.diagnostics",)
        return NOTHING if is_found_there else Judgement(question, "setup registers no type of this name")
    is_of_exchange = named.assembly.lower().startswith(_OF_EXCHANGE)
    if f"{named.assembly.lower()}.dll" in all_stock_libraries() or named.assembly.lower().startswith(_HYGIENE):
        return NOTHING
    if named.token is None and (is_of_exchange or placed.found.setting.look != "assembly"):
        words = f"no setup has its assembly {named.assembly}, which is named without the token of Microsoft"
        return Judgement(question if is_of_server else placed.base, words)
    return Judgement(question, f"setup installs no assembly {named.assembly}") if is_of_exchange else NOTHING


def judge_borrowed(placed: PlacedSetting) -> Judgement:
    """Judge a type with a name of Microsoft's by its assembly and the signature of that."""
    named = read_type(placed.found.value)
    if not named.claims_microsoft or named.is_microsoft or find_product("type", named.name) is not None:
        return NOTHING
    is_signed = named.token is not None and named.token in MICROSOFT_TOKENS
    if placed.scope is Scope.ELSEWHERE and (is_signed or _SAMPLE in named.name.lower()):
        return NOTHING  # Entity Framework, and code that sites took over from samples
    facts = {"type": named.name, "assembly": named.assembly}
    assembly = f"its assembly is {named.assembly}"
    if named.token is not None and not is_signed:
        assembly = f"its assembly {named.assembly} has a foreign signature ({named.token})"
    return Judgement(Level.GRAVE, f"its name is one of the framework, but {assembly}", facts)


def _product_of(named: TypeName) -> Product | None:
    """Return the product with the name of a type and of its assembly."""
    of_assembly = find_product("assembly", named.assembly) if named.assembly else None
    of_type = find_product("type", named.name) or find_product("assembly", named.name)
    return of_assembly or (None if named.assembly else of_type)


def _judge_place(placed: PlacedSetting) -> Judgement:
    """Judge a path or an address from which code is loaded, or several folders, by the oddest."""
    whole = placed.found.value.partition("|")[0]
    folders = whole.split(";") if placed.found.attribute == "value" else [whole]
    found = [(each, odd) for each in islice(folders, _MOST_FOLDERS) if (odd := odd_code_place(each)) is not None]
    path, odd = max(found, key=lambda each: each[1].sure, default=("", None))
    if odd is None or (not odd.sure and find_product_at(path) is not None):
        return NOTHING
    note = odd.words if path == whole else f"{path}: {odd.words}"
    return Judgement(Level.SURE if odd.sure else Level.GRAVE, "", {"program": path}, note)


def odd_code_place(address: str) -> OddPlace | None:
    """Return the oddity of a place, which is a path or an address; ``None`` for an ordinary one."""
    if _WEB_URL.match(address) is not None:
        return OddPlace("a web address", sure=True)
    path = _FILE_URL.sub("", address, count=1)
    return odd_place(unquote(path) if path != address else path)


def _judge_set(placed: PlacedSetting) -> Judgement:
    return Judgement(placed.base)


def _judge_program(placed: PlacedSetting) -> Judgement:
    """Judge a program: an oddity counts anywhere; an ordinary program is odd where none is stock."""
    command = placed.found.value.replace("|", " ", 1)
    program = program_of(command)
    own = normal_place(placed.found.value, placed.exchange)
    if find_known_image(own) is not None or is_stock_program(placed.found.value) or is_stock_program(program):
        return NOTHING
    if placed.found.setting.attribute in _BY_PLACE and odd_code_place(program) is not None:
        return NOTHING  # WSH4008 reports it
    facts = {"program": program}
    claimed = judge_command(command)
    is_own = placed.scope is Scope.ELSEWHERE and placed.found.setting.attribute in ("processPath", "fullPath")
    if claimed is not None and not (claimed.kind is Oddity.WEB_FOLDER and is_own and "inetsrv" not in claimed.path):
        # Engines of scripts lie beside their site, as a virtual environment of Python does.
        is_beside = placed.found.setting.attribute == "fullPath" and claimed.words == "a web directory"
        weak = (is_beside or claimed.kind in (Oddity.SHARE, Oddity.PROFILE)) and placed.scope is not Scope.EXCHANGE
        return Judgement(Level.QUESTION if weak else Level.SUSPICIOUS, "", facts, claimed.words)
    if find_product_at(program) is not None:
        return NOTHING
    if normal_place(program).startswith("%windir%\\"):
        return Judgement(Level.SUSPICIOUS, "no known product has it among the files of Windows", facts)
    return Judgement(placed.base, "no known product starts it", facts)


def _judge_runtime(placed: PlacedSetting) -> Judgement:
    """Judge the configuration of .NET for a pool, which Exchange keeps in its Bin folder."""
    place = normal_place(placed.found.value, placed.exchange)
    is_own = place.startswith("%exchange%\\bin\\") and place.count("\\") == 2 and place.endswith(".config")
    if place.startswith("%windir%\\microsoft.net\\") and placed.scope is not Scope.EXCHANGE:
        return Judgement(Level.QUESTION, "it is not the stock one", {"program": placed.found.value})
    return NOTHING if is_own else _judge_library(placed)


def _judge_preload(placed: PlacedSetting) -> Judgement:
    """Judge a type that is preloaded: an application that is not Exchange's may have one of its own."""
    used_by = _preloading(placed.found.above[0]).get(placed.found.element.get("name").lower(), set[str]())
    judged = _judge_type(placed)
    is_of_site = bool(used_by) and not EXCHANGE_APPLICATIONS.intersection(used_by)
    return judged._replace(level=min(judged.level, Level.QUESTION)) if is_of_site else judged


@lru_cache(maxsize=1)
def _preloading(top: Element) -> dict[str, set[str]]:
    """Return the applications by the provider that each of them preloads."""
    found: dict[str, set[str]] = {}
    for each in top.named("application"):
        name = each.get("path").strip("/").partition("/")[0].lower()
        found.setdefault(each.get("serviceAutoStartProvider").lower(), set()).add(name)
    return found


def _beside(placed: PlacedSetting) -> Iterator[Element]:
    """Yield the elements beside that of a setting; a bounded number."""
    return islice(placed.found.above[-1].children, _MOST_FOLDERS)


def _judge_profiler(placed: PlacedSetting) -> Judgement:
    """Judge the class identifier or the library of a profiler."""
    value = placed.found.value
    if _CLSID.fullmatch(value) is None:
        return _judge_library(placed)
    if find_product("profiler", value) is not None:
        return NOTHING  # the path of its library, if there is one, is judged by itself
    paths = [each.get("value") for each in _beside(placed) if _PROFILER_PATH.fullmatch(each.get("name"))]
    if any(_VENDOR.fullmatch(normal_place(path)) for path in paths):
        return Judgement(Level.QUESTION, "it is not the profiler of a known product", {"profiler": value})
    return Judgement(placed.base, "it is not the profiler of a known product", {"profiler": value})


def _judge_library(placed: PlacedSetting) -> Judgement:
    """Judge a library by its place: a known product has it there, or a folder of Program Files makes it a question."""
    value = placed.found.value
    place, facts = normal_place(value), {"program": value}
    if find_product_at(value) is not None:
        return NOTHING
    odd = odd_place(value)
    if odd is not None:
        return Judgement(Level.SURE if odd.sure else Level.GRAVE, "", facts, odd.words)
    if _VENDOR.fullmatch(place):
        return Judgement(Level.QUESTION, "no known product has it", facts)
    return Judgement(placed.base, "no known product has it there", facts)


def _judge_hook(placed: PlacedSetting) -> Judgement:
    """Judge paths or names of assemblies, separated by semicolons: the gravest decides."""
    values = [each.strip() for each in placed.found.value.split(";") if each.strip()]
    paths = [each for each in values if _FULL_PATH.match(each)]
    judged = [_judge_library(placed._replace(found=placed.found._replace(value=each))) for each in paths]
    judged += [_judge_named_hook(each, placed) for each in values if each not in paths]
    return max(judged, key=lambda each: each.level, default=NOTHING)


def _judge_named_hook(name: str, placed: PlacedSetting) -> Judgement:
    """Judge an assembly by its name alone, which a product confirms by a variable with a path of its own."""
    facts, product = {"assembly": name}, find_product("assembly", name)
    if _HOSTED.fullmatch(name) is not None:
        return NOTHING
    if product is not None:
        paths = (each.get("value") for each in _beside(placed))
        is_there = any(_FULL_PATH.match(path) and find_product_at(path) is not None for path in paths)
        words = f"it has the name of {product.name}, and no path of the product is beside it"
        return NOTHING if is_there else Judgement(Level.QUESTION, words, facts)
    return Judgement(placed.base, "it is of no known product", facts)


VALUE_JUDGES: Final[Mapping[str, Judge]] = {
    "type": _judge_type,
    "preload": _judge_preload,
    "assembly": _judge_type,
    "place": _judge_place,
    "set": _judge_set,
    "runtime": _judge_runtime,
    "program": _judge_program,
    "library": _judge_library,
    "profiler": _judge_profiler,
    "hook": _judge_hook,
}
"""The function for each ``look`` of the table that needs the value alone."""
