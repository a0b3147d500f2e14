"""Functions named as strings and loaded when called: those of the upper floors, and what is heavy."""

from __future__ import annotations

import importlib
from typing import Any


def upper(name: str) -> Any:
    """Load ``module:function``."""
    module, function = name.split(":")
    return getattr(importlib.import_module(module), function)
