"""The catalog's rows of file versions and articles: stored once, found by any unique prefix of the id."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from index.article import Article, ArticleId, Language, Reject, Story, VersionId
from index.catalog import Catalog
from index.errors import CatalogDamagedError, NotFoundError, UsageError
from index.settings import source_of

SHORT_ID: Final = 10
"""Hex digits shown for an article."""

_COLUMNS: Final = (
    "id version ordinal headline standfirst byline agency place date date_evidence publisher span_start "
    "span_end confidence lang lang_probability lang_engine lang_reliable lang_second words text_hash "
    "content_hash body pipeline added sketch"
).split()

_TEXTS: Final = (
    "id version headline standfirst byline agency place date_evidence publisher lang lang_engine added "
    "canonical"
).split()

_HASHED: Final = tuple(field.name for field in fields(Story) if field.name != "confidence")

_SELECT: Final = "SELECT article.*, entry.canonical FROM article JOIN entry ON entry.id = article.id"


@dataclass(frozen=True, slots=True)
class Version:
    """What reading one state of a file's bytes gave: how it was decoded, and why it was rejected, if so.

    `cut` is the text of its page that is in no article of it, a line a line.
    """

    sha256: VersionId
    size: int
    encoding: str
    repairs: int
    guessed: bool
    reject: Reject | None
    pipeline: str
    cut: str = ""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its place in the archive: the canonical copy of its cluster, and when it came."""

    article: Article
    canonical: ArticleId
    added: str


def put_version(catalog: Catalog, version: Version) -> None:
    """Store a version, in the place of what an older pipeline said of it."""
    reject = version.reject
    catalog.db.execute(
        """INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)
           ON CONFLICT (sha256) DO UPDATE SET encoding = excluded.encoding, repairs = excluded.repairs,
               guessed = excluded.guessed, reject = excluded.reject, detail = excluded.detail,
               pipeline = excluded.pipeline""",
        (
            version.sha256,
            version.size,
            version.encoding,
            version.repairs,
            version.guessed,
            reject.reason if reject else "",
            reject.detail if reject else "",
            version.pipeline,
        ),
    )
    catalog.db.execute("DELETE FROM cut WHERE version = ?", (version.sha256,))
    if version.cut:
        packed = zlib.compress(version.cut.encode(), 6)
        catalog.db.execute("INSERT INTO cut VALUES (?, ?)", (version.sha256, packed))


def cut_of(catalog: Catalog, version: str) -> str:
    r"""Return the text of a version's page that is in no article of it, lines joined by ``\n``.

    Empty where there is none, where the version is not stored, or where an older newsfold stored it. Raises
    CatalogDamagedError.
    """
    row = catalog.db.execute("SELECT text FROM cut WHERE version = ?", (version,)).fetchone()
    return "" if row is None else unpack_text(row[0], f"the cut text of version {version[:SHORT_ID]}")


def known_version(catalog: Catalog, sha256: VersionId, pipeline: str) -> bool:
    """Whether these bytes were already read by this pipeline, with the evidence that holds now."""
    row = catalog.db.execute(
        """SELECT pipeline FROM version
           WHERE sha256 = ?1 AND NOT EXISTS (SELECT 1 FROM resegment WHERE version = ?1)""",
        (sha256,),
    ).fetchone()
    return row is not None and row[0] == pipeline


def put_article(catalog: Catalog, article: Article, added: str) -> None:
    """Store an article, which `tasks.dedupe.link` has to take into the ledger before it can be read."""
    story, language = article.story, article.language
    catalog.db.execute(
        f"INSERT INTO article ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
        (
            article.id,
            article.version,
            article.ordinal,
            story.headline,
            story.standfirst,
            story.byline,
            story.agency,
            story.place,
            story.date,
            story.date_evidence,
            story.publisher,
            *story.span,
            story.confidence,
            language.code,
            language.probability,
            language.engine,
            language.reliable,
            language.second,
            article.words,
            article.text_hash,
            content_hash(article),
            zlib.compress(story.body.encode(), 6),
            article.pipeline,
            added,
            b"",  # the column served an older schema
        ),
    )


def same_as_stored(catalog: Catalog, version: Version, made: Iterable[Article]) -> bool:
    """Whether what was made of a version is what the catalog holds already: fields, reject and cut text."""
    row = catalog.db.execute(
        "SELECT reject, detail, pipeline FROM version WHERE sha256 = ?", (version.sha256,)
    ).fetchone()
    reject = (version.reject.reason, version.reject.detail) if version.reject else ("", "")
    if (
        row is None
        or tuple(row) != (*reject, version.pipeline)
        or cut_of(catalog, version.sha256) != version.cut
    ):
        return False
    held = catalog.db.execute(
        "SELECT id, content_hash FROM article WHERE version = ? ORDER BY ordinal", (version.sha256,)
    ).fetchall()
    return [tuple(one) for one in held] == [(article.id, content_hash(article)) for article in made]


