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
        description = "RTF document with an object of the Equation Editor, hidden or named so"
        family = "Agent Tesla"
        wave = "2017-11 to 2024"
        score = 6
        severity = "high"
        types = "application/rtf text/rtf"
        reference = "NVD: CVE-2017-11882, https://nvd.nist.gov/vuln/detail/CVE-2017-11882"
        date = "2026-11-29"
        tests = "AgentTesla_RTF_Equation_2018"
    strings:
        $start = "{\\rt"
        $object = "\\obj"
        $name = /[46]5[57]1[57]5[46]1[57]4[46]9[46]f[46]e2e33/ nocase
        $class = "02ce020000000000c000000000000046" nocase
        $update = "\\objupdate"
    condition:
        $start at 0 and $object and ($class or ($name and $update))
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
        reference = "Fortinet: Phishing campaign delivering three fileless malware: AveMariaRAT, BitRAT, PandoraHVNC (2022-05); Unit 42: Aggah campaign (2019-04), https://unit42.paloaltonetworks.com/aggah-campaign-bit-ly-blogspot-and-pastebin-used-for-c2-in-large-scale-campaign/"
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
        reference = "Zscaler, Positive Technologies: SteganoAmor and loaders in pictures (2024-04), https://www.ptsecurity.com/ww-en/analytics/pt-esc-threat-intelligence/steganoamor-campaign-ta558-mass-attacking-companies-and-public-institutions-all-around-the-world/"
        date = "2026-11-29"
        tests = "AgentTesla_Picture_Marks_2023"
    strings:
        $begin = "<<BASE64_START>>" nocase
        $end = "<<BASE64_END>>" nocase
    condition:
        code and $begin and $end
}
