import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from index import snapshot
from index.article import ArticleId
from index.commits import latest_generation, toc_name
from index.errors import IndexDamagedError
from index.fields import INDEX_NAME
from index.leaves import PackedLeaf
from index.schema import IndexDocument
from index.search import SearchRequest, search
from index.snapshot import Lists, open_snapshot
from index.toc import read_toc
from index.unpickling import StrangePickleError, unpickled
from index.whoosh_leaves import WhooshLeaf
from index.writer import FAST, PLAIN, apply

ROOT = Path(__file__).resolve().parents[2]


def article(number, body="harbour and mill"):
    return IndexDocument(
        *(ArticleId(f"{number:040x}"), f"Headline {number}", "", body, "", "", ""),
        *("2016-12-08", "2026-11-20", "en", ("Daily News",), (f"{number}.txt",)),
    )


@pytest.fixture(params=[FAST, PLAIN])
def directory(request, tmp_path):
    apply(tmp_path / "index", [article(number) for number in range(30)], kind=request.param)
    apply(tmp_path / "index", [article(40)], [article(2).id], kind=request.param)
    return tmp_path / "index"


def ids(opened, query="harbour"):
    return {hit.id for hit in search(opened, SearchRequest(query, limit=100), {}).hits}


def test_a_search_imports_no_whoosh(directory):
    program = (
        "import sys; from pathlib import Path; from index.search import search, SearchRequest;"
        "from index.snapshot import open_snapshot; opened = open_snapshot(Path(sys.argv[1]));"
        "print(search(opened, SearchRequest('harbour'), {}).total, {'whoosh', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, directory], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["30", "set()"]


def test_what_another_whoosh_wrote_is_read_through_whoosh(directory, monkeypatch):
    with open_snapshot(directory) as opened:
        expected = ids(opened)
        assert all(isinstance(leaf, PackedLeaf) for leaf in opened.leaves)
    monkeypatch.setattr(snapshot, "read_toc", lambda *_: None)
    with open_snapshot(directory) as opened:
        assert all(isinstance(leaf, WhooshLeaf) for leaf in opened.leaves)
        assert ids(opened) == expected
        assert ids(opened, "harb*") == expected


def test_a_search_goes_on_while_the_index_is_rewritten(directory):
    with open_snapshot(directory) as opened:
        apply(directory, [article(number, "another text") for number in range(60)])
        assert len(ids(opened)) == 30
    with open_snapshot(directory) as opened:
        assert ids(opened) == {article(40).id} - {article(number).id for number in range(60)}


def test_the_table_of_contents_names_segments_and_what_is_deleted(directory):
    data = (directory / toc_name(latest_generation(directory))).read_bytes()
    records = read_toc(data, INDEX_NAME)
    assert sum(record.size - len(record.deleted) for record in records) == 30
    assert all((directory / f"{record.name}.seg").is_file() for record in records)
    assert read_toc(data.replace(b"\x02\x07\x04", b"\x03\x07\x04", 1), INDEX_NAME) is None


def test_a_pickle_that_names_a_function_is_not_run():
    with pytest.raises(StrangePickleError):
        unpickled(pickle.dumps(print))


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_a_segment_that_was_cut_short_is_damage(directory, keep):
    for path in directory.glob("*.seg"):
        path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(IndexDamagedError):
        open_snapshot(directory)


def test_a_lost_segment_is_damage(directory):
    for path in directory.glob("*.seg"):
        path.unlink()
    with pytest.raises(IndexDamagedError):
        open_snapshot(directory)


def test_where_nothing_is_nothing_is_found(tmp_path):
    with open_snapshot(tmp_path / "none") as opened:
        assert opened.count == 0
        assert ids(opened) == set()


def test_the_lists_asked_for_longest_ago_make_room(monkeypatch):
    monkeypatch.setattr(snapshot, "KEPT", 10)
    monkeypatch.setattr(snapshot, "SHORT", 3)
    lists = Lists()
    lists.keep(("body", "one"), [([1, 2, 3], None)])
    lists.keep(("body", "two"), [([1, 2, 3], None)])
    assert lists.get(("body", "one"))
    lists.keep(("body", "three"), [([4], None), ([5, 6], None)])
    assert lists.get(("body", "two")) is None
    assert lists.get(("body", "one"))
    lists.keep(("body", "short"), [([1, 2], None)])
    assert lists.get(("body", "short")) is None
    lists.keep(("body", "long"), [(range(20), None)])
    assert lists.get(("body", "long")) is None
    assert lists.get(("body", "three"))
