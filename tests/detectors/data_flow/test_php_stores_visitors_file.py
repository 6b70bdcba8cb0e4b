"""Files of visitors that PHP pages store."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

UPLOAD = "php_stores_visitors_file/upload"


def test_the_evidence_is_the_call() -> None:
    assert finding(UPLOAD, "WSH1052").evidence[0].line == 4


@pytest.mark.parametrize("folder", ["''", "dirname(__FILE__) . '/'", "__DIR__ . '/'", "getcwd() . '/'", "'../'"])
def test_the_folder_of_the_page_is_beside_it(folder: str) -> None:
    message = finding(changed(UPLOAD, ("'./'", folder)), "WSH1052").message
    assert ("beside itself" in message) is (folder != "'../'")


def test_a_name_of_the_page_is_no_finding() -> None:
    assert findings(changed(UPLOAD, ("$_FILES['f']['name']", "'a.png'")), "WSH1052") == []


def test_a_text_under_a_name_of_the_visitors() -> None:
    changes = ("copy($from, $to)", "file_put_contents($_POST['p'], $_POST['c'])")
    assert "name and content" in finding(changed(UPLOAD, changes), "WSH1052").message
