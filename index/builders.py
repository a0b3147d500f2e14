"""Processes that build segments side by side, kept for as long as there is work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, Self

from index.errors import NewsfoldError
from index.schema import IndexDocument
from index.storage import INDEX_NAME, DurableStorage

MOST: Final = 4
"""Processes of a pool, whatever the machine has: each holds one share of a commit in memory."""


class Builders:
    """At most `size` processes, by default one a processor; they start when there is first work for them."""

    def __init__(self, size: int | None = None) -> None:
        self._size = min(MOST, os.cpu_count() or 1) if size is None else size
        self._processes: list[_Builder] = []

    def build(
        self, directory: Path, storage: DurableStorage, documents: Sequence[IndexDocument]
    ) -> list[Any]:
        """Write documents as segments of the index in `directory`; returns Whoosh's records of them.

        The files are forced to the disk; `storage` learns their checksums. Raises NewsfoldError where a
        process dies: then nothing of this is in the index.
        """
        while len(self._processes) < self._size:
            self._processes.append(_Builder())
        share = -(-len(documents) // self._size)
        shares = [documents[at : at + share] for at in range(0, len(documents), share)]
        at_work = list(zip(self._processes, shares, strict=False))
        try:
            for process, some in at_work:
                process.ask({"directory": str(directory), "documents": list(map(_described, some))})
            answers = [process.answer() for process, _ in at_work]
        except (OSError, ValueError) as error:
            self.close()
            raise NewsfoldError(
                f"A process that builds the index in {directory} ended unexpectedly; nothing was published.",
                hint="Run the command again: it continues where this one stopped.",
            ) from error
        records = []
        for answer in answers:
            storage.adopt(answer["checksums"])
            records += [_record(*described) for described in answer["segments"]]
        return records

    def close(self) -> None:
        """End all processes, whatever they do."""
        processes, self._processes = self._processes, []
        for process in processes:
            process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Builder:
    """One process (`index.builder`): a line of JSON in, a line of JSON out."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "index.builder"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).resolve().parent.parent,
        )

    def ask(self, request: dict[str, Any]) -> None:
        if self._process.stdin is None:
            raise BrokenPipeError
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for the answer. Raises OSError or ValueError where there is none."""
        if self._process.stdout is None:
            raise BrokenPipeError
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # a request that it never took
                    pipe.close()


_FIELDS: Final = tuple(field.name for field in fields(IndexDocument))


def _described(document: IndexDocument) -> dict[str, Any]:
    return {name: getattr(document, name) for name in _FIELDS}


def _record(name: str, count: int, lengths: dict[str, int]) -> Any:
    """Make Whoosh's record of a segment that another process wrote."""
    from index.whooshed import W3Codec  # noqa: PLC0415 - a fork of Whoosh may not have it

    segment = W3Codec().new_segment(None, INDEX_NAME)
    segment.segid = name
    segment.compound = True
    segment._fieldlengths = lengths
    segment.set_doc_count(count)
    return segment