def put_confidence(catalog: Catalog, made: Iterable[Article]) -> None:
    """Store how sure the segmentation is of articles that are the same otherwise."""
    catalog.db.executemany(
        "UPDATE article SET confidence = ? WHERE id = ?",
        ((article.story.confidence, article.id) for article in made),
    )


def first_stored(catalog: Catalog, version: str) -> dict[ArticleId, str]:
    """When each article of a version was first stored."""
    rows = catalog.db.execute("SELECT id, added FROM article WHERE version = ?", (version,))
    return {ArticleId(row[0]): row[1] for row in rows}


def forget_articles(catalog: Catalog, version: str) -> list[ArticleId]:
    """Forget the articles of a version; return their ids."""
    gone = articles_of(catalog, version)
    catalog.db.execute("DELETE FROM article WHERE version = ?", (version,))
    return gone


def drop_version(catalog: Catalog, version: str) -> list[ArticleId]:
    """Forget a version that no file holds any more; return the articles that went with it."""
    gone = forget_articles(catalog, version)
    catalog.db.execute("DELETE FROM cut WHERE version = ?", (version,))
    catalog.db.execute("DELETE FROM version WHERE sha256 = ?", (version,))
    catalog.db.execute("DELETE FROM resegment WHERE version = ?", (version,))
    return gone


def orphans(catalog: Catalog) -> list[VersionId]:
    """Versions that no file holds any more."""
    rows = catalog.db.execute(
        """SELECT sha256 FROM version
           WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.version = sha256) ORDER BY sha256"""
    )
    return [VersionId(row[0]) for row in rows]


def version_of(catalog: Catalog, article: ArticleId) -> VersionId:
    """The version an article was made of. Raises NotFoundError."""
    row = catalog.db.execute("SELECT version FROM article WHERE id = ?", (article,)).fetchone()
    if row is None:
        raise _not_found(article)
    return VersionId(row[0])


def articles_of(catalog: Catalog, version: str) -> list[ArticleId]:
    """The articles of a version, in page order."""
    rows = catalog.db.execute("SELECT id FROM article WHERE version = ? ORDER BY ordinal", (version,))
    return [ArticleId(row[0]) for row in rows]


def get_article(catalog: Catalog, article: ArticleId) -> StoredArticle:
    """One article by its whole id. Raises NotFoundError."""
    row = catalog.db.execute(f"{_SELECT} WHERE article.id = ?", (article,)).fetchone()
    if row is None:
        raise _not_found(article)
    return stored_of(row)


def _not_found(article: str) -> NotFoundError:
    return NotFoundError(f"no article {article[:SHORT_ID]} in the archive")


def all_articles(catalog: Catalog) -> Iterator[StoredArticle]:
    """Every article that a search can find, ordered by id."""
    for row in catalog.db.execute(f"{_SELECT} WHERE indexed IS NOT NULL ORDER BY article.id"):
        yield stored_of(row)


def find_article(catalog: Catalog, prefix: str) -> ArticleId:
    """The one article whose id begins with `prefix`, as git finds a commit."""
    if len(prefix) < 4 or not set(prefix.lower()) <= set("0123456789abcdef"):
        raise UsageError(
            "an article's id is at least 4 of its hex digits", hint="'newsfold search' prints the ids"
        )
    low = prefix.lower()
    rows = catalog.db.execute(
        "SELECT id, headline FROM article WHERE id >= ? AND id < ? ORDER BY id LIMIT 6", (low, low + "g")
    ).fetchall()
    if not rows:
        raise NotFoundError(f"no article {low} in the archive", hint="'newsfold search' prints the ids")
    if len(rows) > 1:
        some = ", ".join(row[0][:16] for row in rows[:5])
        raise UsageError(f"{low} begins several ids: {some}", hint="give more digits")
    return ArticleId(rows[0][0])


def paths_of(catalog: Catalog, version: str) -> list[tuple[bytes, bytes]]:
    """(root, path) of every file that holds a version; the first one stands for it."""
    rows = catalog.db.execute(
        """SELECT root.path, file.path FROM file JOIN root ON root.id = file.root
           WHERE version = ? ORDER BY state = 'missing', root.path, file.path""",
        (version,),
    )
    return [(row[0], row[1]) for row in rows]


def languages(catalog: Catalog) -> list[str]:
    """Codes of the languages in the archive, the most frequent first."""
    rows = catalog.db.execute("SELECT lang FROM article GROUP BY lang ORDER BY count(*) DESC, lang")
    return [row[0] for row in rows]


def total(catalog: Catalog) -> int:
    """How many articles are stored, copies included."""
    return int(catalog.db.execute("SELECT count(*) FROM article").fetchone()[0])


