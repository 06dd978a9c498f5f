/*
    The test file of EICAR, by which anyone can see that the scan is at work. Its text stands here in two pieces,
    so that this file is no test file itself.
*/

rule EICAR_Test_File
{
    meta:
        description = "EICAR test file: harmless, and treated as malicious by agreement"
        family = "EICAR"
        score = 10
        severity = "critical"
        reference = "EICAR: https://www.eicar.org/download-anti-malware-testfile/, as told by https://github.com/para93/docker-eicar"
        largest_bytes = 256
        date = "2026-11-24"
        tests = "EICAR_Test_File"
    strings:
        $first = "X5O!P%@AP[4\\PZX54(P^)7CC)7}"
        $second = "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    condition:
        // By definition it stands at the beginning, and nothing but blanks follows.
        filesize <= 256 and $first in (0..3) and $second at @first[1] + 27
}
