"""The project's own sample pages (docs/samples.md), through the whole way: raw file to search hit."""

import codecs
import json
import shutil
from pathlib import Path

import pytest

from tasks import scan
from tests.archive import Archive

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = json.loads((ROOT / "tests" / "data" / "samples.json").read_text(encoding="utf-8"))
BY_PATH = {sample["path"]: sample for sample in SAMPLES}
TOLD = [sample for sample in SAMPLES if sample["state"] != "rejected"]
SHOWN = [sample for sample in SAMPLES if sample["state"] == "indexed"]

WORDS = {
    "agence-cote/mer/ostreiculteurs-port-senac.txt": "norovirus",
    "al-marsad/mahalliyat/tram-nakhilat.txt": "الزعفراني",
    "alpenbote/chronik/murenabgang-sankt-vinzenz.txt": "Geröllmassen",
    "el-faro-de-alborada/provincia/desaladora-puerto-alborada.txt": "ósmosis",
    "gazette-du-val/sante/ormeval-maternite-fermeture.html": "anesthésistes",
    "harbour-herald/local/barge-strikes-calder-street-bridge.txt": "Osterhaus rifle",
    "kurier/region/lindenau-windpark-kahler-berg.txt": "Posaunenchor",
    "ledgerpost/markets/tessarin-raises-copper-forecast.txt": "Tessarin",
    "linjiang-ribao/2024-03/t20240314_88213.txt": "白鹤",
    "mtis-khma/akhali-ambebi/zvavi-kldekari.txt": "უღელტეხილზე",
    "saltmarsh-courier/news/2024-03-13-runaway-barge-shuts-lift-bridge.txt": "hygienist",
    "stepnoy-kurier/nauka/litejnaya-masterskaya-beloyarovo.txt": "Колосовская",
    "tarn-and-dale-observer/countryside/hallin-dale-reservoir-village.txt": "gatepost",
    "valley-record/world/vardania-ostermark-rail-line.txt": "Vardania",
    "volzhsky-vestnik/obshchestvo/proryv-teplotrassy-zarechny.txt": "Камтеплосеть",
}
"""A word of each shown article that no other article uses."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The sample pages, ingested once."""
    archive = Archive(tmp_path_factory.mktemp("samples"))
    shutil.copytree(ROOT / "raw", archive.raw, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        archive.ingest()
    return archive


@pytest.fixture(scope="module")
def files(archive):
    return {row["path"]: row for row in archive.rows("files")}


@pytest.fixture(scope="module")
def articles(archive):
    """What `export` says of the article of each file; copies of the same bytes share one."""
    return {
        Path(name).relative_to(archive.raw).as_posix(): row
        for row in archive.export()
        for name in row["files"]
    }


def _plain(text):
    return " ".join(text.split())


def differences(sample, article):
    """Names of the fields in which the article is not what a careful reader would take from the page."""
    body = _plain(article["body"])
    right = {
        "headline": article["headline"] == sample["headline"],
        "byline": article["byline"] == sample["byline"],
        "agency": article["agency"].casefold() == sample["agency"].casefold(),
        "place": article["dateline"].casefold() == sample["place"].casefold(),
        "date": article["date"] == sample["date"],
        "lang": article["lang"] == sample["lang"],
        "must_contain": all(_plain(phrase) in body for phrase in sample["must_contain"]),
        "must_not_contain": not any(_plain(phrase) in body for phrase in sample["must_not_contain"]),
    }
    return {name for name, is_right in right.items() if not is_right}


def test_every_file_is_described_and_every_description_has_its_file(files):
    assert set(files) == set(BY_PATH)
    assert set(WORDS) == {sample["path"] for sample in SHOWN}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["path"])
def test_the_state_of_each_file(sample, files, articles):
    row = files[sample["path"]]
    assert row["state"] == sample["state"]
    if sample["state"] == "rejected":
        assert row["reason"].split(":")[0] == sample["reason"]
    else:
        assert codecs.lookup(row["encoding"]).name == codecs.lookup(sample["encoding"]).name
    original = sample.get("duplicate_of")
    links = {link["duplicate_of"] for link in row["articles"] if link["duplicate_of"]}
    if sample.get("duplicate_kind") == "near":
        assert links == {articles[original]["id"]}
    elif original:
        assert articles[sample["path"]]["id"] == articles[original]["id"]
    else:
        assert links == set()


@pytest.mark.parametrize("sample", TOLD, ids=lambda sample: sample["path"])
def test_what_a_careful_reader_would_take(sample, articles):
    """Exactly the differences that samples.json names as known: an improvement has to be written there."""
    known = {known["field"] for known in sample.get("known_differences", [])}
    assert differences(sample, articles[sample["path"]]) == known


@pytest.mark.parametrize("sample", SHOWN, ids=lambda sample: sample["path"])
def test_each_article_is_found_alone_by_a_word_of_its_own(sample, archive, articles):
    hits = archive.rows("search", WORDS[sample["path"]])
    assert [hit["id"] for hit in hits] == [articles[sample["path"]]["id"]]


@pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if "related" in sample], ids=lambda sample: sample["path"]
)
def test_reports_of_one_event_are_never_merged(sample, archive, articles):
    article = articles[sample["path"]]
    others = {articles[path]["id"] for path in sample["related"]}
    assert article["id"] not in others
    assert article["canonical"] == article["id"]
    assert article["duplicates"] == []
    assert set(article["related"]) <= others
    assert others <= {hit["id"] for hit in archive.rows("search", "Osterhaus")}
