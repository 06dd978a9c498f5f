"""What a mutation is, and the list that the modules of mutations fill."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Sample:
    """A file on its way through mutations."""
    name: str
    data: bytes

    def with_data(self, data):
        return dataclasses.replace(self, data=data)

    @property
    def kind(self):
        data = self.data
        if data.startswith(b"\xD0\xCF\x11\xE0"):
            return "cfb"
        if data.startswith(b"PK\3\4"):
            return "zip"
        if data.startswith(b"{\\rt"):
            return "rtf"
        if data.startswith(b"L\0\0\0\1\x14\2\0"):
            return "lnk"
        if data.startswith(b"<?xml") and b"mso-application" in data[:200]:
            return "office-xml"
        suffix = self.name.rsplit(".", 1)[-1].lower()
        return suffix if suffix in ("js", "vbs", "cmd", "svg", "url", "ps1", "hta", "wsf", "pdf") else "other"


@dataclasses.dataclass(frozen=True)
class Mutation:
    name: str
    group: str           # for the page
    apply: object        # Sample -> Sample, or None where there is nothing to change
    mail: object = None  # Sample -> bytes of a mail; None: an ordinary attachment


MUTATIONS = []


def mutation(name, group):
    def enter(function):
        MUTATIONS.append(Mutation(name, group, function))
        return function
    return enter


def mailed(name, group="mail"):
    def enter(function):
        MUTATIONS.append(Mutation(name, group, lambda sample: sample, function))
        return function
    return enter


def text_of(kinds, group):
    """Gives a decorator maker: change(text) for files of these kinds, as bytes in Latin-1 and back."""
    def named(name):
        def enter(function):
            @mutation(name, group)
            def apply(sample):
                if sample.kind not in kinds:
                    return None
                text = sample.data.decode("latin-1")
                changed = function(text)
                return sample.with_data(changed if isinstance(changed, bytes) else changed.encode("latin-1")) if changed != text else None
            return function
        return enter
    return named
