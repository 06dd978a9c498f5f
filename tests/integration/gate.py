"""sekishod for tests: an installed copy of the build, a configuration and folders of its own, and its log."""

import atexit
import contextlib
import functools
import grp
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from mta import ROOT, end_process, postfix_groups, start_process
from smtp import wait_until

BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD", ROOT / "build" / "release"))


def toml(value):
    """A Python value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(str(value), ensure_ascii=True)


def write_toml(settings):
    """{"monitor": False, "milter": {...}, "rule": [{...}, ...]} as the text of a sekisho.toml."""
    plain, tables = [], []
    for name, value in settings.items():
        if isinstance(value, dict):
            tables.append(f"[{name}]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in value.items()))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            tables += [f"[[{name}]]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in row.items()) for row in value]
        else:
            plain.append(f"{name} = {toml(value)}\n")
    return "".join(plain) + "\n" + "\n".join(tables)


def proc_stat(pid):
    """What follows the name in /proc/PID/stat (proc(5)): state, parent, ...; None where the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None


@functools.cache
def install():
    """The build laid out as `cmake --install` does, once a process, where any user can read it; gone when it ends."""
    prefix = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-root-"))
    atexit.register(shutil.rmtree, prefix, ignore_errors=True)
    prefix.chmod(0o755)
    subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix, "--strip"], check=True,
                   stdout=subprocess.DEVNULL, env={**os.environ, "DESTDIR": ""})
    return prefix


