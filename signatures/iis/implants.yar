// Texts of implants for IIS and HTTP.sys that a public report names. Each rule is about one family.

rule naplistener_listens_below_exchange_web_services
{
    meta:
        id = "WSH9410"
        severity = "critical"
        confidence = "high"
        technique = "T1205 T1620"
        description = "A program has the address or the form field of NAPLISTENER, which takes .NET code from requests beside IIS."
        reference = "https://www.elastic.co/security-labs/naplistener-more-bad-dreams-from-the-developers-of-siestagraph"
        date = "2026-12-01"
        is_known_content = true
        benign = "None known: the texts are those of one family."
        blind = "A build with another address and another field: WSH4052 reports its service, WSH5010 a library that listens."
    strings:
        $address = "/ews/MsExgHealthCheckd" ascii wide nocase
        $field = "sdafwe3rwe23" ascii wide
    condition:
        uint16(0) == 0x5A4D and any of them
}

rule doorme_is_asked_by_cookie
{
    meta:
        id = "WSH9411"
        severity = "critical"
        confidence = "high"
        technique = "T1505.004"
        description = "A native IIS module compares a cookie with the digest that DoorMe expects, and answers its operator."
        reference = "https://www.elastic.co/security-labs/update-to-the-REF2924-intrusion-set-and-related-campaigns"
        date = "2026-12-01"
        is_known_content = true
        benign = "None known: the texts are those of one family."
        blind = "Other builds, and texts that are encrypted or packed."
    strings:
        $digest = "79cfdd0e92b120faadd7eb253eb800d0" ascii wide nocase
        $entry = "RegisterModule" fullword
    condition:
        uint16(0) == 0x5A4D and all of them
}

rule hijackserver_manages_links
{
    meta:
        id = "WSH9412"
        severity = "critical"
        confidence = "high"
        technique = "T1505.004"
        description = "A native IIS module has the class names or the source path of HijackServer (TOLLBOOTH), which sells the visitors of a server and runs commands."
        reference = "https://www.elastic.co/security-labs/tollbooth https://harfanglab.io/insidethelab/rudepanda-owns-iis-servers-like-its-2003/"
        date = "2026-12-01"
        is_known_content = true
        benign = "None known: the texts are those of one family."
        blind = "Other builds, and texts that are encrypted or packed."
    strings:
        $class1 = ".?AVHiJackServer@@" ascii
        $class2 = ".?AVWebdllServer@@" ascii
        $class3 = ".?AVAffLinkServer@@" ascii
        $path = "\\IISCPP-GM\\" ascii nocase
        $symbols = "\\Dongtai.pdb" ascii nocase
        $version = "hj-plugin-iis-cpp-v" ascii
    condition:
        uint16(0) == 0x5A4D and any of them
}

rule rungan_listens_beside_iis
{
    meta:
        id = "WSH9413"
        severity = "critical"
        confidence = "high"
        technique = "T1205"
        description = "A program has the address or the commands of Rungan, which takes commands from requests beside IIS."
        reference = "https://www.welivesecurity.com/en/eset-research/ghostredirector-poisons-windows-servers-backdoors-side-potatoes/"
        date = "2026-12-01"
        is_known_content = true
        benign = "None known: the texts are those of one family."
        blind = "Other builds, and texts that are encrypted or packed."
    strings:
        $address = "/v1.0/8888/sys.html" ascii wide nocase
        $listens = "HttpAddUrl"
        $command1 = "mkuser" ascii wide fullword
        $command2 = "listfolder" ascii wide fullword
        $command3 = "addurl" ascii wide fullword
    condition:
        uint16(0) == 0x5A4D and ($address or ($listens and all of ($command*)))
}

rule ghostcontainer_answers_at_owa
{
    meta:
        id = "WSH9414"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003"
        description = "An assembly has the class or the fields of GhostContainer, which takes commands from a header of OWA and serves pages from memory."
        reference = "https://securelist.com/ghostcontainer/116953/"
        date = "2026-12-01"
        is_known_content = true
        benign = "None known: the texts are those of one family."
        blind = "Other builds, and texts that are encrypted or packed."
    strings:
        $class = "App_Web_843e75cf5b63" ascii wide
        $header = "x-owa-urlpostdata" ascii wide nocase
        $field1 = "fakePageName" ascii wide
        $field2 = "fakePath" ascii wide
    condition:
        uint16(0) == 0x5A4D and ($class or ($header and all of ($field*)))
}

rule native_module_of_known_author
{
    meta:
        id = "WSH9415"
        severity = "high"
        confidence = "high"
        technique = "T1505.004"
        description = "A native IIS module has the source path of a family of modules that intruders use."
        reference = "https://github.com/PwCUK-CTO/labscon-2024-knowledge-iis-power"
        date = "2026-12-01"
        benign = "None known: the texts are those of one family."
        blind = "Other builds, and texts that are encrypted or packed."
    strings:
        $entry1 = "RegisterModule" fullword
        $entry2 = "HttpFilterProc" fullword
        $path1 = "IIS-Raid" ascii wide nocase
        $path2 = "iis-backup.pdb" ascii nocase
        $path3 = "\\ene.pdb" ascii nocase
        $path4 = "w3trc.pdb" ascii nocase
        $path5 = "seo-client-iis.pdb" ascii nocase
        $path6 = "\\isn7.pdb" ascii nocase
        $path7 = "\\iis_dirs.pdb" ascii nocase
        $path8 = "\\httpmodrespdllx64.pdb" ascii nocase
        $path9 = "\\urlresol.pdb" ascii nocase
    condition:
        uint16(0) == 0x5A4D and any of ($entry*) and any of ($path*)
}
