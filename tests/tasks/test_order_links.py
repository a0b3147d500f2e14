"""Clusters, edges, digests and answers are a function of the files, whatever history led to them.

`tests.linked_pages` has pages whose links hang on each other and on which lines are furniture. Each history
is compared with an archive that met only its last state, in one run (`tests.histories`). That the hard cases
do happen is asserted by tests of their own: no comparison proves anything about a case that never came about.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from tasks import batch, candidates, commit, ingest, scan
from tests.archive import Archive
from tests.faults import LINKING, POINTS, FaultError, Faults
from tests.histories import Files, Links, assert_as_at_once, at_once, bring, links, some, take, write
from tests.linked_pages import BEES, CHESS, PAGES, VERSIONS, courier, herald, plain

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module", autouse=True)
def no_waiting():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        yield


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory() as name:
        yield Archive(Path(name))


# What happens, and that it is as if all had come at once.

THREE = some("courier/ferry.txt", "courier/chess.txt", "courier/bees.txt")
FOURTH = some("courier/again.txt")
BRIEFS = some("courier/lynx.txt", "courier/crane.txt", "herald/lynx.txt")


def test_a_notice_that_becomes_furniture_parts_strangers_and_joins_copies(folder):
    files = THREE | BRIEFS
    bring(folder, files)
    before = links(folder)
    assert before.one("courier/lynx.txt", "courier/crane.txt"), "the notice makes them alike"
    assert not before.edge("courier/lynx.txt", "herald/lynx.txt"), "the notices hide the story"
    assert_as_at_once(folder, files)
    bring(folder, FOURTH)
    after = links(folder)
    assert not after.edge("courier/lynx.txt", "courier/crane.txt")
    assert after.one("courier/lynx.txt", "herald/lynx.txt")
    assert_as_at_once(folder, files | FOURTH)
    assert take(folder, files | FOURTH, *FOURTH) == files
    assert links(folder) == before
    assert_as_at_once(folder, files)


def test_copies_that_come_to_have_equal_texts_need_no_edge(folder):
    files = THREE | some("wire/chess.txt")
    bring(folder, files)
    assert links(folder).edge("courier/chess.txt", "wire/chess.txt")
    bring(folder, FOURTH)
    after = links(folder)
    assert not after.edge("courier/chess.txt", "wire/chess.txt")
    assert after.one("courier/chess.txt", "wire/chess.txt")
    assert_as_at_once(folder, files | FOURTH)


def test_evidence_that_changes_while_bytes_go_from_file_to_file(folder):
    """What was read of them with few pages around is not what they say now."""
    write(folder, THREE)
    folder.ingest()
    files = THREE | FOURTH | {"courier/chess.txt": herald(CHESS), "moved/chess.txt": courier(CHESS)}
    write(folder, files)
    folder.ingest()
    assert_as_at_once(folder, files)


def test_evidence_that_changes_while_no_page_holds_the_bytes(folder, monkeypatch):
    """The file is another one when a run dies after counting, and what it was when the next one comes."""
    write(folder, THREE)
    folder.ingest()
    others = FOURTH | {"courier/weir.txt": VERSIONS["whole weir by the courier"]}
    write(folder, {"courier/chess.txt": herald(CHESS)} | others)
    with monkeypatch.context() as patch:
        Faults(patch, 1, ((commit, "link"),))
        with pytest.raises(FaultError):
            folder.ingest()
    write(folder, THREE)
    folder.ingest()
    assert_as_at_once(folder, THREE | others)


@pytest.mark.parametrize("order", list(permutations(["wire/day.txt", "wire/ferry.txt", "wire/chess.txt"])))
def test_a_digest_binds_nothing_whenever_its_sources_come(folder, order):
    files = some(*order)
    bring(folder, files)
    found = links(folder)
    assert found.digests == {"wire/day.txt"}
    assert found.edge("wire/day.txt", "wire/ferry.txt")
    assert found.edge("wire/day.txt", "wire/chess.txt")
    assert all(name == canonical for name, canonical in found.canonical.items())
    assert_as_at_once(folder, files)
    left = take(folder, files, "wire/chess.txt")
    assert not links(folder).digests
    assert links(folder).one("wire/day.txt", "wire/ferry.txt"), "with one source it is a longer copy"
    assert_as_at_once(folder, left)


@pytest.mark.parametrize(
    "order", list(permutations(["bees/cut.txt", "bees/corrected.txt", "courier/bees.txt"]))
)
def test_the_canonical_copy_does_not_depend_on_arrival(folder, order):
    whole = {"courier/bees.txt": plain(BEES)}
    files = {name: (PAGES | whole)[name] for name in order}
    bring(folder, files)
    assert set(links(folder).canonical.values()) == {"bees/corrected.txt"}
    assert_as_at_once(folder, files)
    left = take(folder, files, "bees/corrected.txt")
    assert set(links(folder).canonical.values()) == {"courier/bees.txt"}, "the whole one"
    assert_as_at_once(folder, left)


CHAIN = some("chain/first.txt", "chain/bridge.txt", "chain/last.txt")


@pytest.mark.parametrize("order", list(permutations(CHAIN)))
def test_a_chain_without_its_bridge_falls_apart(folder, order):
    files = some(*order)
    bring(folder, files)
    found = links(folder)
    assert found.one(*CHAIN)
    assert not found.edge("chain/first.txt", "chain/last.txt"), "they do not match"
    assert_as_at_once(folder, files)
    left = take(folder, files, "chain/bridge.txt")
    assert not links(folder).one(*left)
    assert_as_at_once(folder, left)
    bring(folder, some("chain/bridge.txt"))
    assert_as_at_once(folder, files)


@pytest.mark.parametrize("version", [plain(CHESS), VERSIONS["whole weir"], VERSIONS["garbage"], ""])
def test_a_file_that_becomes_another_version(folder, version):
    files = CHAIN | some("wire/chess.txt")
    bring(folder, files)
    files |= {"chain/bridge.txt": version}
    write(folder, files)
    folder.ingest()
    assert_as_at_once(folder, files)
    files |= some("chain/bridge.txt")
    write(folder, files)
    folder.ingest()
    assert links(folder).one(*CHAIN)
    assert_as_at_once(folder, files)


@pytest.mark.parametrize("hubs", [1, 2, 3])
def test_hubs_of_a_notice_that_is_not_furniture(folder, hubs, monkeypatch):
    """Every page of the paper holds the notice; only so many of them are compared with all others."""
    files = THREE | BRIEFS | some("wire/ferry.txt", "wire/day.txt")
    unbounded = len(at_once(files)["edges"])
    monkeypatch.setattr(candidates, "HUBS", hubs)
    if hubs == 1:
        assert len(at_once(files)["edges"]) < unbounded, "the bound bites"
    bring(folder, dict(reversed(files.items())))
    assert_as_at_once(folder, files)
    few = take(folder, files, *sorted(files)[::2])
    assert_as_at_once(folder, few)
    bring(folder, files)
    assert_as_at_once(folder, files)


# Any history.


@dataclass(frozen=True)
class Step:
    """Files that change (to a version, or None: deleted), then a run with these bounds that may die."""

    changes: dict[str, str | None]
    batch: int = 200
    commit: int = 1_000
    dies: int = 0


NAMES = sorted(PAGES)
STEPS = st.builds(
    Step,
    changes=st.dictionaries(
        st.sampled_from(NAMES),
        st.one_of(
            st.just("own"), st.just("own"), st.just("own"), st.none(), st.sampled_from(sorted(VERSIONS))
        ),
        min_size=1,
        max_size=len(NAMES),
    ),
    batch=st.sampled_from([1, 2, 3, 200]),
    commit=st.sampled_from([1, 2, 5, 1_000]),
    dies=st.one_of(st.just(0), st.integers(1, 120)),
)
ALL = Step(dict.fromkeys(NAMES, "own"))


def walk(archive: Archive, steps: list[Step]) -> Files:
    """Take the steps, tell hypothesis what they brought about, end with a run that does not die."""
    files: Files = {}
    seen: list[tuple[Files, Links]] = []
    for step in [*steps, Step({})]:
        for name, version in step.changes.items():
            files.pop(name, None)
            if version is None:
                (archive.raw / name).unlink(missing_ok=True)
            else:
                files[name] = VERSIONS[name if version == "own" else version]
                archive.write(name, files[name])
        if run(archive, step):
            event("died")
        else:
            seen.append((files.copy(), links(archive)))
    for before, after in pairwise(seen):
        for told in happened(before, after):
            event(told)
    return files


def run(archive: Archive, step: Step) -> bool:
    """Ingest with small batches and commits; return whether that died."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "BATCH_FILES", step.batch)
        patch.setattr(ingest, "COMMIT_FILES", step.commit)
        patch.setattr(ingest, "STORE_FILES", -(-step.commit // 2))
        patch.setattr(commit, "INDEX_COMMIT", step.commit)
        Faults(patch, step.dies, POINTS + LINKING)
        try:
            archive.ingest(accept_missing=True)
        except FaultError:
            archive.counts()
            return True
    return False


def happened(before: tuple[Files, Links], after: tuple[Files, Links]) -> set[str]:
    """Say what became of links between files that did not change themselves."""
    (old, was), (new, now) = before, after
    same = {name for name in was.canonical.keys() & now.canonical.keys() if old.get(name) == new.get(name)}

    def among(edges: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
        return {(a, b) for a, b in edges if a in same and b in same}

    told = {
        "an edge went": among(was.edges) - among(now.edges),
        "an edge came": among(now.edges) - among(was.edges),
        "a digest came": (now.digests - was.digests) & same,
        "a digest went": (was.digests - now.digests) & same,
        "a copy was promoted": {name for name in same if now.canonical[name] == name != was.canonical[name]},
    }
    return {what for what, where in told.items() if where}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(STEPS, min_size=1, max_size=4),
    whole=st.booleans(),
    hubs=st.sampled_from([1, 2, 3, 64, 64]),
)
@example(steps=[Step(dict.fromkeys(NAMES[::2], "own"), dies=60)], whole=True, hubs=64)
@example(steps=[ALL, Step({"courier/again.txt": None, "wire/chess.txt": None}, dies=40)], whole=False, hubs=2)
def test_any_history_ends_as_one_run(steps, whole, hubs):
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as name:
        patch.setattr(candidates, "HUBS", hubs)
        archive = Archive(Path(name))
        files = walk(archive, [*steps, ALL] if whole else steps)
        assert_as_at_once(archive, files)


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(NAMES))
def test_one_by_one(order):
    with tempfile.TemporaryDirectory() as name:
        archive = Archive(Path(name))
        bring(archive, some(*order))
        assert_as_at_once(archive, PAGES)


# Real processes.

DIES_WHILE_LINKING = """
import os, signal, sys
from index.cli.main import main
from index.links import LinkStore

left = int(sys.argv.pop(1))
put_canonicals = LinkStore.put_canonicals

def deadly(self, chosen):
    global left
    put_canonicals(self, chosen)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

LinkStore.put_canonicals = deadly
main()
"""


def process(archive: Archive, *program: str) -> int:
    where = ["--home", str(archive.home.path), "--raw", str(archive.raw)]
    return subprocess.run(
        [sys.executable, *program, *where, "ingest", "--direct", "--quiet"],
        cwd=ROOT,
        check=False,
        timeout=120,
    ).returncode


def test_kill_9_in_the_midst_of_linking(folder):
    files = {name: text for name, text in PAGES.items() if name not in FOURTH}
    write(folder, files)
    assert process(folder, "-c", DIES_WHILE_LINKING, "1") == -signal.SIGKILL
    folder.counts()
    assert process(folder, "-m", "index.cli.main") == 0
    assert_as_at_once(folder, files)
    (folder.raw / "chain/bridge.txt").unlink()
    write(folder, FOURTH)
    assert process(folder, "-c", DIES_WHILE_LINKING, "2") == -signal.SIGKILL, "when the bridge is let go"
    assert process(folder, "-m", "index.cli.main") == 0
    assert_as_at_once(folder, {name: text for name, text in PAGES.items() if name != "chain/bridge.txt"})
