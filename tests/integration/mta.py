"""Real mail servers for tests: private instances of Postfix and Sendmail, loopback only, in a folder of their own.

Both run as root, as they do in life. Nothing of the system's own configuration, queue or data is read or written.
"""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

from smtp import free_port, smtp_ready, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]


def end_process(process, leader=None, seconds=20):
    """SIGTERM to the process group that `leader` (default: `process`) leads, SIGKILL to what is left of it."""
    group = leader or process.pid
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, number)
            process.wait(seconds)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            pass
    process.wait(5)


def start_process(arguments, log, **options):
    """Starts a program as the leader of a session of its own, with both outputs in the file `log`."""
    with open(log, "ab") as out:
        return subprocess.Popen(arguments, start_new_session=True, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                **options)


class Postfix:
    """A private Postfix.

    `milter`: the socket as Postfix writes it ("unix:/path" or "inet:host:port"), or "" for none.
    `port` takes mail from anyone; `submission_port` only from logins of `accounts` ({name: password}), both through
    the milter. Everything accepted goes on to 127.0.0.1:`next_hop`, or to nowhere where that is None.
    """

    def __init__(self, folder, milter="", next_hop=None, accounts=None, chroot=False, settings=None):
        self.folder = pathlib.Path(folder)
        self.config, self.queue = self.folder / "etc", self.folder / "queue"
        self.log = self.folder / "mail.log"
        self.port, self.submission_port = free_port(), free_port()
        self.accounts, self.chroot = accounts or {}, chroot
        self.settings = self._main(milter, next_hop) | (settings or {})
        self.process = None
        self.prepare()

    def _main(self, milter, next_hop):
        return {
            "compatibility_level": "3.6",
            "queue_directory": self.queue, "data_directory": self.folder / "data",
            "maillog_file": self.log, "maillog_file_prefixes": self.folder,
            "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4",
            "myhostname": "mx.example.jp", "mydestination": "", "alias_maps": "", "alias_database": "",
            "mynetworks": "127.0.0.0/8", "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "smtp_dns_support_level": "disabled", "smtpd_peername_lookup": "no",
            "relayhost": f"[127.0.0.1]:{next_hop}" if next_hop else "",
            "default_transport": "smtp" if next_hop else "discard",
            "message_size_limit": 120 << 20, "mailbox_size_limit": 0,
            "queue_run_delay": "1s", "minimal_backoff_time": "1s", "maximal_backoff_time": "2s",
            "smtpd_milters": milter, "non_smtpd_milters": milter, "milter_default_action": "tempfail",
            # The sender's retry in the tests comes at once; a real smtpd would slow it down.
            "smtpd_error_sleep_time": "0", "smtpd_soft_error_limit": 1000, "smtpd_hard_error_limit": 1000,
            "cyrus_sasl_config_path": self.config / "sasl", "smtpd_sasl_local_domain": "example.jp",
        }

    def prepare(self):
        for path in (self.config / "sasl", self.queue, self.folder / "data"):
            path.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o755)
        shutil.chown(self.folder / "data", "postfix")
        main = "".join(f"{name} = {value}\n" for name, value in self.settings.items())
        (self.config / "main.cf").write_text(main)
        jail = "y" if self.chroot else "n"
        submission = ["syslog_name=postfix/submission", "smtpd_sasl_auth_enable=yes",
                      "smtpd_relay_restrictions=permit_sasl_authenticated,reject",
                      "milter_macro_daemon_name=ORIGINATING"]
        (self.config / "master.cf").write_text("\n".join([
            f"127.0.0.1:{self.port} inet n - {jail} - 200 smtpd",
            f"127.0.0.1:{self.submission_port} inet n - n - 200 smtpd",
            *(f"  -o {option}" for option in submission),
            "pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
            "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce",
            "trace unix - - n - 0 bounce", "verify unix - - n - 1 verify", "flush unix n - n 1000? 0 flush",
            "proxymap unix - - n - - proxymap", "smtp unix - - n - - smtp", "relay unix - - n - - smtp",
            "showq unix n - n - - showq", "error unix - - n - - error", "retry unix - - n - - error",
            "discard unix - - n - - discard", "anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache",
            "tlsmgr unix - - n 1000? 1 tlsmgr", "local unix - n n - - local",
            "postlog unix-dgram n - n - 1 postlogd", ""]))
        (self.config / "sasl" / "smtpd.conf").write_text(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n"
            f"sasldb_path: {self.folder}/sasldb2\n")
        for name, password in self.accounts.items():
            subprocess.run(["saslpasswd2", "-p", "-c", "-f", self.folder / "sasldb2", "-u", "example.jp", name],
                           input=password.encode(), check=True)
        if self.accounts:
            shutil.chown(self.folder / "sasldb2", "postfix")

    def start(self):
        self.process = start_process(["postfix", "-c", self.config, "start-fg"], self.folder / "stderr")
        try:
            wait_until(lambda: self._alive() and smtp_ready(self.port), 60, lambda: "Postfix up: " + self.tail())
        except BaseException:
            self.stop()
            raise
        return self

    def _alive(self):
        if self.process.poll() is not None:
            raise AssertionError(f"Postfix ended with {self.process.returncode}: {self.tail()}")
        return True

    def run(self, program, *arguments, **options):
        """One of Postfix's own commands with this instance's configuration."""
        return subprocess.run([program, "-c" if program != "sendmail" else "-C", self.config, *arguments],
                              check=True, capture_output=True, **options)

    def set(self, **settings):
        """Changes main.cf, and reloads."""
        self.run("postconf", "-e", *(f"{name}={value}" for name, value in settings.items()))
        if self.process:
            self.run("postfix", "reload")

    def submit(self, message, sender, recipient):
        """Local submission by the sendmail command: no SMTP client."""
        self.run("sendmail", "-i", "-f", sender, recipient, input=message)

    def queued(self):
        """Queue ids by queue name: {"hold": [...], "deferred": [...], ...}."""
        result = {}
        for name in ("hold", "deferred", "active", "incoming"):
            result[name] = [f.name for f in (self.queue / name).rglob("*") if f.is_file()]
        return result

    def waiting(self):
        """What is still on its way, or held."""
        return [name for name, ids in self.queued().items() for _ in ids if name != "incoming"]

    def tail(self, lines=15):
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        stderr = (self.folder / "stderr").read_text(errors="replace") if self.process else ""
        return "\n".join((text + stderr).splitlines()[-lines:])

    def stop(self):
        if not self.process:
            return
        # The master daemon leads a process group of its own, as soon as it has written its pid.
        pid_file = self.queue / "pid" / "master.pid"
        leader = int(pid_file.read_text()) if pid_file.exists() else None
        end_process(self.process, leader)
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


