/*
    Dridex: sheets with many addresses, and pages under other names.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule Dridex_Mshta_Other_Name_2021
{
    meta:
        description = "mshta on a file in ProgramData that does not call itself a page"
        family = "Dridex"
        wave = "2021-01 to 2021-12"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Fortinet: New Dridex variant being spread by crafted Excel document (2021-09), https://www.fortinet.com/blog/threat-research/new-dridex-variant-being-spread-by-crafted-excel-document"
        date = "2026-11-29"
        tests = "Dridex_Mshta_Other_Name_2021"
    strings:
        $run = /mshta(\.exe)?["\x27 ]{1,3}["\x27]?(C:\\{1,2}ProgramData|%ProgramData%|%ALLUSERSPROFILE%)\\{1,2}[^\r\n" ]{1,40}\.(rtf|sct|txt|xml|log|bin|dat)/ nocase
    condition:
        code and $run
}

rule Dridex_Many_Addresses_2020
{
    meta:
        description = "Macro with ten and more addresses of archives and pictures, one of which it registers"
        family = "Dridex"
        wave = "2020-06 to 2021-06"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "SANS ISC, Unit 42: Dridex from spreadsheets with dozens of addresses (2020), https://isc.sans.edu/diary/26216"
        date = "2026-11-29"
        tests = "Dridex_Many_Addresses_2020"
    strings:
        $address = /https?:\/\/[a-z0-9.\-]{4,80}\/[a-z0-9]{5,10}\.(zip|rar|pdf|jpg|gif|png|txt|bin)\b/ nocase
        $run1 = "regsvr32" nocase
        $run2 = "rundll32" nocase
        $fetch1 = "URLDownloadToFile" nocase
        $fetch2 = "XMLHTTP" nocase
        $fetch3 = "DownloadFile" nocase
    condition:
        code and #address > 9 and any of ($run*) and any of ($fetch*)
}

rule Dridex_Mail_Forged_Hop_2020
{
    meta:
        description = "Mail with a forged hop before the real ones, as a login at a numbered host of a carrier"
        family = "Dridex"
        wave = "2020-09 to 2020-11"
        score = 3
        severity = "medium"
        types = "message/rfc822"
        raw = true
        first_bytes = 8192
        reference = "SANS ISC, Unit 42: headers of Dridex mails (2020-09 to 2020-11), https://github.com/pan-unit42/iocs"
        date = "2026-11-29"
        tests = "Dridex_Mail_Forged_Hop_2020"
    strings:
        $hop = /Received: from \[?[0-9.]{7,15}\]? \(account [a-z]{2,24}[0-9]{1,3}@[a-z]{2,4}[0-9]{4,6}\.[a-z]{2,4}\.[a-z0-9.\-]{4,60} HELO /
        $how = /\(Exim 4\.[0-9]{2}\) with ESMTPA/
    condition:
        $hop and $how
}
