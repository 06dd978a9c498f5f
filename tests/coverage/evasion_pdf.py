"""PDF written in other ways: by qpdf, and by changing names and what stands around."""

import pathlib
import re
import subprocess
import tempfile

from evasion_base import mutation


def by_qpdf(name, *options):
    @mutation(name, "PDF")
    def apply(sample):
        if sample.kind != "pdf":
            return None
        with tempfile.TemporaryDirectory(prefix="sekisho-evasion-") as folder:
            source, out = pathlib.Path(folder, "in.pdf"), pathlib.Path(folder, "out.pdf")
            source.write_bytes(sample.data)
            subprocess.run(["qpdf", "--warning-exit-0", "--deterministic-id", *options, str(source), str(out)], check=True, capture_output=True)
            return sample.with_data(out.read_bytes())
    return apply


by_qpdf("objects in streams", "--object-streams=generate")
by_qpdf("streams not compressed", "--object-streams=disable", "--stream-data=uncompress")
by_qpdf("linearised", "--linearize")
by_qpdf("objects renumbered, in QDF", "--qdf")


@mutation("encrypted without a password", "PDF")
def encrypted(sample):
    """RC4, whose keys come from the passwords alone: AES draws some anew each time."""
    if sample.kind != "pdf":
        return None
    with tempfile.TemporaryDirectory(prefix="sekisho-evasion-") as folder:
        source, out = pathlib.Path(folder, "in.pdf"), pathlib.Path(folder, "out.pdf")
        source.write_bytes(sample.data)
        subprocess.run(["qpdf", "--warning-exit-0", "--allow-weak-crypto", "--static-id", "--encrypt", "", "owner", "128", "--", str(source), str(out)],
                       check=True, capture_output=True)
        return sample.with_data(out.read_bytes())


def bytes_of(name):
    def enter(function):
        @mutation(name, "PDF")
        def apply(sample):
            changed = function(sample.data) if sample.kind == "pdf" else sample.data
            return sample.with_data(changed) if changed != sample.data else None
        return function
    return enter


@bytes_of("names in escapes")
def names(data):
    return re.sub(rb"/(OpenAction|Launch|JavaScript|EmbeddedFile|Filespec)\b", lambda m: b"/" + b"".join(b"#%02x" % c if i % 2 else bytes([c])
                                                                                       for i, c in enumerate(m[1])), data)


@bytes_of("900 bytes before the header")
def before(data):
    return b"INERT SEKISHO TEST notes\r\n" * 34 + data


@bytes_of("no table of places")
def no_table(data):
    return data[:data.rindex(b"xref\n0")] + b"trailer<</Root 1 0 R>>\n%%EOF\n"


@bytes_of("an update behind")
def update(data):
    return data + b"\n%INERT SEKISHO TEST\ntrailer<</Size 9/Root 1 0 R/Prev " + data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0] + b">>\nstartxref\n0\n%%EOF\n"


@bytes_of("comments and blanks between the tokens")
def comments(data):
    return data.replace(b"/S/Launch", b"/S %notes\n /Launch").replace(b"/Type/Filespec", b"/Type %notes\n /Filespec")
