r"""The survey of a host: its drives, the directories to examine with the reasons, and the missing inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from webshellhunt.binaries.pe import file_version
from webshellhunt.errors import SourceError
from webshellhunt.host.iis.configuration_chain import HostConfiguration
from webshellhunt.host.machine.build_witnesses import (
    SETUP_PROGRAM,
    folder_witnesses,
    iter_witnesses_for,
    log_witnesses,
    program_witness,
    uncollected_install,
)
from webshellhunt.host.machine.computer_name import find_computer_name
from webshellhunt.host.machine.exchange import Install, find_installs, install_candidates, install_roots
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry import Registries, RegistryFacts
from webshellhunt.host.machine.volumes import HostPaths, find_volumes, is_whole_system
from webshellhunt.host.walk.held_evidence import HeldEvidence, find_held_evidence, uncollected_hives
from webshellhunt.host.walk.roles import location_role
from webshellhunt.host.walk.served_folders import NOT_COLLECTED, find_served_folders
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.patches import Witness
from webshellhunt.model.places import Role, Root
from webshellhunt.model.report import Coverage, ExchangeInstall, Host, InputState
from webshellhunt.model.source_form import SourceForm
from webshellhunt.sources.drives import listed_once, names_in
from webshellhunt.sources.source import Source, form_of
from webshellhunt.sources.windows import machine_environment

_FRAMEWORKS = tuple(
    (folder, version) for folder in ("Framework", "Framework64") for version in ("v4.0.30319", "v2.0.50727")
)
_EXTENSIONS = ("Program Files", "Common Files", "microsoft shared", "Web Server Extensions")
_DROP_WORDS = "a folder that attackers used; on a complete system only its server pages and small scripts are examined"
WELL_KNOWN_FOLDERS: tuple[tuple[tuple[str, ...], Role, str], ...] = (
    (("inetpub", "wwwroot"), Role.WWWROOT, "the folder of the default web site"),
    (("Windows", "System32", "inetsrv", "config"), Role.IIS_CONFIG, "the configuration of IIS"),
    (("inetpub", "history"), Role.IIS_CONFIG, "earlier configurations of IIS"),
    *(
        (
            ("Windows", "Microsoft.NET", *framework, "Temporary ASP.NET Files"),
            Role.TEMP_ASPNET,
            "compiled pages of ASP.NET",
        )
        for framework in _FRAMEWORKS
    ),
    *(
        (("Windows", "Microsoft.NET", *framework, "Config"), Role.IIS_CONFIG, "the configuration of ASP.NET")
        for framework in _FRAMEWORKS
    ),
    *(((*_EXTENSIONS, number, "TEMPLATE", "LAYOUTS"), Role.LAYOUTS, "pages of SharePoint") for number in ("15", "16")),
    *(
        (names, Role.DROP, _DROP_WORDS)
        for names in (("ProgramData",), ("Windows", "Temp"), ("Users", "Public"), ("PerfLogs",), ("root",))
    ),
)
"""Directories to find on each drive: the names from its top, their role, and the reason."""

_PAGES = frozenset(Role) - {Role.DROP, Role.IIS_CONFIG, Role.TEMP_ASPNET}
_OF_IIS = frozenset({Role.IIS_CONFIG, Role.WWWROOT, Role.TEMP_ASPNET})
_NO_EXCHANGE = "Exchange is installed, and its directories were not collected, so their pages were not examined"
_SERVED_EXCHANGE = lazy_pattern(r"(?i)(.{3,200}\\V1[45])\\(?:FrontEnd\\HttpProxy|ClientAccess)(?:\\|\Z)")
_LOGS = ("inetpub", "logs", "LogFiles")
_EXCHANGE_LOGS = ("Logging",)


class Survey(NamedTuple):
    """The results of the survey, as the walk needs them.

    ``whole_systems`` are the tops of drives with a complete Windows: there only the roots are walked. ``mounted`` are
    the tops of drives that are reached by their letter, and that no directory lists. ``form`` is that of the source.
    """

    host: Host
    roots: tuple[Root, ...]
    coverage: Coverage
    gaps: tuple[Gap, ...]
    paths: HostPaths
    configuration: HostConfiguration
    whole_systems: frozenset[str] = frozenset()
    mounted: frozenset[str] = frozenset()
    live: bool = False
    form: SourceForm = SourceForm()

    @property
    def hives(self) -> frozenset[str]:
        """The paths of the registry hives that were read, or have a gap of their own, as reports show them."""
        return frozenset(map(self.paths.display_path, self.paths.lookup.hives | self.paths.lookup.broken))

    def is_unwalked_drive(self, path: str) -> bool:
        """Return True if a directory is the drive of a complete system and not a root itself."""
        return path in self.whole_systems and all(root.path != path for root in self.roots)

    def walk_misses(self, above: str, path: str) -> bool:
        """Return True if a walk from one directory never reaches another one below it."""
        closed = (top for top in self.whole_systems if self.is_unwalked_drive(top))
        return any(
            top != above and _is_within(top, above) and _is_within(path, top) for top in (*closed, *self.mounted)
        )


def survey(source: Source, limits: Limits) -> Survey:
    r"""Return the drives, roots, settings and gaps of the host in a source.

    The directories of Exchange and IIS become roots, found by configuration, registry, environment, default, or the
    names of their subfolders. Unless the location is the drive of a complete Windows, it is a root itself, with the
    role ``given``: no file in it is left out.

    Raises:
        SeveralHostsError: The source has several hosts.
    """
    with listed_once():
        if EntryKind.DIRECTORY in names_in(source, "").values():  # else there is no second host
            from webshellhunt.sources.collection.hosts import only_host

            only_host(source)
        surveyor = _Surveyor(source, limits)
    return surveyor.survey()


class _Surveyor:
    """The steps of one survey."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._lookup = Lookup(source)
        self._registries = Registries(source, self._lookup)
        volumes, self._gaps = find_volumes(source, self._registries)
        self._facts = [self._registries.facts(volume.top) for volume in volumes]
        environment = live_environment(machine_environment()) if source.live else {}
        self._live_exchange = environment.get("exchangeinstallpath")
        self._paths = HostPaths(source, volumes, _known_variables(self._facts) | environment, self._lookup)
        self._served = find_served_folders(self._paths, limits)

    def survey(self) -> Survey:
        registry_paths = {key: path for fact in self._facts for key, path in fact.exchange_paths.items()}
        installs = find_installs(self._paths, install_candidates(registry_paths, self._live_exchange))
        whole = frozenset(volume.top for volume in self._paths.volumes if is_whole_system(self._lookup, volume.top))
        roots = self._roots(installs, whole)
        form = form_of(self._source)
        self._gaps += [*form.gaps, *self._registries.gaps, *self._served.gaps]
        self._gaps += [
            Gap("unreadable", "survey", self._paths.display_path(path), reason, matters=True)
            for path, reason in sorted(self._lookup.unreadable.items())
        ]
        logged = [*log_witnesses(self._paths, self._gaps), *(each for fact in self._facts for each in fact.witnesses)]
        exchange = tuple(self._described(install, logged) for install in installs)
        if not exchange and not whole:
            exchange = uncollected_install(logged, registry_paths or self._served_exchange())
            told = any(gap.code == NOT_COLLECTED for gap in self._served.gaps)
            lost = () if told else exchange
            self._gaps += [Gap(NOT_COLLECTED, "survey", each.path, _NO_EXCHANGE, matters=True) for each in lost]
        host = Host(
            volumes=self._paths.volumes,
            exchange=exchange,
            iis=self._served.server is not None or any(root.role in _OF_IIS for root in roots),
            name=find_computer_name(self._lookup, [volume.top for volume in self._paths.volumes], self._gaps)
            or form.computer,
        )
        configuration = HostConfiguration(self._paths, self._limits, self._served.server, self._served.directories)
        held = find_held_evidence(self._paths, roots)
        if whole or (form.is_collection and host.is_server):
            self._gaps += uncollected_hives(self._paths, held)
        coverage = self._coverage(roots, installs, held)
        mounted = frozenset(self._source.drives.values())
        return Survey(
            host,
            roots,
            coverage,
            tuple(self._gaps),
            self._paths,
            configuration,
            whole,
            mounted,
            self._source.live,
            form,
        )

    def _served_exchange(self) -> dict[str, str]:
        """Return the directory of Exchange by the directories that IIS serves, for a source without it."""
        mapped = () if self._served.server is None else self._served.server.mapped_directories()
        found = (_SERVED_EXCHANGE.match(self._paths.expand(each.physical_path)) for each in mapped)
        return {match[1]: match[1] for match in found if match is not None}

    def _described(self, install: Install, logged: Sequence[Witness]) -> ExchangeInstall:
        """Return an installation with its build and its witnesses; ``logged`` has the witnesses of the whole host."""
        entry = self._lookup.find(install.path, SETUP_PROGRAM)
        build = None
        witnesses = [*iter_witnesses_for(install, logged), *folder_witnesses(self._paths, install)]
        if entry is not None and entry.kind is EntryKind.FILE and entry.size_bytes <= self._limits.config_bytes:
            display_path = self._paths.display_path(entry.path)
            try:
                build = file_version(self._source.read(entry.path, self._limits.config_bytes))
            except SourceError as error:
                self._gaps.append(Gap("unreadable", "survey", display_path, error.message, matters=True))
            if build is not None:
                witnesses.insert(0, program_witness(entry, build, display_path))
        return ExchangeInstall(self._paths.display_path(install.path), build, tuple(witnesses))

    def _roots(self, installs: list[Install], whole: frozenset[str]) -> tuple[Root, ...]:
        found: dict[str, Root] = {}
        exchange = [root for install in installs for root in install_roots(self._paths, install)]
        for root in (*self._served.roots, *exchange, *self._well_known_roots()):
            found.setdefault(root.path, root)
        if "" not in whole:
            role = location_role(self._source.locate("") or self._source.location)
            found.setdefault("", Root("", self._paths.server_path(""), role, "the location itself"))
        if not self._source.live and ("" not in whole or self._served.server is None):
            for letter, top in self._source.drives.items():
                if top not in whole:
                    found.setdefault(top, Root(top, f"{letter}:\\", Role.GIVEN, "an additional drive"))
        return tuple(sorted(found.values(), key=lambda root: root.path))

    def _well_known_roots(self) -> Iterator[Root]:
        for volume in self._paths.volumes:
            for names, role, why in WELL_KNOWN_FOLDERS:
                for entry in self._lookup.find_all(volume.top, names):
                    if entry.kind is EntryKind.DIRECTORY:
                        yield Root(entry.path, self._paths.server_path(entry.path), role, why)

    def _coverage(self, roots: Iterable[Root], installs: list[Install], held: HeldEvidence) -> Coverage:
        roles = {root.role for root in roots}
        folders = [self._lookup.find(volume.top, _LOGS) for volume in self._paths.volumes]
        folders += [self._lookup.find(install.path, _EXCHANGE_LOGS) for install in installs]
        logs = [folder for folder in folders if folder is not None and self._lookup.entries(folder.path)]
        return Coverage(
            registry=self._registry_coverage(),
            configuration=self._served.coverage,
            pages=self._pages_coverage(roles),
            compiled=InputState.HELD if Role.TEMP_ASPNET in roles else InputState.MISSING,
            logs=InputState.NOT_READ if logs else InputState.MISSING,
            hives=held.hives,
            services=held.services,
            tasks=held.tasks,
            assemblies=held.assemblies,
        )

    def _registry_coverage(self) -> InputState:
        if any(fact.found and not fact.broken for fact in self._facts):
            return InputState.HELD
        is_part = self._lookup.hives or any(fact.broken for fact in self._facts)
        return InputState.PARTIAL if is_part else InputState.MISSING

    def _pages_coverage(self, roles: set[Role]) -> InputState:
        if not roles & _PAGES or (roles == {Role.GIVEN} and not self._lookup.entries("")):
            return InputState.MISSING
        is_server = self._lookup.hives or self._served.server or form_of(self._source).is_collection
        if not roles & _PAGES - {Role.GIVEN} and (is_server or roles & _OF_IIS):
            return InputState.MISSING
        lacking = ("drive-not-held", "share-not-held", NOT_COLLECTED)
        missing = any(gap.code in lacking and gap.matters for gap in self._gaps)
        return InputState.PARTIAL if missing else InputState.HELD


def live_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of this machine by lower-case name, as a native (64-bit) program sees them."""
    known = {name.lower(): value for name, value in environment.items()}
    for name in ("program", "commonprogram"):
        if f"{name}w6432" in known:
            known[f"{name}files"] = known[f"{name}w6432"]
    return known


def _known_variables(facts: Iterable[RegistryFacts]) -> dict[str, str]:
    """Return the variables from the registries; the first Windows takes precedence."""
    known: dict[str, str] = {}
    for fact in facts:
        variables = {
            "systemroot": fact.system_root,
            "windir": fact.system_root,
            "programfiles": fact.program_files,
            "exchangeinstallpath": next(iter(fact.exchange_paths.values()), None),
        }
        known = {name: value for name, value in variables.items() if value is not None} | known
    return known


def _is_within(path: str, top: str) -> bool:
    return not top or path == top or path.startswith(top + "/")
