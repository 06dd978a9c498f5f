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
        reference = "IT World Canada: Dridex by false notices of dismissal (2021-12), https://www.itworldcanada.com/post/dridex-lures-employees-to-open-malicious-docs-via-fake-emails"
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
        wave = "2020-09 to 2021-03"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Unit 42: Dridex (2020-11-23 and 2021-03-22), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2021-03-22-IOCs-from-Dridex-infection.txt"
        date = "2026-11-30"
        tests = "Dridex_Many_Addresses_2020"
    strings:
        $address = /https?:\/\/[a-z0-9.\-]{4,80}\/[a-z0-9]{5,10}\.(zip|rar|tar|pdf|jpg|gif|png|txt|bin)\b/ nocase
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
        description = "Mail with a forged hop before the real ones, as a login at a numbered host of a carrier or at a host of no name"
        family = "Dridex"
        wave = "2020-09 to 2020-11"
        score = 3
        severity = "medium"
        types = "message/rfc822"
        raw = true
        first_bytes = 8192
        reference = "Unit 42: Dridex (2020-09-07 and 2020-11-23), github.com/PaloAltoNetworks/Unit42-timely-threat-intel: 2020-09-07-IOCs-for-Dridex-infection.txt"
        date = "2026-11-30"
        tests = "Dridex_Mail_Forged_Hop_2020"
    strings:
        $hop = /Received: from \[?[0-9.]{7,15}\]? \(account [a-z]{2,24}[0-9]{1,3}@[a-z]{2,4}[0-9]{4,6}\.[a-z]{2,4}\.[a-z0-9.\-]{4,60} HELO /
        $how = /\(Exim 4\.[0-9]{2}\)[ \r\n\t]{1,4}with ESMTPA/
        // November 2020: where the sending address has no name, the forged hops say so.
        $nameless = /\(helo=[^ )\r\n]{4,80}\)[ \r\n\t]{1,4}by  with esmtpa \(Exim 4\.[0-9]{2}\)/
        $before = /Received: from \(\[[0-9.]{7,15}\]\) by  with SMTP id /
    condition:
        ($hop and $how) or ($nameless and $before)
}
