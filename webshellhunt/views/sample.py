"""Sample: an artifact opened, as a tree of layers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING

from webshellhunt.analysis.php_prefilter import may_act, names_php, opens_php
from webshellhunt.binaries.compiled_pages import source_language
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.binaries.loaded import assemblies_of, is_loaded, page_texts
from webshellhunt.binaries.pe import is_image
from webshellhunt.client_scripts.prefilter import is_script_of_passwords
from webshellhunt.decoding.carriers import CarriedPart, iter_nested_parts, may_carry
from webshellhunt.decoding.charset import decode_candidates, is_read_as_utf8, reads_as_written
from webshellhunt.errors import BinaryError
from webshellhunt.host.iis.named_sections import as_configuration
from webshellhunt.host.iis.xml_tree import Element, salvage_xml
from webshellhunt.lazy_attribute import lazy_attribute
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Evidence, Secret, Span
from webshellhunt.model.places import SIGN_IN_ROLES, Role
from webshellhunt.model.settings import PageKind
from webshellhunt.model.standing import Standing
from webshellhunt.pages.includes.resolver import Resolution, ResolveDependency
from webshellhunt.pages.kinds import PageNature, application_source, effective_name, nature_of
from webshellhunt.pages.openings import NOT_OF_PROGRAMS, SYSTEM_SCRIPTS, is_text, opens_anything
from webshellhunt.secrets import find_secrets_in_bytes, is_configuration
from webshellhunt.signatures.groups import Group, is_markup_only, may_open
from webshellhunt.views.included_layers import IncludedLayers
from webshellhunt.views.inner_layers import iter_carried_layers, iter_constant_pages, iter_decoded_layers
from webshellhunt.views.layer import Layer
from webshellhunt.views.native_program import NativeProgram, native_program
from webshellhunt.views.page_code import Code
from webshellhunt.views.self_mapping import with_own_mapping

if TYPE_CHECKING:
    from webshellhunt.analysis.php import Acts, Found
    from webshellhunt.client_scripts.script_analysis import Script

__all__ = ["Code", "Layer", "Sample"]

_NOT_ASCII = lazy_pattern(r"[^\x00-\x7f]+")
_MARKUP = frozenset({"htm", "html", "shtm", "shtml", "stm", "xhtml"})
_CLIENT_SCRIPTS = frozenset({"js", "mjs"})
_NOT_COMPILED = frozenset({Role.DROP, Role.IIS_CONFIG, Role.BIN})
_CONFIGURATION = ".config"
_ENCODED_SCRIPT = b"#@~^"


class Sample:
    """The bytes of one artifact, its nature, and its layers.

    ``resolve`` finds and reads the dependencies of the page; without it, none is read. ``standing`` is the comparison
    with the baselines; ``machine_keys`` are digests of keys that the user lists as public.
    """

    def __init__(
        self,
        artifact: Artifact,
        data: bytes,
        *,
        text_bytes: int = 16 * 1024 * 1024,
        excerpt_chars: int = 160,
        resolve: ResolveDependency | None = None,
        machine_keys: frozenset[str] = frozenset(),
    ) -> None:
        self.standing: Standing = Standing()
        self.machine_keys = machine_keys
        self.artifact = artifact
        self.data = data
        self.excerpt_chars: int = excerpt_chars
        self._text_bytes = text_bytes
        self._opened: list[Layer] | None = None
        self._groups: dict[Group, bool] = {}
        self._included = None if resolve is None else IncludedLayers(self, resolve)

    def close(self) -> None:
        """Release the bytes and all views; the sample is unusable afterwards.

        Without this, the sample and its layers, which refer to each other, would stay until a garbage collection.
        """
        modules = () if self._included is None else self._included.opened_modules
        for layer in (*(self._opened or ()), *vars(self).get("constant_layers", ()), *modules):
            for each in (vars(layer).get("_page_code"), layer):
                if each is not None:
                    vars(each).clear()
        vars(self).clear()

    @lazy_attribute
    def nature(self) -> PageNature:
        """The kind of the file for the server, and whether it is executed."""
        if self._compiled_as is not None and self.artifact.role is not Role.TEMP_ASPNET:
            return PageNature(PageKind.WEB_HANDLER, executable=True)
        return with_own_mapping(nature_of(self.artifact.name, self.artifact.settings), self.artifact, self.data)

    @lazy_attribute
    def _compiled_as(self) -> str | None:
        """The language of a file that is only source code, and that the server compiles."""
        artifact = self.artifact
        if artifact.role is Role.TEMP_ASPNET:
            return source_language(artifact.name)
        return application_source(artifact.path) if artifact.role not in _NOT_COMPILED else None

    @lazy_attribute
    def extension(self) -> str:
        """The extension of the name that Windows opens, in lower case."""
        return effective_name(self.artifact.name).rpartition(".")[2]

    @lazy_attribute
    def is_page(self) -> bool:
        """True if the server runs code of this file; a file that only a mapping makes executable must have code."""
        if self.nature.kind is PageKind.PHP:
            return opens_php(self.data)
        if not self.nature.executable or self.nature.kind == PageKind.CONFIG:
            return False
        return self.nature.mapping is None or any(layer.has_code for layer in self.layers)

    @lazy_attribute
    def _is_parsed(self) -> bool:
        """True if ASP or ASP.NET reads the file as a page: its includes, its classes."""
        return self.nature.executable and self.nature.kind is not PageKind.PHP

    @lazy_attribute
    def is_client_script(self) -> bool:
        """True if the file is a script that browsers load, by its name or, if it looks a password up, by its text."""
        if self.nature.executable or self.extension in _MARKUP | SYSTEM_SCRIPTS:
            return False
        return self.extension in _CLIENT_SCRIPTS or (self.is_text and is_script_of_passwords(self.folded))

    @lazy_attribute
    def is_text(self) -> bool:
        """True if all bytes are text, in any encoding."""
        return is_text(self.data)

    @lazy_attribute
    def is_read(self) -> bool:
        """True unless the file is binary, has no start of a page, and is no page or script by its name.

        A library is loaded, never read as text. Another program is read only if its name or a mapping makes it a page,
        or if its name is not that of a program and it has the start of a page.
        """
        if self.is_loaded or self.nature.executable or self.nature.mapping is not None:
            return not self.is_loaded
        if is_image(self.data) or self.data.startswith(b"\x7fELF"):
            return self.extension in NOT_OF_PROGRAMS and opens_anything(self.folded)
        return self.is_browsed or self.extension in SYSTEM_SCRIPTS or self.is_text or opens_anything(self.folded)

    @lazy_attribute
    def is_browsed(self) -> bool:
        """True if browsers receive the file as a page or a script."""
        if self.nature.executable:
            return self.nature.kind not in (PageKind.WEB_HANDLER, PageKind.APPLICATION, PageKind.CONFIG)
        return self.is_client_script or self.extension in _MARKUP

    def read_client_script(self, address: str, start: int, end: int) -> Script | None:
        """Return a client script of the page, if the source has its file."""
        return None if self._included is None else self._included.read_client_script(address, start, end)

    @lazy_attribute
    def sha256(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @lazy_attribute
    def folded(self) -> bytes:
        """The bytes with ASCII letters in lower case, for fast searches that ignore case."""
        return self.data.lower()

    @lazy_attribute
    def may_open(self) -> bool:
        """True if the bytes may have the start of server code or of configuration."""
        return may_open(self.data, self.folded)

    def opens(self, group: Group) -> bool:
        """Return True if rules of a group may match the bytes, which are searched once for it."""
        if group not in self._groups:
            self._groups[group] = group.opens(self.data, self.folded)
        return self._groups[group]

    @lazy_attribute
    def _is_only_sent(self) -> bool:
        """True if the server only sends the file, and no other file is in it."""
        artifact, nature = self.artifact, self.nature
        if nature.kind is not PageKind.STATIC or nature.mapping is not None or artifact.role is Role.TEMP_ASPNET:
            return False
        is_settings = artifact.name.lower().endswith(_CONFIGURATION)
        return not (is_settings or is_image(self.data) or self._may_carry)

    @lazy_attribute
    def _may_carry(self) -> bool:
        return may_carry(self.data)

    @lazy_attribute
    def is_plain(self) -> bool:
        """True if the file is only sent, has neither server code nor carried files, and has no reading with more ASCII.

        A word that is not in its bytes is in none of its layers.
        """
        data = self.data
        if not self._is_only_sent or not reads_as_written(data, self.artifact.settings):
            return False
        if self.may_open and not is_markup_only(data, self.folded):
            return False
        return not (names_php(self.folded) or (b"~" in data and data.rfind(_ENCODED_SCRIPT) >= 0))

    @lazy_attribute
    def is_unread(self) -> bool:
        """True if the file is only sent, is no text and has no start of a page, so that it has no layer."""
        return self._is_only_sent and not self.is_read

    @lazy_attribute
    def says_nothing(self) -> bool:
        """True for a plain file without an opening, read as its own bytes: no shipped rule runs on it."""
        return self.is_plain and not self.may_open and is_read_as_utf8(self.data, self.artifact.settings)

    def may_say(self, word: bytes) -> bool:
        """True if a layer may have a word, which is ASCII in lower case."""
        return not self.is_plain or self.folded.rfind(word) >= 0

    @lazy_attribute
    def is_utf8(self) -> bool:
        """True if the bytes are UTF-8 or ASCII."""
        return bool(self.layers) and self.layers[0].encoding in ("ascii", "utf-8")

    @property
    def text_cut(self) -> bool:
        """True if the file is longer than the part that is read as text."""
        return len(self.data) > self._text_bytes

    @lazy_attribute
    def carried(self) -> tuple[CarriedPart, ...]:
        """The contents of a carrier, and of carriers in it; empty for any other file."""
        if self.is_plain:
            return ()
        nested = tuple(iter_nested_parts(self.data)) if self._may_carry else ()
        return (*nested, *self._texts_of_assemblies()) if is_image(self.data) else nested

    @lazy_attribute
    def assemblies(self) -> tuple[Assembly, ...]:
        """The metadata of a .NET assembly that may answer requests, in a tuple that is empty for any other file.

        Raises:
            BinaryError: It is damaged.
        """
        return assemblies_of(self.artifact, self.data)

    @lazy_attribute
    def is_loaded(self) -> bool:
        """True if the server loads the file as a library from its folder, or as a native module by its exports."""
        if is_loaded(self.artifact, self.data):
            return True
        with suppress(BinaryError):  # its detectors report the error
            return self.native is not None and self.native.kind is not None
        return False

    @lazy_attribute
    def native(self) -> NativeProgram | None:
        """The native program that may answer requests; ``None`` for any other file.

        Raises:
            BinaryError: It is damaged.
        """
        return native_program(self.artifact, self.data)

    def _texts_of_assemblies(self) -> Iterator[CarriedPart]:
        with suppress(BinaryError):  # the view of the assembly itself reports the error
            for assembly in self.assemblies:
                for text in page_texts(assembly):
                    raw = text.text.encode("utf-8", "surrogatepass")
                    yield CarriedPart("assembly", f"text in {assembly.name}", raw, text.span.start, text.span.end)

    @lazy_attribute
    def has_php(self) -> bool:
        """True if the file has PHP code that may act; false for a library and a program."""
        return not self.is_plain and opens_php(self.data) and not is_image(self.data) and may_act(self.folded)

    @lazy_attribute
    def php(self) -> Acts | None:
        """The analysis of the PHP code in the file; ``None`` for a file without such code."""
        if not self.has_php:
            return None
        from webshellhunt.analysis.php import analyse  # An import that few hunts need.

        return analyse(self.data[: self._text_bytes].decode("latin-1"))

    @property
    def php_acts(self) -> tuple[Found, ...]:
        """The acts of the PHP code in the file."""
        return () if self.php is None else self.php.found

    @lazy_attribute
    def configs(self) -> tuple[Element, ...]:
        """The tree of a ``.config`` file, as far as it can be parsed, in a tuple that is empty for any other file.

        The walk reports a broken one as a gap. A file of one section is a configuration with that section.
        """
        if not self.artifact.name.lower().endswith(_CONFIGURATION):
            return ()
        tree, _ = salvage_xml(self.data, self.artifact.path, limit_bytes=self._text_bytes)
        return () if tree is None else (as_configuration(tree),)

    def raw_evidence(self, offset: int, length: int, *, before: bool = True) -> Evidence:
        """Return a located, bounded excerpt of the bytes themselves, each byte a character.

        ``before``: the excerpt also has some text of the line before it.
        """
        start = max(self.data.rfind(b"\n", 0, offset) + 1, offset - self.excerpt_chars // 4) if before else offset
        stop = self.data.find(b"\n", offset, start + self.excerpt_chars)
        cut = self.data[start : stop if stop >= 0 else start + self.excerpt_chars]
        start += len(cut) - len(cut.lstrip(b"\r\n"))
        excerpt = cut.strip(b"\r\n").decode("latin-1")
        line, column = self.data.count(b"\n", 0, offset) + 1, offset - self.data.rfind(b"\n", 0, offset)
        secrets = self.raw_secrets(start, len(excerpt))
        return Evidence(self.artifact.path, "raw", Span(offset, offset + length), line, column, excerpt, secrets)

    def raw_secrets(self, offset: int, length: int) -> tuple[Secret, ...]:
        """Return the secrets of the victim in a range of the bytes, each byte a character."""
        is_settings = is_configuration(self.artifact.path)
        return find_secrets_in_bytes(self.data, offset, offset + length, configuration=is_settings)

    @lazy_attribute
    def layers(self) -> tuple[Layer, ...]:
        """All layers: first the text as the server reads it, then other readings and inner layers."""
        return tuple(self.iter_layers())

    @lazy_attribute
    def constant_layers(self) -> tuple[Layer, ...]:
        """The constants of the page that are pages themselves, and the files that it runs or makes pages of."""
        texts = self.layers[:1] if self._is_parsed else ()
        parts = chain.from_iterable(map(iter_constant_pages, texts))
        pages = chain.from_iterable(iter_carried_layers(self, part, self._text_bytes) for part in parts)
        if self._included is None or not texts:
            return tuple(pages)
        whole = [layer for layer in self.layers if layer is texts[0] or layer.is_joined]
        return (*pages, *self._included.iter_taken(whole))

    @property
    def module_layers(self) -> Sequence[Layer]:
        """The files of the application whose classes the page uses, each as a layer; they are files of their own."""
        if self._included is None or not self._is_parsed or not self._opened:
            return ()
        page = self._opened[0]
        return (*self._included.modules(page), *page.crossed)

    def iter_layers(self) -> Iterator[Layer]:
        """Yield the layers one by one; an error in a layer ends the iteration, but keeps those before it."""
        if self._opened is not None:
            yield from self._opened
            return
        self._opened = []
        for layer in self._open_layers():
            self._opened.append(layer)
            yield layer

    def _open_layers(self) -> Iterator[Layer]:
        seen = set[str]()
        source = self._compiled_as
        is_code = source is not None or self.artifact.role in SIGN_IN_ROLES
        of_kind = (self.nature.kind, self.artifact.settings)
        readings = decode_candidates(self.data[: self._text_bytes], *of_kind, is_code=is_code) if self.is_read else ()
        for number, decoded in enumerate(readings):
            # Code is ASCII; a reading that differs only in other characters adds nothing.
            if len(readings) > 1:
                if (plain := _NOT_ASCII.sub("", decoded.text)) in seen:
                    continue
                seen.add(plain)
            name = "text" if number == 0 else f"text as {decoded.encoding}"
            layer = Layer(self, name, decoded.encoding, decoded.text, decoded.byte_span, source=source)
            yield layer
            yield from iter_decoded_layers(layer)
            if number == 0 and self._is_parsed:
                yield from () if self._included is None else self._included.iter_layers(layer)
        for carried in self.carried:
            yield from iter_carried_layers(self, carried, self._text_bytes)

    @property
    def includes_nothing(self) -> bool:
        """True if no dependency of the page was found; valid after ``layers``."""
        return self._included is None or self._included.is_empty

    @property
    def resolutions(self) -> list[Resolution]:
        """The resolution of each dependency that the server would execute; complete after ``layers``."""
        return [] if self._included is None else self._included.noted
