"""Help in groups: options that belong together stand under a heading of their own."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

OTHER = "Options"


class GroupedCommand(TyperCommand):
    """A command whose help shows each `rich_help_panel` of its options as a group."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, then the options without a group, then the groups."""
        groups: dict[str, list[tuple[str, str]]] = {"Arguments": [], OTHER: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            named = getattr(parameter, "rich_help_panel", None) or OTHER
            group = "Arguments" if parameter.param_type_name == "argument" else named
            groups.setdefault(group, []).append(record)
        for heading, records in groups.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
