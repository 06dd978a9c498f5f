#!/usr/bin/env python3
"""Orders to lock an account: from a burst to a Postfix that refuses the login by itself, and back.

A real systemd starts what carries the orders out by sekisho-action.path and sekisho-action@.service: the program and the
shipped example, which writes Postfix's map, run as their user and under all that the unit says.
"""

import fcntl
import json
import os
import pathlib
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from case import Case  # noqa: E402
from gate import BUILD, install  # noqa: E402
from mta import ROOT  # noqa: E402
from smtp import send, wait_until  # noqa: E402
from systemd_box import SystemdBox  # noqa: E402
from under_unit_filter import unit_filter  # noqa: E402

tempfile.tempdir = "/var/lib"  # /tmp is the unit's own; StateDirectory= is below this folder
HERE = pathlib.Path(__file__).resolve().parent
UNIT = BUILD / "systemd/sekisho-action@.service"
PATH_UNIT = ROOT / "systemd/sekisho-action.path"
EXAMPLE = ROOT / "docs/examples/postfix-lock"
FEW = {"outbound.limits.default": {"messages_per_minute": 5}}
PASSWORD = "a password of theirs"
ADDRESS = "taro@example.jp"


class Units(Case):
    """The units by themselves."""

    def copies(self):
        """Both where systemd-analyze finds one by the other, with a program that exists."""
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(), flags=re.M)
        for name in ("sekisho-action@.service", "sekisho-action@sekisho.service"):
            (self.folder / name).write_text(text)
        shutil.copy(PATH_UNIT, self.folder)
        return [self.folder / "sekisho-action@sekisho.service", self.folder / "sekisho-action.path"]

    def test_systemd_reads_every_line_of_them(self):
        done = subprocess.run(["systemd-analyze", "verify", "--man=false", *self.copies()], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_exposure_is_at_most_0_6(self):
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=6", "--no-pager",
                               self.copies()[0]], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-400:] + done.stderr)
        self.assertIn("Overall exposure level", done.stdout)

    def test_the_filter_leaves_nothing_that_a_command_has_no_use_for(self):
        allowed, _ = unit_filter(UNIT)
        self.assertLessEqual({"execve", "pidfd_open", "waitid", "flock", "renameat", "signalfd4"}, allowed)
        self.assertFalse({"mount", "ptrace", "bpf", "setuid", "chroot", "io_uring_setup", "kexec_load"} & allowed)

    def test_the_gate_may_write_orders_and_nothing_else_of_it(self):
        gate = (BUILD / "systemd/sekishod.service").read_text()
        self.assertIn("\nReadWritePaths=-/var/spool/sekisho/actions\n", gate)
        self.assertNotIn("sekisho-action", re.sub(r"#.*", "", gate))


