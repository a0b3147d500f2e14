"""A process that builds segments: ``python -m index.builder`` reads shares of a commit from stdin.

A share is a line of JSON; so is the answer: records and checksums of the segments, whose files are on the
disk by then. The process ends when stdin closes, even in the middle of a share: it never outlives its parent.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from index.collector import without_collector
from index.fast_writer import build
from index.schema import IndexDocument, build_schema
from index.storage import DurableStorage


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Build the segments of one share."""
    storage = DurableStorage(Path(request["directory"]))
    documents = (
        IndexDocument(**{**values, **{name: tuple(values[name]) for name in ("sources", "paths")}})
        for values in request["documents"]
    )
    with without_collector():
        segments = [
            (segment.segid, segment.doc_count_all(), dict(segment._fieldlengths))
            for segment in build(storage, build_schema(), documents)
        ]
    return {"segments": segments, "checksums": storage.settle()}


def _listen(requests: queue.SimpleQueue[str]) -> None:
    """Hand on every line of stdin; at its end, end the process at once."""
    for line in sys.stdin:
        if line.endswith("\n"):  # else the parent died within it
            requests.put(line)
    os._exit(0)


def main() -> None:
    """Serve until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        answers.write(json.dumps(answer(json.loads(requests.get()))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
