"""Set-ups at random give the same bits; `benchmarks/loop_fuzz.py` tries thousands more."""

import hypothesis
import hypothesis.strategies as st
from at_random import set_up_of
from same_bits import LOOKS, differences


@hypothesis.settings(max_examples=25)
@hypothesis.given(rng=st.randoms(use_true_random=False), look=st.sampled_from(LOOKS))
def test_set_ups_at_random(rng, look):
    set_up = set_up_of(rng, n_bars=25)
    assert differences(set_up, [look], fast=True, **set_up.options) == []
