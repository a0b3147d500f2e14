"""The fast writer against Whoosh's own: equal in everything that a search can ask; crashes; processes."""

from __future__ import annotations

import contextlib
import json
import lzma
import os
import random
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import builders, inversion, schema, writer
from index.article import ArticleId
from index.builders import Builders
from index.errors import NewsfoldError
from index.fast_writer import SHARED, build
from index.lists import BLOCK
from index.positions import CompactPositions
from index.schema import TEXT_FIELDS, IndexDocument, build_schema
from index.splicing import splice
from index.storage import INDEX_NAME, DurableStorage
from index.whooshed import FAST_POSSIBLE, FileStorage, Positions, SegmentReader, query, scoring
from index.writer import FAST, PLAIN, all_ids, apply, open_index, open_searcher, verify_files

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = Path(os.environ.get("NEWSFOLD_SHARED") or ROOT.parent / "shared")
CORPUS = SHARED_DATA / "eval" / "corpus" / "corpus10k.jsonl.xz"
LANGUAGES = ("en", "de", "fr", "und", "ru", "zh-Hans", "pt-BR")
ODD = (
    "l'économie",
    "don't",
    "8.000,50",
    "U.S.",
    "東京都議会",
    "ﬁnance",
    "'",
    "п'ять",
    "x" * 90,
    "3,5",
    "กรุงเทพ",
)

pytestmark = pytest.mark.skipif(not FAST_POSSIBLE, reason="needs the internals of Whoosh 2.7.4")


def generated(count, *, seed=1):
    """Articles of invented words with Zipf's frequencies, some odd tokens, in several languages."""
    chance = random.Random(seed)
    words = ["".join(chance.choices("abdeiklmnorstu", k=chance.randint(2, 9))) for _ in range(3000)]
    weights = [1 / (rank + 2) for rank in range(len(words))]

    def text(least, most):
        chosen = chance.choices(words, weights, k=chance.randint(least, most))
        return " ".join(word if chance.random() > 0.02 else chance.choice(ODD) for word in chosen)

    for number in range(count):
        yield IndexDocument(
            *(ArticleId(f"{number:040x}"), text(0, 9).title(), text(0, 12), text(0, 80)),
            *(text(0, 3), chance.choice(["", "Reuters", "dpa"]), chance.choice(["", "Köln"])),
            *(chance.choice([None, "2016-12-08", "2020-02-29"]), "2020-01-01", chance.choice(LANGUAGES)),
            *(
                chance.choice([(), ("Kölner Blatt",), ("X", "Kölner Blatt", "x")]),
                (f"feeds/{number % 7}/Seite {number}.txt",),
            ),
            text(0, 40) if number % 3 == 0 else "",
        )


