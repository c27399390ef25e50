"""The terminal prints names as they are: brackets are no markup, and colons no pictures."""

import io

import pytest
from rich.table import Table

from btplaybook.runners.command import output


@pytest.mark.parametrize("name", ["[/b]", "[red]X[/red]", ":smile:", "S&P [500]"])
def test_a_name_is_printed_as_it_is(name):
    console = output.console()
    console.file = io.StringIO()
    table = Table(box=None)
    table.add_column(name)
    table.add_row(name)
    console.print(table)
    console.print(name)
    assert console.file.getvalue().count(name) == 3