class Example(Case):
    """The example by itself: what stands in its map is what postmap(1) finds there."""

    def setUp(self):
        super().setUp()
        for name in ("main.cf", "master.cf"):
            (self.folder / name).write_text(f"compatibility_level = 3.6\nqueue_directory = {self.folder}\n"
                                            if name == "main.cf" else "")
        self.map = self.folder / "locked"

    def run_example(self, action, account, *options):
        env = {"PATH": "/usr/sbin:/usr/bin", "SEKISHO_ACTION": action, "SEKISHO_ACCOUNT": account}
        return subprocess.run([EXAMPLE, "--config", self.folder, *options, self.map], env=env, capture_output=True)

    def found(self, account):
        done = subprocess.run(["postmap", "-c", self.folder, "-q", "-", f"hash:{self.map}"],
                              input=os.fsencode(account) + b"\n", capture_output=True)
        return done.stdout.decode().partition("\t")[2].strip()

    def rows(self):
        done = subprocess.run(["postmap", "-c", self.folder, "-s", f"hash:{self.map}"], capture_output=True, check=True)
        return sorted(line.split("\t")[0] for line in done.stdout.decode().splitlines())

    def test_each_account_is_one_row_and_one_alone(self):
        accounts = ["taro@example.jp", "ex\\taro", "--help", "太郎@例え.jp", "o'brien$(id)`id`;|&", "x*.[a-z]+", ":x:",
                    "@", "/regexp/", "a" * 320]
        for count, account in enumerate(accounts, 1):
            done = self.run_example("lock", account)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(self.found(account), "REJECT 5.7.1 Account locked; ask your administrator")
            self.assertEqual(len(self.rows()), count)
        self.assertEqual(self.found("hanako@example.jp"), "")
        for account in accounts:
            self.assertEqual(self.run_example("unlock", account).returncode, 0)
            self.assertEqual(self.found(account), "")
        self.assertEqual(self.rows(), [])

    def test_what_no_map_can_hold_is_refused_for_good(self):
        self.run_example("lock", "taro")
        for account in ["", "#taro", "taro REJECT", "taro\nhanako OK", "ta\tro", "taro\r", "ta\x0bro", 'ta"ro', '"taro"',
                        "ta\x85ro", "ta\u2028ro", "ta\u3000ro", "ta\x7fro", "t\udce4ro", "a" * 321]:
            done = self.run_example("lock", account)
            self.assertEqual(done.returncode, 65, ascii(account))
            self.assertEqual(self.rows(), ["taro"], ascii(account))
        self.assertEqual(self.run_example("delete", "taro").returncode, 65)

    def test_twice_is_the_same_as_once(self):
        for action, rows in (("lock", ["taro"]), ("lock", ["taro"]), ("unlock", []), ("unlock", [])):
            self.assertEqual(self.run_example(action, "taro").returncode, 0)
            self.assertEqual(self.rows(), rows)

    def test_rows_of_others_stay(self):
        self.map.write_text("hanako\tREJECT by hand\n# a remark\ntarot OK")
        self.run_example("lock", "taro")
        self.run_example("unlock", "taro")
        self.assertEqual(self.map.read_text(), "hanako\tREJECT by hand\n# a remark\ntarot OK\n")
        self.assertEqual(self.rows(), ["hanako", "tarot"])

    def test_a_postmap_that_fails_changes_nothing(self):
        self.run_example("lock", "taro")
        before = self.map.read_bytes(), pathlib.Path(f"{self.map}.db").read_bytes()
        (self.folder / "main.cf").unlink()
        self.assertEqual(self.run_example("lock", "hanako").returncode, 1)
        self.assertEqual((self.map.read_bytes(), pathlib.Path(f"{self.map}.db").read_bytes()), before)

    def test_many_at_once(self):
        runs = [subprocess.Popen([EXAMPLE, "--config", self.folder, self.map],
                                 env={"PATH": "/usr/sbin:/usr/bin", "SEKISHO_ACTION": "lock", "SEKISHO_ACCOUNT": f"user{i}"})
                for i in range(12)]
        self.assertEqual([run.wait(60) for run in runs], [0] * 12)
        self.assertEqual(len(self.rows()), 12)

    def test_an_empty_map_can_be_made(self):
        self.assertEqual(self.run_example("", "", "--create").returncode, 0)
        self.assertEqual(self.rows(), [])
        self.assertEqual(stat.S_IMODE(os.stat(f"{self.map}.db").st_mode), 0o644)