def real(every):
    with lzma.open(CORPUS, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % every == 0:
                record = json.loads(line)
                yield IndexDocument(
                    *(ArticleId(f"{number:040x}"), record["title"], "", record["body"], "", "", ""),
                    *(None, "2020-01-01", LANGUAGES[number % 3], (), (f"{number}.txt",)),
                )


@contextlib.contextmanager
def built(*batches, dead=()):
    """Open the segment that the fast writer makes of the batches, merged where there are several."""
    with tempfile.TemporaryDirectory() as folder:
        storage, schema = DurableStorage(Path(folder)), build_schema()
        made = [segment for batch in batches for segment in build(storage, schema, batch)]
        first = 0
        for segment in made:
            for number in range(segment.doc_count_all()):
                if first + number in dead:
                    segment.delete_document(number)
            first += segment.doc_count_all()
        segment = made[0] if len(made) == 1 and not dead else splice(storage, schema, made)
        with contextlib.closing(SegmentReader(storage, schema, segment)) as reader:
            yield reader


def assert_equal(one, other, *, totals=True):
    assert one.doc_count_all() == other.doc_count_all()
    names = sorted(one.indexed_field_names())
    assert names == sorted(other.indexed_field_names())
    assert list(one.all_terms()) == list(other.all_terms())
    schema = one.schema
    for name, term in one.all_terms():
        assert info(one, name, term) == info(other, name, term), (name, term)
        positions = isinstance(schema[name].format, Positions)
        assert postings(one, name, term, positions) == postings(other, name, term, positions), (name, term)
    for name in names:
        lengths = [reader_lengths(reader, name) for reader in (one, other)]
        assert lengths[0] == lengths[1], name
        if totals:
            assert one.field_length(name) == other.field_length(name), name
        if name in TEXT_FIELDS:
            assert one.min_field_length(name) == other.min_field_length(name)
            assert one.max_field_length(name) == other.max_field_length(name)
        assert one.has_column(name) == other.has_column(name)
        if schema[name].column_type:
            assert list(one.column_reader(name)) == list(other.column_reader(name)), name
    for number in range(one.doc_count_all()):
        assert one.stored_fields(number) == other.stored_fields(number)


def reader_lengths(reader, name):
    return [reader.doc_field_length(number, name) for number in range(reader.doc_count_all())]


def info(reader, name, term):
    found = reader.term_info(name, term)
    return (
        *(found.weight(), found.doc_frequency(), found.min_length(), found.max_length()),
        *(found.max_weight(), found.min_id(), found.max_id()),
    )


def postings(reader, name, term, positions):
    matcher = reader.postings(name, term)
    found = []
    while matcher.is_active():
        places = matcher.value_as("positions") if positions else bool(matcher.value())
        found.append((matcher.id(), matcher.weight(), places))
        matcher.next()
    return found


def plain_reader(directory, documents):
    apply(directory, documents, kind=PLAIN)
    return contextlib.closing(open_index(directory).reader())


def test_thousands_of_articles_become_the_segment_that_whoosh_writes(tmp_path):
    documents = list(generated(2000))
    with built(documents) as fast, plain_reader(tmp_path / "plain", documents) as plain:
        assert max(plain.doc_frequency("body", term) for term in plain.field_terms("body")) > 3 * BLOCK
        assert_equal(fast, plain)


@pytest.mark.skipif(not CORPUS.is_file(), reason="the evaluation corpus is not here")
def test_real_articles_become_the_segment_that_whoosh_writes(tmp_path):
    documents = list(real(100))
    with built(documents) as fast, plain_reader(tmp_path / "plain", documents) as plain:
        assert_equal(fast, plain)


def test_merged_segments_are_what_their_live_documents_give_anew():
    documents = list(generated(700, seed=2))
    parts = [documents[:300], documents[300:301], documents[301:640], documents[640:]]
    with built(*parts) as merged, built(documents) as anew:
        assert_equal(merged, anew, totals=False)  # lengths are rounded before they are added up again
    dead = set(random.Random(3).sample(range(700), 250))
    alive = [document for number, document in enumerate(documents) if number not in dead]
    with built(*parts, dead=dead) as merged, built(alive) as anew:
        assert_equal(merged, anew, totals=False)


def test_segments_of_whoosh_are_merged_too(tmp_path):
    documents = list(generated(120, seed=4))
    for at in range(0, 120, 20):
        apply(tmp_path / "index", documents[at : at + 20], kind=FAST if at == 100 else PLAIN)
    writer.tidy(tmp_path / "index")
    with contextlib.closing(open_index(tmp_path / "index").reader()) as merged, built(documents) as anew:
        assert_equal(merged, anew, totals=False)


TEXTS = st.text(alphabet=st.sampled_from("abc é'’.,_1東京\u0301ก \n"), max_size=40)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.sampled_from(LANGUAGES)), min_size=1, max_size=12))
def test_any_text_becomes_what_whoosh_writes(texts):
    documents = [
        IndexDocument(
            *(ArticleId(f"{number:040x}"), headline, "", body, "", cut, ""),
            *(None, "2020-01-01", lang, (headline, cut), (body,), cut),
        )
        for number, (headline, body, cut, lang) in enumerate(texts)
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        built(documents) as fast,
        plain_reader(Path(folder) / "plain", documents) as plain,
    ):
        assert_equal(fast, plain)


def test_positions_beyond_sixteen_bits(tmp_path):
    first = next(generated(1))
    documents = [first, replace(first, id=ArticleId("b" * 40), body="again " + "so " * 70_000 + "again")]
    with built(documents) as fast, plain_reader(tmp_path / "plain", documents) as plain:
        assert_equal(fast, plain)
        matcher = fast.postings("body", b"again")
        assert matcher.value_as("positions") == [0, 70_001]


def test_the_caps_are_those_of_the_schema(tmp_path, monkeypatch):
    for module in (schema, inversion):
        monkeypatch.setattr(module, "TERM_CAP", 700)
        monkeypatch.setattr(module, "VOCABULARY_CAP", 400)
    huge = " ".join(f"w{number}" for number in range(500)) + " tail" * 500
    documents = [
        replace(document, body=huge[:length], cut=huge[-length:], headline=huge[:400] if length % 2 else "")
        for document, length in zip(
            generated(9), (0, 390, 401, 699, 703, 1500, 2303, 2500, 4000), strict=True
        )
    ]
    with built(documents) as fast, plain_reader(tmp_path / "plain", documents) as plain:
        assert_equal(fast, plain)


def test_positions_survive_their_encoding():
    encode, decode = CompactPositions().encode, CompactPositions().decode_positions
    for positions in ([0], [5, 6, 90], [70_000], [1, 65_536, 65_537, 99_999], list(range(0, 90_000, 7))):
        assert decode(encode(positions)) == positions
        assert CompactPositions().decode_frequency(encode(positions)) == len(positions)


def test_memory_is_bounded_by_writing_several_segments(tmp_path, monkeypatch):
    monkeypatch.setattr(inversion, "MAX_OCCURRENCES", 1000)
    documents = list(generated(60))
    apply(tmp_path / "index", documents)
    assert len(list((tmp_path / "index").glob("*.seg"))) > 2
    assert all_ids(tmp_path / "index") == {document.id for document in documents}


