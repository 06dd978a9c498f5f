#!/usr/bin/env python3
"""`sekisho doctor` looks at a real installation, and says what is wrong with it and how to mend it."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from case import Case  # noqa: E402


class Doctor(Case):
    def examine(self, gate, postfix):
        done = gate.command("doctor", "--postfix-config", postfix.config, check=False)
        return done.returncode, (done.stdout + done.stderr).decode()

    def test_a_healthy_installation(self):
        gate = self.gate()
        status, said = self.examine(gate, self.postfix(gate))
        self.assertEqual(status, 0, said)

    def test_monitor_mode_is_said(self):
        gate = self.gate({"monitor": True})
        _, said = self.examine(gate, self.postfix(gate))
        self.assertIn("monitor", said)

    def test_each_fault_comes_with_its_fix(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        faults = {
            "milter_default_action": {"milter_default_action": "accept"},
            "milter_content_timeout": {"milter_content_timeout": "10s"},
            "smtpd_milters": {"smtpd_milters": ""},
            "message_size_limit": {"message_size_limit": str(900 << 20)},
        }
        for word, settings in faults.items():
            with self.subTest(word):
                before = {name: postfix.settings.get(name, "") for name in settings}
                postfix.set(**settings)
                status, said = self.examine(gate, postfix)
                self.assertNotEqual(status, 0, said)
                self.assertIn(word, said)
                self.assertIn("postconf", said)
                for name, value in before.items():
                    if value == "":
                        postfix.run("postconf", "-X", name)
                    else:
                        postfix.set(**{name: value})

    def test_a_signer_before_us_is_seen(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        postfix.set(smtpd_milters=f"inet:127.0.0.1:8891 {gate.socket}")
        _, said = self.examine(gate, postfix)
        self.assertIn("DKIM", said)

    def test_a_dead_gate_is_seen(self):
        gate = self.gate()
        postfix = self.postfix(gate)
        gate.stop()
        status, said = self.examine(gate, postfix)
        self.assertNotEqual(status, 0, said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
