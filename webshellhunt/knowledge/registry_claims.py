r"""Claims about values of the registry that start code, load libraries, or open the server.

A value is stock, a known product's, or odd by its program; at places that Windows leaves empty, any value is a claim.

References:
    https://attack.mitre.org/techniques/T1546/
    https://attack.mitre.org/techniques/T1547/
    https://attack.mitre.org/techniques/T1574/
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.knowledge.antivirus_exclusions import find_odd_exclusion
from webshellhunt.knowledge.products import REMOTE_SUPPORT, find_product, find_product_at
from webshellhunt.knowledge.programs import Oddity, ProgramClaim, judge_command, program_of
from webshellhunt.knowledge.stock_services import (
    KnownClass,
    find_known_class,
    find_stock_service,
    is_core_program,
    is_known_program,
    name_of,
    normal_program,
)
from webshellhunt.lazy_pattern import lazy_pattern

_SHOWN: Final = 160
_PROFILERS: Final = frozenset({"cor_profiler", "coreclr_profiler"})
_PROFILER_FILES: Final = tuple(
    f"{start}_profiler_path{end}" for start in ("cor", "coreclr") for end in ("", "_32", "_64", "_arm64")
)
_HOOKS: Final = {
    "dotnet_startup_hooks": "runs it at each start of a .NET program",
    "aspnetcore_hostingstartupassemblies": "runs it at each start of an ASP.NET Core site",
    "dotnet_additional_deps": "loads its libraries into each .NET program",
    "dotnet_shared_store": "loads its libraries into each .NET program",
    "appdomain_manager_asm": "loads it into each .NET Framework program",
    "appdomain_manager_type": "runs it in each .NET Framework program",
}
_FOLDER = lazy_pattern(r"[\\/]")
_EXCLUSIONS: Final = {"extensions": "extension", "processes": "process"}
_OPTIONS: Final = ("java_tool_options", "_java_options", "node_options", "pythonstartup", "perl5opt", "rubyopt")
_OWN_CLASSES = lazy_pattern(
    r"(?i)\\appdata\\(?:local|locallow|roaming)\\(?:microsoft\\(?:onedrive|teams\w*|edge\w*|windowsapps|office)|google|mozilla|"
    r"slack|zoom|dropbox|box|programs|packages)\\"
)  # fmt: skip
_OF_EXCHANGE = lazy_pattern(
    r"(?i)(?:owa|ecp|ews|autodiscover|mapi|oab|powershell|microsoft-server-activesync|exchange|exchweb|aspnet_client)(?:/|$)|"
    r"v1\.0/8888/"
)  # fmt: skip
_ADDRESS = lazy_pattern(r"(?i)https?://([^/:]{1,255})(?::(\d{1,5}))?/(.{0,400})")
_STOCK_ADDRESSES = lazy_pattern(
    r"(?i)temporary_listen_addresses/|(?:rdma/)?wsman/|apps/|wmpnssv[34]/|mdeserver/|sra_\{[0-9a-f-]{36}\}/|"
    r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?/|"
    r"(?:reports?|reportserver)\w*(?:_\w+)?(?:/|$)|adfs/|federationmetadata/|certauth/|enrollmentserver/|kdcproxy|remotedesktopgateway/|"
    r"rpcwithcert|rpc/|rdweb|print/|qos/|peerdist|devicesflow/|evntagnt/|"
)  # fmt: skip
_FIELD = lazy_pattern(r"(?:^|\|)(\w{1,20})=([^|]{0,400})")


class RegistryClaim(NamedTuple):
    """A claim; ``words`` are a sentence, and ``weight`` is accuse, question or fact."""

    words: str
    weight: str = "accuse"
    program: str = ""


def judge_value(value: Autostart) -> RegistryClaim | None:
    """Return the claim about one value of the table of places, or ``None``."""
    place = value.place
    if place is None or place.is_stock(value.command):
        return None
    parent = value.key.rpartition("\\")[2]
    effect = place.effect.format(parent=parent, value=value.name)
    shown = value.command[:_SHOWN]
    if place.form == "number":
        return (
            RegistryClaim(f"{value.name} is {shown}: it {effect}", place.weight) if value.number in place.odd else None
        )
    if place.form == "exclusion":
        reason = find_odd_exclusion(_EXCLUSIONS.get(parent.lower(), "path"), value.command)
        return None if reason is None else RegistryClaim(f"{shown} {effect}: {reason}", place.weight)
    odd = _odd_item(value.command, place.form)
    if _is_of_product(value.command, odd) or (place.form == "key" and _is_known_service(value.command)):
        return None
    if place.weight == "odd" and _is_itself(value.command, parent):
        return None
    if odd is not None:
        return RegistryClaim(f"{shown} ({odd.words}) {effect}", _weight_of(value, odd, place.weight), odd.path)
    if place.weight == "odd":
        return None
    weight = place.weight
    if weight == "plain":
        weight = "accuse" if _FOLDER.search(value.command) is not None else "question"
    words = f"{shown} {effect}, and it is known neither from Windows nor from a product"
    return RegistryClaim(words, weight, program_of(value.command) if place.form != "text" else "")


def _odd_item(item: str, form: str) -> ProgramClaim | None:
    """Return the claim about the program of an item."""
    odd = judge_command(item)
    if odd is not None or form != "command":
        return odd
    program = normal_program(item)
    name = name_of(program)
    if find_product_at(program_of(item)) is not None:
        return None
    if is_core_program(name) and not program.startswith("%windir%"):
        return ProgramClaim(Oddity.PLACE, "it has the name of a program of Windows, elsewhere", program, sure=True)
    if program.startswith("%windir%\\") and not is_known_program(program):
        return ProgramClaim(
            Oddity.PLACE,
            "it lies in a folder of Windows, and no known program of Windows has its name",
            program,
            sure=True,
        )
    return None


def _is_of_product(item: str, odd: ProgramClaim | None) -> bool:
    if odd is not None and (odd.sure or odd.kind in (Oddity.INTERPRETER, Oddity.PROXY)):
        return odd.kind is Oddity.PROXY and "\\program files" in item.lower()
    product = find_product_at(program_of(item))
    return product is not None and product.category != REMOTE_SUPPORT


def _is_known_service(name: str) -> bool:
    return find_stock_service(name) is not None or find_product("service", name) is not None


def _is_itself(item: str, name: str) -> bool:
    """Return True if a key with the name of a program starts that program of Windows or a product (``App Paths``)."""
    program, odd = normal_program(item), judge_command(item)
    is_installed = program.startswith(("%windir%\\", "%programfiles%\\"))
    is_usual = odd is None or odd.kind in (Oddity.INTERPRETER, Oddity.PROXY)
    return name_of(program) == name.lower() and is_installed and is_usual


def _weight_of(value: Autostart, odd: ProgramClaim, weight: str) -> str:
    """Return the weight of an odd item.

    A user's program in the folder of its maker is a question at most, as is an interpreter whose arguments are in
    another value.
    """
    if weight not in ("odd", "question", "plain"):
        return weight
    is_own = odd.kind is Oddity.PROFILE and _OWN_CLASSES.search(odd.path) is not None
    is_alone = (
        odd.kind is Oddity.INTERPRETER and value.name.lower() == "script" and odd.path == value.command.strip('"')
    )
    return "question" if is_own or is_alone else "accuse"


def judge_environment(environment: Autostart) -> Iterator[RegistryClaim]:
    """Yield the claims about the variables of a service, of the machine or of an account."""
    owner = f"the service {environment.name}" if environment.name else "each program that starts"
    for name in environment.values:
        text = environment.text(name).strip()
        if not text:
            continue
        if name in _PROFILERS:
            claim = _judge_profiler(environment, name, text)
        elif name in _PROFILER_FILES:
            claim = (
                None if _is_profiler_file(text) else f"{_name(name)} is {text[:_SHOWN]}: .NET loads it as a profiler"
            )
        elif name in _HOOKS:
            claim = _judge_hook(name, text)
        else:
            claim = _judge_option(name, text, is_user=environment.key.upper().startswith("HKU"))
        if claim is not None:
            yield RegistryClaim(f"in the environment of {owner}, {claim}", program=text)


def _name(name: str) -> str:
    return name.upper()


def _judge_profiler(environment: Autostart, name: str, clsid: str) -> str | None:
    """Return the claim about the class of a profiler, with its library if it is known."""
    path = next((text for each in _PROFILER_FILES if (text := environment.text(each))), "")
    server = path or environment.text(f"{name}\\server")
    if find_product("profiler", clsid, server) is not None:
        return None
    library = f" ({server[:_SHOWN]})" if server else ""
    because = "a known profiler, whose library is elsewhere" if find_product("profiler", clsid) else "no known product"
    return f"{_name(name)} is {clsid[:60]}{library}: .NET loads it as a profiler, and it is of {because}"


def _is_profiler_file(path: str) -> bool:
    product = find_product("profiler", name_of(path.lower()), path) or find_product_at(path)
    return product is not None and product.category != REMOTE_SUPPORT


def _judge_hook(name: str, text: str) -> str | None:
    known = all(
        find_product_at(each) is not None or find_product("assembly", each) is not None
        for each in re.split("[;,]", text)
        if each.strip()
    )
    return None if known else f"{_name(name)} is {text[:_SHOWN]}: .NET {_HOOKS[name]}"


def _judge_option(name: str, text: str, *, is_user: bool) -> str | None:
    """Return the claim about a variable that leads programs elsewhere."""
    if name == "comspec" and name_of(normal_program(text)) != "cmd.exe":
        return f"COMSPEC is {text[:_SHOWN]}: programs start it as the command interpreter"
    if name in ("windir", "systemroot") and is_user:
        return f"{_name(name)} is {text[:_SHOWN]}: tasks of Windows start programs from there"
    if name in _OPTIONS:
        odd = judge_command(f"x {text}")
        return None if odd is None else f"{_name(name)} is {text[:_SHOWN]} ({odd.words})"
    return None


def judge_class(server: Autostart) -> RegistryClaim | None:
    r"""Return the claim about the server of a COM class, or ``None``."""
    command, of_user = server.command.strip(), bool(server.account)
    if not command:
        return None
    clsid = server.name if not server.key.lower().endswith("\\treatas") else ""
    known = find_known_class(clsid)
    kind = server.key.rpartition("\\")[2].lower()
    shown = command[:_SHOWN]
    if kind in ("treatas", "scriptleturl"):
        return _judge_link(server, kind, shown, of_user=of_user)
    program = normal_program(command)
    odd = judge_command(server.text("codebase").removeprefix("file:///").replace("/", "\\")) or judge_command(command)
    if known is not None and _is_replaced(program, known):
        words = f"the COM class {server.name} of Windows loads {shown}, and not {', '.join(sorted(known.servers))}"
        return RegistryClaim(words, program=command)
    if odd is None or _OWN_CLASSES.search(odd.path) is not None or find_product_at(odd.path) is not None:
        return None
    if odd.kind in (Oddity.INTERPRETER, Oddity.PROXY) and not of_user:
        return None
    weight = "accuse" if odd.sure or of_user else "question"
    return RegistryClaim(f"the COM class {server.name} loads {odd.path or shown} ({odd.words})", weight, command)


def _is_replaced(program: str, known: KnownClass) -> bool:
    """Return True if a program is not that of a class of Windows; other versions may have another one there."""
    in_windows = program.startswith("%windir%\\")
    return not in_windows or (known.is_constant and name_of(program) not in known.servers)


def _judge_link(server: Autostart, kind: str, shown: str, *, of_user: bool) -> RegistryClaim | None:
    """Return the claim about a class that leads to another class or to a script."""
    if kind == "scriptleturl":
        odd = judge_command(shown)
        is_far = shown.lower().startswith(("http:", "https:", "\\\\"))
        words = f"the COM class {server.name} runs the script {shown}"
        return RegistryClaim(words, program=shown) if is_far or of_user or (odd is not None and odd.sure) else None
    parent = server.key.split("\\")[-2]
    known = find_known_class(parent)
    if not of_user and known is None:
        return None
    words = f"the COM class {parent} leads to the class {shown} (TreatAs)"
    return RegistryClaim(words)


def judge_address(address: Autostart) -> RegistryClaim | None:
    """Return the claim about a prefix of addresses that is reserved for a program outside of IIS, or ``None``."""
    found = _ADDRESS.fullmatch(address.name.strip())
    if found is None:
        return None
    path, port = found[3].lower(), found[2] or ("443" if address.name.lower().startswith("https") else "80")
    if _OF_EXCHANGE.match(path) is not None:
        words = (
            f"the address {address.name[:_SHOWN]} is reserved for a program outside of IIS: it lies among those of mail"
        )
        return RegistryClaim(words)
    if port not in ("80", "443") or _STOCK_ADDRESSES.fullmatch(path) is not None or _STOCK_ADDRESSES.match(path)[0]:  # type: ignore[index]
        return None
    words = f"the address {address.name[:_SHOWN]} at the port of IIS is reserved for a program outside of IIS"
    return RegistryClaim(words, "question")


def judge_firewall_rule(rule: Autostart) -> RegistryClaim | None:
    """Return the claim about a rule of the firewall that lets clients reach an odd program, or ``None``."""
    fields = {name.lower(): data for name, data in _FIELD.findall(rule.command[:4096])}
    program = fields.get("app", "")
    if fields.get("action", "").lower() != "allow" or fields.get("dir", "").lower() != "in" or not program:
        return None
    odd = judge_command(program)
    if odd is None or find_product_at(program) is not None or _OWN_CLASSES.search(program) is not None:
        return None
    is_sure = odd.sure or odd.kind in (Oddity.INTERPRETER, Oddity.PROXY)
    words = f"the firewall lets clients reach {program[:_SHOWN]} ({odd.words})"
    return RegistryClaim(words, "accuse" if is_sure else "fact", program)
