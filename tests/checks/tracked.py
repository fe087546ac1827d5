"""The files that the checks read: what git tracks, or everything where there is no repository."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOT_OURS = {"build", "state", "node_modules"}


def tracked_files():
    """{path from the root: text} of every tracked text file that is there."""
    return {path: text for path in _paths() if (text := _text(ROOT / path)) is not None}


def _paths():
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"],
            check=True, capture_output=True, text=True).stdout
        return sorted(path for path in listed.split("\0") if path)
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return sorted(str(p) for p in found
                  if p.parts[0] not in NOT_OURS and not p.parts[0].startswith("."))


def _text(path):
    if not path.is_file():
        return None
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text
