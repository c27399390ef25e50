"""What a run is made from: options, TOML and run.json, turned into bars, inputs and settings."""
