"""Cross-validation by site: which fifth of the sites a site is in, in every evaluation alike."""

from __future__ import annotations

import hashlib
from typing import Final

FOLDS: Final = 5


def fold_of(site: str) -> int:
    """Return the fold of a site, 0 to `FOLDS` - 1: by its name's hash, whatever other sites there are."""
    return hashlib.sha256(site.encode()).digest()[0] % FOLDS
