"""What a change touches: the files that differ from a base commit, and whatever includes them."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
# A change to one of these can change what every file compiles to.
BUILD = re.compile(r"(^|/)CMakeLists\.txt$|^cmake/|^CMakePresets\.json$|^\.clang-tidy$|^scripts/(packages\.txt|\w+\.py)$")


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def base_commit():
    """SEKISHO_BASE, or the last commit that is older than a working session (4 hours); None where there is none."""
    named = os.environ.get("SEKISHO_BASE")
    if named:
        return git("rev-parse", "--verify", f"{named}^{{commit}}")
    return git("rev-list", "-1", "--before=4 hours ago", "HEAD") or None


def changed_files(base):
    """Paths that differ from `base`, uncommitted ones included. None: everything counts as changed."""
    if not base:
        return None
    listed = git("diff", "--name-only", base)
    new = git("ls-files", "--others", "--exclude-standard")
    if listed is None or new is None:
        return None
    files = set(listed.split("\n") + new.split("\n")) - {""}
    return None if any(BUILD.search(name) for name in files) else files


class Includes:
    """Our own headers that a file sees, directly or not."""

    def __init__(self):
        self._direct, self._all = {}, {}

    def direct(self, path):
        if path not in self._direct:
            try:
                text = (ROOT / path).read_text(errors="replace")
            except OSError:
                text = ""
            self._direct[path] = [name for name in INCLUDE.findall(text) if (ROOT / name).is_file()]
        return self._direct[path]

    def all(self, path):
        if path not in self._all:
            seen, todo = {path}, [path]
            while todo:
                for name in self.direct(todo.pop()):
                    if name not in seen:
                        seen.add(name)
                        todo.append(name)
            self._all[path] = seen
        return self._all[path]
