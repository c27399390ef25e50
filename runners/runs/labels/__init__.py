"""What figures, units, badges and benchmarks are called, and how they are printed."""
