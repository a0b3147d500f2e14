"""The upper floors' functions, named as strings and loaded when called: imports go down only."""

from __future__ import annotations

import importlib
from typing import Any


def upper(name: str) -> Any:
    """Load ``module:function`` of tasks/ or flows/."""
    module, function = name.split(":")
    return getattr(importlib.import_module(module), function)
