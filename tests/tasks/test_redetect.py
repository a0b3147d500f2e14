"""Another engine is chosen: what `newsfold rebuild` names anew, and what it leaves alone."""

import pytest

from index.article import Language
from index.catalog import Catalog
from index.errors import SettingsError
from index.integrity import find_damage
from tasks import redetect, scan
from tasks.asking import Answer
from tasks.langdetect_engine import LANGDETECT
from tests.archive import Archive, page


class Constant:
    """An engine to which everything is Icelandic."""

    name = "py3langid"
    tags = frozenset({"is"})
    answer = Answer("is", 0.75)

    def ask(self, _text, *, cjk):
        return Answer("und", 0.0) if cjk else self.answer

    def speaks(self, _text, _code):
        return False


@pytest.fixture(autouse=True)
def other_engine(monkeypatch):
    """In these tests the name py3langid means an engine whose answers cannot be mistaken."""
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    named = {"langdetect": LANGDETECT, "py3langid": Constant()}
    for module in ("tasks.engines", "tasks.ingest", "tasks.page_work"):
        monkeypatch.setattr(f"{module}.named", named.__getitem__)


def choose(archive: Archive, engine: str) -> None:
    archive.home.make_state()
    archive.home.settings_file.write_text(f'[language]\nengine = "{engine}"\n', encoding="utf-8")


def engines_of(archive: Archive) -> dict[str, int]:
    with Catalog.open(archive.home.catalog) as catalog:
        rows = catalog.db.execute(
            "SELECT lang_engine || ' ' || lang, count(*) FROM article GROUP BY 1 ORDER BY 1"
        )
        return dict(rows.fetchall())


def languages_of(archive: Archive) -> list[tuple]:
    with Catalog.open(archive.home.catalog) as catalog:
        rows = catalog.db.execute(
            """SELECT id, lang, lang_probability, lang_engine, lang_reliable, lang_second, content_hash
               FROM article ORDER BY id"""
        )
        return [tuple(row) for row in rows]


def filled(folder, engine: str, pages: int = 5) -> Archive:
    archive = Archive(folder)
    choose(archive, engine)
    for number in range(pages):
        archive.write(f"{number}.txt", page(number))
    archive.ingest()
    return archive


def test_the_engine_that_is_set_names_the_languages(tmp_path):
    assert engines_of(filled(tmp_path / "a", "langdetect")) == {"langdetect en": 5}
    assert engines_of(filled(tmp_path / "b", "py3langid")) == {"py3langid is": 5}


def test_a_plain_run_asks_the_new_engine_about_new_files_only(tmp_path):
    archive = filled(tmp_path, "langdetect")
    choose(archive, "py3langid")
    archive.write("new.txt", page(71))
    archive.ingest()
    assert engines_of(archive) == {"langdetect en": 5, "py3langid is": 1}
    status = archive.run("status").stdout
    assert "language  py3langid; another engine named 5 articles: 'newsfold rebuild' asks this one" in status
    (row,) = archive.rows("status")
    assert (row["language_engine"], row["other_engine"]) == ("py3langid", 5)


def test_a_rebuild_leaves_what_a_fresh_archive_has(tmp_path):
    archive = filled(tmp_path / "a", "langdetect")
    assert archive.run("count", "lang:is").exit_code == 1
    choose(archive, "py3langid")
    archive.ingest(rebuild=True)
    fresh = filled(tmp_path / "b", "py3langid")
    assert languages_of(archive) == languages_of(fresh)
    there = [{key: row[key] for key in row if key != "files"} for row in fresh.export()]
    assert [{key: row[key] for key in row if key != "files"} for row in archive.export()] == there
    assert archive.run("count", "lang:is").stdout.strip() == "5"
    assert archive.run("count", "lang:en").exit_code == 1
    assert "another engine" not in archive.run("status").stdout
    with Catalog.open(archive.home.catalog) as catalog:
        assert find_damage(catalog, archive.home, read_raw=True) == []


def test_a_rebuild_reads_no_file_for_it(tmp_path, monkeypatch):
    archive = filled(tmp_path, "langdetect")
    choose(archive, "py3langid")

    def nothing(*_):
        raise AssertionError("a raw file was read")

    monkeypatch.setattr("tasks.page_work.read_raw", nothing)
    assert archive.ingest(rebuild=True).read == 0
    assert engines_of(archive) == {"py3langid is": 5}


class KilledError(BaseException):
    """As if the process had ended there."""


@pytest.mark.parametrize("goes_on", [{"rebuild": True}, {}])
@pytest.mark.parametrize("dies_at", range(4))
def test_a_rebuild_that_dies_is_completed_by_the_next_run(tmp_path, monkeypatch, dies_at, goes_on):
    monkeypatch.setattr(redetect, "STEP", 2)
    monkeypatch.setattr("tasks.ingest.STEP", 2)
    archive = filled(tmp_path / "a", "langdetect")
    choose(archive, "py3langid")
    steps = 0

    def before(name: str) -> None:
        nonlocal steps
        if name.startswith("languages") or name == "scan":
            if steps == dies_at:
                raise KilledError
            steps += 1

    with pytest.raises(KilledError):
        archive.ingest(rebuild=True, before=before)
    assert engines_of(archive).get("py3langid is", 0) == min(2 * dies_at, 5)
    archive.ingest(**goes_on)
    assert languages_of(archive) == languages_of(filled(tmp_path / "b", "py3langid"))
    assert archive.run("count", "lang:is").stdout.strip() == "5"
    with Catalog.open(archive.home.catalog) as catalog:
        assert find_damage(catalog, archive.home, read_raw=True) == []
        assert not catalog.setting(redetect.BEGUN)


def test_the_way_back_is_the_same_way(tmp_path):
    archive = filled(tmp_path, "langdetect")
    before = archive.export(), languages_of(archive)
    for engine in ("py3langid", "langdetect"):
        choose(archive, engine)
        archive.ingest(rebuild=True)
    assert (archive.export(), languages_of(archive)) == before


def test_a_rebuild_without_a_change_asks_nobody(tmp_path, monkeypatch):
    archive = filled(tmp_path, "langdetect")
    monkeypatch.setattr(redetect, "language_of", lambda *_: pytest.fail("an engine was asked"))
    archive.ingest(rebuild=True)
    assert engines_of(archive) == {"langdetect en": 5}


def test_an_engine_that_is_not_installed_stops_a_run_before_it_reads_anything(tmp_path, monkeypatch):
    archive = filled(tmp_path, "langdetect")
    archive.write("new.txt", page(72))
    choose(archive, "py3langid")
    before = archive.states()
    monkeypatch.setattr("tasks.ingest.named", _absent)
    told = archive.run("--raw", str(archive.raw), "ingest", "--direct")
    assert told.exit_code == 2
    assert told.stdout == ""
    assert "pip install" in told.stderr
    assert archive.states() == before


def _absent(name: str) -> None:
    raise SettingsError(f"the language engine {name} cannot be used", hint=f"pip install '.[{name}]'")


def test_unknown_is_a_language_that_an_engine_names_too(tmp_path, monkeypatch):
    monkeypatch.setattr(Constant, "answer", Answer("und", 0.0))
    archive = filled(tmp_path, "py3langid", pages=1)
    (row,) = languages_of(archive)
    assert row[1:6] == ("und", 0.0, "py3langid", 0, None)
    assert Language("und", 0.0, "py3langid", reliable=False).code == row[1]
