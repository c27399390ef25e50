"""Run one set-up with `bt.Cerebro` and with `FastCerebro`, and compare all that can be seen of it.

What is seen depends on who looks, as the fast loop leaves out what nobody asks for. So each set-up
runs three times with each: nobody looks, somebody looks at every bar and hears everything, and
somebody looks now and then.
"""

import itertools
import re
import traceback

import backtrader as bt
from witness import watched
from written_out import PLAIN, Writer, first_difference

from btplaybook.runners.runs.loop.fast_cerebro import FastCerebro

LOOKS = ("nobody", "always", "seldom")
COUNTED = re.compile(r"(_[0-9a-f]{32}|\d)+$")  # \d+ would try exponentially many ways
"""What backtrader adds to the name of a class that it makes again."""

ZEROS = ("d_credit", "cerebro")
"""Of a broker, what is not compared: interest of 0.0 by feed, and who runs it."""


def differences(set_up, looks=LOOKS, runs=1, fast=True, **options):
    """Return where the two differ first, for each way to look.

    Parameters
    ----------
    set_up : callable
        Takes an empty cerebro and adds feeds, strategies and whatever else.
    looks : sequence of str
        Who looks.
    runs : int
        How often the same cerebro runs.
    fast : bool or None
        Whether the set-up is to take the fast loop; None: it may or may not.
    **options
        Of the cerebro.
    """

    def made(kind):
        cerebro = kind(**options)
        set_up(cerebro)
        return cerebro

    return apart(lambda: made(bt.Cerebro), lambda: made(FastCerebro), looks, runs, fast)


def apart(stock, ours, looks=LOOKS, runs=1, fast=True):
    """Return where two cerebros differ first; each is made anew for each way to look."""
    found = []
    for look in looks:
        theirs = seen(stock(), look, runs)
        cerebro = ours()
        mine = seen(cerebro, look, runs)
        if fast is not None:
            assert cerebro.loop_taken == ("fast" if fast else "stock"), cerebro.why_stock
            assert bool(cerebro.why_stock) is not fast
        if where := first_difference(theirs, mine):
            found.append(f"{look} looks: {where}")
        for diary in (theirs, mine):
            diary.clear()  # backtrader keeps every strategy's class, and the class its diary
    return found


def seen(cerebro, look="always", runs=1):
    """Return what was seen of a cerebro's runs, written out."""
    for counted in (bt.order.OrderBase, bt.Trade):
        counted.refbasis = itertools.count(1)
    diary = ["diary"]
    writer = Writer(cerebro)
    if look != "nobody":
        cerebro.strats = [
            [(watched(kind, look, diary, writer), args, named) for kind, args, named in each]
            for each in cerebro.strats
        ]
    for _ in range(runs):
        raised = None
        try:
            cerebro.run()
        except Exception as error:
            raised = error
        diary.append(["raised", f"{type(raised).__name__}: {raised}" if raised else "nothing"])
        at_rest = Writer(cerebro, at_rest=True)
        diary.append(_left(cerebro, at_rest, account=not _broke(cerebro.broker, raised)))
    return diary


def _broke(broker, raised):
    """Return whether an error came amidst the broker's bar, which leaves the account at none."""
    frames = traceback.walk_tb(raised and raised.__traceback__)
    return any(
        frame.f_locals.get("self") is broker and frame.f_code.co_name == "next"
        for frame, _ in frames
    )


def _left(cerebro, write, account):
    """Return what a run left behind."""
    left = ["left"]
    for data in cerebro.datas:
        left.append(["feed", *_lines(data), _plain(data, write), _class(data.lines)])
    for strategy in getattr(cerebro, "runningstrats", ()):
        left.append(["strategy", *_lines(strategy), _plain(strategy, write)])
        left += [["indicator", *_tree(one, write)] for one in strategy.getindicators()]
        left += [["observer", *_tree(one, write)] for one in strategy.getobservers()]
        left += [
            ["analysis", name, write(analyzer.get_analysis())]
            for name, analyzer in strategy.analyzers.getitems()
        ]
        left.append(["orders", write(strategy._orders), write(strategy._trades)])
        left.append(["pending", write(strategy._orderspending), write(strategy._tradespending)])
    kept = vars(cerebro.broker) if account else {}
    left.append(["broker", *([key, write(kept[key])] for key in sorted(kept) if key not in ZEROS)])
    left.append(["cerebro", sorted(set(vars(cerebro)) - {"loop_taken", "why_stock"})])
    return left


def _tree(lines, write):
    """Return an indicator or observer with its children."""
    children = getattr(lines, "_lineiterators", {}).values()
    return [
        _kind(lines), *_lines(lines), _plain(lines, write),
        *(_tree(child, write) for each in children for child in each),
    ]  # fmt: skip


def _lines(owner):
    write = Writer(None)
    return [
        ["line", _class(one), write(one.array), one.idx, one.lencount, one.extension, len(one)]
        for one in owner.lines
    ]


def _plain(thing, write):
    """Return the names of a thing's attributes, with the values of those that are plain.

    A strategy's notes, in `told`, are written as a whole.
    """
    return ["attributes"] + [
        [name, write(value) if name == "told" or type(value) in PLAIN else _kind(value)]
        for name, value in sorted(vars(thing).items(), key=lambda item: item[0])
    ]


def _kind(thing):
    return COUNTED.sub("", type(thing).__name__).removeprefix("Fast")


def _class(thing):
    kind = type(thing)
    bases = [COUNTED.sub("", base.__name__) for base in kind.__mro__]
    return f"{kind.__module__}: {bases}"
