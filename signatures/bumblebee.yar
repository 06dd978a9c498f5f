/*
    Bumblebee, in disk images and archives with shortcuts.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule Bumblebee_Internal_Job_2022
{
    meta:
        description = "The misspelt function that Bumblebee exports"
        family = "Bumblebee"
        wave = "2022-03 to 2022-05"
        score = 8
        severity = "critical"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "enzo, kevoreilly, r0ny_123: BumbleBeeLoader, github.com/kevoreilly/CAPEv2: data/yara/CAPE/BumbleBee.yar; The DFIR Report: an intrusion of eleven days by Bumblebee (2022)"
        date = "2026-11-29"
        tests = "Bumblebee_Internal_Job_2022"
    strings:
        $job = "IternalJob" ascii wide
        $run = /(rundll32|regsvr32|odbcconf)/ nocase ascii wide
    condition:
        code and $job and $run
}

rule Bumblebee_Odbcconf_2022
{
    meta:
        description = "Shortcut or script that has odbcconf load a library"
        family = "Bumblebee"
        wave = "2022-05 to 2023-04"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "proshiba: Bumblebee (2022-09), github.com/proshiba/analysis: bumblebee/README.md"
        date = "2026-11-29"
        tests = "Bumblebee_Odbcconf_2022"
    strings:
        $odbc = "odbcconf" nocase ascii wide
        $how = /[\/-]a ?\{ ?regsvr|[\/-]f [^\r\n]{1,60}\.rsp/ nocase ascii wide
    condition:
        code and $odbc and $how
}

rule Bumblebee_PowerShell_Elements_2022
{
    meta:
        description = "PowerShell that mends packed pieces, or unpacks them one by one, and runs them"
        family = "Bumblebee"
        wave = "2022-08 to 2022-10"
        score = 8
        severity = "critical"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "proshiba: Bumblebee (2022-09), github.com/proshiba/analysis: bumblebee/README.md"
        date = "2026-11-30"
        tests = "Bumblebee_PowerShell_Elements_2022"
    strings:
        $mend = /\$elem[0-9]{1,4} ?= ?\$elem[0-9]{1,4}\.\$[A-Za-z]{2,16}\.Invoke\(0, ?"H"\)/ nocase
        $each = /foreach ?\(\$element in \$[A-Za-z]{2,24}\)/ nocase
        $unpack = "GZipStream" nocase
        $read = ".readtoend.Invoke(" nocase
        $run = /\| ?(iex|Invoke-Expression)\b/ nocase
    condition:
        code and ($mend or $each and $unpack and $read and $run)
}
