"""The rules of the house, read from the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"index": 0, "tasks": 1, "flows": 2}
PREFECT_MODULE = ROOT / "tasks" / "prefect_steps.py"
SOURCES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import breaks in a flow that Prefect loads"
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path):
    floor = FLOORS[path.relative_to(ROOT).parts[0]]
    for name in _imported(path) & FLOORS.keys():
        assert FLOORS[name] <= floor, f"{path} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_flows_and_the_wrappers_import_prefect(path):
    if "prefect" in _imported(path):
        assert path == PREFECT_MODULE or path.relative_to(ROOT).parts[0] == "flows"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_too_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_pickle_of_ours():
    """Whoosh's format is pickles; one module reads them."""
    for path in SOURCES:
        assert "pickle" not in _imported(path) or path == ROOT / "index" / "unpickling.py", path


def test_the_query_path_is_light():
    """A search imports neither prefect nor tasks nor anything else that is heavy."""
    code = (
        "import sys; from index.cli.main import run; code = run(['search', '--home', sys.argv[1], 'x']);"
        "heavy = {'prefect', 'tasks', 'flows', 'numpy', 'whoosh', 'rich', 'lxml', 'trafilatura'};"
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip().endswith("[]"), done.stdout


def test_flow_modules_shadow_nothing():
    """Prefect puts flows/ first on sys.path: a module there must not be named like another."""
    taken = set(sys.stdlib_module_names) | {"index", "tasks", "prefect", "whoosh", "evals", "bench"}
    for path in (ROOT / "flows").glob("*.py"):
        assert path.stem == "__init__" or path.stem not in taken
