#!/usr/bin/env python3
"""The unit: its exposure as systemd rates it, and sekishod's whole work under the unit's system call filter."""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from gate import BUILD  # noqa: E402
from smtp import send  # noqa: E402
from under_unit_filter import unit_filter  # noqa: E402

UNIT = BUILD / "systemd/sekishod.service"


class Unit(Case):
    def test_exposure_is_at_most_1_5(self):
        # The rating needs an ExecStart= that exists.
        copy = self.folder / "sekishod.service"
        lines = UNIT.read_text().splitlines(keepends=True)
        copy.write_text("".join("ExecStart=/bin/true\n" if line.startswith("ExecStart=") else line for line in lines))
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", copy],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-400:] + done.stderr)
        self.assertIn("Overall exposure level", done.stdout)

    def test_systemd_reads_every_line_of_it(self):
        done = subprocess.run(["systemd-analyze", "verify", "--man=false", UNIT], capture_output=True, text=True)
        faults = [line for line in done.stderr.splitlines() if "is not executable" not in line]
        self.assertEqual(faults, [])

    def test_the_filter_lets_the_workers_close_themselves(self):
        allowed, _ = unit_filter(UNIT)
        self.assertLessEqual({"seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
                              "prctl", "prlimit64", "memfd_create"}, allowed)
        self.assertFalse({"mount", "ptrace", "bpf", "reboot", "setuid", "io_uring_setup", "kexec_load"} & allowed)

    def test_sekishod_works_under_the_filter(self):
        filtered = [sys.executable, pathlib.Path(__file__).with_name("under_unit_filter.py"), UNIT]
        gate = self.gate(wrap=filtered)
        postfix = self.postfix(gate)
        self.assertEqual(send(postfix.port, mails.plain("under the filter")).code, 250)
        self.sink.find("under the filter")
        self.assertEqual(send(postfix.port, mails.dropper("a dropper under the filter")).code, 250)
        lines = gate.wait_for_message(2)
        self.assertEqual([line["verdict"] for line in lines], ["clean", "malicious"])
        self.assertEqual(len(gate.entries()), 1)
        self.assertEqual(gate.reload().returncode, 0)
        self.assertEqual(send(postfix.port, mails.plain("after the reload")).code, 250)
        self.assertIn("Seccomp:\t2", pathlib.Path(f"/proc/{gate.gate_pid()}/status").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
