"""``init ingest retry rebuild repair doctor``: running the archive."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from index.cli.call import (
    BAD_STYLE,
    OK_STYLE,
    Call,
    complete_folders,
    emit,
    emit_json,
    emit_styled,
    global_options,
)
from index.cli.upper import upper
from index.counted import counted
from index.errors import LockedError, RootLostError, SettingsError, UsageError
from index.findings import Kind
from index.safe import safe, safe_line
from index.settings import FILE_NAME, TEMPLATE, Home, Settings, find_home, load_settings


@click.command(short_help="Name the folders that hold the raw pages.")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, shell_complete=complete_folders)
@global_options
def init(call: Call, folders: tuple[str, ...]) -> int:
    """Write newsfold.toml for these raw folders, here or in --home. An existing one stays as it is.

    \b
    newsfold init ~/scrapes
    newsfold --home ~/archive init /srv/wires ~/scrapes
    """
    home = find_home(call.home) if call.home else Home(Path.cwd())
    if home.settings_file.exists():
        raise UsageError(
            f"{home.settings_file} is there already", hint="edit it; every setting in it has a comment"
        )
    for folder in folders:
        place = Path(folder).expanduser()
        if not place.is_dir():
            what = "not a folder" if place.exists() else "no such folder"
            raise UsageError(f"{what}: {folder}", hint="make it first, or check the spelling")
    home.path.mkdir(parents=True, exist_ok=True)
    names = ", ".join(json.dumps(_relative(folder, home), ensure_ascii=False) for folder in folders)
    home.settings_file.write_text(TEMPLATE.format(raw=names), encoding="utf-8")
    try:
        load_settings(home)
    except UsageError:
        home.settings_file.unlink()
        raise
    call.note(f"wrote {home.path / FILE_NAME}; next: newsfold ingest")
    return 0


def _relative(folder: str, home: Home) -> str:
    """A folder inside home by its relative name, so that home can be moved; others absolute."""
    path = Path(os.path.abspath(os.path.expanduser(folder)))
    return str(path.relative_to(home.path)) if path.is_relative_to(home.path) else str(path)


_ACCEPT = click.option(
    "--accept-missing", is_flag=True, help="Believe a raw folder that is empty or lost many files."
)
_DIRECT = click.option("--direct", is_flag=True, help="Without Prefect: in this process and its workers.")


@click.command(short_help="Read what is new or changed in the raw folders.")
@_DIRECT
@_ACCEPT
@click.option("--max-rejects", type=click.IntRange(0), metavar="N", help="Exit 3 if more files are rejected.")
@global_options
def ingest(call: Call, direct: bool, accept_missing: bool, max_rejects: int | None) -> int:
    """Bring the archive in line with the raw folders: one run, seen in the Prefect UI.

    Uses the Prefect server that PREFECT_API_URL names, that of a running 'newsfold up', or a temporary one. A
    second run with nothing new does nothing. A run that was interrupted is completed by the next one.

    \b
    newsfold ingest
    newsfold ingest --direct             the same steps without Prefect
    newsfold ingest --raw DIR --home H   another folder, another archive
    """
    return _run(call, direct, {"accept_missing": accept_missing, "max_rejects": max_rejects})


@click.command(short_help="Try the rejected files again.")
@_DIRECT
@global_options
def retry(call: Call, direct: bool) -> int:
    """Read every rejected file again, in a run that also ingests what is new.

    \b
    newsfold files --state rejected      what there is to try
    newsfold retry
    newsfold retry --direct              without Prefect
    """
    return _run(call, direct, {"retry": True})


@click.command(short_help="Renew old articles, their languages, and the whole index.")
@_DIRECT
@global_options
def rebuild(call: Call, direct: bool) -> int:
    """Make articles of older pipelines again from their raw files, and build a new index from the catalog.

    Articles whose language another engine named than newsfold.toml has now are named anew, from the catalog.
    The old index answers until the new one is complete. A rebuild that dies is completed by the next run.

    \b
    newsfold rebuild
    newsfold rebuild --direct            without Prefect
    """
    return _run(call, direct, {"rebuild": True})


@click.command(short_help="Mend what a check finds.")
@_DIRECT
@click.option("--deep", is_flag=True, help="Check as 'newsfold check --deep' does.")
@global_options
def repair(call: Call, direct: bool, deep: bool) -> int:
    """Check the archive, and make good what is damaged: from what is whole, and from the raw files.

    Single changed bytes of the catalog are put right. Where more of it is lost, a fresh one takes over what
    is whole, also articles whose files are gone, and a run reads every raw file again; the damaged one is
    kept. A damaged index is built anew, wrong clusters and states are derived again. Raw files are never
    touched. Exit code 1 where something is left that cannot be mended; it is named.

    \b
    newsfold repair
    newsfold repair --direct             without Prefect
    """
    home = call.place()
    mended = upper("tasks.repair:mend")(home, deep=deep)
    code = 0
    try:
        if mended.done:
            code = _run(call, direct, {})
    finally:  # told last: whoever reads it may close the pipe after some lines
        for finding in mended.found:
            _tell(call, "finding", finding.what)
        for step in mended.done:
            _tell(call, "done", step)
    if not mended.found:
        call.note("nothing is damaged")
    if code or not mended.found:
        return code
    left = upper("tasks.maintain:find")(home, read_raw=True, deep=deep)
    for finding in left:
        _tell(call, "left", finding.what)
    if any(finding.kind is Kind.ROOT for finding in left):
        call.note(f"a raw folder is not believed: {RootLostError.ADVICE}")
    call.note(f"{counted(len(left), 'finding')} left" if left else "catalog, index and raw files agree")
    return 1 if left else 0


def _tell(call: Call, what: str, sentence: str) -> None:
    if call.json:
        emit_json({what: sentence})
    else:
        emit(f"{what:8} {safe_line(sentence)}")


def _run(call: Call, direct: bool, options: dict[str, Any]) -> int:
    home = call.place()
    settings = call.settings()
    upper("tasks.engines:named")(settings.language_engine)  # or it fails only after Prefect has started
    runner = upper("tasks.run_direct:run" if direct else "flows.run_flow:run")
    try:
        report = runner(home, settings, call.raw, options, quiet=call.quiet)
    except KeyboardInterrupt:
        raise click.Abort from None
    if isinstance(report, LockedError):
        raise report
    if call.json:
        emit_json(
            {
                "run": report.run,
                "walked": report.walked,
                "read": report.read,
                "new": report.new,
                "missing": report.gone,
                "removed": report.removed,
                "seconds": round(report.seconds, 3),
                "worker_cpu_seconds": round(report.worker_cpu_seconds, 3),
                "equation": report.equation,
            }
        )
        return 0
    emit(report.summary)
    emit(report.equation)
    rejected = report.new.get("rejected", 0)
    if rejected:
        call.note(f"{rejected:,} rejected; 'newsfold files --state rejected' says why")
    return 0


@click.command(short_help="Versions, paths, lock, free space, server, deployments.")
@global_options
def doctor(call: Call) -> int:
    """Look at everything a run needs. Exit code 1 where something is wrong.

    \b
    newsfold doctor
    newsfold doctor --json | jq -r 'select(.ok | not) | .advice'
    """
    settings: Settings | SettingsError
    try:
        settings = call.settings()
    except SettingsError as error:
        settings = error
    findings = upper("index.cli.doctor:examine")(call.place(), settings)  # its imports are many
    for finding in findings:
        if call.json:
            emit_json(
                {"name": finding.name, "value": finding.value, "ok": finding.ok, "advice": finding.advice}
            )
        else:
            verdict = call.paint("ok ", OK_STYLE) if finding.ok else call.paint("BAD", BAD_STYLE)
            emit_styled(f"{verdict} {call.bold(f'{finding.name:16}')} {safe(finding.value)}")
            if finding.advice:
                emit(f"    {'':16} {finding.advice}")
    return 0 if all(finding.ok for finding in findings) else 1
