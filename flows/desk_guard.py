"""What ends a desk whose `newsfold up` was killed: waits for its pipe to close, then ends what is left.

Started by `flows.up` as ``python -m flows.desk_guard MARK`` with a pipe on stdin. However that process
ends, the kernel closes the pipe. The server goes last: a worker without its server would ask for it for
minutes.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Final

from index.processes import end_marked

CLIENT: Final = "client"
SERVER: Final = "server"
"""Roles, in the marks of what a desk starts."""
GRACE_SECONDS: Final = 2.0


def start(mark: str) -> subprocess.Popen[bytes]:
    """Start a guard for the processes with this mark; it acts when the pipe on its stdin closes."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows.desk_guard", mark],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def end_desk(mark: str, *, seconds: float) -> None:
    """End what a desk has started: first what needs the server, then the server, each within `seconds`."""
    end_marked(f"{mark}/{CLIENT}", seconds=seconds)
    end_marked(f"{mark}/{SERVER}", seconds=seconds)


def main() -> None:
    """Wait for the pipe to close."""
    for deaf in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(deaf, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_desk(sys.argv[1], seconds=GRACE_SECONDS)


if __name__ == "__main__":
    main()
