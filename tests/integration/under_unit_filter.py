#!/usr/bin/env python3
"""Runs a command under the system call filter of a systemd unit: under_unit_filter.py UNIT COMMAND...

systemd is not PID 1 where the tests run, so the unit's SystemCallFilter= lines are read, their groups are expanded by
`systemd-analyze syscall-filter`, and the same allow list is set by libseccomp with the unit's errno.
"""

import ctypes
import errno
import os
import re
import subprocess
import sys


def group(name, seen=None):
    """All system calls of a group such as @system-service, groups within groups included."""
    seen = set() if seen is None else seen
    calls = set()
    text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True,
                          check=True).stdout
    for line in text.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@") and word not in seen:
            seen.add(word)
            calls |= group(word, seen)
        elif word and not word.startswith(("#", "@")):
            calls.add(word)
    return calls


def unit_filter(path):
    """(allowed calls, errno of the others). An allow list: systemd applies the lines in order, `~` takes away.

    systemd itself always adds @default to an allow list.
    """
    with open(path, encoding="utf-8") as unit:
        text = unit.read()
    allowed = set()
    for number, value in enumerate(re.findall(r"^SystemCallFilter=(.*)$", text, re.M)):
        takes_away = value.startswith("~")
        if number == 0 and takes_away:
            raise ValueError("the first SystemCallFilter= is not an allow list")
        for word in value.lstrip("~").split():
            calls = group(word) if word.startswith("@") else {word}
            allowed = allowed - calls if takes_away else allowed | calls
    found = re.search(r"^SystemCallErrorNumber=(\w+)$", text, re.M)
    return allowed | group("@default"), getattr(errno, found.group(1)) if found else None


def load(allowed, number):
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    kill_process, allow = 0x80000000, 0x7FFF0000
    context = library.seccomp_init(0x00050000 | number if number else kill_process)
    for name in sorted(allowed):
        call = library.seccomp_syscall_resolve_name(name.encode())
        if call >= 0:  # the library knows it on this architecture
            if library.seccomp_rule_add(context, allow, call, 0) != 0:
                raise OSError(f"no rule for {name}")
    if library.seccomp_load(context) != 0:
        raise OSError("the filter was not accepted")


if __name__ == "__main__":
    load(*unit_filter(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
