// Files that Exchange writes about itself and that a server would execute.

rule oab_dump_carries_script
{
    meta:
        id = "WSH9201"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1190"
        description = "The property list of an Exchange virtual directory contains server code, as planted with ProxyLogon."
        reference = "https://www.microsoft.com/security/blog/2021/03/02/hafnium-targeting-exchange-servers/ https://www.cisa.gov/news-events/analysis-reports/ar21-084a"
        date = "2026-11-24"
        benign = "An administrator's reset of a virtual directory writes the same list without code."
        blind = "Lists whose property names were translated or removed."
    strings:
        $code1 = /<script[^<>]{1,200}runat/ nocase
        $code2 = "<%"
        $code3 = /<object[^<>]{1,200}runat/ nocase
        $external = /\b(External|Internal)Url\s{0,60}:\s{0,8}http/
        $property1 = /\bOfflineAddressBooks\s{1,60}:/
        $property2 = /\bPollInterval\s{1,60}:/
        $property3 = /\bMetabasePath\s{1,60}:/
        $property4 = /\bWhenChangedUTC\s{1,60}:/
        $property5 = /\bOriginatingServer\s{1,60}:/
        $property6 = /\bDistinguishedName\s{1,60}:/
        $property7 = /\bExtendedProtectionTokenChecking\s{1,60}:/
        $property8 = /\bAdminDisplayVersion\s{1,60}:/
        $property9 = /\bObjectClass\s{1,60}:/
        $property10 = /\b(Internal|External)AuthenticationMethods\s{1,60}:/
    condition:
        ($code1 or $code2 or $code3) and (3 of ($property*) or ($external and 2 of ($property*)))
}
