"""What every context and engine stands on: database, journal and reactions, http, guard, settings, telemetry."""