class Sekishod:
    """The gate in `folder`, run as an unprivileged user that shares a group with Postfix.

    `settings` are merged over the test's own (tables one level deep). `log_lines()` gives the JSON log.
    """

    USER = "nobody"

    def __init__(self, folder, settings=None, socket=None, quarantine=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        self.prefix = install()
        self.state, self.run = self.folder / "state", self.folder / "run"
        self.quarantine = pathlib.Path(quarantine) if quarantine else self.state / "quarantine"
        for path in (self.state, self.run, *([self.quarantine] if quarantine else [])):
            path.mkdir(exist_ok=True)
            shutil.chown(path, self.USER)
        self.run.chmod(0o755)
        self.socket_path = pathlib.Path(socket) if socket else self.run / "milter.sock"
        self.socket = f"unix:{self.socket_path}"
        self.control = self.run / "control.sock"
        self.database = self.state / "sekisho.db"
        self.config, self.log = self.folder / "sekisho.toml", self.folder / "log"
        self.settings = self._settings()
        self.process = None
        self.configure(settings or {})

    def _settings(self):
        group = grp.getgrgid(pwd.getpwnam("postfix").pw_gid).gr_name
        return {
            "monitor": False,
            "local_domains": ["example.jp"],
            "milter": {"socket": self.socket, "socket_group": group, "hostname": "mx.example.jp"},
            "worker": {"program": self.prefix / "libexec/sekisho-worker",
                       "rules_dirs": [self.prefix / "share/sekisho/signatures"]},
            "quarantine": {"directory": self.quarantine, "key_file": self.state / "release.key", "min_free": 1 << 20},
            "store": {"path": self.database},
            "control": {"socket": self.control},
            "log": {"target": "stderr", "json": True},
        }

    def configure(self, changes):
        """Writes the configuration anew with `changes`; the gate reads it when it starts, or reloads."""
        for name, value in changes.items():
            if isinstance(value, dict) and isinstance(self.settings.get(name), dict):
                self.settings[name] = {**self.settings[name], **value}
            else:
                self.settings[name] = value
        self.config.write_text(write_toml(self.settings))

    def start(self, wrap=()):
        """`wrap`: a command to run sekishod under, such as a test of its system call filter."""
        user = pwd.getpwnam(self.USER)
        begin = self.log.stat().st_size if self.log.exists() else 0
        self.process = start_process(
            [*wrap, self.prefix / "sbin/sekishod", "--config", self.config, "--foreground"], self.log,
            user=user.pw_uid, group=user.pw_gid, extra_groups=postfix_groups(), umask=0o027,
            env={"PATH": "/usr/bin:/bin"}, cwd="/")

        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"sekishod ended with {self.process.returncode}: {self.tail(begin)}")
            return self.socket_path.exists() and self.control.exists() and self.answers()

        try:
            wait_until(ready, 60, lambda: "sekishod up: " + self.tail(begin))
        except BaseException:
            self.stop()
            raise
        return self

    def answers(self):
        return self.command("status", check=False).returncode == 0

    def command(self, *arguments, check=True, stdin=None):
        """The command `sekisho` with this instance's configuration, as root."""
        done = subprocess.run([self.prefix / "bin/sekisho", "--config", self.config, *map(str, arguments)],
                              input=stdin, capture_output=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"sekisho {' '.join(map(str, arguments))}: exit {done.returncode}: "
                                 f"{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}")
        return done

    def status(self):
        return json.loads(self.command("status", "--json").stdout)

    def _descendants(self):
        """(pid, parent, program name) of all processes under the supervisor, parents first."""
        children, names = {}, {}
        for pid in (int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()):
            try:
                names[pid] = pathlib.Path(os.readlink(f"/proc/{pid}/exe")).name
            except OSError:
                continue
            if stat := proc_stat(pid):
                children.setdefault(int(stat[1]), []).append(pid)
        found, todo = [], [self.process.pid]
        for parent in todo:
            for pid in children.get(parent, []):
                found.append((pid, parent, names.get(pid, "")))
                todo.append(pid)
        return found

    def processes(self):
        """Pids of the supervisor's descendants by program name: {"sekishod": [...], "sekisho-worker": [...]}."""
        found = {}
        for pid, _, name in self._descendants():
            found.setdefault(name, []).append(pid)
        return found

    def busy_child(self, seconds=0.2):
        """The child of a worker program that has used so much CPU time; None where all have next to nothing to do."""
        workers = {pid: parent for pid, parent, name in self._descendants() if name == "sekisho-worker"}
        for pid in (pid for pid, parent in workers.items() if parent in workers):
            stat = proc_stat(pid)
            if stat and int(stat[11]) + int(stat[12]) >= seconds * os.sysconf("SC_CLK_TCK"):
                return pid
        return None

    def gate_pid(self):
        return self.processes().get("sekishod", [None])[0]

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_lines(self):
        """The JSON objects of the log."""
        lines = []
        for line in self.log_text().splitlines():
            found = re.search(r"\{.*\}", line)
            try:
                lines.append(json.loads(found.group(0)) if found else {})
            except ValueError:
                continue
        return [line for line in lines if line]

    def messages(self):
        """The lines of messages that were handled, in order."""
        return [line for line in self.log_lines() if "verdict" in line]

    def wait_for_message(self, count, seconds=30):
        """The log lines of the messages handled so far, once there are `count`."""
        wait_until(lambda: len(self.messages()) >= count, seconds, lambda: f"{count} messages in the log: " + self.tail())
        return self.messages()

    def events(self, kind="message"):
        """What the store has on disk: the details of the events of one kind, in order."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT detail FROM events WHERE kind = ? ORDER BY id", (kind,)).fetchall()
        return [json.loads(detail) for (detail,) in rows]

    def wait_for_events(self, count, seconds=30):
        """The events of messages, once there are `count`: the writer gathers some before it writes."""
        wait_until(lambda: len(self.events()) >= count, seconds, lambda: f"{count} events in the store")
        return self.events()

    def signal(self, number):
        os.kill(self.process.pid, number)

    def reload(self):
        return self.command("reload", check=False)

    def tail(self, begin=0, lines=20):
        return "\n".join(self.log_text()[begin:].splitlines()[-lines:])

    def entries(self):
        """The quarantine's entries, as `sekisho quarantine list --json` gives them."""
        text = self.command("quarantine", "list", "--json").stdout.decode()
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    def stop(self):
        """Orderly: SIGTERM to the supervisor alone, and only then what is left of the session."""
        if not self.process:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            end = time.monotonic() + 30
            while self.process.poll() is None and time.monotonic() < end:
                time.sleep(0.02)
        end_process(self.process)
        self.process = None

    def kill(self):
        """At once, the whole session: for the end of a test. An orderly stop takes libmilter up to five seconds."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait(10)
            self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
