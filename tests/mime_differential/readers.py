"""Who reads the mails: GMime, Python's email under two policies, and ours."""

import base64
import email
import email.policy
import hashlib
import json
import pathlib
import subprocess
import tempfile

BLANK = b" \t\r\n"
POLICIES = {"python-compat32": email.policy.compat32, "python-default": email.policy.default}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def normal(data):
    """Text without regard to its line ends, and to those at its end."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")


def line_ends(data):
    """The forms of a text that differ in line ends alone, for a first look by their hashes."""
    unix = normal(data)
    dos = unix.replace(b"\n", b"\r\n")
    return (unix, unix + b"\n", dos, dos + b"\r\n")


def python_leaves(data, policy):
    """[(type, name, content), ...] of all leaves but bodies, as gmime-extract has them. None: Python gave up on the mail."""
    leaves = []
    try:
        for part in email.message_from_bytes(data, policy=policy).walk():
            if part.is_multipart():
                continue
            kind, name = part.get_content_type(), part.get_filename()
            if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
                continue
            content = part.get_payload(decode=True)
            if content and content.strip(BLANK):
                leaves.append((kind, str(name or ""), content))
    except Exception:  # pylint: disable=broad-except; its header parser raises nearly anything
        return None
    return leaves


def gmime_leaves(program, paths, content=False):
    """{path: [{"type", "name", "sha256", "size", "blank"}, ...]}; with `content` its bytes too."""
    done = subprocess.run([program, *(["--content"] if content else [])], input="\n".join(map(str, paths)).encode() + b"\n",
                          capture_output=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"gmime-extract ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    read = {row["file"]: row["leaves"] for row in map(json.loads, done.stdout.splitlines())}
    for leaf in (leaf for leaves in read.values() for leaf in leaves if content):
        leaf["content"] = base64.b64decode(leaf["content"])
    return read


def scan(program, paths):
    """{path: report} of `sekisho scan --json`."""
    done = subprocess.run([program, "scan", "--json", *paths], capture_output=True, check=False, timeout=600)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError(f"sekisho scan ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    return {report["file"]: report for report in map(json.loads, done.stdout.splitlines())}


def unpacked(program, path):
    """The contents of all our parts."""
    with tempfile.TemporaryDirectory(prefix="sekisho-differential-") as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run([program, "unpack", path, "-o", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                       timeout=60)
        return [part.read_bytes() for part in out.glob("part-*.bin")]
