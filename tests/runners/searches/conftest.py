"""A strategy without a rule on arrays, and its file."""

from pathlib import Path

import pytest

from btplaybook.runners.searches import confirmation

WITHOUT_A_RULE = """
from btplaybook.strategies.playbook_strategy import PlaybookStrategy


class Momentum(PlaybookStrategy):
    params = (("lookback", 20), ("side", "both"))

    def target_weights(self):
        if len(self.data) <= self.p.lookback:
            return None
        rises = self.data.close[0] > self.data.close[-self.p.lookback]
        return {self.data: 1.0 if rises else (-1.0 if self.p.side == "both" else 0.0)}
"""


@pytest.fixture(scope="session")
def momentum(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a user's strategy, which the event loop alone can run."""
    path: Path = tmp_path_factory.mktemp("user") / "mine.py"
    path.write_text(WITHOUT_A_RULE)
    return f"{path}:Momentum"


@pytest.fixture
def one_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Confirm the best set alone: the bar-by-bar runs are most of the time of a small search."""
    asked = confirmation.Confirmation._asked
    monkeypatch.setattr(confirmation.Confirmation, "_asked", lambda *given: asked(*given)[:1])
