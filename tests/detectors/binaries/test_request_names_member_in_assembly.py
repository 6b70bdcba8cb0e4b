"""Members that a request names."""

from __future__ import annotations

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import handler


def test_a_type_and_a_method_of_the_request() -> None:
    (finding,) = findings_of("WSH5013", handler('Type.GetType(r["t"]).GetMethod(r["m"]).Invoke(null, null);'))
    assert "whose type and name the request has" in finding.message


def test_one_of_them_alone() -> None:
    assert findings_of("WSH5013", handler('typeof(H).GetMethod(r["m"]).Invoke(null, null);')) == []
    assert findings_of("WSH5013", handler('Type.GetType(r["t"]).GetMethod("Run").Invoke(null, null);')) == []
