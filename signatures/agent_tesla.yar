/*
    Agent Tesla and its kin (LokiBot, FormBook, Remcos, Snake): what leads to them.
*/

// Text that is there to be run, not to be read: what folding and macro sheets brought to light, and scripts.
// A mail or a page that quotes a command line is none.
private rule code
{
    condition:
        part_kind == "folded" or part_kind == "xlm" or not mime_type matches /^text\/(plain|html|xml)$/
}

rule AgentTesla_RTF_Equation_2018
{
    meta:
        description = "RTF document with an object of the Equation Editor that hides what it is, or is loaded without a click"
        family = "Agent Tesla"
        wave = "2017-11 to 2024"
        score = 6
        severity = "high"
        types = "application/rtf text/rtf"
        reference = "John Davison, Florian Roth: CVE-2017-11882 (2018-02), github.com/Neo23x0/signature-base: yara/exploit_cve_2017_11882.yar"
        date = "2026-11-29"
        tests = "AgentTesla_RTF_Equation_2018"
    strings:
        $start = "{\\rt"
        $object = "\\obj"
        $name = /[46]5[57]1[57]5[46]1[57]4[46]9[46]f[46]e2e33/ nocase
        $class = "02ce020000000000c000000000000046" nocase
        $update = "\\objupdate"
        $honest = /\\objclass\s{1,4}Equation\.(3|2|DSMT4)/
    condition:
        $start at 0 and $object and (($class and not $honest) or (($class or $name) and $update))
}

rule AgentTesla_Office_Mshta_Short_Link_2021
{
    meta:
        description = "Macro that has mshta open a shortened address"
        family = "Agent Tesla"
        wave = "2019-12 to 2022"
        score = 6
        severity = "high"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "executemalware: Aggah (2021-10-18), github.com/executemalware/Malware-IOCs: 2021-10-18 Aggah IOCs"
        date = "2026-11-29"
        tests = "AgentTesla_Office_Mshta_Short_Link_2021"
    strings:
        $run = /\bmshta\b/ nocase
        $short = /(bit\.ly|bitly\.com|j\.mp|tinyurl\.com|is\.gd|cutt\.ly)\/[A-Za-z0-9]{3,}/ nocase
        $user = /https?:\/\/[0-9%]{6,60}@/ nocase
    condition:
        code and $run and ($short or $user)
}

rule AgentTesla_Picture_Marks_2023
{
    meta:
        description = "Script that cuts a program out of a picture between marks of base64"
        family = "Agent Tesla"
        wave = "2023-03 to 2024"
        score = 8
        severity = "critical"
        types = "text/plain text/x-* text/javascript text/js text/vbscript application/hta application/x-ms-shortcut"
        reference = "ditekSHen: INDICATOR_SUSPICIOUS_IMG_Embedded_B64_EXE, https://github.com/ditekshen/detection"
        date = "2026-11-30"
        tests = "AgentTesla_Picture_Marks_2023"
    strings:
        $begin = /<<BASE64[_-]?START>>/ nocase
        $end = /<<BASE64[_-]?END>>/ nocase
    condition:
        code and $begin and $end
}
