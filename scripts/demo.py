"""The demo behind scripts/demo: private servers, sample mails, a table, and an open door for mail of your own."""

import dataclasses
import fnmatch
import pathlib
import shutil
import signal
import sys
import tempfile
import unicodedata

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/integration"))
import mails  # noqa: E402
from gate import Sekishod  # noqa: E402
from mta import Postfix, remove_tree  # noqa: E402
from smtp import Sink, send, wait_until  # noqa: E402

LOCKED = "The file"  # subject of the mail that is released in the end
LATER = "Yuki-3308-mado"
ACCOUNT = ("taro@example.jp", "demo-password-of-taro")


@dataclasses.dataclass
class Row:
    """A mail and what should become of it. `finding`: a glob that one of the findings must match; "" for none."""

    what: str
    mail: bytes
    code: int
    verdict: str
    action: str
    finding: str = ""
    outbound: bool = False
    recipient: str = "user@example.jp"


def rows():
    dropper = mails.macro_document()
    script = mails.fixture("script.js")
    forged = [("X-Sekisho-Verdict", "clean"), ("X-Sekisho-Id", "forged")]
    quarantined = (250, "malicious", "quarantine")
    return [
        Row("a clean text", mails.plain("Lunch on Friday?"), 250, "clean", "accept"),
        Row("a clean docx by LibreOffice", mails.clean_document("The report"), 250, "clean", "accept"),
        Row("a text with forged X-Sekisho headers", mails.plain("Trust me", headers=forged), 250, "clean", "accept"),
        Row("a macro document like Emotet's", mails.dropper("Invoice 4711"), *quarantined, "office.*"),
        Row("the same in a ZIP", mails.message("Invoice 4712", "See the attached file.\n",
                                               [("invoice.zip", mails.zipped({"invoice.doc": dropper}))]),
            *quarantined, "office.*"),
        Row("in a ZIP, password in the Japanese text",
            mails.locked_zip("請求書送付のお願い", "Sakura-2025", mails.JAPANESE_TEXT, "iso-2022-jp"),
            *quarantined, "office.*"),
        Row("in an AES ZIP, password in the English text",
            mails.locked_zip("Overdue invoice", "Qx7-2291-lm", method="AES256"), *quarantined, "office.*"),
        Row("in a ZIP in a mail in a ZIP", mails.nested("Fwd: Fwd: documents"), *quarantined, "office.*"),
        Row("a script in a ZIP", mails.message("Your parcel", "Track it with the attached file.\n",
                                               [("parcel.zip", mails.zipped({"parcel.js": script}))]),
            *quarantined, "*"),
        Row("an encrypted ZIP without a password", mails.locked_zip(LOCKED, "never told", tell=False), 250,
            "unscannable", "quarantine", "archive.encrypted.unopened"),
        Row("a locked ZIP, its password comes later",
            mails.message("The quotation", "Please find it attached. Its password follows in another mail.\n",
                          [("quotation.zip", mails.zipped({"quotation.txt": b"Ten crates, 100,000 yen.\n"}, LATER))]), 250,
            "unscannable", "quarantine", "archive.encrypted.unopened"),
        Row("the mail that brings the password",
            mails.plain("The password of the quotation", text=f"The password of the attached file is: {LATER}\n"), 250, "clean",
            "accept"),
        Row("the EICAR test string in a gz", mails.eicar("A test"), *quarantined, "*"),
        Row("taro, logged in, sends a clean text", mails.plain("Minutes of today"), 250, "clean", "accept",
            outbound=True, recipient="partner@example.net"),
        Row("taro's hijacked account sends the dropper", mails.dropper("Re: your order"), 550, "malicious", "reject",
            "office.*", outbound=True, recipient="partner@example.net"),
    ]


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cell(text, columns):
    return text + " " * max(0, columns - width(text))


class Mailbox(Sink):
    """What is delivered, as files."""

    def __init__(self, folder):
        super().__init__()
        self.folder = folder
        folder.mkdir()

    def add(self, message):
        super().add(message)
        number = len(self.messages())
        (self.folder / f"{number:03}.eml").write_bytes(message.data)


def handled(gate):
    """The log lines of the samples. A notice of the gate's own has no sender, and comes whenever it is due; so does what it lets go."""
    return [line for line in gate.messages() if line["from"] and line["verdict"] != "released"]


def play(row, postfix, gate):
    """Sends one mail; gives the cells of its line and whether all came out as expected."""
    before = len(handled(gate))
    reply = (send(postfix.submission_port, row.mail, ACCOUNT[0], row.recipient, auth=ACCOUNT) if row.outbound
             else send(postfix.port, row.mail, recipients=row.recipient))
    line = wait_until(lambda: handled(gate)[before:], 30, lambda: f"a log line for {row.what}: {gate.tail()}")[0]
    findings = [name for name in line.get("findings", "").split(",") if name]  # what weighs most comes first
    wanted = [name for name in findings if fnmatch.fnmatch(name, row.finding)]
    # What could not be looked at decides by being so, whatever else weighs more.
    decided = (wanted if row.verdict == "unscannable" and wanted else findings)[:1]
    good = ((reply.code, line["verdict"].split(" ")[0].split("(")[0], line["action"]) ==
            (row.code, row.verdict, row.action) and bool(wanted if row.finding else not findings))
    return [f"{reply.code} {reply.text.split()[0]}", line["verdict"], line["action"], (decided or ["-"])[0],
            f"{reply.ms:.0f}", "ok" if good else "UNEXPECTED"], good


