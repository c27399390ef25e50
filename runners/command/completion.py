"""What the shell completes behind an argument or option: strategies, parameters, samples, choices.

Each function must answer at once: neither backtrader nor pandas is imported, and no strategy. A
candidate is a text with a line of help.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import typer

from ...feeds.setting import Setting

Candidates = Iterator[tuple[str, str]]

HELP = 60
"""Characters of a line of help, at most."""


def strategies() -> Candidates:
    """Yield the registered strategies with what they do; the shell itself completes files."""
    from ..runs.found.entry_points import STRATEGIES, registered
    from ..runs.found.source_text import summary_of_text

    for name, point in registered(STRATEGIES).items():
        yield name, _line(summary_of_text(point.value))


def factors() -> Candidates:
    """Yield the factors of the sector book; the shell itself completes files."""
    from ...strategies.sector.factors import FACTORS

    for name, function in FACTORS.items():
        yield name, _line((function.__doc__ or "").partition("\n")[0])


def universe_parameters() -> Candidates:
    """Yield ``KEY=VALUE`` for the parameters that have a part in what a factor sees."""
    from ..factor_tests.parameters import PARAMETERS, STRATEGY

    for pair, text in _parameters_of(STRATEGY):
        if pair.partition("=")[0] in PARAMETERS:
            yield pair, text


def sections() -> Candidates:
    """Yield the registered sections."""
    from ..runs.found.entry_points import SECTIONS, registered

    yield from ((name, "") for name in registered(SECTIONS))


def studies() -> Candidates:
    """Yield the registered studies."""
    from ..runs.found.entry_points import STUDIES, registered

    yield from ((name, "") for name in registered(STUDIES))


def samples() -> Candidates:
    """Yield the names of the samples."""
    from ...feeds.sample_names import SAMPLES

    yield from ((name, _line(words)) for name, words in SAMPLES.items())


def parameters(ctx: typer.Context) -> Candidates:
    """Yield ``KEY=VALUE`` for the parameters of the strategy that was typed.

    The value is each that its docstring lists, or else the default.
    """
    yield from _parameters_of(_strategy(ctx))


def ranges(ctx: typer.Context, incomplete: str) -> Candidates:
    """Yield a range to search for each number of the strategy, behind the ranges before it.

    Listed values are left out: the bar between them is a pipe to a shell.
    """
    from ..runs.found.numpydoc import Documented
    from ..runs.found.source_text import parameters_of_text
    from ..runs.found.suggested_space import suggested_space

    before, comma, _ = incomplete.rpartition(",")
    for name, written in parameters_of_text(_strategy(ctx)).items():
        said = written.said or Documented("", "")
        space = suggested_space(name, written.default, said)
        if space is not None and "|" not in space and f"{name}=" not in before:
            yield f"{before}{comma}{space}", _line(said.text)


def lengths() -> Candidates:
    """Yield usual lengths of time."""
    yield from (
        ("5y", "5 years"), ("1y", "1 year"), ("6m", "6 months"), ("26w", "26 weeks"),
        ("250d", "250 bars"),
    )  # fmt: skip


def choices(setting: Setting) -> Callable[[], Candidates] | None:
    """Return what yields the allowed values of a setting; None if any value may do."""
    if not setting.choices:
        return None

    def allowed() -> Candidates:
        yield from ((value, "") for value in setting.choices)

    return allowed


def _parameters_of(strategy: str) -> Candidates:
    from ..runs.found.source_text import parameters_of_text

    for name, written in parameters_of_text(strategy).items():
        text = _line(written.said.text) if written.said else ""
        values = written.said.values if written.said else ()
        if isinstance(written.default, bool):
            values = (False, True)
        for value in values or ("" if written.default is None else written.default,):
            yield f"{name}={value}", text


def _strategy(ctx: typer.Context) -> str:
    """Return the strategy that was typed; where an option waits for its value, it is unparsed."""
    return str(ctx.params.get("strategy") or next(iter(ctx.args), ""))


def _line(text: str) -> str:
    """Return the first sentence of a text, short, without what a shell or rich would read."""
    plain = "".join(each for each in text if each not in "[]\\'\"`$")
    sentence = " ".join(plain.partition(". ")[0].removesuffix(".").split())
    if len(sentence) <= HELP:
        return sentence
    return f"{sentence[: HELP - 3].rpartition(' ')[0]}..."
