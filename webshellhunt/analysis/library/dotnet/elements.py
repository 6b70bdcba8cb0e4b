"""Elements of LINQ to XML: their content by the names of elements and attributes.

Source: System.Xml.Linq.XElement of .NET.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.joining import join
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, TEXT, Thing, Value
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, part_of
from webshellhunt.analysis.library.parts import joined

KINDS = frozenset({"xelement", "xattribute"})
_LOOKING = frozenset({"element", "attribute", "elements", "attributes", "descendants"})
_WHOLE = frozenset({"tostring", "xpathselectelement", "nodes", "save", "addannotation"})


def new_element(machine: Runner, kind: str, a: list[Value]) -> Thing:
    """Return a new element or attribute: ``new XElement(name, content, …)``."""
    thing = Thing(kind)
    texts: list[Value] = []
    for each in a[1:]:
        if each.__class__ is Thing and each.type in KINDS:
            name = each.fields.get("\0name")
            key = name.lower() if isinstance(name, str) else "\0rest"
            thing.fields[key] = join(thing.fields.get(key, ABSENT), each)
            texts += [each.fields.get("value", "")] if each.type == "xelement" else []
        else:
            texts.append(each)
    parts = [part_of(each, machine.language) for each in texts]
    thing.fields["value"] = joined(parts, "")
    thing.fields["\0name"] = a[0] if a else ""
    return thing


def element_property(thing: Thing, name: str) -> Value:
    """Return a property of an element: its name.

    Raises:
        UnsolvedError: It is not known.
    """
    if name != "name" or "\0name" not in thing.fields:
        raise UnsolvedError
    return Thing("xname", fields={"localname": thing.fields["\0name"], TEXT: thing.fields["\0name"]})


def element_method(thing: Thing, name: str, a: list[Value]) -> Value:
    """Return the result of a method of an element.

    Raises:
        UnsolvedError: It is not known.
    """
    if name in _LOOKING and len(a) == 1 and isinstance(a[0], str):
        return thing.fields.get(a[0].lower(), None)
    if name in _WHOLE:
        return derived([thing])
    raise UnsolvedError
