r"""A transport agent is not one of Exchange's own.

What it finds:
    An ``agent`` of ``agents.config`` or ``fetagents.config`` whose library setup did not install: one inside of the
    Exchange installation under another name or in another folder, one whose factory is not Exchange's, one outside of
    the installation. Agents of known products in their own folders are left out. It has less weight in the folder of
    an unknown program below Program Files.

Why it matters:
    An agent reads and changes every mail that passes, runs in the transport service, and can receive commands by mail.
    It leaves no trace in the web folders (LightNeuron).

Looks like:
    ``<agent name="Security" assemblyPath="C:\ProgramData\sec.dll" … />``.

Benign look-alikes:
    Products for antivirus, signatures and archiving install agents under Program Files: a question only, if the
    product is not known. An agent of the organisation itself in one of Exchange's folders.

Blind spots:
    A stock library that was replaced; an agent that has the name, the factory and the folder of a known product.

References:
    https://www.welivesecurity.com/2019/05/07/turla-lightneuron-email-too-far/
    https://learn.microsoft.com/exchange/mail-flow/transport-agents/transport-agents
"""

from typing import NamedTuple

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.native_modules import Folder, normal_place
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.knowledge.exchange_libraries import is_stock_library, stock_agent_names
from webshellhunt.knowledge.products import Product, find_product
from webshellhunt.knowledge.programs import judge_command
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4017", "medium", "high", "T1505.002", remedy=Remedy.TRANSPORT_AGENT)
_FILES = frozenset({"agents.config", "fetagents.config"})
_INSTALLED = lazy_pattern(r"(?i)%exchangeinstallpath%(?![\\/])")
_HOME = lazy_pattern(r"(?i)(.{1,400}?)[\\/]transportroles[\\/]")
_OWN = "microsoft.exchange."
_EXCHANGE = "%exchange%\\"
_AGENTS = f"{_EXCHANGE}transportroles\\agents\\"
_LONGEST = 1_024


class _Agent(NamedTuple):
    """One agent: its name, the type of its factory, its library, and the normal place of that."""

    name: str
    factory: str
    path: str
    place: str

    @property
    def stem(self) -> str:
        """Return the name of the library without its extension."""
        return self.place.rpartition("\\")[2].removesuffix(".dll")


class _Odd(NamedTuple):
    """The oddity of an agent in words, and its weight."""

    words: str
    severity: Severity = RULE.severity


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each agent that is not one of Exchange or of a known product."""
    if sample.artifact.name.lower() not in _FILES:
        return
    homes = _homes(sample.artifact.path)
    for element in config.named("agent"):
        path = element.get("assemblyPath")[:_LONGEST]
        factory = (element.get("classFactory") or element.get("transportAgentFactory"))[:_LONGEST]
        whole = _INSTALLED.sub(lambda found: f"{found[0]}\\", path)  # the variable ends in a backslash
        agent = _Agent(element.get("name")[:_LONGEST], factory, path, normal_place(whole, homes))
        odd = _judge(agent) if path else None
        if odd is None:
            continue
        yield claim(
            RULE,
            f"the transport agent {agent.name} handles each mail that passes, and {path} is {odd.words}",
            element_evidence(element, sample),
            severity=odd.severity,
            facts={"agent": agent.name, "assembly": path, "enabled": element.get("enabled") or None},
        )


def _homes(path: str) -> tuple[Folder, ...]:
    """Return the installation folder of a configuration of agents, if its path shows it."""
    found = _HOME.match(path)
    names = tuple(name.lower() for name in split_server_path(found[1]).names) if found is not None else ()
    return (names,) if names else ()


def _judge(agent: _Agent) -> _Odd | None:
    return _judge_inside(agent) if agent.place.startswith(_EXCHANGE) else _judge_outside(agent)


def _judge_inside(agent: _Agent) -> _Odd | None:
    is_own = not agent.factory or agent.factory.lower().startswith(_OWN)
    if is_stock_library(agent.place):
        return None if is_own else _Odd(f"Exchange's own library, but the type {agent.factory} is not")
    if _product(agent, "") is not None:
        return _Odd("in Exchange's folders, where this product usually is not", Severity.LOW)
    if is_own and agent.place.startswith(_AGENTS) and agent.stem in stock_agent_names():
        return _Odd("not in the folder in which setup of Exchange puts it", Severity.LOW)
    return _Odd("in Exchange's folders, but setup of Exchange does not install it")


def _judge_outside(agent: _Agent) -> _Odd | None:
    if _product(agent, agent.path) is not None:
        return None
    outside = "outside of the Exchange installation"
    if agent.factory.lower().startswith(_OWN) or agent.stem in stock_agent_names():
        return _Odd(f"{outside}, under the name of an agent of Exchange")
    if split_server_path(agent.path).letter is None and "%" not in agent.path and not agent.path.startswith("\\\\"):
        return _Odd("not a whole path, as installers write it")
    place = judge_command(f'"{agent.path}"')
    if place is not None:
        return _Odd(f"{outside}: {place.words}")
    if agent.place.startswith("%windir%\\"):
        return _Odd(f"{outside}: the folder of Windows")
    return _Odd(outside, Severity.LOW)


def _product(agent: _Agent, place: str) -> Product | None:
    """Return the product of an agent, by its name and its factory in Exchange's folders, by one of them in its own."""
    named = find_product("transport_agent", agent.name, place)
    typed = find_product("type", agent.factory, place) or find_product("assembly", agent.stem, place)
    return (named or typed) if place or named is typed else None
