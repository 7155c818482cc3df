"""Articles by the thousand, written by us from templates: repeats, versions, withdrawals and bad ones among them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson

STATES = (
    "Russia", "Ukraine", "Israel", "Turkey", "Greece", "China", "Japan", "India", "Pakistan", "Iran",
    "Armenia", "Azerbaijan", "Ethiopia", "Eritrea", "Sudan", "Egypt", "Colombia", "Venezuela", "Serbia", "Kosovo",
)  # fmt: skip
PLACES = ("Geneva", "Riyadh", "Istanbul", "Vienna", "Doha", "Nairobi")
EVENTS = (
    "{a} and {b} held peace talks in {place} on {day}, officials said.",
    "{a} and {b} agreed to a ceasefire on {day}.",
    "{a} imposed sanctions on {b} on {day}.",
    "{a} and {b} signed a trade agreement in {place} on {day}.",
    "{a} denied on {day} that it had agreed to a ceasefire with {b}.",
    "{a} and {b} exchanged 200 prisoners on {day}.",
    "{a} and {b} will hold peace talks in {place} next week.",
)
QUIET = "The harvest was good this year, and the price of bread fell in most towns. Number {number} of our series."
BAD = (
    b"not json at all",
    b'{"id": "x"}',
    b'{"text": 5}',
    b'{"text": "Late news.", "published": "yesterday"}',
    b"\xff\xfe",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def articles(count: int, until: datetime, *, seed: int = 7) -> Iterator[bytes]:
    """`count` deliveries, the last published at `until`: of twenty, one is bad, one a repeat, one a newer version,
    now and then one withdraws an earlier one.
    """
    dice = random.Random(seed)
    sent: list[dict[str, str]] = []
    for number in range(count):
        published = until - timedelta(seconds=20 * (count - number))
        kind = dice.random()
        if kind < 0.05:
            yield dice.choice(BAD)
        elif kind < 0.10 and sent:
            yield orjson.dumps(dice.choice(sent))
        elif kind < 0.15 and sent:
            newer = {
                **dice.choice(sent),
                "updated": published.isoformat(),
                "text": _text(dice, number, published),
            }
            yield orjson.dumps(newer)
        elif kind < 0.17 and sent:
            yield orjson.dumps({"id": dice.choice(sent)["id"], "status": "withdrawn"})
        else:
            sent.append(_article(dice, number, published))
            yield orjson.dumps(sent[-1])


def _article(dice: random.Random, number: int, published: datetime) -> dict[str, str]:
    return {
        "id": f"article-{number}",
        "source": f"paper-{dice.randrange(40)}.example",
        "published": published.isoformat(),
        "title": f"Report {number}",
        "text": _text(dice, number, published),
    }


def _text(dice: random.Random, number: int, published: datetime) -> str:
    if dice.random() < 0.3:
        return QUIET.format(number=number)
    a, b = dice.sample(STATES, 2)
    day = DAYS[(published - timedelta(days=dice.randrange(3))).weekday()]
    event = dice.choice(EVENTS).format(a=a, b=b, place=dice.choice(PLACES), day=day)
    return (
        f"{event} Observers in the region had expected as much. Our reporter has covered it in note {number}."
    )
