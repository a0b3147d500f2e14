"""Article to field values, and back by a search on each field."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleId
from index.fields import split_sources
from index.schema import (
    PATH_CAP,
    STEM_FIELD,
    TERM_CAP,
    VOCABULARY_CAP,
    IndexDocument,
    build_schema,
    fields_of,
    path_keys,
)
from index.whooshed import query
from index.writer import apply, open_searcher

ARTICLE = IndexDocument(
    id=ArticleId("a1" * 20),
    headline="Gemeinderat beschließt Häuser",
    standfirst="Acht neue Häuser am Fluss",
    body="Der Gemeinderat hat 8.000 Bäume gezählt.\n\nDie U.S. Botschaft schwieg.",
    byline="Von Käthe Müller",
    agency="Nordpress",
    place="Köln",
    date="2016-12-08",
    added="2020-01-02",
    lang="de",
    sources=("Kölner Blatt", "Die Tide"),
    paths=("Feeds/kölner_blatt/Seite-1.TXT", "copy/b.txt"),
    cut="Startseite\nJetzt abonnieren!",
)


def ids(directory, wanted):
    with open_searcher(directory) as searcher:
        return [hit["id"] for hit in searcher.search(wanted)]


@pytest.mark.parametrize(
    ("field", "term"),
    [
        ("headline", "hauser"),
        ("standfirst", "fluss"),
        ("body", "8000"),
        ("body", "us"),
        ("body", "der"),
        ("byline", "muller"),
        ("agency", "nordpress"),
        ("place", "koln"),
        ("cut", "abonnieren"),
        ("lang", "de"),
        ("source", "kolner blatt"),
        ("source", "die tide"),
        ("path", "feeds/kolner_blatt/seite-1.txt"),
        ("path", "seite-1.txt"),
        ("path", "kolner_blatt"),
        ("path", "seite"),
        ("path", "b.txt"),
        ("date", "2016-12-08"),
        ("added", "2020-01-02"),
        ("stem_de", "haus"),
        ("id", "a1" * 20),
    ],
)
def test_what_was_put_in_is_found(tmp_path, field, term):
    apply(tmp_path / "index", [ARTICLE])
    assert ids(tmp_path / "index", query.Term(field, term)) == [ARTICLE.id]


def test_phrases_prefixes_and_days_in_order(tmp_path):
    directory = tmp_path / "index"
    later = replace(ARTICLE, id=ArticleId("b2"), date="2017-01-01", body="Die Botschaft der U.S.")
    apply(directory, [ARTICLE, later])
    assert ids(directory, query.Phrase("body", ["us", "botschaft"])) == [ARTICLE.id]
    assert ids(directory, query.Phrase("cut", ["jetzt", "abonnieren"])) == [ARTICLE.id, later.id]
    assert ids(directory, query.Prefix("date", "2016-12")) == [ARTICLE.id]
    assert ids(directory, query.TermRange("date", "2016-12-09", None)) == [later.id]


def test_columns_map_document_numbers(tmp_path):
    apply(
        tmp_path / "index", [ARTICLE, replace(ARTICLE, id=ArticleId("b2"), date=None, sources=(), agency="")]
    )
    with open_searcher(tmp_path / "index") as searcher:
        reader = searcher.reader()
        assert list(reader.column_reader("id")) == [ARTICLE.id, "b2"]
        assert list(reader.column_reader("date")) == ["2016-12-08", ""]
        assert [split_sources(value) for value in reader.column_reader("source")] == [
            ["Die Tide", "Kölner Blatt"],
            [],
        ]
        assert list(reader.column_reader("agency")) == ["Nordpress", ""]
        assert list(reader.column_reader("lang")) == ["de", "de"]


def test_nothing_but_the_id_is_stored(tmp_path):
    apply(tmp_path / "index", [ARTICLE])
    with open_searcher(tmp_path / "index") as searcher:
        assert list(searcher.reader().all_stored_fields()) == [{"id": ARTICLE.id}]


def test_stems_go_to_the_field_of_the_language_alone():
    values = fields_of(ARTICLE)
    assert {name for name in values if name.startswith("stem_")} == {"stem_de"}
    assert not any(name.startswith("stem_") for name in fields_of(replace(ARTICLE, lang="zh-Hans")))


def test_hostile_articles_are_capped():
    same = fields_of(replace(ARTICLE, body="word " * (TERM_CAP + 50)))
    assert len(same["body"]) == TERM_CAP
    poison = fields_of(
        replace(ARTICLE, body=" ".join(f"w{number}" for number in range(VOCABULARY_CAP + 999)))
    )
    assert len({*poison["headline"], *poison["standfirst"], *poison["body"]}) <= VOCABULARY_CAP
    assert len(path_keys([f"folder/{number}.txt" for number in range(PATH_CAP)])) == PATH_CAP


@pytest.mark.parametrize(
    "change",
    [{"id": ""}, {"id": "a b"}, {"date": "8.12.2016"}, {"date": "2016-12"}, {"added": ""}, {"lang": ""}],
)
def test_what_could_not_be_found_again_is_refused(change):
    with pytest.raises(ValueError, match=r"id|language|day"):
        fields_of(replace(ARTICLE, **change))


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_text_can_be_encoded(body, source, paths):
    values = fields_of(replace(ARTICLE, body=body, sources=(source + "\udc80", source), paths=tuple(paths)))
    for value in values.values():
        for text in [value] if isinstance(value, str) else value:
            text.encode()


def test_the_schema_pickles_and_opens_in_another_process(tmp_path):
    assert pickle.loads(pickle.dumps(build_schema())).names() == build_schema().names()  # noqa: S301 - our own
    apply(tmp_path / "index", [ARTICLE])
    program = (
        "import sys; from pathlib import Path; from index.writer import all_ids;"
        "print(*all_ids(Path(sys.argv[1])))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "index"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [ARTICLE.id]


def test_importing_and_using_whoosh_is_silent_without_bytecode(tmp_path):
    program = """\
import sys
from pathlib import Path
from index.article import ArticleId
from index.fields import split_sources
from index.schema import IndexDocument
from index.whooshed import query
from index.writer import apply, open_searcher
words = "two three"
document = IndexDocument(ArticleId("a"), "", "", words, "", "", "", None, "2020-01-01", "en", (), ())
apply(Path(sys.argv[1]), [document])
with open_searcher(Path(sys.argv[1])) as searcher:
    print(len(searcher.search(query.Phrase("body", ["two", "three"]))))
"""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [
            *(sys.executable, "-B", "-X", f"pycache_prefix={tmp_path / 'none'}", "-W", "error"),
            *("-c", program, tmp_path / "index"),
        ],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_every_stem_field_is_in_the_schema():
    assert set(STEM_FIELD.values()) <= set(build_schema().names())
