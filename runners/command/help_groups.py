"""Help texts in which related options are listed in groups, each under its heading."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

OTHER = "Options"


class GroupedCommand(TyperCommand):
    """A command whose help lists the options of each `rich_help_panel` as a group."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, then the options without a group, then the groups of options."""
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
