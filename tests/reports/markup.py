"""A strict reader of the HTML report, for tests."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

_TAGS = """a b body caption circle code dd desc details div dl dt figcaption figure footer g h1 h2 h3 h4 head header
html i input label li link main mark meta nav ol p path pre rect script section span strong style summary svg table
tbody td text th thead time title tr ul"""
_ATTRIBUTES = """aria-hidden aria-label aria-labelledby autocomplete charset class colspan content d data-filter
data-name datetime for height hidden href http-equiv id lang name open r rel role rx scope spellcheck tabindex
text-anchor transform type viewbox width x y"""
TAGS: Final = frozenset(_TAGS.split())
ATTRIBUTES: Final = frozenset(_ATTRIBUTES.split())
VOID: Final = frozenset({"meta", "link", "input", "path", "circle", "rect"})


class Markup(HTMLParser):
    """A reader of a page: its elements, ids, links and text; tags and attributes that are not ours are kept apart."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.strange: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        """The text of the page; each element is a line."""
        return "".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.strange += [tag] if tag not in TAGS else []
        self.strange += [f"{tag} {name}" for name, _ in attrs if name not in ATTRIBUTES]
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values["href"] or ""] if tag == "a" else []
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3", "h4") else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.strange.append(f"/{tag}")
        self.texts += ["\n"] if tag not in ("mark", "i", "span", "b") else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.strange += [f"comment {data}"] if data else []

    def handle_pi(self, data: str) -> None:
        self.strange.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.strange.append(f"declaration {data}")
