"""An SMTP client that sends a message without a byte changed, whatever stands in it."""

import re
import socket

ACCEPTED = re.compile(rb"^250 2\.0\.0 .*(?:queued as|accepted for delivery)", re.MULTILINE)
# Each message comes from an address of its own, which stands in the first Received field of all that came of it.
CLIENT = re.compile(rb"127\.1\.(\d+)\.(\d+)")


def as_sent(data):
    """The message as a client gives it to a server: one that was stored with LF alone gets CRLF, all else stays."""
    data = data if b"\r\n" in data else data.replace(b"\n", b"\r\n")
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def has_bare_line_end(data):
    return re.search(rb"\r(?!\n)|(?<!\r)\n", data) is not None


def stuffed(data):
    """The octets of DATA: dots doubled at the start of lines, and the end (RFC 5321 section 4.5.2)."""
    return re.sub(rb"(\A|\r\n)\.", rb"\1..", data) + b".\r\n"


def number_of(text):
    """The number of the message that a client with the address in `text` sent."""
    found = CLIENT.search(text)
    if not found:
        raise AssertionError(f"sent by nobody: {text[:500]!r}")
    return int(found[1]) << 8 | int(found[2])


def send(port, number, data):
    """Gives how many messages the server took for `data`.

    A message that ends early for the server leaves replies to what it takes for commands: so all of it is sent
    without looking, and the replies are counted behind it.
    """
    source = (f"127.1.{number >> 8}.{number & 255}", 0)
    with socket.create_connection(("127.0.0.1", port), timeout=120, source_address=source) as connection:
        replies = connection.makefile("rb")

        def say(line, expected=b"2"):
            connection.sendall(line)
            while (reply := replies.readline())[3:4] == b"-":
                pass
            if not reply.startswith(expected):
                raise AssertionError(f"message {number}: {line!r} got {reply!r}")

        for line in (b"", b"EHLO client.example.net\r\n", b"MAIL FROM:<partner@example.net>\r\n",
                     b"RCPT TO:<user@example.jp>\r\n"):
            say(line)
        say(b"DATA\r\n", b"354")
        said = b""
        try:
            connection.sendall(stuffed(data) + b"QUIT\r\n")
            connection.shutdown(socket.SHUT_WR)  # smuggled commands may let the server wait for more
            while more := replies.read1():
                said += more
        except OSError:
            pass  # a server hangs up on a client that says only nonsense
        return len(ACCEPTED.findall(said))
