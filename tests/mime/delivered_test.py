#!/usr/bin/env python3
"""What real mail servers make of ambiguous mail is seen through as well.

Every message of ambiguity.py and of handwritten/ goes through a real Postfix and a real Sendmail. What they deliver is
scanned: the payload comes out of it, and where it is what was sent the class is named as well. The same mail goes
through sekishod behind a Postfix, which gives it to a milter in its own way.
"""

import base64
import concurrent.futures
import hashlib
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "integration"))
import ambiguity  # noqa: E402
import ambiguity_base  # noqa: E402
import expectation  # noqa: E402
import raw_smtp  # noqa: E402
import server_changes  # noqa: E402
from case import Case  # noqa: E402
from smtp import wait_until  # noqa: E402


class Delivered(Case):
    @classmethod
    def setUpClass(cls):
        cls.rows = [{**ambiguity.row_of(message), "data": message.data} for message in ambiguity.messages()]
        cls.rows += [{**row, "data": (expectation.HANDWRITTEN / row["file"]).read_bytes()}
                     for row in expectation.handwritten()]
        for number, row in enumerate(cls.rows):
            row["number"], row["sent"] = number, raw_smtp.as_sent(row["data"])

    def postfix(self, gate=None, **options):
        # A server that hangs up on what it takes for commands resets the connection, and a reply may be lost.
        return super().postfix(gate, settings={"smtpd_forbidden_commands": ""}, **options)

    def send_all(self, server):
        """Gives how many messages the server took for each row."""
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda row: raw_smtp.send(server.port, row["number"], row["sent"]), self.rows))

    def delivered(self, name, server):
        """{row's number: files of what was delivered of it}."""
        taken = self.send_all(server)
        refused = {row["name"] for row in self.rows if not taken[row["number"]]}
        # Sendmail takes no message with a CR or an LF alone.
        bare = {row["name"] for row in self.rows if raw_smtp.has_bare_line_end(row["sent"])}
        self.assertEqual(refused, bare if name == "sendmail" else set(), server.tail())
        wait_until(lambda: len(self.sink.messages()) >= sum(taken), 300,
                   lambda: f"{sum(taken)} messages at the sink; there are {len(self.sink.messages())}\n{server.tail()}")
        pieces = {row["number"]: [] for row in self.rows}
        for message in self.sink.messages():
            files = pieces[raw_smtp.number_of(message.data)]
            files.append(self.folder / f"{len(files)}-of-{raw_smtp.number_of(message.data)}.eml")
            files[-1].write_bytes(message.data)
        return {number: files for number, files in pieces.items() if taken[number]}

    def check(self, rows, reports_of, excused):
        """Each row's payload, and the class where the message is as it was; those have to be most of them."""
        expectation.check(self, rows, reports_of, excused)
        self.assertGreater(sum(reports_of(row)[1] for row in rows), len(self.rows) / 2)
        self.assertFalse(excused.unused(), "rows of server_changes.py that excuse nothing")

    def hold(self, name, server):
        pieces = self.delivered(name, server)
        reports = expectation.scan(file for files in pieces.values() for file in files)
        excused = server_changes.Excuses(name)

        def reports_of(row):
            files = pieces[row["number"]]
            # The server's own fields stand before the sender's.
            as_it_was = any(file.read_bytes().endswith(row["sent"]) for file in files)
            return [reports[str(file)] for file in files], as_it_was

        self.check([row for row in self.rows if row["number"] in pieces], reports_of, excused)

    def test_postfix(self):
        self.hold("postfix", self.postfix())

    def test_sendmail(self):
        self.hold("sendmail", self.sendmail())

    def rules_of(self, payloads):
        """A folder of rules that know payloads by their hashes: the gate's record does not list parts."""
        rules = self.folder / "rules"
        rules.mkdir()
        (rules / "payloads.yar").write_text('import "hash"\n' + "".join(
            f'rule payload_{sha256} {{ condition: hash.sha256(0, filesize) == "{sha256}" }}\n' for sha256 in payloads))
        return rules

    def test_long_fields(self):
        """Postfix cuts a field at 60,000 bytes: a boundary behind that is not told, to us and to the recipient."""
        payload = ambiguity_base.zip_payload()
        folds = "".join(f" x{number}=y;\r\n" for number in range(8_000))
        mail = ("Subject: long\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n" + folds
                + ' boundary="late"\r\n\r\n--late\r\nContent-Type: application/zip\r\n'
                'Content-Transfer-Encoding: base64\r\n\r\n'
                + base64.encodebytes(payload).decode().replace("\n", "\r\n") + "--late--\r\n").encode()
        digest = hashlib.sha256(payload).hexdigest()
        gate = self.gate({"monitor": True, "worker": {"rules_dirs": [self.rules_of([digest])]}})
        self.assertEqual(raw_smtp.send(self.postfix(gate).port, 1, mail), 1)
        found = {finding["id"] for finding in gate.wait_for_events(1)[0]["findings"]}
        self.assertLessEqual({"mime.header.truncated", f"yara.payload_{digest}"}, found)
        self.assertNotIn(b'boundary="late"', self.sink.find("Subject: long").data)

    def test_milter(self):
        rules = self.rules_of(sorted({row["payload"] for row in self.rows} - {None}))
        gate = self.gate({"monitor": True, "worker": {"rules_dirs": [rules]}})
        taken = self.send_all(self.postfix(gate))
        events = {row["number"]: [] for row in self.rows}
        for event in gate.wait_for_events(sum(taken), 300):
            events[raw_smtp.number_of(event["client"].encode())].append(event)

        def report_of(event):
            ids = [finding["id"] for finding in event["findings"]]
            # Who sees a part, the gate's record does not tell.
            parts = [{"sha256": name.removeprefix("yara.payload_"), "name": "", "type": "", "flags": []} for name in ids]
            return {"findings": event["findings"], "parts": parts}

        def reports_of(row):
            own = events[row["number"]]
            as_it_was = hashlib.sha256(row["sent"]).hexdigest() in {event["sha256"] for event in own}
            return [report_of(event) for event in own], as_it_was

        excused = server_changes.Excuses("milter")
        self.check([{**row, "names": []} for row in self.rows], reports_of, excused)


if __name__ == "__main__":
    unittest.main(verbosity=1)
