"""Damage that can be planted in an archive: rows, blobs and documents that are not what they should be."""

import zlib

from index import writer
from index.catalog import Catalog
from index.documents import document_of
from tests.archive import NOTICE, page

EDIT = "The council meets again in May, and the engineer is to report on the works until then."


def fill(archive):
    """Ingest articles, a copy of one, its bytes again, a reject, and a line that many pages hold."""
    for number in range(5):
        archive.write(f"{number}.txt", page(number, furniture=f"Home\n{NOTICE}"))
    archive.write("a.txt", page(8))
    archive.write("same.txt", page(8))
    archive.write("copy.txt", page(8, edit=EDIT))
    archive.write("blank.txt", "\n")
    archive.ingest()
    return archive


def sql(*statements):
    """Change rows as a fault of newsfold would: through SQLite, so that the pages are as written."""

    def change(archive):
        with Catalog.open(archive.home.catalog) as catalog:
            catalog.db.execute("PRAGMA foreign_keys=0")
            for statement in statements:
                catalog.db.execute(statement)

    return change


def blob(table, column, key):
    """Change a byte in the middle of the first value of a column."""

    def change(archive):
        with Catalog.open(archive.home.catalog) as catalog:
            row = catalog.db.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key} LIMIT 1").fetchone()
            data = bytearray(row[1])
            data[len(data) // 2] ^= 8
            catalog.db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (bytes(data), row[0]))

    return change


def in_index(change):
    """Write what `change` makes of a document to the index alone: (to add, ids to remove)."""

    def apply(archive):
        with Catalog.open(archive.home.catalog) as catalog:
            first = catalog.db.execute("SELECT min(id) FROM article").fetchone()[0]
            document = document_of(catalog, first, {})
            folder = archive.home.generation(catalog.generation)
        added, removed = change(document)
        writer.apply(folder, added, removed)

    return apply


def body_of_another(archive):
    """Give an article a whole text that is not its own."""
    with Catalog.open(archive.home.catalog) as catalog:
        changed = zlib.compress(b"quite another text, and whole")
        catalog.db.execute("UPDATE article SET body = ? WHERE id = (SELECT min(id) FROM article)", (changed,))
