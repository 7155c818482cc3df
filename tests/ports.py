"""Ports for brokers that are configured before they listen."""

from __future__ import annotations

import random

from streams.kafka.embedded import BrokerError, free_port

# Below the ports from which Linux takes the near end of a connection (ip_local_port_range, from 32768): a node
# that is killed and started again finds its own still free.
CHOICE = range(15_000, 32_000)
_given: set[int] = set()


def unused_port() -> int:
    """A port on 127.0.0.1 that nothing listens on and that was not given before in this process."""
    while True:
        port = random.choice(CHOICE)
        if port in _given:
            continue
        _given.add(port)
        try:
            return free_port(port)
        except BrokerError:
            continue
