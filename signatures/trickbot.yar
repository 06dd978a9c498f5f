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
        reference = "Bromium: Deobfuscating Ostap: TrickBot's 34,000 line JavaScript downloader (2019-09), https://threatresearch.ext.hp.com/deobfuscating-ostap-trickbots-javascript-downloader/"
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
        wave = "2018 to 2020"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: TrickBot campaigns and payload names (2019 to 2020), https://github.com/pan-unit42/iocs"
        date = "2026-11-29"
        tests = "TrickBot_Picture_Names_2019"
    strings:
        $name = /https?:\/\/[^\s"\x27<>]{4,120}\/(table|toler|tablone|worming|radiance|samerton|lastimg|imgpaper|redcar|cursor)\.png/ nocase
        $fetch1 = "DownloadFile" nocase
        $fetch2 = "XMLHTTP" nocase
        $fetch3 = "BitsTransfer" nocase
        $run = /\.exe\b/ nocase
    condition:
        code and $name and any of ($fetch*) and $run
}

rule TrickBot_Certutil_Library_2021
{
    meta:
        description = "Macro that decodes a library by certutil and starts it"
        family = "TrickBot"
        wave = "2021"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: BazarLoader and TrickBot from spreadsheets (2021), https://unit42.paloaltonetworks.com/bazarloader-malware/"
        date = "2026-11-29"
        tests = "TrickBot_Certutil_Library_2021"
    strings:
        $certutil = "certutil" nocase
        $decode = /-decode(hex)? / nocase
        $run = /\b(rundll32|regsvr32)\b/ nocase
        $folder = /(%temp%|%appdata%|\\temp\\|ProgramData|Users\\Public)/ nocase
    condition:
        code and $certutil and $decode and $run and $folder
}
