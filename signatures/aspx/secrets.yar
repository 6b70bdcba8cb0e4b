// Pages that output the server's secrets.

// Shared by the rules below; private, so that neither is reported by itself.

private rule server_page
{
    strings:
        $open = "<%"
        $server = /\brunat\s{0,8}=\s{0,8}["']?\s{0,4}server/ nocase
    condition:
        $open or $server
}

private rule reads_request
{
    strings:
        $request = /\bRequest\s{0,8}([\[(]|\.\s{0,8}(Form|QueryString|Params|Item|Cookies|Headers|InputStream|Files|ServerVariables)\b)/ nocase
        $body = /\b(BinaryRead|GetBufferlessInputStream)\s{0,8}\(/ nocase
    condition:
        $request or $body
}

rule aspx_hands_out_machine_keys
{
    meta:
        id = "WSH9121"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1552.001"
        description = "A page reads the machine keys in use and outputs them; an attacker with these keys needs no file to return."
        reference = "https://www.microsoft.com/en-us/security/blog/2025/07/22/disrupting-active-exploitation-of-on-premises-sharepoint-vulnerabilities/"
        date = "2026-11-24"
        benign = "Farm tools read the section to compare servers: as a program, not as a page that answers strangers."
        blind = "The section's name in pieces."
    strings:
        $section1 = "MachineKeySection" nocase
        $section2 = /system\.web\/machineKey\b/ nocase
        $section3 = /\bMachineKey(Master)?Provider\b/
        $key1 = "ValidationKey" nocase
        $key2 = "DecryptionKey" nocase
        $get1 = "GetApplicationConfig" nocase
        $get2 = /\bGet(Web)?Section\s{0,8}\(/ nocase
        $get3 = /\bBindingFlags\b/ nocase
        $get4 = /\bOpen(Web|Machine)Configuration\s{0,8}\(/ nocase
        $out1 = /\bResponse\s{0,8}\.\s{0,8}(Write|BinaryWrite|Output|AddHeader|AppendHeader|Headers|Cookies)\b/ nocase
        $out2 = /<%\s{0,20}=/
        $out3 = /\bWriteAll(Text|Lines|Bytes)\s{0,8}\(/ nocase
        $out4 = /\.\s{0,4}Text\s{0,8}=/ nocase
    condition:
        server_page and any of ($section*) and any of ($key*) and any of ($get*) and any of ($out*)
}
