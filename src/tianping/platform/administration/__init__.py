"""What the system administrator sees and may change: reactions that were parked, the court calendar, what is running."""
