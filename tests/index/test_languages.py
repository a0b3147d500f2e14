"""Languages of stored articles: what commands say of them, how they are asked for, what doctor advises."""

import pytest

from index.article import Language
from index.articles import all_articles
from index.catalog import Catalog
from index.cli import doctor
from index.languages import put_languages, told
from index.settings import ENGINES
from tasks import scan
from tests.archive import Archive, page

CODES = ["en", "nb", "nn", "zh-Hans", "zh-Hant", "he", "fil", "sr", "hr", "und"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Ten articles, one in each language of CODES as far as the catalog knows."""
    made = Archive(tmp_path_factory.mktemp("languages"))
    for number in range(len(CODES)):
        made.write(f"{number}.txt", page(number))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        made.ingest()
        name(made, CODES)
        made.ingest(rebuild=True)
    return made


def name(archive: Archive, codes: list[str], engine: str = "langdetect") -> None:
    with Catalog.open(archive.home.catalog) as catalog, catalog.transaction():
        stored = [one.article for one in all_articles(catalog)]
        stored.sort(key=lambda article: len(article.story.body))
        put_languages(
            catalog,
            [
                (article, Language(code, 0.6, engine, reliable=False, second="de" if code == "en" else None))
                for article, code in zip(stored, codes, strict=True)
            ],
        )


def languages(archive: Archive, *arguments: str) -> list[str]:
    return sorted(row["lang"] for row in archive.rows("search", *arguments))


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("zh", ["zh-Hans", "zh-Hant"]),
        ("zh-Hans", ["zh-Hans"]),
        ("zh-hans", ["zh-Hans"]),
        ("ZH_HANT", ["zh-Hant"]),
        ("zh-tw", ["zh-Hant"]),
        ("zh-CN", ["zh-Hans"]),
        ("cmn", ["zh-Hans", "zh-Hant"]),
        ("no", ["nb", "nn"]),
        ("NO", ["nb", "nn"]),
        ("nb", ["nb"]),
        ("nn", ["nn"]),
        ("iw", ["he"]),
        ("he", ["he"]),
        ("tl", ["fil"]),
        ("fil", ["fil"]),
        ("sr", ["sr"]),
        ("sh", ["hr", "sr"]),
        ("und", ["und"]),
        ("En", ["en"]),
    ],
)
def test_languages_are_asked_for_by_either_name_and_by_groups(archive, asked, codes):
    assert languages(archive, f"lang:{asked}") == codes
    assert languages(archive, "--lang", asked, "council") == codes


def test_several_languages_are_any_of_them(archive):
    assert languages(archive, "lang:(no OR he)") == ["he", "nb", "nn"]
    assert languages(archive, "--lang", "no", "--lang", "iw", "council") == ["he", "nb", "nn"]
    assert languages(archive, "council -lang:zh -lang:no -lang:und") == ["en", "fil", "he", "hr", "sr"]


@pytest.mark.parametrize("asked", [("lang:fr",), ("--lang", "fr", "council"), ("lang:eng",)])
def test_a_language_that_no_article_is_in_is_told_with_those_that_there_are(archive, asked):
    told_ = archive.run("search", *asked)
    assert told_.exit_code == 1
    assert "languages of the archive: en, fil, he, hr, nb, nn, sr, und, zh-Hans, zh-Hant" in told_.stderr


def test_what_is_no_code_is_an_error(archive):
    told_ = archive.run("search", "lang:norwegian!")
    assert (told_.exit_code, told_.stdout) == (2, "")
    assert "no language code" in told_.stderr


def test_show_and_export_say_all_that_is_known_of_a_language(archive):
    row = next(row for row in archive.export() if row["lang"] == "en")
    known = {
        "lang": "en",
        "lang_probability": 0.6,
        "lang_reliable": False,
        "lang_second": "de",
        "lang_engine": "langdetect",
    }
    assert {key: row[key] for key in known} == known
    (shown,) = archive.rows("show", row["id"])
    assert {key: shown[key] for key in known} == known
    assert "language    en (0.60, unsure), also de\n" in archive.run("show", row["id"]).stdout


def test_a_language_for_a_person():
    assert told(Language("sr", 0.98, "langdetect")) == "sr (0.98)"
    assert told(Language("und", 0.0, "langdetect", reliable=False)) == "und (0.00, unsure)"


def test_doctor_says_which_engine_is_active_and_its_version(archive):
    (row,) = [row for row in archive.rows("doctor") if row["name"] == "language engine"]
    assert row["value"].startswith("langdetect 1.")
    assert row["ok"] is True


def test_doctor_says_that_an_engine_is_not_installed(archive, monkeypatch):
    def version(package: str) -> str:
        if package == "langdetect":
            raise doctor.PackageNotFoundError
        return "1"

    monkeypatch.setattr(doctor, "version", version)
    (row,) = [row for row in archive.rows("doctor") if row["name"] == "language engine"]
    assert row["ok"] is False
    assert "pip install '.[langdetect]'" in row["advice"]


def advice(archive: Archive) -> str:
    about = (row for row in archive.rows("doctor") if row["name"] == "languages")
    return " ".join(row["value"] + row["advice"] for row in about)


@pytest.mark.parametrize(
    ("articles", "unknown", "engine", "advised"),
    [(20, 2, "langdetect", True), (20, 1, "langdetect", False), (19, 19, "langdetect", False),
     (20, 20, "py3langid", False)],
)  # fmt: skip
def test_doctor_advises_the_broad_engine_where_many_articles_are_und(
    tmp_path, monkeypatch, articles, unknown, engine, advised
):
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    archive = Archive(tmp_path)
    for number in range(articles):
        archive.write(f"{number}.txt", page(number))
    archive.ingest()
    name(archive, ["und"] * unknown + ["en"] * (articles - unknown), engine)
    archive.home.settings_file.write_text(f'[language]\nengine = "{engine}"\n', encoding="utf-8")
    said = advice(archive)
    assert ("py3langid" in said) == advised
    if advised:
        assert f"{unknown} of {articles} articles" in said
        assert "newsfold rebuild" in said


def test_doctor_says_how_many_articles_another_engine_named(tmp_path, monkeypatch):
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    archive = Archive(tmp_path)
    archive.write("a.txt", page(1))
    archive.ingest()
    assert advice(archive) == ""
    name(archive, ["en"], ENGINES[1])
    assert advice(archive) == "1 article named by another engine'newsfold rebuild'"
