"""Write anything that backtrader holds as texts and lists, with types, to compare the bits."""

import re
from array import array
from collections import deque
from collections.abc import Mapping, Set

import backtrader as bt

PLAIN = {bool, int, float, complex, str, bytes, type(None)}
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
        kind = type(thing)
        if kind in PLAIN:
            return thing if kind is str else f"{kind.__name__} {thing!r}"
        if isinstance(thing, array):
            return repr(thing)
        name = id(thing)
        if name in self.inside:
            return f"again {kind.__name__}"
        if name in self.known:
            return self.known[name][0]
        self.inside.add(name)
        try:
            written = self._write(thing)
        finally:
            self.inside.discard(name)
        self.known[name] = written, thing
        if not (self.inside or self.at_rest):
            self.known.clear()
        return written

    def _write(self, thing):
        name = type(thing).__name__
        if isinstance(thing, bt.LineRoot):
            return f"{name} {self._place(thing)}"
        if isinstance(thing, bt.Position):
            return [name.removeprefix("Lean"), *(self._of(thing, each) for each in POSITION)]
        if isinstance(thing, bt.CommInfoBase):
            return [name, self(thing._stocklike), self(thing._commtype), self(vars(thing.p))]
        if isinstance(thing, Mapping):
            return [name.replace("LeanPositions", "defaultdict")] + [
                [self(key), self(value)] for key, value in thing.items()
            ]
        if isinstance(thing, list | tuple | deque):
            return [name, *map(self, thing)]
        if isinstance(thing, Set):
            return [name, *sorted(map(str, map(self, thing)))]
        if isinstance(thing, NAMED) or callable(thing):
            return name
        if hasattr(thing, "__dict__") and type(thing).__module__.startswith(OURS):
            return [name, *self._attributes(vars(thing))]
        return f"{name} {ADDRESS.sub('', repr(thing))}"

    def _attributes(self, held):
        assert held.get("p") is held.get("params")  # one is written
        return [[key, self(held[key])] for key in sorted(held) if key != "p"]

    def _of(self, thing, attribute):
        return self(getattr(thing, attribute, "is missing"))

    def _place(self, thing):
        places = [*self.cerebro.datas, *getattr(self.cerebro, "runningstrats", ())]
        return next((place for place, each in enumerate(places) if each is thing), "elsewhere")


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
    return "" if one == other else f"{where}: {one} against {other}"