def outdated(catalog: Catalog, pipeline: str) -> int:
    """How many articles another version of the pipeline made."""
    row = catalog.db.execute("SELECT count(*) FROM article WHERE pipeline != ?", (pipeline,)).fetchone()
    return int(row[0])


def queue(catalog: Catalog, articles: Iterable[ArticleId], *, remove: bool = False) -> None:
    """Note articles that the next index commit has to write, or to take out."""
    catalog.db.executemany(
        "INSERT OR REPLACE INTO index_work VALUES (?, ?)", ((article, remove) for article in articles)
    )


def queue_all(catalog: Catalog) -> None:
    """Note every article for the index, as a new generation of it needs."""
    catalog.db.execute("DELETE FROM index_work")
    catalog.db.execute("INSERT INTO index_work SELECT id, 0 FROM article")


def any_indexed(catalog: Catalog, generation: int) -> bool:
    """Whether a generation of the index was told of any article."""
    row = catalog.db.execute("SELECT 1 FROM article WHERE indexed = ? LIMIT 1", (generation,)).fetchone()
    return row is not None


def queued(catalog: Catalog, limit: int) -> list[tuple[ArticleId, bool]]:
    """The next index work, ordered by id: (article, whether to take it out)."""
    rows = catalog.db.execute("SELECT article, remove FROM index_work ORDER BY article LIMIT ?", (limit,))
    return [(ArticleId(row[0]), bool(row[1])) for row in rows]


def mark_indexed(catalog: Catalog, done: Collection[ArticleId], generation: int) -> None:
    """Take work off the queue after the index commit that did it."""
    catalog.db.executemany("DELETE FROM index_work WHERE article = ?", ((article,) for article in done))
    catalog.db.executemany(
        "UPDATE article SET indexed = ? WHERE id = ?", ((generation, article) for article in done)
    )


def content_hash(article: Article) -> str:
    """Hash of an article's own fields (never of clusters, files or confidence), 64 hex digits."""
    told = {name: getattr(article.story, name) for name in _HASHED} | {"lang": article.language.code}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def stored_of(row: sqlite3.Row) -> StoredArticle:
    """Make an article of its row joined with ``canonical``. Raises CatalogDamagedError."""
    named = f"article {str(row['id'])[:SHORT_ID]}"
    for name in _TEXTS:
        if not isinstance(row[name], str):
            raise _garbled(named, f"its {name} is no text")
    story = Story(
        headline=row["headline"],
        body=unpack_text(row["body"], named),
        standfirst=row["standfirst"],
        byline=row["byline"],
        agency=row["agency"],
        place=row["place"],
        date=row["date"],
        date_evidence=row["date_evidence"],
        publisher=row["publisher"],
        span=(row["span_start"], row["span_end"]),
        confidence=row["confidence"],
    )
    language = Language(
        code=row["lang"],
        probability=row["lang_probability"],
        engine=row["lang_engine"],
        reliable=bool(row["lang_reliable"]),
        second=row["lang_second"],
    )
    article = Article(
        id=row["id"],
        version=row["version"],
        ordinal=row["ordinal"],
        story=story,
        language=language,
        text_hash=row["text_hash"],
        words=row["words"],
        pipeline=row["pipeline"],
    )
    return StoredArticle(article, canonical=row["canonical"], added=row["added"])


def unpack_text(packed: bytes, named: str) -> str:
    """Return a text that is stored packed; `named` says whose. Raises CatalogDamagedError."""
    try:
        return zlib.decompress(packed).decode()
    except (zlib.error, UnicodeDecodeError, TypeError) as error:
        raise _garbled(named, str(error)) from error


def _garbled(named: str, why: str) -> CatalogDamagedError:
    return CatalogDamagedError(
        f"{named} of the catalog cannot be read: {why}", hint="'newsfold repair' mends it"
    )


def text_of(path: bytes) -> str:
    r"""A name from the disk as text that can be stored anywhere: bytes that are no UTF-8 as ``\xNN``."""
    return path.decode("utf-8", "backslashreplace")


def source_name(catalog: Catalog, version: str, publisher: str, sources: Mapping[str, str]) -> str:
    """The source of a version's articles: of the file that stands for it (see `settings.source_of`)."""
    paths = paths_of(catalog, version)
    return source_of(Path(text_of(paths[0][1])), publisher, sources) if paths else publisher or "unknown"


def source_names(paths: Iterable[str], publisher: str, sources: Mapping[str, str]) -> tuple[str, ...]:
    """The sources of an article that these files (paths below their roots) hold: each once, sorted."""
    names = {source_of(Path(path), publisher, sources) for path in paths}
    return tuple(sorted(names)) or (publisher or "unknown",)
