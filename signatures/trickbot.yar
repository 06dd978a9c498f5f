/*
    TrickBot and what the same mails brought besides.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule TrickBot_Ostap_Watched_2018
{
    meta:
        description = "Script that goes on only where none of the programs of analysts run"
        family = "TrickBot"
        wave = "2018-08 to 2020-02"
        score = 7
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Trend Micro: Latest Trickbot campaign delivered via highly obfuscated JS file (2019), as told by https://www.cybersecurity-review.com/latest-trickbot-campaign-delivered-via-highly-obfuscated-js-file/"
        date = "2026-11-29"
        tests = "TrickBot_Ostap_Watched_2018"
    strings:
        $p1 = "AgentSimulator.exe" nocase
        $p2 = "anti-virus.EXE" nocase
        $p3 = "BehaviorDumper" nocase
        $p4 = "BennyDB.exe" nocase
        $p5 = "fakepos_bin" nocase
        $p6 = "FrzState2k" nocase
        $p7 = "gemu-ga.exe" nocase
        $p8 = "KMS Server Service.exe" nocase
        $p9 = "Proxifier.exe" nocase
        $p10 = "VzService" nocase
        $p11 = "XenDPriv.exe" nocase
        $p12 = "ImmunityDebugger" nocase
    condition:
        code and 4 of them
}

rule TrickBot_Picture_Names_2019
{
    meta:
        description = "Script that fetches one of TrickBot's programs under the name of a picture"
        family = "TrickBot"
        wave = "2018 to 2021-10"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: TrickBot ono66 (2020-08-24), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2020-08-24-IOCs-for-Trickbot-gtag-ono66.txt; executemalware (2021-10-20), github.com/executemalware/Malware-IOCs: 2021-10-20 Trickbot IOCs"
        date = "2026-11-30"
        tests = "TrickBot_Picture_Names_2019"
    strings:
        $name = /https?:\/\/[^\s"\x27<>]{4,120}\/(table|toler|tablone|worming|radiance|samerton|lastimg|imgpaper|redcar|cursor|yellowbike)\.png/ nocase
        // From a bare address, and stored as a program in the same breath.
        $stored = /https?:\/\/[0-9]{1,3}(\.[0-9]{1,3}){3}\/images\/[a-z]{4,16}\.png["\x27][^\r\n]{1,60}["\x27\\][^"\x27\r\n]{0,60}\.(exe|dll)\b/ nocase
        $fetch1 = "DownloadFile" nocase
        $fetch2 = "XMLHTTP" nocase
        $fetch3 = "BitsTransfer" nocase
        $fetch4 = "Invoke-WebRequest" nocase
        $run = /\.exe\b/ nocase
    condition:
        code and any of ($fetch*) and ($name and $run or $stored)
}

rule TrickBot_Certutil_Library_2021
{
    meta:
        description = "Macro that decodes a library by certutil and starts it"
        family = "TrickBot"
        wave = "2021-03"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "SANS ISC: April 2021 forensic quiz (artifacts of 2021-03-29), https://isc.sans.edu/forums/diary/April+2021+Forensic+Quiz/27266/, and an answer to it (2021-04-22)"
        date = "2026-11-30"
        tests = "TrickBot_Certutil_Library_2021"
    strings:
        $certutil = "certutil" nocase
        $decode = /-decode(hex)? / nocase
        $run = /\b(rundll32|regsvr32)\b/ nocase
        $folder = /(%temp%|%appdata%|%public%|\\temp\\|ProgramData|Users\\Public)/ nocase
    condition:
        code and $certutil and $decode and $run and $folder
}