def test_stock_whoosh_opens_the_index_and_gives_the_same_scores(tmp_path):
    documents = list(generated(400, seed=5))
    for kind in (FAST, PLAIN):
        apply(tmp_path / kind, documents, kind=kind)
    rare = documents[7].body.split()
    phrase = query.Phrase("body", [rare[1].lower(), rare[2].lower()])
    asked = [query.Term("body", documents[n].body.split()[0].lower()) for n in (1, 2, 5)]
    asked += [query.Or(list(asked)), query.Term("stem_en", "ta"), query.Prefix("body", "ab"), phrase]
    found = {}
    for kind in (FAST, PLAIN):
        index = FileStorage(str(tmp_path / kind)).open_index(INDEX_NAME)
        with index.searcher(weighting=scoring.BM25F()) as searcher:
            hits = [searcher.search(wanted, limit=None) for wanted in asked]
            found[kind] = [[(hit["id"], hit.score) for hit in some] for some in hits]
        index.close()
    assert found[FAST] == found[PLAIN]
    assert sum(map(bool, found[FAST])) >= 5


def test_another_process_needs_only_to_import_the_schema(tmp_path):
    apply(tmp_path / "index", list(generated(30)))
    program = (
        "import sys, warnings; warnings.simplefilter('ignore'); from whoosh.index import open_dir;"
        f"print(open_dir(sys.argv[1], indexname={INDEX_NAME!r}).doc_count())"
    )
    run = [sys.executable, "-c", program, tmp_path / "index"]
    assert subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "30\n"


# Processes


def test_processes_make_the_same_index(tmp_path):
    documents = list(generated(SHARED + 5))
    with Builders(2) as pool:
        apply(tmp_path / "index", documents[:-5], builders=pool)
        assert len(list((tmp_path / "index").glob("*.seg"))) == 2
        apply(tmp_path / "index", documents[SHARED - 9 :], builders=pool)
    assert all_ids(tmp_path / "index") == {document.id for document in documents}
    assert verify_files(tmp_path / "index") == []
    with open_searcher(tmp_path / "index") as searcher:
        lengths = searcher.reader().field_length("body")
    with built(documents) as reader:
        assert lengths == pytest.approx(reader.field_length("body"), rel=0.05)


def test_a_process_that_dies_fails_the_commit_and_the_next_one_does_it(tmp_path, monkeypatch):
    documents = list(generated(SHARED))
    apply(tmp_path / "index", documents[:1])
    real_ask = builders._Builder.ask

    def ask(builder, request):
        real_ask(builder, request)
        os.kill(builder._process.pid, signal.SIGKILL)

    monkeypatch.setattr(builders._Builder, "ask", ask)
    with Builders(2) as pool:
        with pytest.raises(NewsfoldError, match="nothing was published"):
            apply(tmp_path / "index", documents, builders=pool)
        assert all_ids(tmp_path / "index") == {documents[0].id}
        monkeypatch.undo()
        apply(tmp_path / "index", documents, builders=pool)
    assert all_ids(tmp_path / "index") == {document.id for document in documents}
    assert verify_files(tmp_path / "index") == []
    assert no_litter(tmp_path / "index")


def test_small_commits_start_no_process(tmp_path):
    with Builders(2) as pool:
        apply(tmp_path / "index", list(generated(SHARED - 1)), builders=pool)
        assert not pool._processes


def no_litter(directory):
    names = [path.name for path in directory.iterdir()]
    return len(names) == 3 + sum(name.endswith(".seg") for name in names)  # TOC, checksums, lock


ENDLESS = """
import sys
from pathlib import Path
from index.article import ArticleId
from index.schema import IndexDocument
from index.writer import apply
def document(number):
    return IndexDocument(ArticleId(f"{number:040x}"), "Item", "", f"the council met w{number}", "", "", "",
                         None, "2020-01-01", "en", (), ())
number = int(sys.argv[2])
while True:
    apply(Path(sys.argv[1]), [document(7 * number + some) for some in range(7)],
          [document(7 * number - 1).id] if number else [])
    print(number, flush=True)
    number += 1
"""


def state(commits):
    """Ids after so many commits of `ENDLESS`: each adds seven and deletes the last of the one before."""
    numbers = {number for number in range(7 * commits) if number % 7 != 6 or number == 7 * commits - 1}
    return {ArticleId(f"{number:040x}") for number in numbers}


def test_a_kill_at_any_moment_leaves_exactly_the_committed_documents(tmp_path):
    directory, done = tmp_path / "index", 0
    chance = random.Random(os.getpid())
    for _ in range(5):
        run = [sys.executable, "-c", ENDLESS, str(directory), str(done)]
        with subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout.readline()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0, 0.5))
            process.kill()
            told = process.stdout.read().split()
        known = int(told[-1]) + 1 if told else done + 1
        found = all_ids(directory)
        assert verify_files(directory) == []
        assert found in (state(known), state(known + 1))
        done = known if found == state(known) else known + 1
        apply(directory, [], {ArticleId("f" * 40)})  # even a commit of nothing cleans up
        assert no_litter(directory)
    assert done >= 5
