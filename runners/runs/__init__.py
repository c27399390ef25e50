"""One strategy bar by bar: settings, bars, inputs, the result and what it hangs on."""
