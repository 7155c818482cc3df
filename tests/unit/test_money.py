"""Sums of money, as sixteen languages write them."""

from datetime import UTC, datetime

import pytest

from streams.enrich.money import Money
from streams.enrich.tables import MoneyTable, TextTable, builtin
from streams.errors import KnowledgeError
from streams.pipeline import Pipeline
from tests.stories import World, day, signal


def sums(code: str, text: str) -> list[tuple[int, str, str]]:
    """Value, currency and words of each sum in a text."""
    found = Money(builtin()[code], code).find(text, 0, len(text))
    return [(one.value, one.currency, text[one.start : one.end]) for one in found]


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("en", "a $1.5 billion package", [(1_500_000_000, "USD", "$1.5 billion")]),
        ("en", "14 million euros and EUR 3,500", [(14_000_000, "EUR", "14 million euros"), (3500, "EUR", "EUR 3,500")]),
        ("en", "a million Australian dollars", [(1_000_000, "AUD", "a million Australian dollars")]),
        ("id", "25 juta dolar AS dan Rp2,5 triliun", [(25_000_000, "USD", "25 juta dolar AS"), (2_500_000_000_000, "IDR", "Rp2,5 triliun")]),
        ("ms", "bantuan RM5 juta", [(5_000_000, "MYR", "RM5 juta")]),
        ("es", "1,2 millones de dólares canadienses", [(1_200_000, "CAD", "1,2 millones de dólares canadienses")]),
        ("es", "mil millones de euros", [(1_000_000_000, "EUR", "mil millones de euros")]),
        ("fr", "deux millions d’euros", [(2_000_000, "EUR", "deux millions d’euros")]),
        ("de", "1,5 Mrd. US-Dollar", [(1_500_000_000, "USD", "1,5 Mrd. US-Dollar")]),
        ("pt", "3 mil milhões de euros", [(3_000_000_000, "EUR", "3 mil milhões de euros")]),
        ("tr", "10 milyon dolarlık yardım", [(10_000_000, "USD", "10 milyon dolarlık")]),
        ("ru", "300 млн евро и 20 тысяч рублей", [(300_000_000, "EUR", "300 млн евро"), (20_000, "RUB", "20 тысяч рублей")]),
        ("uk", "два мільйони доларів", [(2_000_000, "USD", "два мільйони доларів")]),
        ("ar", "مليوني دولار", [(2_000_000, "USD", "مليوني دولار")]),
        ("zh", "提供1亿美元和五百万欧元", [(100_000_000, "USD", "1亿美元"), (5_000_000, "EUR", "五百万欧元")]),
        ("ja", "5億ドルの支援", [(500_000_000, "USD", "5億ドル")]),
        ("ko", "1억 달러를 지원", [(100_000_000, "USD", "1억 달러를")]),
        ("fa", "۵ میلیون دلار", [(5_000_000, "USD", "۵ میلیون دلار")]),
        ("hi", "50 लाख डॉलर", [(5_000_000, "USD", "50 लाख डॉलर")]),
    ],
)  # fmt: skip
def test_sums(code, text, expected):
    """Numbers in digits and words, scales, signs, codes and words of currencies, before or behind."""
    assert sums(code, text) == expected


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "the dollar fell; NATO sent 200 tons in 3 days, and the USA 5 ships"),
        ("en", "won 12 seats"),
        ("de", "15 Millionen Menschen"),
        ("zh", "元首会晤，3万人"),
        ("en", "$0 and 99999999999999999999 dollars"),
    ],
)
def test_what_is_no_sum(code, text):
    """A currency without a number, a number of something else, nothing and more than there is are no sums."""
    assert sums(code, text) == []


def test_a_wrong_currency_is_named():
    """A table with a currency that nobody knows says which file and which code."""
    table = TextTable(language=builtin()["en"].language, money=MoneyTable(currencies={"XQQ": ("quatloos",)}))
    with pytest.raises(KnowledgeError, match=r"en/text.toml: money: XQQ is no ISO 4217 code"):
        Money(table, "en")


def test_aid_has_its_sum():
    """The sum that a sentence names is an attribute of its aid, and part of the quote."""
    pipeline = Pipeline.load()
    text = "Norway pledged 14 million euros in humanitarian aid to Sudan on Monday."
    raw = f'{{"id": "a", "language": "en", "published": "{day(0)}T12:00:00Z", "text": "{text}"}}'.encode()
    read = pipeline.read(raw, received=datetime(2026, 1, 1, tzinfo=UTC))
    (signal,) = read.reading.signals
    assert signal.attributes == {"amount": {"value": 14_000_000, "currency": "EUR"}}
    assert "14 million euros" in signal.evidence.quote


def test_sums_of_two_currencies_are_not_compared():
    """More of the same currency is news; the same sum told in another currency is none."""
    world = World()

    def pledge(article, hours, value, currency):
        amount = {"value": value, "currency": currency}
        return world.tell(article, signal("aid", "scheduled", "+NOR >SDN", amount=amount), hours=hours)

    pledge("a", 0, 14_000_000, "EUR")
    (told,) = pledge("b", 20, 16_000_000, "USD")
    assert told.kind == "confirmation"
    (told,) = pledge("c", 21, 20_000_000, "EUR")
    assert [change.field for change in told.changes] == ["attributes.amount"]
