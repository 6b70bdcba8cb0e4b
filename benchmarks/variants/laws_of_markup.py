"""Laws of the markup: tags, directives and attributes, padding, and harmless neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.variants.page_file import NAME, Edit, PageFile, gaps, token_edits
from webshellhunt.lang.tokens import tokenize
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.languages import normal_language
from webshellhunt.pages.page import Attribute, BlockKind, Directive, ServerTag

PADDING_BYTES = 200_000

_END_TAG = re.compile(r"</script\s*>", re.IGNORECASE)
_BARE = re.compile(r"[\w#./-]+")


# Tags and directives --------------------------------------------------------------------------------------------------


def _scripts(file: PageFile) -> Iterator[ServerTag]:
    return (tag for tag in file.page.tags if tag.name.lower() == "script")


def other_case(file: PageFile) -> PageFile | None:
    """Write names of tags, directives and attributes in the other case, and values that are words of the server."""
    return file.edited(_other_case(file))


def _other_case(file: PageFile) -> Iterator[Edit]:
    text = file.text
    for directive in file.page.directives:
        at = text.index("@", directive.start) + 1
        name = re.compile(r"\s*(\w*)").match(text, at)
        if directive.name and name is not None:
            yield Edit(name.start(1), name.end(1), name[1].swapcase())
    for tag in file.page.tags:
        yield Edit(tag.start + 1, tag.start + 1 + len(tag.name), tag.name.swapcase())
    parts: tuple[Directive | ServerTag, ...] = (*file.page.directives, *file.page.tags)
    for part in parts:
        for attribute in part.attributes:
            start = _name_start(text, attribute, part.start)
            if start is not None:
                yield Edit(start, start + len(attribute.name), attribute.name.swapcase())
            if attribute.name.lower() in ("language", "runat") and text[attribute.start : attribute.end].isascii():
                yield Edit(attribute.start, attribute.end, text[attribute.start : attribute.end].swapcase())
    for end in _END_TAG.finditer(text):
        yield Edit(end.start(), end.end(), end.group().swapcase())


def _name_start(text: str, attribute: Attribute, lowest: int) -> int | None:
    """Return where the name of an attribute that has a value begins."""
    before = text[lowest : attribute.start].rstrip("\"' \t\r\n")
    if not before.endswith("="):
        return None
    name = before[:-1].rstrip()
    return lowest + len(name) - len(attribute.name) if name.endswith(attribute.name) else None


def reordered_scripts(file: PageFile) -> PageFile | None:
    """Write the attributes of server scripts in the other order, in the other quotes."""
    return file.edited(_written(tag, "'", " = ") for tag in _scripts(file) if _is_plain(tag))


def unquoted_scripts(file: PageFile) -> PageFile | None:
    """Write the attributes of server scripts without quotes."""
    return file.edited(_written(tag, "", "=") for tag in _scripts(file) if _is_plain(tag))


def _is_plain(tag: ServerTag) -> bool:
    return all(_BARE.fullmatch(attribute.value) for attribute in tag.attributes)


def _written(tag: ServerTag, quote: str, equal: str) -> Edit:
    parts = (f"{a.name}{equal}{quote}{a.value}{quote}" for a in reversed(tag.attributes))
    return Edit(tag.start, tag.end, f"<{tag.name}\t{'  '.join(parts)} >")


def referenced_attributes(file: PageFile) -> PageFile | None:
    """Write the values of a server script's attributes as character references."""
    return file.edited(
        Edit(a.start, a.end, "".join(f"&#{ord(c)};" for c in a.value))
        for tag in _scripts(file)
        for a in tag.attributes
        if a.value.isalpha()
    )


def respaced_directives(file: PageFile) -> PageFile | None:
    """Write directives with other blanks and quotes, the attributes in the other order."""
    return file.edited(edit for d in file.page.directives if (edit := _respaced(file, d)) is not None)


def _respaced(file: PageFile, directive: Directive) -> Edit | None:
    if not all(re.fullmatch(r"[^\"'<>%]+", attribute.value) for attribute in directive.attributes):
        return None
    if not file.text.endswith("%>", directive.start, directive.end):
        return None
    opening = "<%@" if file.kind is PageKind.CLASSIC_ASP else "<% @"
    written = file.text[file.text.index("@", directive.start) + 1 :].lstrip()[: len(directive.name)]
    parts = [f"{a.name} = '{a.value}'" for a in reversed(directive.attributes)]
    return Edit(directive.start, directive.end, f"{opening}{written}\r\n\t{'  '.join(parts)}%>")


def server_comments_inside(file: PageFile) -> PageFile | None:
    """Put server comments into the names of server scripts: the runtime takes them out before it compiles."""
    edits: list[Edit] = []
    for block in file.page.blocks:
        if block.kind is not BlockKind.SCRIPT or "<%" in file.text[block.start : block.end]:
            continue
        tokens = tokenize(file.text, file.language_of(block), block.start, block.end)
        for index, raw in token_edits(tokens, NAME):
            middle = tokens.starts[index] + len(raw) // 2
            if len(raw) > 1 and raw.isalpha():
                edits.append(Edit(middle, middle, "<%-- a --%>"))
        edits += [Edit(gap.end, gap.end, "<%-- --%>") for gap in gaps(tokens)]
    return file.edited(edits)


