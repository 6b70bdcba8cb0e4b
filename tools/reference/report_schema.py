"""The page of the report's schema, generated from the schema that is published with the package."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from tools.reference.markdown import code, escape, table
from webshellhunt.reports import schema

Node: TypeAlias = Mapping[str, Any]


def schema_page() -> str:
    """Return the page: one section for each record or part of one, one row for each property."""
    whole = schema()
    parts = ["# Report schema\n", f"{escape(whole['title'])}. {escape(whole['description'])}\n"]
    parts.append("A name with a dot is a property of an object, `[]` an element of a list.\n")
    for name, definition in whole["$defs"].items():
        parts.append(f"## {name}\n")
        parts.append(f"{escape(_sentence(definition.get('description', '')))} Type: {_type(definition)}.\n")
        rows = [(code(path), _type(node), escape(text)) for path, node, text in iter_properties(definition, whole)]
        if rows:
            parts.append(table(("property", "type", "meaning"), rows))
    return "\n".join(parts)


def iter_properties(node: Node, whole: Node, above: str = "") -> Iterator[tuple[str, Node, str]]:
    """Yield each property of an object with its path, its own schema and its description, nested ones after it."""
    for name, each in node.get("properties", {}).items():
        path = f"{above}{name}"
        yield path, each, _description(each, whole)
        yield from iter_properties(each, whole, f"{path}.")
        yield from iter_properties(each.get("items", {}), whole, f"{path}[].")


def _description(node: Node, whole: Node) -> str:
    """Return the description of a property, or that of the definition that it refers to."""
    name = node.get("$ref", "").rpartition("/")[2]
    return str(node.get("description") or whole["$defs"].get(name, {}).get("description", ""))


def _type(node: Node) -> str:
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "anyOf" in node:
        return " or ".join(_type(each) for each in node["anyOf"])
    if "enum" in node:
        return ", ".join(code(json.dumps(each)) for each in node["enum"])
    if "const" in node:
        return code(json.dumps(node["const"]))
    kinds = node.get("type", "any")
    text = kinds if isinstance(kinds, str) else " or ".join(kinds)
    return f"array of {_type(node['items'])}" if "items" in node else text


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""
