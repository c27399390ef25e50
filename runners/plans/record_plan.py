"""Rebuild the plan of an earlier run from its run.json."""

from __future__ import annotations

from typing import Any

from ...feeds.errors import RequestError
from ...feeds.quoting import did_you_mean, shortened
from ...feeds.reading import Reading
from ...feeds.samples import MARKETS
from ...feeds.vendors.names import ticker_of_bars
from ..errors import ParameterError
from ..records.record import Record
from ..runs import registry
from ..runs.audit import CUTS
from ..runs.bars.sources import text_of_bars
from ..runs.declared import SETTINGS
from ..runs.result import BOOK
from ..runs.sections.asked import registered_among
from ..runs.told_params import params_again
from ..runs.traits import traits_of
from .input_files import PANEL, SAMPLE, files_of
from .plan import Plan
from .report_plan import is_report
from .script_record import check_no_script
from .toml_values import value_of
from .walk_forward_record import check_no_walk_forward


def record_plan(record: Record) -> Plan:
    """Return the plan of a run from its record.

    Raises
    ------
    ParameterError
        A setting is unknown or has the wrong type, or the command line cannot read the bars, since
        they were passed from Python.
    """
    plain, where = record.plain, str(record.file)
    check_no_script(record)
    check_no_walk_forward(record)
    if is_report(record):
        raise ParameterError(
            f"{where}: is the record of a report, not of a strategy: btplaybook report "
            f"{plain['data'][0]['source']}, or btplaybook rerun {record.folder}"
        )
    settings: dict[str, Any] = {}
    for key, value in plain["settings"].items():
        if key == "costs" and isinstance(value, dict):
            raise ParameterError(
                f"{where}: was run with costs of its own, {shortened(str(value.get('class')))}; "
                "run it again from Python"
            )
        if key not in SETTINGS:
            raise ParameterError(
                f"{where}: there is no setting {key!r}{did_you_mean(key, SETTINGS, or_known=True)}"
            )
        if isinstance(value, dict) and "sha256" in value:
            what = "came from Python" if key == "benchmark" else "was a series of rates"
            raise ParameterError(
                f"{where}: {key} {what}, of which only the hash is kept; run it again from Python"
            )
        known = SETTINGS[key]
        if value is not None or known.default is not None:
            value_of(f"{where}: {key}", known.kind, value)
        settings[key] = value  # unchanged: a record's 1 and 1.0 must stay different
    try:
        kind = registry.resolve(plain["strategy"])
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
    if settings.get("benchmark") == plain["data"][0]["name"] and traits_of(kind).benchmark is None:
        settings["benchmark"] = None  # the default benchmark: the first feed, whatever its name
    bars, samples, tickers = _sources(record, settings.get("seed", 0))
    return Plan(
        strategy=plain["strategy"],
        params=params_again(kind, plain["params"], where),
        settings=settings,
        bars=bars,
        samples=samples,
        tickers=tickers,
        inputs=files_of(plain.get("inputs", [])),
        sections=registered_among(plain.get("sections", {})),
        quick=plain.get("strips") is None,
        cuts=len(plain["audit"]["cuts"]) or CUTS if "audit" in plain else None,
        file=record.file,
        readings=_readings(record, seed=settings.get("seed", 0)),
    )


def _sources(record: Record, seed: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the files, samples and tickers that the bars of a record are read from.

    The bars of a panel are left out, since the panel is one of the record's inputs.
    """
    bars: list[str] = []
    samples: list[str] = []
    tickers: list[str] = []
    for data in record.plain["data"]:
        name, source = data["name"], data["source"]
        if source.startswith(PANEL):
            continue
        asked = ticker_of_bars(source, name)
        if asked and not (bars or samples):
            tickers.append(asked)
        elif (sample := _sample_of(record, source, seed)).partition("#")[0] in MARKETS:
            if (market := sample.partition("#")[0]) not in samples:
                samples.append(market)
        elif sample.upper() == name and not tickers:
            samples.append(sample)
        elif not (samples or tickers) or record.plain["strategy"] == BOOK:
            bars.append(
                text_of_bars(name, source)
            )  # a file that does not exist is reported when the bars are read
        else:
            raise ParameterError(
                f"{record.file}: the bars of {name} ({source}) stand behind those of another "
                "kind, as no command line puts them: run it again from Python"
            )
    return tuple(bars), tuple(samples), tuple(tickers)


def _readings(record: Record, seed: int) -> dict[str, dict[str, Any]]:
    """Return the options of reading of a record's bars, by the names that `_sources` returns."""
    found: dict[str, dict[str, Any]] = {}
    of_benchmark = record.plain.get("benchmark_data", [])
    for data in (*record.plain["data"], *of_benchmark):
        name, source, reading = data["name"], data["source"], data.get("reading")
        if not reading:
            continue
        try:
            Reading.of(reading)
        except (RequestError, TypeError, ValueError) as error:
            raise ParameterError(f"{record.file}: the reading of {name}: {error}") from None
        sample = _sample_of(record, source, seed).partition("#")[0]
        if source.startswith(PANEL):
            found["panel"] = reading
        elif data in of_benchmark:
            found["benchmark"] = reading
        elif asked := ticker_of_bars(source, name):
            found[asked] = reading
        else:
            found[sample or text_of_bars(name, source)] = reading
    return found


def _sample_of(record: Record, source: str, seed: int) -> str:
    """Return the name of the sample that a source names; empty if it names none."""
    if not source.startswith(SAMPLE):
        return ""
    name, _, simulated = source.removeprefix(SAMPLE).partition(", seed ")
    if simulated not in ("", str(seed)):
        raise ParameterError(
            f"{record.file}: bars simulated with seed {simulated} in a run of seed {seed}; "
            "run it again from Python"
        )
    return name
