"""Texts with secrets in them, and what is left of a text without them."""

from __future__ import annotations

from webshellhunt.secrets import find_secrets

KEY = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"
OTHER_KEY = "FEDCBA9876543210FEDCBA9876543210"
PASSWORD = "Tr0ub4dor+Horse"


KEYS = [
    '<machineKey validationKey="*" decryptionKey="+" validation="HMACSHA256" />',
    "<machineKey validationKey='*' decryptionKey='+'/>",
    '<MACHINEKEY ValidationKEY = "*"\r\n  DecryptionKey\t=\n"+"/>',
    '<machineKey validationKey="\r\n  *\r\n" decryptionKey="+"',
    "&lt;machineKey validationKey=&quot;*&quot; decryptionKey=&quot;+&quot;/&gt;",
    "&lt;machineKey validationKey=&#34;*&#34; decryptionKey=&#x22;+&#x22;/&gt;",
    "&amp;lt;machineKey validationKey=&amp;quot;*&amp;quot; decryptionKey=&amp;quot;+&amp;quot;/&amp;gt;",
    r'string xml = "<machineKey validationKey=\"*\" decryptionKey=\"+\" />";',
    'xml = "<machineKey validationKey=""*"" decryptionKey=""+"" />"',
    r"{\u003cmachineKey validationKey=\u0022*\u0022 decryptionKey=\u0022+\u0022}",
    "%3CmachineKey validationKey=%22*%22 decryptionKey=%22+%22",
    '{"validationKey": "*", "decryptionKey": "+"}',
    'section.ValidationKey = "*"; section.DecryptionKey = "+";',
    "<td>validation key</td><td>*</td><td>decryption key</td><td>+</td>",
]
"""Keys in many spellings, a star and a plus sign in their places."""

SETTINGS = [
    '<identity impersonate="true" userName="a" password="*"/>',
    "<processModel userName='a' password='*' />",
    '<credentials passwordFormat="Clear"><user name="a" password="*"/></credentials>',
    '<virtualDirectory path="/" physicalPath="C:\\x" userName="a" password="*" />',
    '<network host="mail" userName="a"\r\n password\r\n=\r\n"*" />',
    '<add name="a" connectionString="*" providerName="p" />',
    '<sessionState mode="SQLServer" sqlConnectionString="*" timeout="20" />',
    '<membership dbPassword="*" minRequiredPasswordLength="7" passwordFormat="Hashed" />',
    '<add key="SmtpPassword" value="*" />',
    '<add key="api-key" value="*" />',
    "<add value='*' key='Some.Client.Secret'/>",
    '<add key="ConnectionString" value="*"/>',
    '<environmentVariable name="DB_PASSWORD" value="*" />',
    '<setting name="DbPassword" serializeAs="String">\r\n<value>*</value></setting>',
    "<apiKey>*</apiKey>",
    '"ConnectionStrings": {"Default": "x"}, "Password": "*"',
    "&lt;identity userName=&quot;a&quot; password=&quot;*&quot;/&gt;",
    "&lt;add key=&quot;SmtpPassword&quot; value=&quot;*&quot;/&gt;",
]
"""Settings that are secret by a name, a star for their value."""

STRINGS = [
    'string c = "Server=db;Database=a;User ID=sa;Password=*;Timeout=3";',
    'c = "Provider=SQLOLEDB; Data Source=db; Uid=sa; Pwd = *"',
    'c = "Password=*;User ID=sa;Server=db"',
    "var c = 'Driver={SQL Server};Server=db;UID=sa;PWD=*';",
    "c = \"Server=db;Uid=sa;Password='*';Timeout=3\"",
    'c = "Provider=Jet;Data Source=""x.mdb"";Jet OLEDB:Database Password=""*"";"',
    r'c = "Server=\"db\";Password=\"*\";";',
    'c = "Server=" & host & ";Uid=sa;Password=*;"',
    'c = "Server=db;" & _\r\n    "Password=*;"',
    "<b>Server=db;Password=*</b>",
    "&quot;Server=db;Uid=sa;Password=*&quot;",
    r'{"c": "Server=db;Password=*"}',
    r'"{\"c\": \"Server=db;Password=*\"}"',
    'c = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=*;EndpointSuffix=b"',
    'conn.Open "DSN=a;UID=sa;PWD=*", 1',
]
"""Connection strings in code and in markup, a star for the password."""


def values(text: str, *, configuration: bool) -> list[str]:
    """Return the secrets of a text by what they spell."""
    return [secret.value for secret in find_secrets(text, 0, len(text), configuration=configuration)]


def rest(text: str, *, configuration: bool) -> str:
    """Return a text with a star for each secret."""
    parts, at = [], 0
    for secret in find_secrets(text, 0, len(text), configuration=configuration):
        parts += [text[at : secret.start], "*"]
        at = secret.end
    return "".join(parts) + text[at:]


def leaks(shown: str, secret: str, least: int = 8) -> list[str]:
    """Return the parts of a secret, of so many characters, that a text shows."""
    return [part for at in range(len(secret) - least + 1) if (part := secret[at : at + least]) in shown]
