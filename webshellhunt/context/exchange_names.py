"""The server-side names that Exchange itself puts into its sign-in directories, over many builds.

Source: Microsoft's own file lists of 131 builds (CSS-Exchange), normalised; see the facts on expected files.
"""

from __future__ import annotations

from collections.abc import Mapping

from webshellhunt.model.places import Role

EXPECTED: Mapping[Role, frozenset[str]] = {
    Role.OWA_AUTH: frozenset(
        {
            "errorfe.aspx", "expiredpassword.aspx", "frowny.aspx", "logoff.aspx", "logon.aspx", "outlookcn.aspx",
            "redirsuiteserviceproxy.aspx", "signout.aspx", "svmfeedback.aspx", "error.aspx", "error2.aspx",
        }
    ),
    Role.ECP_AUTH: frozenset({"timeoutlogout.aspx"}),
}  # fmt: skip


def nearest(name: str, role: Role) -> str | None:
    """Return the expected name that another one imitates: the nearest within two edits."""
    expected = EXPECTED.get(role, frozenset())
    if name in expected:
        return None
    edits, good = min(((_edits(name, good), good) for good in expected), default=(3, ""))
    return good if edits <= 2 else None


def _edits(left: str, right: str) -> int:
    """Return the Levenshtein distance, or 3 as soon as it can't be less."""
    if abs(len(left) - len(right)) > 2:
        return 3
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return min(row[-1], 3)
