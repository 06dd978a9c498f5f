/*
    The mail itself, as it came. Weak: it adds to what an attachment says, and blocks nothing alone.
*/

rule Emotet_Mail_Reply_Chain_Boundary
{
    meta:
        description = "Reply without a thread, with the MIME boundary of Emotet's spam module"
        family = "Emotet"
        wave = "2020"
        score = 2
        severity = "low"
        reference = "Unit 42: Emotet thread hijacking (2020-09-03), github.com/pan-unit42/iocs: Emotet-thread-hijacking/2020-09-03-Emotet-thread-hijacking-spoofed-malspam-from-botnet.txt"
        types = "message/rfc822"
        first_bytes = 8192
        date = "2026-11-24"
        tests = "Emotet_Mail_Reply_Chain_Boundary"
        raw = true
    strings:
        $boundary = /boundary="--[0-9]{30,38}"/
        $reply1 = "\nSubject: Re: "
        $reply2 = "\nSubject: RE: "
        $reply3 = "\nSubject: Fw: "
        $reply4 = "\nSubject: Fwd: "
        $reply5 = "\nSubject: FW: "
        $reply6 = "\nSubject: FWD: "
        $reply7 = "\nSubject: AW: "
        $reply8 = "\nSubject: RV: "
        $thread1 = "\nIn-Reply-To:" nocase
        $thread2 = "\nReferences:" nocase
    condition:
        $boundary and any of ($reply*) and not any of ($thread*)
}
