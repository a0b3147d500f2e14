"""Which engine names languages: the one that newsfold.toml chose, imported only then."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Final, cast

from index.errors import SettingsError
from index.settings import ENGINES
from tasks.asking import Engine

# Where the engine of a name is made.
_MAKERS: Final = {
    "langdetect": "tasks.langdetect_engine:LangdetectEngine",
    "py3langid": "tasks.engine_py3langid:Py3langidEngine",
}


@cache
def named(name: str) -> Engine:
    """Return the engine of that name; always the same one in a process, and safe to share.

    Raises SettingsError where there is none of that name, or where its package cannot be imported.
    """
    if name not in _MAKERS:
        raise SettingsError(
            f"no language engine is named {name}",
            hint=f"language.engine in newsfold.toml is one of: {', '.join(ENGINES)}",
        )
    module, maker = _MAKERS[name].split(":")
    try:
        made = getattr(importlib.import_module(module), maker)()
    except ImportError as error:
        raise SettingsError(
            f"the language engine {name} of newsfold.toml cannot be used: {error}",
            hint=f"install it with: pip install '.[{name}]' in newsfold's folder, or pip install {name}; "
            f'or write language.engine = "{ENGINES[0]}"',
        ) from error
    return cast("Engine", made)
