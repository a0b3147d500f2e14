"""A catalog of any older schema with any rows in it: brought to the newest one, and nothing of it lost."""

import sqlite3
from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.catalog import MIGRATIONS, Catalog

KEPT = ("root", "file", "version", "article", "run", "setting", "cut")
VALUES = {
    "INTEGER": st.integers(-(2**63), 2**63 - 1),
    "REAL": st.floats(allow_nan=False),
    "TEXT": st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    "BLOB": st.binary(max_size=24),
}


@st.composite
def fillings(draw):
    """A schema version, and for each table rows as lists of values to draw for its columns."""
    return draw(st.integers(1, len(MIGRATIONS) - 1)), draw(st.integers(0, 4)), draw(st.data())


@given(fillings())
def test_every_row_survives_every_migration(filling):
    version, count, data = filling
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for script in MIGRATIONS[:version]:
            db.executescript(script)
        db.execute(f"PRAGMA user_version={version}")
        for table in tables(db):
            fill(db, table, count, data)
        before = {table: rows(db, table) for table in tables(db) if table in KEPT}
        db.execute("PRAGMA foreign_keys=1")
        Catalog(db, Path("catalog.sqlite3"))._migrate()
        assert db.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert {table: rows(db, table) for table in before} == before


def tables(db):
    return [
        row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    ]


def rows(db, table):
    return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def fill(db, table, count, data):
    """Put up to `count` rows into a table; a row that its constraints refuse is left out."""
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    marks = ", ".join("?" for _ in columns)
    for _ in range(count):
        values = [data.draw(VALUES[column[2].split()[0] or "BLOB"]) for column in columns]
        db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", values)
