"""Faults by the hundred, and an oracle that reads the topics afterwards: `python -m tests.chaos --help`."""
