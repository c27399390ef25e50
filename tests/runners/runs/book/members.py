"""Members for the tests of books: their weights are drawn by date, so that a test knows them."""

import numpy as np

from btplaybook.strategies.playbook_strategy import PlaybookStrategy


def drawn(seed, day, hold):
    """Return the weight that a `Drawn` states on a day: one draw for each `hold` days."""
    rng = np.random.default_rng([seed, day.toordinal() // hold])
    return float(rng.choice([-1.0, -0.4, 0.0, 0.5, 1.0]))


class Drawn(PlaybookStrategy):
    """Holds drawn weights of each feed, from bar `warm` on."""

    params = (("seed", 0), ("hold", 9), ("warm", 1))

    def target_weights(self):
        if len(self.data) < self.p.warm:
            return None
        day = self.data.datetime.date(0)
        count = len(self.datas)
        return {
            data: drawn(self.p.seed + place, day, self.p.hold) / count
            for place, data in enumerate(self.datas)
            if len(data)
        }


class Always(PlaybookStrategy):
    """Holds one weight."""

    params = (("weight", 1.0),)

    def target_weights(self):
        return self.p.weight


class Rotating(Drawn):
    """The same, decided monthly and brought back at each decision."""

    params = (("every", "month"), ("rebalance", "on_decision"))


class Cheat(PlaybookStrategy):
    """Reads the next close."""

    def target_weights(self):
        ahead = len(self.data) < self.data.buflen()
        return 1.0 if ahead and self.data.close[1] > self.data.close[0] else 0.5


class Sells(PlaybookStrategy):
    """Sends an order of its own beside its weights."""

    def target_weights(self):
        if len(self.data) == 5:
            self.sell(size=1.0)
        return 0.5


class Calm(PlaybookStrategy):
    """Long while an input is below 20."""

    reads = ("vix",)

    def target_weights(self):
        known = self.p.inputs["vix"].on(self.data.datetime.date(0))
        return 1.0 if known is not None and known < 20.0 else 0.0
