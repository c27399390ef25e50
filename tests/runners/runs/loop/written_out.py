"""Write anything that backtrader holds as texts and lists, with types, to compare the bits."""

import functools
import re
from array import array
from collections import deque
from collections.abc import Mapping, Set

import backtrader as bt

PLAIN = {kind: repr for kind in (bool, int, complex, bytes, str, type(None))} | {float: float.hex}
"""What is written by its value alone, and what writes it: millions of them, so by the quickest way.

No two types write alike: text has quotes, and floats are hexadecimal.
"""
DIRECT = {**PLAIN, array: array.tobytes}
NAMED = (bt.BrokerBase, bt.Cerebro, bt.Sizer, bt.Analyzer)
"""What is written by its class alone."""
POSITION = (
    "size", "price", "price_orig", "adjbase", "upopened", "upclosed", "updt", "datetime"
)  # fmt: skip

OURS = ("backtrader", "btplaybook")
"""What is written with its attributes."""
ADDRESS = re.compile(r" at 0x\w+")


class Writer:
    """Writes objects out.

    A feed or a strategy is written by its place, so that two runs of one set-up are written alike.
    What is met again within one call is not walked through again; at rest, when nothing changes any
    more, nor what an earlier call met.
    """

    def __init__(self, cerebro, *, at_rest=False):
        self.cerebro = cerebro
        self.at_rest = at_rest
        self.inside = set()
        self.known = {}  # by id: what was written, and the thing, lest its id is given to another

    def __call__(self, thing):
        """Return a thing written out."""
        direct = DIRECT.get(type(thing))
        return direct(thing) if direct else self._met(thing)

    def _met(self, thing):
        name = id(thing)
        if name in self.inside:
            return f"again {type(thing).__name__}"
        if name in self.known:
            return self.known[name][0]
        self.inside.add(name)
        try:
            written = getattr(self, _way(type(thing)))(thing, type(thing).__name__)
        finally:
            self.inside.discard(name)
        self.known[name] = written, thing
        if not (self.inside or self.at_rest):
            self.known.clear()
        return written

    def _line(self, thing, name):
        return f"{name} {self._place(thing)}"

    def _position(self, thing, name):
        return [name.removeprefix("Lean"), *(self._of(thing, each) for each in POSITION)]

    def _scheme(self, thing, name):
        return [name, self(thing._stocklike), self(thing._commtype), self(vars(thing.p))]

    def _mapping(self, thing, name):
        return [name.replace("LeanPositions", "defaultdict")] + [
            [self(key), self(value)] for key, value in thing.items()
        ]

    def _sequence(self, thing, name):
        return [name, *map(self, thing)]

    def _set(self, thing, name):
        return [name, *sorted(map(str, map(self, thing)))]

    def _named(self, thing, name):
        return name

    def _ours(self, thing, name):
        held = vars(thing)
        assert held.get("p") is held.get("params")  # one is written
        find = DIRECT.get
        return [name] + [
            [key, direct(value) if (direct := find(type(value))) else self._met(value)]
            for key, value in sorted(held.items())
            if key != "p"
        ]

    def _foreign(self, thing, name):
        return f"{name} {ADDRESS.sub('', repr(thing))}"

    def _of(self, thing, attribute):
        return self(getattr(thing, attribute, "is missing"))

    def _place(self, thing):
        places = [*self.cerebro.datas, *getattr(self.cerebro, "runningstrats", ())]
        return next((place for place, each in enumerate(places) if each is thing), "elsewhere")


@functools.cache
def _way(kind):
    """Return the name of the method that writes things of a type."""
    for method, kinds in (
        ("_line", bt.LineRoot), ("_position", bt.Position), ("_scheme", bt.CommInfoBase),
        ("_mapping", Mapping), ("_sequence", (list, tuple, deque)), ("_set", Set),
        ("_named", NAMED),
    ):  # fmt: skip
        if issubclass(kind, kinds):
            return method
    if any("__call__" in vars(base) for base in kind.__mro__):
        return "_named"
    ours = kind.__module__.startswith(OURS) and kind.__dictoffset__
    return "_ours" if ours else "_foreign"


def first_difference(one, other, where=""):
    """Return where two things that were written out differ first; empty if nowhere."""
    if isinstance(one, list) and isinstance(other, list):
        for place, (left, right) in enumerate(zip(one, other, strict=False)):
            if left != right:
                named = left[0] if isinstance(left, list) and left else place
                return first_difference(left, right, f"{where}/{named if place else one[0]}")
        if len(one) != len(other):
            return f"{where}: {len(one)} against {len(other)}: {[*one, *other][-1]}"
        return ""
    if one != other and isinstance(one, bytes) and isinstance(other, bytes):
        one, other = (["bars", *map(float.hex, array("d", each))] for each in (one, other))
        return first_difference(one, other, where)
    return "" if one == other else f"{where}: {one} against {other}"
