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
        wave = "2022-03 to 2022-08"
        score = 8
        severity = "critical"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Proofpoint: This isn't Optimus Prime's Bumblebee but it's still transforming (2022-04-28), https://www.proofpoint.com/us/blog/threat-insight/bumblebee-is-still-transforming"
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
        reference = "SANS ISC: Bumblebee malware from TransferXL URLs (2022-05-19), https://isc.sans.edu/diary/28664"
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
        description = "PowerShell that mends packed pieces letter by letter and loads them"
        family = "Bumblebee"
        wave = "2022-08 to 2022-10"
        score = 8
        severity = "critical"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "Cyble: Bumblebee returns with new infection technique (2022-09-07), https://cyble.com/blog/bumblebee-returns-with-new-infection-technique/"
        date = "2026-11-29"
        tests = "Bumblebee_PowerShell_Elements_2022"
    strings:
        $mend = /\$elem[0-9]{1,4} ?= ?\$elem[0-9]{1,4}\.\$[A-Za-z]{2,16}\.Invoke\(0, ?"H"\)/ nocase
    condition:
        code and $mend
}
