"""Lines that a strategy draws beside its prices: asked for when the run is over, laid on dates."""