# Padding --------------------------------------------------------------------------------------------------------------


def _padding(file: PageFile, *, code: bool = False) -> str:
    """Return harmless text of the kind that may stand in this page, outside of its code or inside."""
    line = "paragraph of a page that nobody reads, with a picture of a harbour in the evening light"
    if code:
        start, end = ("' ", "") if file.language in ("vb", "vbscript") else ("/* ", " */")
    elif file.kind is PageKind.APPLICATION:
        start, end = "<%-- ", " --%>"
    elif file.kind is PageKind.CONFIG:
        start, end = "<!-- ", " -->"
    else:
        start, end = "<p>", "</p>"
    size = len(f"{start}{line} 0000{end}\r\n")
    return "".join(f"{start}{line} {number:04}{end}\r\n" for number in range(PADDING_BYTES // size + 1))


def padded_before(file: PageFile) -> PageFile | None:
    """Put 200 kB before the page; into a handler's source, since nothing may stand before its directive."""
    if file.kind is PageKind.WEB_HANDLER:
        return _padded_source(file, at_end=False)
    if file.kind is PageKind.CLASSIC_ASP and file.page.directives:
        return file.edited([Edit(file.page.directives[0].end, file.page.directives[0].end, _padding(file))])
    if file.hides_in_bytes:  # behind padding it would no longer begin like a picture
        return None
    return file.edited([Edit(0, 0, _padding(file))])


def padded_after(file: PageFile) -> PageFile | None:
    """Put 200 kB behind the page."""
    if file.kind is PageKind.WEB_HANDLER:
        return _padded_source(file, at_end=True)
    if file.hides_in_bytes or any(not block.closed for block in file.page.blocks):
        return None
    return file.edited([Edit(len(file.text), len(file.text), f"\r\n{_padding(file)}")])


def padded_between(file: PageFile) -> PageFile | None:
    """Put 200 kB before the first block and as much before the last one."""
    blocks = sorted(block.outer_start for block in file.page.blocks if block.kind is not BlockKind.SOURCE)
    directives = [directive.start for directive in file.page.directives]
    at = sorted({blocks[0], blocks[-1]}) if blocks else []
    inside_tags = [tag for tag in file.page.tags if any(tag.start < place < tag.end for place in at)]
    if not at or inside_tags or (file.kind is PageKind.CLASSIC_ASP and directives and at[0] < directives[0]):
        return None
    return file.edited(Edit(place, place, _padding(file)) for place in at)


def _padded_source(file: PageFile, *, at_end: bool) -> PageFile | None:
    source = next((block for block in file.page.blocks if block.kind is BlockKind.SOURCE), None)
    if source is None:
        return None
    place = source.end if at_end else source.start
    return file.edited([Edit(place, place, f"\r\n{_padding(file, code=True)}")])


# Neighbours -----------------------------------------------------------------------------------------------------------

_FUNCTIONS = {
    "c#": 'string Greet(string name) { var words = new[] { "Hello", name }; return string.Join(" ", words); }',
    "jscript": 'function greet(name) { var words = ["Hello", name]; return words.join(" "); }',
    "vb": 'Function Greet(name As String) As String\r\nDim words = "Hello " & name\r\nReturn words\r\nEnd Function',
    "vbscript": 'Function Greet(name)\r\nDim words\r\nwords = "Hello " & name\r\nGreet = words\r\nEnd Function',
}
_CLASSES = {
    "c#": "public class Greeter { public %s }",
    "jscript": "public class Greeter { %s }",
    "vb": "Public Class Greeter\r\nPublic %s\r\nEnd Class",
}


def among_benign_code(file: PageFile) -> PageFile | None:
    """Put harmless code of the page's language before and behind its own."""
    function = _FUNCTIONS.get(file.language)
    if function is None or not file.page.blocks:
        return None
    if file.kind is PageKind.WEB_HANDLER:
        source = next((block for block in file.page.blocks if block.kind is BlockKind.SOURCE), None)
        if source is None or file.language not in _CLASSES:
            return None
        return file.edited([Edit(source.end, source.end, f"\r\n{_CLASSES[file.language] % function}\r\n")])
    if file.kind is PageKind.RAZOR or any(not block.closed for block in file.page.blocks):
        return None
    first = min((block.outer_start for block in file.page.blocks), default=0)
    if any(tag.start < first < tag.end for tag in file.page.tags):
        return None
    end = len(file.text)
    if file.kind is PageKind.CLASSIC_ASP:
        if normal_language(file.language, file.kind, file.settings) not in ("vbscript", "jscript"):
            return None
        return file.edited([Edit(end, end, f"\r\n<%\r\n{function}\r\n%>\r\n")])
    script = f'\r\n<script runat="server">\r\n{function}\r\n</script>\r\n'
    return file.edited([Edit(first, first, script), Edit(end, end, script.replace("reet", "reetAll"))])
