"""Waiting in tests, always for something and never for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

STEP = 0.02


async def until(check: Callable[[], bool], seconds: float = 60.0) -> None:
    """Return once `check` holds; TimeoutError when it does not within the time."""
    async with asyncio.timeout(seconds):
        while not check():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(STEP)
