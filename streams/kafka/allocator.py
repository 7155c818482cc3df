"""Memory that is free, but not free for others.

What a worker holds only while it starts (the raw records of its state, the patterns of its languages) is freed
piece by piece, and the allocator keeps it for later. A worker that runs for weeks has no later of that size.
"""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Hand what is free back to the system, where the C library is glibc; elsewhere nothing happens."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
