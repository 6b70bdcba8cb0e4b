"""Own objects: the names of a page's own classes, and of the variables of their types."""

from __future__ import annotations

from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Class, Declaration, New, Parameter


def own_objects(index: SyntaxIndex) -> frozenset[str]:
    """Return the names in lower case that mean a class of the code, or an object of one."""
    classes = {each.name.lower() for each in index.nodes if isinstance(each, Class) and each.kind != "namespace"}
    found = set(classes)
    for each in index.nodes if classes else ():
        if isinstance(each, (Declaration, Parameter)) and each.type is not None:
            found |= {each.name.lower()} if each.type.name.lower().rpartition(".")[2] in classes else set()
    for assignment in index.assignments if classes else ():
        made = assignment.value
        if isinstance(made, New) and made.type is not None and made.type.name.lower().rpartition(".")[2] in classes:
            found.add(assignment.name)
    return frozenset(found - {""})
