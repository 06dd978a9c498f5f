/*
    QakBot (Qbot, Pinkslipbot): sheets of 2021, pages and images of 2022, notebooks and scripts of 2023.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule QakBot_XLM_Regsvr_2021
{
    meta:
        description = "Excel 4.0 macro that registers a fetched file of an odd name in silence"
        family = "QakBot"
        wave = "2021 to 2022-05"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Microsoft: A closer look at Qakbot's latest building blocks (2021-12-09), https://www.microsoft.com/en-us/security/blog/2021/12/09/a-closer-look-at-qakbots-latest-building-blocks-and-how-to-knock-them-down/"
        date = "2026-11-29"
        tests = "QakBot_XLM_Regsvr_2021"
    strings:
        $register = /regsvr32(\.exe)? (-silent|-e -n -i:|-s -n -i:)/ nocase
        $fetch = "URLDownloadToFile" nocase
        $up = /\.\.\\[A-Za-z0-9]{2,24}\.[a-z]{2,8}/ nocase
        $folder = /C:\\(Datop|ProgramData|Users\\Public)\\[A-Za-z0-9]{1,24}\./ nocase
    condition:
        code and $register and any of ($fetch, $up, $folder)
}

rule QakBot_HTML_Smuggling_2022
{
    meta:
        description = "Page that hands over an archive of its own and names the password"
        family = "QakBot"
        wave = "2022-06 to 2022-12"
        score = 6
        severity = "high"
        types = "text/html image/svg+xml"
        reference = "Trustwave SpiderLabs: HTML smuggling and QakBot (2022-08), https://www.trustwave.com/en-us/resources/blogs/spiderlabs-blog/html-smuggling-the-hidden-threat-in-your-inbox/"
        date = "2026-11-29"
        tests = "QakBot_HTML_Smuggling_2022"
    strings:
        $shown1 = "file is not displayed correctly" nocase
        $shown2 = "local downloaded file" nocase
        $password = /document password/ nocase
        $zip = "UEsDB"
        $code1 = "atob(" nocase
        $code2 = "createObjectURL" nocase
        $code3 = "msSaveOrOpenBlob" nocase
        $code4 = "data:image/svg+xml;base64" nocase
    condition:
        any of ($shown*) and ($password or $zip) and any of ($zip, $code*)
}

rule QakBot_LNK_Curl_Register_2022
{
    meta:
        description = "Command that fetches a library, waits by ping and registers it"
        family = "QakBot"
        wave = "2022-04 to 2022-10"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "SANS ISC: aa distribution Qakbot (2022-06-09), https://isc.sans.edu/diary/28728"
        date = "2026-11-29"
        tests = "QakBot_LNK_Curl_Register_2022"
    strings:
        $fetch = /\bcurl(\.exe)?["\x27]{0,2} / nocase ascii wide
        $wait = /\bping(\.exe)?["\x27]{0,2} [-\/]n 2 / nocase ascii wide
        $register = /\b(regsvr32|rundll32)(\.exe)?["\x27]{0,2} / nocase ascii wide
    condition:
        code and $fetch and $wait and $register
}

rule QakBot_Image_Shellexecute_2022
{
    meta:
        description = "Script on a disk image that registers a library of another name beside it"
        family = "QakBot"
        wave = "2022-09 to 2022-12"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Trend Micro: Black Basta ransomware gang infiltrates networks via QakBot (2022-10-12), https://www.trendmicro.com/en_us/research/22/j/black-basta-infiltrates-networks-via-qakbot-brute-ratel-and-coba.html"
        date = "2026-11-29"
        tests = "QakBot_Image_Shellexecute_2022"
    strings:
        $execute = "shellexecute" nocase
        $register = /["\x27](regsvr32|rundll32)(\.exe)?["\x27] ?, ?["\x27][^"\x27\r\n]{1,80}\.(dat|tmp|db|txt|log|gif|png|jpg)\b/ nocase
    condition:
        code and $execute and $register
}

rule QakBot_JS_Signature_Block_2022
{
    meta:
        description = "Script that starts a library behind a signature block that is none of its own"
        family = "QakBot"
        wave = "2022-11"
        score = 5
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Bleeping Computer: New attacks use Windows security bypass zero-day to drop malware (2022-11-19), https://www.bleepingcomputer.com/news/security/new-attacks-use-windows-security-bypass-zero-day-to-drop-malware/"
        date = "2026-11-29"
        tests = "QakBot_JS_Signature_Block_2022"
    strings:
        $block = /(\/\/|') SIG (\/\/|') Begin signature block/ nocase
        $run1 = "regsvr32" nocase
        $run2 = "rundll32" nocase
        $run3 = "shellexecute" nocase
    condition:
        code and $block and $run3 and any of ($run1, $run2)
}

rule QakBot_Rundll_Export_2023
{
    meta:
        description = "rundll32 on a picture or data file, with a function that QakBot exports"
        family = "QakBot"
        wave = "2023-01 to 2023-06"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Cyble: Qakbot's evolution continues with new strategies (2023-02), https://cyble.com/blog/qakbots-evolution-continues-with-new-strategies/"
        date = "2026-11-29"
        tests = "QakBot_Rundll_Export_2023"
    strings:
        $run = /rundll32(\.exe)?["\x27 ^]{1,4}[^\r\n,]{1,140}\.(jpe?g|png|gif|dat|tmp|txt|bin|dll)["\x27]{0,2} ?, ?(Wind|Motd|Updt|X555|must|bind|Nikn)\b/ ascii wide
    condition:
        code and $run
}

rule QakBot_ProgramData_Picture_2023
{
    meta:
        description = "Script that fetches a picture into ProgramData and starts it as a library"
        family = "QakBot"
        wave = "2023-01 to 2023-03"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Trellix: Qakbot evolves to OneNote malware distribution (2023-02), https://www.trellix.com/blogs/research/qakbot-evolves-to-onenote-malware-distribution/"
        date = "2026-11-29"
        tests = "QakBot_ProgramData_Picture_2023"
    strings:
        $fetch1 = "Invoke-WebRequest" nocase
        $fetch2 = /\bcurl(\.exe)? / nocase
        $fetch3 = "DownloadFile" nocase
        $fetch4 = "XMLHTTP" nocase
        $picture = /ProgramData%?\\{1,2}[A-Za-z0-9_]{1,32}\.(jpe?g|png|gif)/ nocase
        $run = "rundll32" nocase
    condition:
        code and any of ($fetch*) and $picture and $run
}