SENDMAIL_MC = """divert(0)dnl
VERSIONID(`sekisho test')dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.example.jp')dnl
define(`confDONT_PROBE_INTERFACES', `true')dnl
define(`confPID_FILE', `@DIR@/sendmail.pid')dnl
define(`confCONTROL_SOCKET_NAME', `')dnl
define(`confSERVICE_SWITCH_FILE', `@DIR@/service.switch')dnl
define(`confHOSTS_FILE', `@DIR@/hosts')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_QUEUERETURN', `1d')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confMAX_DAEMON_CHILDREN', `0')dnl
define(`confCONNECTION_RATE_THROTTLE', `0')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confDELAY_LA', `0')dnl
define(`confBAD_RCPT_THROTTLE', `0')dnl
define(`confMILTER_LOG_LEVEL', `14')dnl
define(`confLOG_LEVEL', `14')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe,ForwardFileInUnsafeDirPath')dnl
define(`ALIAS_FILE', `@DIR@/aliases')dnl
define(`STATUS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`QUEUE_DIR', `@DIR@/mqueue')dnl
define(`LOCAL_MAILER_PATH', `/bin/true')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h @NEXT_HOP@')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`nocanonify')dnl
DAEMON_OPTIONS(`Name=MTA, Port=@PORT@, Addr=127.0.0.1, Family=inet')dnl
@FILTER@
MAILER(`local')dnl
MAILER(`smtp')dnl
"""


