"""`btplaybook factor-test`: what a single factor predicts, how sure, and what costs leave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import output
from .completion import factors, universe_parameters
from .options import DATES, OPTIONS, SETTINGS, SOURCES, Debug, Open, declared_behind

OTHERS = {name: SETTINGS[name] for name in ("seed", "no_dividends")} | OPTIONS
"""Settings of a factor's test besides its dates."""


@declared_behind(factor=SOURCES, cost_bps=DATES, set_=OTHERS)
def factor_test(
    context: typer.Context,
    factor: Annotated[
        str,
        typer.Argument(
            metavar="FACTOR",
            help="value, momentum, module:function or path/file.py:function",
            autocompletion=factors,
        ),
    ],
    horizon: Annotated[
        list[int] | None,
        typer.Option(
            metavar="SESSIONS", help="Sessions ahead; repeat for more", show_default="30 and 60"
        ),
    ] = None,
    step: Annotated[
        int, typer.Option(metavar="SESSIONS", help="Sessions between two cross-sections")
    ] = 5,
    quantiles: Annotated[int, typer.Option(help="Quantiles that the stocks are sorted into")] = 5,
    cost_bps: Annotated[
        float,
        typer.Option(metavar="BP", help="Cost of an order in basis points, of the net figures"),
    ] = 0.0,
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A parameter of the universe, as min_price or beta_window; repeat",
            autocompletion=universe_parameters,
        ),
    ] = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; default out/factor-NAME/")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print factor_test.json alone on stdout")
    ] = False,
    open_: Open = False,
    debug: Debug = False,
    **given: Any,
) -> None:
    """Test one factor off-line, on the stocks and dates that the sector book would see."""
    from ...feeds.reading import Reading
    from ..factor_tests.factor import FactorUnderTest
    from ..factor_tests.parameters import HORIZONS, STRATEGY
    from ..factor_tests.run import run_factor_test
    from ..plans.plan import Plan
    from ..records.files import FACTOR_TEST
    from ..records.folder_lock import reserved
    from ..records.write import write_factor_test
    from ..runs.declared import INPUTS
    from .factor_test_summary import print_factor_test
    from .shown_progress import progress_of
    from .typed_plan import params_from, typed_names

    tested = FactorUnderTest.of(factor)
    typed = typed_names(context)
    own = {*DATES, "seed", "no_dividends"}
    plan = Plan(
        STRATEGY,
        params=params_from(set_),
        settings={name: given[name] for name in own if given.get(name) is not None},
        bars=tuple(given["bars"]),
        samples=tuple(given["sample"]),
        tickers=tuple(given["ticker"]),
        inputs={
            name: (files,) if isinstance(files, str) else tuple(files)
            for name in INPUTS
            if (files := given[name])
        },
        reading=Reading(**{name: given[name] for name in OPTIONS if name in typed}).plain(),
    )
    folder = out or Path("out") / f"factor-{tested.short_name}"
    output.check_folder(folder)
    context.with_resource(reserved(folder))
    with progress_of(f"test of {tested.short_name}", machine=json) as progress:
        tables, inputs = plan.load_all(output.say, progress)
        result = run_factor_test(
            tested,
            tables,
            inputs=inputs,
            horizons=horizon or HORIZONS,
            step=step,
            quantiles=quantiles,
            cost_bps=cost_bps,
            params=plan.params,
            say=output.say,
            progress=progress,
            **plan.settings,
        )
        output.write_result(write_factor_test, result, folder, progress)
    page = folder / FACTOR_TEST.page
    if json:
        output.echo(result.to_json())
    else:
        print_factor_test(result, page, output.console())
    if open_:
        output.open_page(page)
