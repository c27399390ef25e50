"""Every rule that was ever tried on some bars on this machine."""