class Sendmail:
    """A private Sendmail, from the unpacked Debian packages in build/sendmail, in its own mount and UTS namespaces.

    `milter`: the socket as Sendmail writes it ("unix:/path"), or "". F=T: 4xx while the filter is not there.
    """

    def __init__(self, folder, milter="", next_hop=None, flags="F=T"):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.tree = ROOT / "build" / "sendmail"
        if not self.tree.is_dir():
            raise AssertionError("Sendmail is not unpacked: run scripts/install-deps test")
        self.binary = self.tree / "usr/libexec/sendmail/sendmail"
        self.log = self.folder / "log"
        self.process = None
        self._prepare(milter, next_hop, flags)

    def _prepare(self, milter, next_hop, flags):
        self.folder.mkdir(parents=True, exist_ok=True)
        os.chmod(self.folder, 0o755)
        (self.folder / "mqueue").mkdir(mode=0o700, exist_ok=True)
        (self.folder / "aliases").write_text("")
        (self.folder / "hosts").write_text("127.0.0.1 mx.example.jp mx localhost\n")
        (self.folder / "service.switch").write_text("passwd files\nhosts files\naliases files\n")
        mail_filter = (f"INPUT_MAIL_FILTER(`sekisho', `S={milter}, {flags}, T=C:30s;S:2m;R:2m;E:5m')dnl"
                       if milter else "dnl")
        text = SENDMAIL_MC
        for name, value in {"@DIR@": self.folder, "@PORT@": self.port, "@NEXT_HOP@": next_hop or 9,
                            "@FILTER@": mail_filter}.items():
            text = text.replace(name, str(value))
        (self.folder / "sendmail.mc").write_text(text)
        cf = self.tree / "usr/share/sendmail/cf"
        made = subprocess.run(["m4", f"-D_CF_DIR_={cf}/", cf / "m4/cf.m4", self.folder / "sendmail.mc"],
                              capture_output=True, check=True)
        (self.folder / "sendmail.cf").write_bytes(made.stdout)

    def start(self):
        script = ('set -e; hostname mx.example.jp; mount --bind "$1/hosts" /etc/hosts; '
                  'exec "$2" -C"$1/sendmail.cf" -bD -q1s')
        self.process = start_process(
            ["unshare", "-m", "-u", "--propagation", "private", "sh", "-c", script, "sh", self.folder, self.binary],
            self.log, env={"PATH": os.environ["PATH"]})

        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"Sendmail ended with {self.process.returncode}: {self.tail()}")
            return smtp_ready(self.port)

        try:
            wait_until(ready, 60, lambda: "Sendmail up: " + self.tail())
        except BaseException:
            self.stop()
            raise
        return self

    def queued(self):
        """The control files in the queue: one for each message that waits. hf: quarantined by a milter."""
        return sorted(f.name for f in (self.folder / "mqueue").iterdir() if f.name[:2] in ("qf", "hf", "Qf"))

    def waiting(self):
        """What is still on its way, or held."""
        return self.queued()

    def tail(self):
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def stop(self):
        if self.process:
            end_process(self.process)
            self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def postfix_groups():
    """The group by which a program may share a socket with Postfix."""
    return [pwd.getpwnam("postfix").pw_gid]


def remove_tree(folder, seconds=10):
    """Deletes a test's folder; daemons that are just ending may still write into it."""
    end = time.monotonic() + seconds
    while pathlib.Path(folder).exists():
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > end:
            break
