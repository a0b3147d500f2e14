"""A help page that fits one screen: options in two columns, those of every command in a line."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

import click

COMMON: Final = frozenset({"--home", "--raw", "--json", "--no-color", "--quiet", "--help"})
"""Options that every command has."""
_GAP: Final = 2


class CompactHelp(click.Command):
    """A command with many options: they stand in two columns where there is room, with few words."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        own, common = [], []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is None or not isinstance(param, click.Option):
                continue
            if COMMON & set(param.opts):
                common.append(record[0].rpartition(", ")[2])
            else:
                own.append((record[0], param.help or ""))
        half = (len(own) + 1) // 2
        left, right = _column(own[:half]), _column(own[half:])
        widest = max(map(len, left), default=0)
        rows = [
            f"{one:{widest + _GAP}}{other}".rstrip() for one, other in zip_longest(left, right, fillvalue="")
        ]
        if max(map(len, rows), default=0) + _GAP > formatter.width:
            rows = _column(own)
        with formatter.section("Options"):
            for row in rows:
                formatter.write(f"{'':{_GAP}}{row}\n")
        with formatter.section("Of every command"):
            formatter.write_text("  ".join(common))


def _column(records: list[tuple[str, str]]) -> list[str]:
    widest = max((len(name) for name, _ in records), default=0)
    return [f"{name:{widest + _GAP}}{told}" for name, told in records]
