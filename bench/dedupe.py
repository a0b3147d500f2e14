"""Speed and size of the duplicate ledger, in a catalog on disk.

``python -m bench.dedupe [--documents N] [--hub N] [--data DIR|none]``

Articles (`bench.articles`) come in batches of 1,000, as from the pipeline: text hash, then
`tasks.dedupe.link` with its transaction. All is CPU time, of this process alone. The figures for a million
are computed from measured parts, as `million` says. The hub case is the worst that furniture can do: three
sentences that stand on every article. MinHash with banding (`bench.plain`), in memory and without
verification, is the measure.

Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from bench.articles import articles, texts
from bench.plain import MinHashes
from bench.processes import ROOT
from index.article import Article, ArticleId, Language, Story, VersionId, article_id
from index.articles import Version, put_article, put_version
from index.catalog import Catalog, now
from index.links import LinkStore
from tasks import dedupe
from tasks.normalise import text_hash

DOCUMENTS: Final = 10_000
BATCH: Final = 1_000
BASELINE: Final = 1_000
MILLION: Final = 1_000_000
DEFAULT_DATA: Final = ROOT.parent / "shared" / "eval"
FOOTER: Final = (
    "\nThis report was prepared by the regional desk of the agency and may not be sold on in any form. "
    "Readers who find a mistake in it are asked to write to the editor of the day at the usual address. "
    "The agency has supplied newspapers of all parties with news since the spring of the year 1921."
)
STAGES: Final = {
    "text": ("prepare", "entry_of"),
    "candidates": ("around", "pairs_of"),
    "verification": ("compare", "is_digest"),
}
"""What of `tasks.dedupe` is booked to which stage; all the rest are texts read, edges and clusters."""
REST: Final = "texts, edges, clusters"
CANDIDATES: Final = ("hash_run", "hash_chunk")
LEDGER: Final = (*CANDIDATES, "entry", "entry_by_text", "entry_by_canonical", "edge", "edge_by_b")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch took: CPU seconds by stage, and pairs compared."""

    documents: int
    seconds: dict[str, float]
    pairs: int

    @property
    def total(self) -> float:
        """CPU seconds in all."""
        return sum(self.seconds.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.dedupe", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--documents", type=int, default=DOCUMENTS, metavar="N", help="default: %(default)s")
    parser.add_argument("--hub", type=int, default=2 * BATCH, metavar="N", help="articles with one footer")
    parser.add_argument(
        "--data", metavar="DIR", help="folder with the evaluation data; none: generated texts"
    )
    options = parser.parse_args(arguments)
    if options.documents < 2 or options.hub < 2:
        parser.error("at least 2 documents")
    data = _data(options.data)
    try:
        sources = texts(data)
    except OSError as error:
        parser.error(f"--data: {error}")
    report = {
        "source": "evaluation data" if data else "generated",
        **measure(articles(sources, options.documents)),
        "hub": hub([text + FOOTER for text in islice(articles(sources, 2 * options.hub), options.hub)]),
    }
    print("\n".join(table(report)))
    print(json.dumps(_rounded(report)))
    return 0


def _data(chosen: str | None) -> Path | None:
    if chosen == "none" or (chosen is None and not DEFAULT_DATA.is_dir()):
        return None
    return Path(chosen or DEFAULT_DATA)


def measure(bodies: Iterator[str]) -> dict[str, Any]:
    """Fill a ledger and tell what it took, in all and at its end; MinHash takes the first of them, too."""
    first = list(islice(bodies, BASELINE))
    plain = _minhash(first) / len(first)
    batches: list[Batch] = []
    words = 0
    with _ledger() as (catalog, fill):
        bodies = chain(first, bodies)
        while some := list(islice(bodies, BATCH)):
            batches.append(fill(some))
            words += sum(len(body.split()) for body in some)
        sizes = {name: _bytes(catalog, tables) for name, tables in (("whole", LEDGER), ("runs", CANDIDATES))}
        hashes = catalog.db.execute("SELECT sum(length(hashes)) FROM entry").fetchone()[0]
        clusters = catalog.db.execute("SELECT count(DISTINCT canonical) FROM entry").fetchone()[0]
    count = sum(batch.documents for batch in batches)
    spent = sum(batch.total for batch in batches)
    return {
        "documents": count,
        "words_per_document": words / count,
        "clusters": clusters,
        "pairs_per_document": sum(batch.pairs for batch in batches) / count,
        "documents_per_cpu_s": count / spent,
        "last_batch_documents_per_cpu_s": batches[-1].documents / batches[-1].total,
        "cpu_ms_per_document": _by_stage(batches),
        "last_batch_cpu_ms_per_document": _by_stage(batches[-1:]),
        "bytes_per_document": {
            "candidates": (sizes["runs"] + hashes) / count,
            "whole_ledger": sizes["whole"] / count,
        },
        "computed_for_a_million": million(batches),
        "minhash_documents_per_cpu_s": 1 / plain,
        "ratio_to_minhash": plain * count / spent,
    }


