from bench import soak
from bench.soak_model import Folder, Item, Model


def test_the_model_follows_the_folder(tmp_path):
    folder = Folder(tmp_path / "raw", size=30, seed=3)
    folder.fill()
    assert len(folder.model.files) == 30
    done = folder.change(200)
    assert set(done) == {"add", "edit", "rename", "delete", "copy", "spoil"}
    there = {str(path.relative_to(folder.path)) for path in folder.path.rglob("*.txt")}
    assert there == set(folder.model.files)
    for name, item in folder.model.files.items():
        assert item.word.encode() in (folder.path / name).read_bytes()
    assert folder.model.gone.isdisjoint(folder.model.words())
    assert folder.model.gone


def test_no_two_stories_share_a_word_of_their_own(tmp_path):
    folder = Folder(tmp_path / "raw", size=20, seed=1)
    folder.fill()
    assert len(folder.model.words()) == 20


def test_a_file_is_where_it_must_be_or_told_of():
    model = Model({"a": Item("one"), "b": Item("one"), "c": Item("two"), "d": Item("")})
    right = {"a": "duplicate", "b": "indexed", "c": "indexed", "d": "rejected"}
    assert model.differences(right) == []
    assert model.differences({**right, "b": "duplicate"}) == ["files with one: {'duplicate': 2}"]
    assert model.differences({**right, "d": "indexed"}) == ["d: indexed, and has no text"]
    assert model.differences({**right, "e": "indexed"}) == ["e: told of, and not there"]
    assert "c: not told of" in model.differences({"a": "duplicate", "b": "indexed", "d": "rejected"})


def test_growth_compares_the_last_quarter_with_the_second():
    assert soak.growth([9, 1, 5, 2]) == 2.0
    assert soak.growth([1]) == 1.0
