"""Making an account convicts, setting a password is suspicious, words are nothing."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt import examine
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity

STEM = "accounts_made_by_page"


@pytest.mark.parametrize("name", ["vbscript", "csharp", "csharp-native"])
def test_an_account_that_is_made_is_critical(name: str) -> None:
    found = finding(f"{STEM}/{name}", "WSH1038")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "makes accounts of Windows" in found.message


def test_a_password_alone_is_less() -> None:
    made = 'Set account = computer.Create("user", "one")'
    less = changed(
        f"{STEM}/vbscript", (made, 'Set account = GetObject("WinNT://./one,user")'), ("members.Add account.ADsPath", "")
    )
    found = finding(less, "WSH1038")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert "sets the password" in found.message


def test_a_collection_of_the_page_is_no_group() -> None:
    listed = changed(f"{STEM}/csharp", ('computer.Children.Add("one", "user")', "computer; Controls.Add(new Label())"))
    assert findings(listed, "WSH1038") == []


_HEAD = '<·%@ Page Language="C#" %·><·% '


@pytest.mark.parametrize(
    ("harmful", "harmless"),
    [
        ("u.IsSuperUser = true; Save(u);", "u.IsSuperUser = false; Save(u);"),
        ("u = new UserInfo { IsSuperUser = true };", "u = new UserInfo { IsSuperUser = false };"),
        ("web.EnsureUser(name).IsSiteAdmin = true;", "Response.Write(web.EnsureUser(name).IsSiteAdmin);"),
        ('Roles.AddUserToRole(name, "Administrators");', 'Roles.AddUserToRole(name, "Members");'),
        (
            'var d = new DirectoryEntry("LDAP://CN=Users,DC=a"); d.Children.Add("CN=x", "user").CommitChanges();',
            'var d = new DirectoryEntry("LDAP://CN=Users,DC=a"); d.Children.Add("CN=x", "contact").CommitChanges();',
        ),
        (
            'new DirectoryEntry("LDAP://CN=Domain Admins,DC=a").Properties["member"].Add("CN=x");',
            'new DirectoryEntry("LDAP://CN=Readers,DC=a").Properties["member"].Add("CN=x");',
        ),
        (
            'PowerShell.Create().AddCommand("Add-RoleGroupMember").AddParameter("Member", name);',
            'PowerShell.Create().AddCommand("Get-RoleGroupMember").AddParameter("Member", name);',
        ),
    ],
)
def test_accounts_of_products_and_domains_are_suspicious(harmful: str, harmless: str) -> None:
    told, other = (
        [found for found in examine(live(f"{_HEAD}{code} %·>").encode(), path="x.aspx").findings if _is_own(found)]
        for code in (harmful, harmless)
    )
    assert [(found.severity, found.confidence) for found in told] == [(Severity.HIGH, Confidence.MEDIUM)]
    assert other == []


def _is_own(found: Finding) -> bool:
    return found.rule.id == "WSH1038"