def million(batches: Sequence[Batch]) -> dict[str, float]:
    """Compute the cost of a document where a million stand.

    Every stage costs what it costs now, but for the candidates: a batch looks its hashes up in every chunk of
    the runs, so that they grow linearly with the archive, as from the first tenth measured to the last.
    """
    few = max(1, len(batches) // 10)
    stands = sum(batch.documents for batch in batches)
    first, last = (_by_stage(some) for some in (batches[:few], batches[-few:]))
    growth = max(0.0, last["candidates"] - first["candidates"]) / max(1, stands * (1 - 1 / 10))
    cost = sum(last.values()) + growth * (MILLION - stands)
    return {"cpu_ms_per_document": cost, "documents_per_cpu_s": 1000 / cost}


def hub(bodies: Sequence[str]) -> dict[str, Any]:
    """Tell what articles with one footer cost, in the first batch and in the last."""
    size = max(1, min(BATCH // 2, len(bodies) // 4))
    with _ledger() as (_, fill):
        batches = [fill(bodies[start : start + size]) for start in range(0, len(bodies), size)]
    told = {"second": batches[1], "last": batches[-1]}
    return {
        "documents": len(bodies),
        "pairs_per_document": {name: batch.pairs / batch.documents for name, batch in told.items()},
        "cpu_ms_per_document": {name: 1000 * batch.total / batch.documents for name, batch in told.items()},
    }


@contextmanager
def _ledger() -> Iterator[tuple[Catalog, Callable[[Sequence[str]], Batch]]]:
    """Open a catalog on disk; yield it and what takes a batch of bodies into it."""
    with tempfile.TemporaryDirectory(prefix="newsfold-bench-") as folder, ExitStack() as stack:
        catalog = stack.enter_context(Catalog.open(Path(folder, "catalog.sqlite3")))
        clock = _Clock()
        for stage, names in STAGES.items():
            for name in names:
                timed = clock.timed(stage, getattr(dedupe, name))
                stack.enter_context(patch.object(dedupe, name, timed))
        put = clock.timed("candidates", LinkStore.put_entries)
        stack.enter_context(patch.object(LinkStore, "put_entries", put))
        yield catalog, lambda bodies: _fill(catalog, clock, bodies)


def _fill(catalog: Catalog, clock: _Clock, bodies: Sequence[str]) -> Batch:
    clock.spent.clear()
    clock.calls.clear()
    hashes = clock.timed("text", lambda: [text_hash(body) for body in bodies])()
    with catalog.transaction():
        added = [_put(catalog, body, hash_) for body, hash_ in zip(bodies, hashes, strict=True)]
    begun, booked = time.process_time(), sum(clock.spent.values())
    with catalog.transaction():
        dedupe.link(LinkStore(catalog), added)
    rest = time.process_time() - begun - (sum(clock.spent.values()) - booked)
    seconds = {stage: clock.spent[stage] for stage in STAGES} | {REST: rest}
    return Batch(len(bodies), seconds, clock.calls["compare"])


def _put(catalog: Catalog, body: str, hash_: str) -> ArticleId:
    number = catalog.db.execute("SELECT count(*) FROM version").fetchone()[0]
    version = VersionId(f"{number:064x}")
    put_version(catalog, Version(version, len(body), "utf-8", 0, guessed=False, reject=None, pipeline=""))
    story, language = Story("", body), Language("und", 0.0, "none")
    article = Article(article_id(version, 0), version, 0, story, language, hash_, 0)
    put_article(catalog, article, now())
    return article.id


class _Clock:
    """CPU seconds by stage, and calls by name; what is called within another is booked once, to the outer."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self._inside = False

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return what does the same and books it."""

        @wraps(work)
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls[work.__name__] += 1
            if self._inside:
                return work(*args, **kwargs)
            self._inside = True
            begun = time.process_time()
            try:
                return work(*args, **kwargs)
            finally:
                self._inside = False
                self.spent[stage] += time.process_time() - begun

        return call


def _minhash(bodies: Sequence[str]) -> float:
    known = MinHashes()
    begun = time.process_time()
    for body in bodies:
        known.seen(known.signature(body))
    return time.process_time() - begun


def _by_stage(batches: Sequence[Batch]) -> dict[str, float]:
    """CPU ms per document by stage."""
    documents = sum(batch.documents for batch in batches)
    return {
        stage: 1000 * sum(batch.seconds[stage] for batch in batches) / documents for stage in (*STAGES, REST)
    }


def _bytes(catalog: Catalog, names: Sequence[str]) -> int:
    """Bytes of the pages of tables and indexes (SQLite's table ``dbstat``, which most builds have)."""
    marks = ", ".join("?" * len(names))
    query = f"SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN ({marks})"
    return int(catalog.db.execute(query, names).fetchone()[0])


def table(report: dict[str, Any]) -> Iterator[str]:
    """Yield the report's lines for a person."""
    words = report["words_per_document"]
    yield f"{report['documents']:,} articles ({report['source']}), {words:.0f} words each"
    yield f"{'documents per CPU second':40}{report['documents_per_cpu_s']:12,.0f}"
    yield f"{'  the last batch':40}{report['last_batch_documents_per_cpu_s']:12,.0f}"
    yield f"{'  computed where a million stand':40}{_at(report, 'computed_for_a_million'):12,.0f}"
    yield f"{'  MinHash with banding, no verification':40}{report['minhash_documents_per_cpu_s']:12,.0f}"
    yield f"{'pairs compared per document':40}{report['pairs_per_document']:12.2f}"
    yield ""
    yield f"{'CPU ms per document':40}{'all':>12}{'last batch':>12}"
    for stage, spent in report["cpu_ms_per_document"].items():
        yield f"  {stage:38}{spent:12.3f}{report['last_batch_cpu_ms_per_document'][stage]:12.3f}"
    yield ""
    for name, size in report["bytes_per_document"].items():
        yield f"{'bytes per document, ' + name.replace('_', ' '):40}{size:12,.0f}"
    told = report["hub"]
    yield ""
    yield f"one footer on each of {told['documents']:,} articles{'second':>24}{'last':>12}"
    for name in ("pairs_per_document", "cpu_ms_per_document"):
        figures = told[name]
        yield f"  {name.replace('_', ' '):38}{figures['second']:12.2f}{figures['last']:12.2f}"


def _at(report: dict[str, Any], name: str) -> float:
    return float(report[name]["documents_per_cpu_s"])


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return {key: _rounded(inner) for key, inner in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    raise SystemExit(main())