def table(postfix, gate):
    """Plays all rows; True if each came out as expected."""
    samples = rows()
    columns = [max(width(row.what) for row in samples), 10, 21, 10, 30, 5, 2]
    heads = ["mail", "reply", "verdict", "action", "finding that decided", "ms", ""]
    print("\n" + "  ".join(cell(*pair) for pair in zip(heads, columns)).rstrip())
    print("  ".join("-" * n for n in columns))
    good = True
    for row in samples:
        cells, fine = play(row, postfix, gate)
        good &= fine
        print("  ".join(cell(*pair) for pair in zip([row.what, *cells], columns)).rstrip(), flush=True)
    return good


def check_deliveries(mailbox):
    """What was delivered is what should be: clean mail, with our headers inbound, none outbound, no forged one.

    What was locked came by itself once its password was there, as it was sent. The recipient is told of what was held back, when nobody
    told the password in time.
    """
    expected = {"Lunch on Friday?": ["clean"], "The report": ["clean"], "Trust me": ["clean"], "Minutes of today": [],
                "The password of the quotation": ["clean"], "The quotation": []}
    for subject in expected:
        mailbox.find(f"Subject: {subject}", seconds=30)
    mailbox.find("Subject: Mail held back", seconds=90)
    mail = [message for message in mailbox.messages() if message.sender]
    notices = [message for message in mailbox.messages() if not message.sender]
    got = {message.header("Subject")[0]: message.header("X-Sekisho-Verdict") for message in mail}
    good = (got == expected and not mailbox.holds("X-Sekisho-Id: forged") and
            [notice.recipients for notice in notices] == [["user@example.jp"]])
    print(f"\ndelivered: {len(got)} of {len(rows())}; notices of mail held back: {len(notices)}"
          + ("" if good else f", UNEXPECTED: {got}"))
    return good


def invite(folder, postfix, gate):
    sekisho = f"{gate.prefix}/bin/sekisho --config {gate.config}"
    locked = next((entry["id"] for entry in gate.entries() if entry["subject"] == LOCKED), "ID")
    print(f"""
It stays up until you press Ctrl-C. Send it a mail of your own:

  python3 -c 'import smtplib, sys; smtplib.SMTP("127.0.0.1", {postfix.port}).sendmail(
      "me@example.net", "user@example.jp", sys.stdin.buffer.read())' < some-mail.eml

  (as {ACCOUNT[0]}, outbound: port {postfix.submission_port}, AUTH with the password {ACCOUNT[1]})

Look at what became of it:

  tail -f {gate.log}
  ls {folder}/delivered
  {sekisho} quarantine list
  {sekisho} scan some-mail.eml
  {sekisho} doctor --postfix-config {postfix.config}

Let the locked ZIP go, as if you had asked its sender; it appears among what was delivered:

  {sekisho} quarantine show {locked[:8]}
  {sekisho} quarantine release {locked[:8]} --reason "the sender was asked"
""", flush=True)
    signal.pause()


def play_all(folder, started):
    """The whole show; gives whether all came out as expected. `started`: how to end what was started."""
    mailbox = Mailbox(folder / "delivered")
    started.append(mailbox.close)
    gate = Sekishod(folder / "gate")
    started.append(gate.stop)
    postfix = Postfix(folder / "postfix", gate.socket, mailbox.port, {ACCOUNT[0].split("@")[0]: ACCOUNT[1]})
    started.append(postfix.stop)
    gate.configure({"quarantine": {"release_to": f"inet:127.0.0.1:{postfix.port}"},
                    "passwords": {"ppap_wait": "20s"}})  # 15 minutes as shipped: too long for a show
    gate.start()
    postfix.start()
    good = table(postfix, gate)
    good &= check_deliveries(mailbox)
    if "--once" not in sys.argv[1:]:
        try:
            invite(folder, postfix, gate)
        except KeyboardInterrupt:
            pass  # that is how it is left
    return good


def interrupted(*_):
    raise KeyboardInterrupt


def main():
    ends = {signal.SIGINT: interrupted}  # set, since a shell's background jobs get it ignored
    for number in (signal.SIGTERM, signal.SIGHUP):  # SIGHUP: the terminal is gone
        ends[number] = lambda got, _: sys.exit(128 + got)
    for number, handler in ends.items():
        signal.signal(number, handler)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-demo-"))
    folder.chmod(0o755)
    started = []
    try:
        return 0 if play_all(folder, started) else 1
    except KeyboardInterrupt:
        return 130
    finally:
        for number in ends:
            signal.signal(number, signal.SIG_IGN)  # a second one would leave something behind
        for stop in reversed(started):
            stop()
        remove_tree(folder)


if __name__ == "__main__":
    if not shutil.which("postfix"):
        sys.exit("start scripts/demo, which installs what this needs")
    sys.exit(main())
