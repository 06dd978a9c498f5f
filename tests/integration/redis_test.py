#!/usr/bin/env python3
"""Two gateways behind two Postfixes that share one Redis: they count as one, and go on alone where it is away."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from gate import Sekishod  # noqa: E402
from mta import end_process, start_process  # noqa: E402
from smtp import free_port, send, wait_until  # noqa: E402

PASSWORD = "a password of theirs"
TARO = "taro@example.jp"
FEW = {"messages_per_minute": 10}


class Redis:
    """A redis-server on the loopback, in a folder of its own, that keeps nothing on disk."""

    def __init__(self, folder, options=()):
        self.folder, self.options = folder, options
        self.port = free_port()
        folder.mkdir()
        folder.chmod(0o755)
        self.process = None

    def start(self):
        plain = [] if "--tls-port" in self.options else ["--port", str(self.port)]
        self.process = start_process(["redis-server", *(plain or ["--port", "0"]), "--bind", "127.0.0.1", "--dir",
                                      self.folder, "--save", "", *self.options], self.folder / "log")
        wait_until(lambda: "Ready to accept" in (self.folder / "log").read_text(), 30, "redis-server up")
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()
        (self.folder / "log").write_text("")

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def tail(self, lines=15):
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-lines:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.go_on()
            end_process(self.process)


class Shared(Case):
    def start(self, limits=None, redis_options=(), state=None):
        self.redis = self.keep(Redis(self.folder / "redis", redis_options)).start()
        shared = {"address": f"inet:127.0.0.1:{self.redis.port}", "wait": 1000, **(state or {})}
        self.gates, self.servers = [], []
        for name in ("one", "two"):
            gate = self.gate({"outbound.limits.default": limits or FEW, "state": {"engine": "redis"},
                              "state.redis": shared}, name=f"gate-{name}")
            self.gates.append(gate)
            self.servers.append(self.postfix(gate, name=f"postfix-{name}", accounts={"taro": PASSWORD}))
        wait_until(lambda: not any(self.state(gate)["alone"] for gate in self.gates), 30,
                   lambda: f"gateways in touch: {[self.state(gate) for gate in self.gates]}")

    def outbound(self, server, subject):
        return send(server.submission_port, mails.plain(subject), TARO, "partner@example.net", auth=(TARO, PASSWORD))

    @staticmethod
    def state(gate):
        return json.loads(gate.command("status", "--json").stdout)["state"]

    @staticmethod
    def account(gate):
        text = gate.command("accounts", "list", "--json", "--all").stdout.decode()
        return next((row for row in map(json.loads, text.splitlines()) if row["name"] == TARO), None)

    def standings(self):
        return [self.account(gate)["standing"] for gate in self.gates]

    def told(self):
        """What either gateway recorded of taro's standing. It is about the account: the loopback is not watched."""
        return [event for gate in self.gates for event in gate.events("standing")]

    def messages(self):
        return [(self.account(gate) or {"seen": {"messages in an hour": 0}})["seen"]["messages in an hour"]
                for gate in self.gates]

    def counted(self, number):
        wait_until(lambda: self.messages() == [number, number], 30, lambda: f"{number} counted by both: {self.messages()}")

    def test_a_burst_over_both_is_stopped_as_fast_as_on_one(self):
        self.start()
        codes = [self.outbound(self.servers[i % 2], f"mail {i}").code for i in range(14)]
        self.assertEqual(codes, [250] * 10 + [451] * 4)
        wait_until(lambda: self.standings() == ["throttled"] * 2, 30, lambda: f"both throttled: {self.standings()}")
        self.counted(14)
        wait_until(self.told, 30, "the record")
        told = self.told()
        self.assertEqual([event["standing"] for event in told], ["throttled"], "one of both tells, once")
        # A person's word is heard by both, and what it lifts as well.
        self.gates[0].command("accounts", "release", TARO, "--reason", "called us")
        wait_until(lambda: self.standings() == ["normal"] * 2, 30, lambda: f"both normal: {self.standings()}")
        self.assertTrue(self.outbound(self.servers[1], "after the release").accepted)

    def test_redis_killed_in_the_middle_of_a_burst(self):
        self.start({"messages_per_minute": 1000})
        for i in range(6):
            self.assertEqual(self.outbound(self.servers[i % 2], f"before {i}").code, 250)
        self.redis.kill()
        for i in range(10):
            self.assertEqual(self.outbound(self.servers[i % 2], f"meanwhile {i}").code, 250)
        wait_until(lambda: all(self.state(gate)["alone"] for gate in self.gates), 30, "the gap is noticed")
        self.redis.start()
        self.assertEqual(self.outbound(self.servers[0], "back").code, 250)
        self.counted(17)
        for gate in self.gates:
            state = self.state(gate)
            self.assertGreaterEqual(state["gaps"], 1)
            self.assertEqual((state["dropped"], state["alone"]), (0, False))
            self.assertIn("redis=back", gate.log.read_text())

    def test_a_standing_of_a_gap_reaches_the_other(self):
        self.start()
        self.redis.kill()
        codes = [self.outbound(self.servers[0], f"mail {i}").code for i in range(12)]
        self.assertEqual(codes, [250] * 10 + [451] * 2)
        self.assertTrue(self.outbound(self.servers[1], "the other does not know").accepted)
        self.redis.start()
        wait_until(lambda: self.standings() == ["throttled"] * 2, 30, lambda: f"both throttled: {self.standings()}")
        self.assertEqual(self.outbound(self.servers[1], "and now it does").code, 451)

    def test_a_paused_redis_delays_one_mail_for_as_long_as_is_configured(self):
        # So long a wait that no machine is so slow by itself.
        wait = 4
        self.start({"messages_per_minute": 1000}, state={"wait": wait * 1000})
        self.assertEqual(self.outbound(self.servers[0], "before").code, 250)
        self.redis.pause()

        def timed(subject):
            begun = time.monotonic()
            self.assertEqual(self.outbound(self.servers[0], subject).code, 250)
            return time.monotonic() - begun

        times = [timed(f"stalled {i}") for i in range(8)]
        self.assertGreaterEqual(times[0], wait)
        self.assertLess(max(times[1:]), wait, "they know that it is away")
        self.redis.go_on()
        self.counted(9)
        self.assertEqual(self.state(self.gates[0])["dropped"], 0)

    def test_a_killed_gateway_comes_back_with_all(self):
        self.start()
        for i in range(6):
            self.outbound(self.servers[0], f"mail {i}")
        self.gates[0].command("accounts", "block", "hanako@example.jp", "--reason", "test")
        self.gates[0].kill()
        for i in range(6):
            self.outbound(self.servers[1], f"while it is dead {i}")
        self.gates[0].start()
        self.counted(12)
        wait_until(lambda: self.standings() == ["throttled"] * 2, 30, lambda: f"both throttled: {self.standings()}")
        for gate in self.gates:
            shown = json.loads(gate.command("accounts", "show", "--json", "hanako@example.jp").stdout)
            self.assertEqual(shown["standing"], "blocked")

    def certificates(self):
        """An authority, and a certificate for the server, by openssl(1)."""
        folder = self.folder / "tls"
        folder.mkdir()
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        (folder / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
        for command in (
                ["req", "-x509", *new_key, "-days", "2", "-subj", "/CN=test", "-keyout", "ca.key", "-out", "ca.pem"],
                ["req", *new_key, "-subj", "/CN=redis", "-keyout", "server.key", "-out", "server.csr"],
                ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                 "2", "-extfile", "ext", "-out", "server.pem"]):
            subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)
        for path in (folder, folder / "ca.pem"):
            path.chmod(0o755)
        return folder

    def test_over_tls_as_a_user_who_may_no_more_than_is_needed(self):
        tls = self.certificates()
        password = self.folder / "redis.password"
        password.write_text("a secret\n")
        shutil.chown(password, Sekishod.USER)
        os.chmod(password, 0o400)
        port = str(free_port())
        acl = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "outbound-redis.md").read_text()
        rights = next(line for line in acl.splitlines() if line.startswith("user sekisho on ")).split()[3:]
        rights = [word for word in rights if not word.startswith(("#", ">"))]
        options = ["--tls-port", port, "--tls-cert-file", tls / "server.pem", "--tls-key-file", tls / "server.key",
                   "--tls-auth-clients", "no", "--user", "default", "off", "--user", "sekisho", "on", ">a secret", *rights]
        self.start(redis_options=options,
                   state={"address": f"inet:127.0.0.1:{port}", "tls": True, "tls_ca": tls / "ca.pem", "user": "sekisho",
                          "password_file": password})
        codes = [self.outbound(self.servers[i % 2], f"mail {i}").code for i in range(12)]
        self.assertEqual(codes, [250] * 10 + [451] * 2)


if __name__ == "__main__":
    unittest.main()
