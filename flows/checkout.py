"""The pull step of prefect.yaml: works for any checkout or installation, because it fetches nothing."""

from __future__ import annotations

import os
from pathlib import Path


def enter() -> dict[str, str]:
    """Make the folder that holds `flows` the working directory; return it as Prefect's steps do."""
    folder = str(Path(__file__).resolve().parent.parent)
    os.chdir(folder)
    return {"directory": folder}
