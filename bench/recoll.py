"""Recoll's indexer over the same folder: a full-text index of whole pages, the least that an archive takes.

Debian's package is recollcmd. It splits no page into article and furniture, and looks for no near-duplicates.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

COMMAND: Final = "recollindex"


def installed() -> bool:
    """Whether it can run."""
    return shutil.which(COMMAND) is not None


def run(raw: Path, directory: Path) -> int:
    """Index every file below `raw` into a new index in `directory`; returns how many files there are.

    Raises CalledProcessError where it fails.
    """
    directory.mkdir(parents=True)
    (directory / "recoll.conf").write_text(
        f"topdirs = {raw}\nloglevel = 1\nindexstemminglanguages = english\n"
    )
    subprocess.run([COMMAND, "-c", str(directory)], check=True, stdout=subprocess.DEVNULL)
    return sum(path.is_file() for path in raw.rglob("*"))
