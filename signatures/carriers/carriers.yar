// Files of other formats that IIS reads as pages because of their names.

rule mail_store_carries_server_code
{
    meta:
        id = "WSH9202"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1190"
        description = "A mailbox export (PST) contains server code in plain text, as planted with ProxyShell."
        reference = "https://learn.microsoft.com/en-us/openspecs/office_file_formats/ms-pst/5faf4800-645d-49d1-9457-2ac40eb467bd"
        date = "2026-11-24"
        benign = "A mailbox with mail about web pages stores it encoded."
        blind = "A store without encoding that contains mail about ASP.NET: the finding is a lead only."
    strings:
        $code1 = /<script[^<>\x00]{1,200}runat\s{0,20}=/ nocase
        $code2 = /<%@?\s{0,20}(Page|WebHandler|WebService|Language|Import|Response|Execute|eval|Dim|if|var)\b/ nocase
        $code3 = /<%=?\s{0,20}\w{1,40}\s{0,8}[.(]/
    condition:
        uint32be(0) == 0x2142444E and ($code1 or $code2 or $code3)
}

rule mail_store_payload_before_encoding
{
    meta:
        id = "WSH9203"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1190"
        description = "Bytes that an Exchange mailbox export decodes to a server script: a ProxyShell payload in a mail, an archive or a store."
        reference = "https://learn.microsoft.com/en-us/openspecs/office_file_formats/ms-pst/5faf4800-645d-49d1-9457-2ac40eb467bd"
        date = "2026-11-24"
        benign = "Chance: seven fixed bytes and the closing mark rarely meet."
        blind = "Payloads that begin with another tag."
    strings:
        // "<script" (any case of its letters) and "runat" under the permutation of MS-PST, decode direction
        $script = { 95 (D6 | 67) (54 | 79) (86 | BE) (B7 | C5) (69 | B9) (14 | D2) }
        $runat = { (86 | BE) (F7 | 46) (06 | 3D) (A9 | 00) (14 | D2) }
    condition:
        all of them
}

rule certificate_request_carries_server_code
{
    meta:
        id = "WSH9204"
        severity = "critical"
        confidence = "high"
        technique = "T1505.003 T1190"
        description = "A binary certificate request contains server code in its subject, as planted with ProxyShell."
        reference = "https://attack.mitre.org/techniques/T1190/"
        date = "2026-11-24"
        benign = "None known: no subject needs a server tag."
        blind = "A subject in a character set that is neither single-byte nor UTF-16."
    strings:
        $code1 = /<script[^<>\x00]{1,200}runat\s{0,20}=/ nocase
        $code2 = /<%@?\s{0,20}\w/
        $code3 = "<\x00%\x00"
        $code4 = "<\x00s\x00c\x00r\x00i\x00p\x00t\x00" nocase
    condition:
        uint16be(0) == 0x3082 and uint8(4) == 0x30 and ($code1 or $code2 or $code3 or $code4)
}

rule image_carries_server_code
{
    meta:
        id = "WSH9205"
        severity = "high"
        confidence = "high"
        technique = "T1505.003 T1036.008"
        description = "A file that begins like an image contains a server page; it runs if its name or a mapping makes it a page."
        reference = "https://attack.mitre.org/techniques/T1036/008/"
        date = "2026-11-24"
        benign = "None known: image software writes no page directives, and a palette has no closed block."
        blind = "Code without a directive in a block that is not closed, or that has characters beyond ASCII, and no request or call near its beginning."
    strings:
        $code1 = /<script[^<>\x00]{1,200}runat\s{0,20}=\s{0,20}["']?server/ nocase
        $code2 = /<%@\s{0,20}(P[a]ge|WebHandler|WebService|Language)\b/ nocase
        // a palette, and sometimes compressed data, is printable too: so a closed block, or a word that is called
        $code3 = /<%[ -~\t\r\n]{8,1000}%>/
        $code4 = /<%[ -~\t\r\n]{0,200}(Request|Response|Server|Session|Object|Function|eval|Execute|ExecuteGlobal|Process|getRuntime|String|out)\s{0,8}[.(\["][ -~\t\r\n]{2}/ nocase
        $code5 = /<%[ -~\t\r\n]{0,200}(eval|Execute|ExecuteGlobal)\s{1,8}(Request|Session|unescape|Chr)\b/ nocase
        $code6 = /<\?php\s{0,20}[ -~\t\r\n]{8}/ nocase
        $code7 = /<\?=\s{0,20}(\$\w{2}|`|[A-Za-z_]\w{3,40}\s{0,4}\()[ -~\t\r\n]{4}/
    condition:
        (
            uint32be(0) & 0xDFDFDFFF == 0x47494638  // GIF8, in either case
            or uint32be(0) == 0x89504E47    // PNG
            or uint16be(0) == 0xFFD8        // JPEG
            or (uint16be(0) == 0x424D and uint32(6) == 0)   // BMP
            or uint32be(0) == 0x00000100    // ICO
        )
        and any of them
}

rule binary_file_carries_page_directive
{
    meta:
        id = "WSH9206"
        severity = "high"
        confidence = "medium"
        technique = "T1505.003 T1190"
        description = "A file that does not begin like a page contains a page directive: another format was written under a page's name."
        reference = "https://attack.mitre.org/techniques/T1190/"
        date = "2026-11-24"
        benign = "Installers, archives and dumps of web projects: known formats are left out."
        blind = "Formats that begin with printable text."
    strings:
        $code1 = /<%@\s{0,20}(P[a]ge|WebHandler|WebService|ServiceHost)\b[^<>\x00-\x08\x7f-\xff]{1,200}%>/ nocase
        $code2 = /<script[ -~]{1,120}runat\s{0,20}=\s{0,20}["']?server/ nocase
    condition:
        (
            uint8(0) < 9 or uint8(1) < 9 or uint8(2) < 9 or uint8(3) < 9
        )
        // containers of whole projects, and formats of other rules
        and not uint16(0) == 0x5A4D and not uint32be(0) == 0x504B0304 and not uint32be(0) == 0x52617221
        and not uint16be(0) == 0x1F8B and not uint32be(0) == 0xD0CF11E0 and not uint32be(0) == 0x4D534346
        and not uint32be(0) == 0x377ABCAF and not uint32be(0) == 0x2142444E and not uint16be(0) == 0x3082
        and not uint32be(0) == 0x89504E47 and not uint16be(0) == 0xFFD8
        and ($code1 or $code2)
}

rule page_declared_as_utf7
{
    meta:
        id = "WSH9311"
        severity = "high"
        confidence = "high"
        technique = "T1505.003 T1027"
        description = "A page declares the character set UTF-7, which disguises code as harmless letters; no editor saves pages in it."
        reference = "https://attack.mitre.org/techniques/T1027/"
        date = "2026-11-24"
        benign = "None known."
        blind = "The same setting in the configuration: WSH4003 checks it there."
    strings:
        $page = /<%@[^%<]{0,120}\b(CODEPAGE\s{0,8}=\s{0,8}["']?\s{0,4}6500[0]\b|ResponseEncoding\s{0,8}=\s{0,8}["']?utf-7)/ nocase
    condition:
        $page
}
