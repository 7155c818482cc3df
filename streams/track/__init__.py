"""Tracking: readings in, threads and their updates out. `fold` is the way in."""
