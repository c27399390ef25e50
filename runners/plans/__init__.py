"""Plans: turn options, TOML files and run.json into bars, inputs and settings."""
