/*
    Compiled help files (.chm) of Windows: what droppers have them start.
*/

rule Help_File_Starts_Interpreter
{
    meta:
        description = "Page of a help file whose control starts an interpreter"
        family = "Droppers"
        wave = "2004 to 2024"
        score = 5
        severity = "high"
        types = "text/html"
        reference = "Microsoft: HTML Help ActiveX control, github.com/MicrosoftDocs/win32: desktop-src/htmlhelp/hh-version.md; Red Canary: Atomic Red Team, T1218.001, github.com/redcanaryco/atomic-red-team: atomics/T1218.001/T1218.001.yaml"
        date = "2026-11-29"
        tests = "Help_File_Starts_Interpreter"
    strings:
        $control = "52a2aaae-085d-4187-97ea-8c30db990436" nocase
        $command = "shortcut" nocase
        $program = /(cmd|powershell|mshta|rundll32|regsvr32|wscript|cscript|msiexec|hh|certutil)(\.exe)?\s*,/ nocase
    condition:
        $control and $command and $program
}