class Orders(Case):
    """All of it: gate, spool, systemd, program, example and Postfix."""

    def setUp(self):
        super().setUp()
        self.spool, self.state, self.etc = self.folder / "actions", self.folder / "state", self.folder / "etc"
        self.log = self.folder / "action.log"
        self.make_users()
        self.make_spool()

    def make_users(self):
        """passwd and group as systemd-sysusers leaves them, in a folder of ours."""
        (self.etc / "etc").mkdir(parents=True)
        for name in ("passwd", "group", "shadow", "gshadow"):
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", self.etc / "etc")
        subprocess.run(["systemd-sysusers", f"--root={self.etc}", ROOT / "systemd/sekisho.sysusers"], check=True,
                       capture_output=True)
        for name in ("passwd", "group"):
            os.chmod(self.etc / "etc" / name, 0o644)
        row = next(line.split(":") for line in (self.etc / "etc/passwd").read_text().splitlines()
                   if line.startswith("sekisho-action:"))
        self.uid, self.gid = int(row[2]), int(row[3])

    def make_spool(self):
        """As tmpfiles.d does, but for the test's gate, which is nobody's."""
        line = next(line.split() for line in (ROOT / "systemd/sekisho.tmpfiles").read_text().splitlines()
                    if line.startswith("d /var/spool/sekisho/actions "))
        self.assertEqual(line[3:5], ["sekisho", "sekisho-action"])
        self.spool.mkdir()
        os.chown(self.spool, pwd.getpwnam("nobody").pw_uid, self.gid)
        self.spool.chmod(int(line[2], 8))

    def start(self, settings=None, command=None, wrap=(), systemd=True, **actions):
        self.map = self.state / "locked"
        example = install() / "share/doc/sekisho/examples/postfix-lock"
        command = command or [example, "--config", self.folder / "postfix/etc", self.map]
        self.sekishod = self.gate({**FEW, **(settings or {}), "outbound.actions": {
            "spool": self.spool, "retry_after": 1, "command": command, **actions}}, wrap=wrap)
        self.server = self.postfix(self.sekishod, accounts={"taro": PASSWORD, "hanako": PASSWORD})
        if command[0] == example:
            self.state.mkdir(mode=0o755)
            os.chown(self.state, self.uid, self.gid)
            subprocess.run([example, "--create", "--config", self.server.config, self.map], check=True, cwd="/",
                           user=self.uid, group=self.gid, extra_groups=[], env={"PATH": "/usr/sbin:/usr/bin"})
            self.server.set(smtpd_sender_restrictions=f"check_sasl_access hash:{self.map}")
        if systemd:
            self.start_systemd()

    def start_systemd(self):
        """The units with the test's folders in place of the system's, and not a letter else changed."""
        service, path = UNIT.read_text(), PATH_UNIT.read_text()
        for what, instead in ((r"^ExecStart=\S+/sekisho --config \S+/%i\.toml",
                               f"ExecStart={install()}/bin/sekisho --config {self.sekishod.folder}/%i.toml"),
                              (r"^ReadWritePaths=/var/spool/sekisho/actions$", f"ReadWritePaths={self.spool}"),
                              (r"^StateDirectory=sekisho-action$", f"StateDirectory={self.folder.name}/state")):
            service, count = re.subn(what, instead, service, flags=re.M)
            self.assertEqual(count, 1, what)
        path, count = re.subn(r"^PathExistsGlob=/var/spool/sekisho/actions/\*\.json$",
                              f"PathExistsGlob={self.spool}/*.json", path, flags=re.M)
        self.assertEqual(count, 1)
        self.systemd = SystemdBox(self.folder / "systemd", {
            "sekisho-action@.service": service, "sekisho-action.path": path,
            # There is no journal in the box. A sanitized build is told by its environment what the filter keeps it from.
            "sekisho-action@.service.d/log.conf": f"[Service]\nStandardError=append:{self.log}\n"
                                                  f"Environment=ASAN_OPTIONS={os.environ.get('ASAN_OPTIONS', '')}\n"},
            ["sekisho-action.path"], self.etc / "etc")
        self.addCleanup(self.systemd.stop)
        self.systemd.start()

    def said(self):
        """The program's log, without the escapes of its JSON."""
        return self.log.read_text().replace('\\"', '"') if self.log.exists() else ""

    def waiting(self):
        return sorted(self.spool.glob("[!.]*.json"))

    def carried_out(self, what, seconds=60):
        """Waits for a line of the program's log, and until no order is left and it has ended."""
        def over():
            state = self.systemd.state_of("sekisho-action@sekisho.service", "ActiveState", "SubState")
            return what in self.said() and not self.waiting() and state["ActiveState"] == "inactive"
        wait_until(over, seconds, lambda: f"{what!r} of {self.said()!r}, {self.waiting()}, " + self.sekishod.tail()
                   + self.systemd.systemctl("status", "sekisho-action@sekisho.service", "sekisho-action.path").stdout)

    def outbound(self, subject, account="taro", recipients="partner@example.net"):
        address = f"{account}@example.jp"
        return send(self.server.submission_port, mails.plain(subject), address, recipients, auth=(address, PASSWORD))

    def test_a_burst_ends_at_postfix_itself_and_a_release_lets_it_in_again(self):
        filtered = [sys.executable, HERE / "under_unit_filter.py", BUILD / "systemd/sekishod.service"]
        self.start(wrap=filtered, systemd=False)
        replies = [self.outbound(f"mail {i}", recipients=f"partner{i}@example.net").code for i in range(40)]
        self.assertEqual(replies[:5], [250] * 5)
        self.assertEqual(replies[-1], 550)
        wait_until(self.waiting, 30, "the order")
        order, = self.waiting()
        info = order.stat()
        self.assertEqual((stat.S_IMODE(info.st_mode), info.st_gid), (0o640, self.gid))
        said = json.loads(order.read_text())
        self.assertEqual((said["action"], said["account"], said["standing"]), ("lock", ADDRESS, "blocked"))
        self.assertTrue(said["reasons"])
        self.assertEqual(self.sekishod.status()["orders"], {"written": 1, "failed": 0, "waiting": 0, "locked_accounts": 1})
        # Until the order is carried out it is the gate that refuses.
        self.assertNotIn("Account locked", self.outbound("by the gate").text)
        self.start_systemd()
        self.carried_out(f"event=done action=lock account={ADDRESS}")
        self.assertEqual(self.map.stat().st_uid, self.uid)

        locked = self.outbound("by Postfix")
        self.assertEqual((locked.code, locked.stage), (554, "rcpt"))
        self.assertIn("5.7.1", locked.text)
        self.assertIn("Account locked; ask your administrator", locked.text)
        self.assertTrue(self.outbound("a colleague", "hanako").accepted)
        self.server.set(smtpd_milters="")  # the gate is not needed for it
        self.assertIn("Account locked", self.outbound("no gate at all").text)
        self.assertTrue(self.outbound("a colleague without a gate", "hanako").accepted)

        self.server.set(smtpd_milters=self.sekishod.socket)
        self.sekishod.command("accounts", "release", ADDRESS, "--reason", "password changed")
        self.carried_out(f"event=done action=unlock account={ADDRESS}")
        self.assertTrue(self.outbound("after the release").accepted)

    def test_an_order_outlives_the_gate_and_a_lock_is_ordered_once(self):
        self.start(systemd=False)
        self.sekishod.command("accounts", "block", ADDRESS, "--reason", "called us")
        wait_until(self.waiting, 30, "the order")
        self.sekishod.kill()
        self.assertEqual(len(self.waiting()), 1)
        self.sekishod.start()
        self.start_systemd()
        self.carried_out(f"event=done action=lock account={ADDRESS}")
        self.assertIn("Account locked", self.outbound("locked").text)
        # Many, one after the other: the units do not tire of being started.
        for i in range(8):
            self.sekishod.command("accounts", "block", f"user{i}@example.jp", "--reason", "as well")
            self.carried_out(f"event=done action=lock account=user{i}@example.jp")
        self.assertEqual(self.said().count("event=done"), 9)
        self.assertEqual(self.systemd.state_of("sekisho-action.path", "ActiveState"), {"ActiveState": "active"})

    def test_a_spool_that_is_gone_gets_its_order_when_it_is_back(self):
        self.start()
        away = self.folder / "away"
        self.spool.rename(away)
        self.sekishod.command("accounts", "block", ADDRESS, "--reason", "no folder")
        self.assertEqual(self.outbound("refused by the gate").code, 550)
        wait_until(lambda: "put off" in self.sekishod.log_text(), 30, "the complaint")
        self.assertEqual(self.sekishod.status()["orders"]["waiting"], 1)
        away.rename(self.spool)
        self.carried_out(f"event=done action=lock account={ADDRESS}", 90)
        self.assertIn("Account locked", self.outbound("locked").text)

    def test_a_full_disk_delays_no_mail_and_the_order_comes_later(self):
        disk = self.small_disk("256k")
        self.spool = disk / "actions"
        self.make_spool()
        self.start(systemd=False)
        ballast = disk / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        self.sekishod.command("accounts", "block", ADDRESS, "--reason", "the disk is full")
        wait_until(lambda: "No space left" in self.sekishod.log_text(), 30, "the complaint")
        self.assertTrue(self.outbound("of somebody else", "hanako").accepted)
        self.assertEqual(self.outbound("refused by the gate").code, 550)
        self.assertEqual(self.waiting(), [])
        self.assertEqual(list(self.spool.iterdir()), [])
        ballast.unlink()
        wait_until(self.waiting, 60, "the order")

    def test_monitor_mode_locks_nobody(self):
        self.start({"monitor": True}, systemd=False)
        self.sekishod.command("accounts", "block", ADDRESS, "--reason", "test")
        wait_until(lambda: "not written in monitor mode" in self.sekishod.log_text(), 30, "the remark")
        self.assertEqual(self.waiting(), [])

    def test_the_command_is_held_by_the_unit(self):
        """What a captured command could try: each line is one attempt, and what became of it."""
        attempts = {
            "state": "open(state + '/x', 'w').close()", "tmp": "open('/tmp/x', 'w').close()",
            "spool": "os.listdir(spool)", "unix": "socket.socket(socket.AF_UNIX)",
            "etc": "open('/etc/x', 'w').close()", "settings": "open(gate + '/sekisho.toml', 'a').close()",
            "quarantine": "os.listdir(gate + '/state')", "home": "os.listdir('/root')",
            "inet": "socket.socket(socket.AF_INET)", "netlink": "socket.socket(socket.AF_NETLINK)",
            "setuid": "os.setuid(0)", "suid-bit": "os.chmod(state + '/x', 0o4755)",
            "executable-memory": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
            "other-process": "os.stat('/proc/1/status')", "disk": "os.mknod(state + '/d', 0o60600, os.makedev(8, 0))"}
        probe = self.folder / "probe.py"
        probe.write_text(
            "import mmap, os, socket, sys\n"
            f"state, spool, gate = {str(self.state)!r}, {str(self.spool)!r}, {str(self.folder / 'gate')!r}\n"
            f"for name, act in {attempts!r}.items():\n"
            "    try: eval(act); print('PROBE', name, 'done', file=sys.stderr)\n"
            "    except OSError as error: print('PROBE', name, error.errno, file=sys.stderr)\n"
            "status = open('/proc/self/status').read()\n"
            "print('PROBE', 'user', os.getuid(), os.getgid(), os.getgroups(), status.count('0' * 16), file=sys.stderr)\n")
        self.start(command=["/usr/bin/python3", "-I", probe])
        self.sekishod.state.chmod(0o750)
        self.sekishod.command("accounts", "block", ADDRESS, "--reason", "test")
        self.carried_out("event=done")
        said = dict(line.split(" ", 2)[1:] for line in self.said().splitlines() if line.startswith("PROBE"))
        user = said.pop("user")
        self.assertTrue(user.startswith(f"{self.uid} {self.gid} "), user)
        self.assertGreaterEqual(int(user.split()[-1]), 5, "each of its sets of capabilities is empty")
        self.assertEqual(set(said), set(attempts))
        self.assertEqual({name for name, outcome in said.items() if outcome == "done"}, {"state", "tmp", "spool", "unix"}, said)
        self.assertFalse(os.path.exists("/tmp/x"))

    def test_what_hangs_fails_or_is_forged_is_set_aside(self):
        self.start(command=["/bin/sh", "-c", 'case "$SEKISHO_ACCOUNT" in taro*) exit 65;; *) sleep 600;; esac'],
                   time_limit=1, attempts=2, systemd=False)
        for address in (ADDRESS, "hanako@example.jp"):
            self.sekishod.command("accounts", "block", address, "--reason", "test")
        wait_until(lambda: len(self.waiting()) == 2, 30, "two orders")
        forged = self.spool / "00000000000000000001-00000000.json"
        forged.write_text('{"action":"lock","account":"a\\nb"}')
        (self.spool / "x.json").symlink_to("/etc/shadow")
        forged.chmod(0o644)
        self.start_systemd()
        self.carried_out('event="set aside" action=lock account=hanako')
        self.assertIn("exit status 65", self.said())
        self.assertEqual(self.said().count("over its time limit"), 2)
        self.assertIn(f"{forged.name}: no order", self.said())
        self.assertEqual(len(list((self.spool / "failed").iterdir())), 4)

    def test_settings_that_are_not_right_leave_the_orders_where_they_are(self):
        self.start(command=["/bin/true"], systemd=False)
        spool = {"spool": self.spool, "command": ["/bin/true"]}
        for change, what in (({"command": []}, "command is not set"), ({"spool": ""}, "spool is not set")):
            self.sekishod.configure({"outbound.actions": {**spool, **change}})
            done = self.sekishod.command("action", "run", check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(what, done.stderr.decode())
        self.sekishod.configure({"outbound.actions": spool})
        folder = os.open(self.spool, os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)
        done = self.sekishod.command("action", "run", check=False)
        os.close(folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("another program", done.stderr.decode())
        # Under systemd it is started again until they are.
        self.sekishod.command("accounts", "block", ADDRESS, "--reason", "test")
        wait_until(self.waiting, 30, "the order")
        good = self.sekishod.config.read_text()
        self.sekishod.config.write_text("no settings\n")
        self.start_systemd()
        wait_until(lambda: "sekisho.toml:1:" in self.said(), 60, "the complaint")
        self.sekishod.config.write_text(good)
        self.assertEqual(len(self.waiting()), 1)
        self.carried_out("event=done", 90)


if __name__ == "__main__":
    unittest.main(verbosity=2)
