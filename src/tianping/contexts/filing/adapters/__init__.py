"""What filing asks outside the court, behind the Protocols of `interfaces/`."""
