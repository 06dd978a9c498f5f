"""A real systemd that runs units of ours, as PID 1 of a box of its own: namespaces of everything but users.

It boots nothing of the host: the unit folder holds empty targets and what the test puts there. What it mounts, kills and
calls itself stays in the box; the file system is the host's, so that units see the test's folders.
"""

import os
import pathlib
import signal
import subprocess
import unittest

from smtp import wait_until

TARGETS = ("sysinit", "basic", "paths", "shutdown", "local-fs", "rescue", "multi-user")
# Without cgroups of its own systemd does not start; the second version is enough for it. A service's output would go to
# a journal that is not there: units say append: for it.
BOOT = """
echo $$ > "$1/cgroup.procs" && exec unshare --fork --kill-child --pid --mount --uts --ipc --net --cgroup \
  --propagation private sh -c '
    mount -t proc proc /proc && mount -t tmpfs -o mode=755 tmpfs /run && mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit 9
    for name in passwd group; do if [ -e "$2/$name" ]; then mount --bind "$2/$name" "/etc/$name" || exit 9; fi; done
    exec env -i container=sekisho-test SYSTEMD_UNIT_PATH="$1" PATH=/usr/sbin:/usr/bin \
      /lib/systemd/systemd --system --unit=multi-user.target --log-target=null' sh "$2" "$3"
"""


class SystemdBox:
    """`units`: {name: text}. `wanted`: names of units that the boot starts. `etc`: a folder with passwd and group."""

    def __init__(self, folder, units, wanted, etc="/nonexistent"):
        self.folder, self.etc = pathlib.Path(folder), etc
        self.units = self.folder / "units"
        wants = self.units / "multi-user.target.wants"
        wants.mkdir(parents=True)
        for target in TARGETS:
            (self.units / f"{target}.target").write_text("[Unit]\nDefaultDependencies=no\n")
        for name, text in units.items():
            (self.units / name).parent.mkdir(exist_ok=True)
            (self.units / name).write_text(text)
        for name in wanted:
            (wants / name).symlink_to(self.units / name)
        self.wanted = wanted
        self.group = self._cgroup_root() / f"sekisho-test-{os.getpid()}-{self.folder.name}"
        self.process = None

    @staticmethod
    def _cgroup_root():
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            fields, kind = line.split(" - ", 1)
            if kind.startswith("cgroup2 "):
                return pathlib.Path(fields.split()[4])
        raise unittest.SkipTest("no cgroup2 file system is mounted, and systemd does not start without")

    def start(self):
        self.group.mkdir()
        with open(self.folder / "boot.log", "wb") as log:
            self.process = subprocess.Popen(["sh", "-c", BOOT, "sh", self.group, self.units, self.etc],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until(self._up, 60, lambda: "systemd up: " + self.tail())
        except BaseException:
            self.stop()
            raise
        return self

    def _up(self):
        if self.process.poll() is not None:
            raise AssertionError(f"systemd ended with {self.process.returncode}: {self.tail()}")
        return all(self.systemctl("is-active", name).stdout.strip() == "active" for name in self.wanted)

    def systemctl(self, *words):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return subprocess.run(["nsenter", "--target", children[0] if children else "0", "--all", "systemctl", "--no-pager",
                               *words], capture_output=True, text=True)

    def state_of(self, unit, *names):
        """Properties of a unit, as a dictionary."""
        text = self.systemctl("show", unit, *(f"--property={name}" for name in names)).stdout
        return dict(line.split("=", 1) for line in text.splitlines())

    def tail(self):
        return (self.folder / "boot.log").read_text(errors="replace")[-1000:]

    def stop(self):
        if self.process:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGKILL)  # and with it PID 1 of the box, and so all of it
            self.process.wait(20)
            self.process = None
        for path, _, _ in os.walk(self.group, topdown=False):
            wait_until(lambda path=path: self._removed(path), 20, f"an empty control group {path}")

    @staticmethod
    def _removed(path):
        try:
            os.rmdir(path)
        except OSError:
            return not os.path.exists(path)
        return True
