"""SMTP on both ends of a test: a client that reports each reply, and a sink that records what is delivered."""

import dataclasses
import smtplib
import socket
import socketserver
import threading
import time


_ports = []  # the sockets that hold this process's claims


def free_port():
    """A loopback TCP port that nothing listens on, and that is this process's until it ends.

    Suites run beside each other: each port is claimed by the name of an abstract socket. None is of those that the
    kernel gives to outgoing connections (from 32768 on).
    """
    for port in range(20_000, 32_000):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0sekisho-test-port-{port}")
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _ports.append(claim)
        return port
    raise AssertionError("no free port")


def wait_until(condition, seconds, what):
    """Polls `condition` until it is true; gives its value. A test never sleeps for luck, it waits for a fact."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.02)


def smtp_ready(port, host="127.0.0.1"):
    """True when an SMTP server greets with 220 there."""
    try:
        with socket.create_connection((host, port), timeout=5) as probe:
            probe.settimeout(5)
            greeting = probe.recv(4)
            probe.sendall(b"QUIT\r\n")
            return greeting.startswith(b"220")
    except OSError:
        return False


@dataclasses.dataclass
class Reply:
    """What a client saw of one message. `stage`: where the last reply belongs (mail, rcpt, data, end).

    `ms` is counted from MAIL, `data_ms` from DATA, to the last reply.
    """

    code: int
    text: str
    stage: str
    refused: dict
    ms: float
    data_ms: float = 0

    @property
    def accepted(self):
        return self.stage == "end" and self.code == 250


class Client:
    """One SMTP connection. Closes itself as a context manager."""

    def __init__(self, port, source=None, auth=None, helo="client.example.net", timeout=120):
        self.smtp = smtplib.SMTP("127.0.0.1", port, local_hostname=helo, timeout=timeout,
                                 source_address=(source, 0) if source else None)
        self.smtp.ehlo()
        if auth:
            self.smtp.login(*auth)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self.smtp.quit()
        except (smtplib.SMTPException, OSError):
            self.smtp.close()

    def send(self, message, sender="partner@example.net", recipients=("user@example.jp",)):
        """Sends one message; never raises on a refusal. `message` is bytes or an email.message.Message."""
        data = message if isinstance(message, bytes) else message.as_bytes()
        recipients = [recipients] if isinstance(recipients, str) else list(recipients)
        begin = time.monotonic()
        refused = {}

        def reply(code, text, stage):
            return Reply(code, text.decode("utf-8", "replace"), stage, refused, (time.monotonic() - begin) * 1000)

        code, text = self.smtp.mail(sender, [f"size={len(data)}"])
        if code != 250:
            self._rset()
            return reply(code, text, "mail")
        for recipient in recipients:
            code, text = self.smtp.rcpt(recipient)
            if code not in (250, 251):
                refused[recipient] = (code, text.decode("utf-8", "replace"))
        if len(refused) == len(recipients):
            self._rset()
            return reply(code, text, "rcpt")
        begin_data = time.monotonic()
        try:
            code, text = self.smtp.data(data)
        except smtplib.SMTPDataError as error:
            return reply(error.smtp_code, error.smtp_error, "data")
        out = reply(code, text, "end")
        out.data_ms = (time.monotonic() - begin_data) * 1000
        return out

    def _rset(self):
        try:
            self.smtp.rset()
        except smtplib.SMTPServerDisconnected:
            pass


def send(port, message, sender="partner@example.net", recipients=("user@example.jp",), **connection):
    """One message on a connection of its own. A lost connection counts as a reply with code 0."""
    begin = time.monotonic()
    try:
        with Client(port, **connection) as client:
            return client.send(message, sender, recipients)
    except smtplib.SMTPConnectError as error:
        return Reply(error.smtp_code, str(error.smtp_error), "connect", {}, (time.monotonic() - begin) * 1000)
    except smtplib.SMTPResponseException as error:
        return Reply(error.smtp_code, str(error.smtp_error), "ehlo", {}, (time.monotonic() - begin) * 1000)
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        return Reply(0, str(error), "lost", {}, (time.monotonic() - begin) * 1000)


@dataclasses.dataclass
class Delivered:
    """A message as the next hop got it."""

    sender: str
    recipients: list
    data: bytes

    def header(self, name):
        """The values of a header field, unfolded, in order."""
        head = self.data.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].decode("utf-8", "surrogateescape")
        lines = head.replace("\n ", " ").replace("\n\t", " ").split("\n")
        return [line.split(":", 1)[1].strip() for line in lines if line.lower().startswith(name.lower() + ":")]

    def body(self):
        return self.data.replace(b"\r\n", b"\n").split(b"\n\n", 1)[1]


class _SinkHandler(socketserver.StreamRequestHandler):
    timeout = 60

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        try:
            self._converse(self.server.sink)
        except ConnectionError:
            pass  # the mail server was stopped

    def _converse(self, sink):
        sender, recipients = "", []
        self.say("220 sink.example.net ESMTP")
        while line := self.rfile.readline(4096):
            verb = line.strip().upper()
            if verb.startswith((b"EHLO", b"HELO")):
                self.wfile.write(b"250-sink\r\n250-8BITMIME\r\n250 SIZE 200000000\r\n")
            elif verb.startswith(b"MAIL FROM:"):
                sender = self._address(line)
                refusal = sink.refuse and sink.refuse(sender)
                self.say(refusal or "250 2.1.0 Ok")
            elif verb.startswith(b"RCPT TO:"):
                recipients.append(self._address(line))
                self.say("250 2.1.5 Ok")
            elif verb == b"DATA":
                self.say("354 go on")
                data = self._data()
                sink.add(Delivered(sender, recipients, data))
                sender, recipients = "", []
                self.say("250 2.0.0 kept")
            elif verb == b"RSET":
                sender, recipients = "", []
                self.say("250 2.0.0 Ok")
            elif verb == b"QUIT":
                self.say("221 2.0.0 Bye")
                return
            else:
                self.say("250 2.0.0 Ok")

    @staticmethod
    def _address(line):
        text = line.decode("utf-8", "replace")
        return text[text.index("<") + 1:text.index(">")] if "<" in text and ">" in text else ""

    def _data(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class Sink:
    """The next hop. `refuse(sender)` may give a reply line, such as "451 4.3.0 later"."""

    def __init__(self, port=0):
        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 128

        self.refuse = None
        self._kept = []
        self._lock = threading.Lock()
        self._server = Server(("127.0.0.1", port), _SinkHandler)
        self._server.sink = self
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def add(self, message):
        with self._lock:
            self._kept.append(message)

    def messages(self):
        with self._lock:
            return list(self._kept)

    def find(self, marker, count=1, seconds=30):
        """Waits for `count` messages that hold `marker` (bytes or text)."""
        needle = marker.encode() if isinstance(marker, str) else marker
        found = []

        def enough():
            found[:] = [m for m in self.messages() if needle in m.data]
            return len(found) >= count

        wait_until(enough, seconds, lambda: f"{count} messages with {marker!r} at the sink, found {len(found)}")
        return found if count > 1 else found[0]

    def holds(self, marker):
        needle = marker.encode() if isinstance(marker, str) else marker
        return [m for m in self.messages() if needle in m.data]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
