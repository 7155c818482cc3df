from datetime import UTC, datetime

import pytest

from streams.article import Article
from streams.enrich.source import PERMUTATIONS, is_correction, signature
from streams.enrich.tables import builtin

ENGLISH = (
    "The foreign ministers of Kenya and Uganda met in Kampala on Friday and agreed to reopen three border posts "
    "that had been shut since the floods. Traders had waited for weeks with their lorries on both sides."
)
CHINESE = "肯尼亚和乌干达外长星期五在坎帕拉会晤，同意重新开放自洪水以来关闭的三个边境口岸。商人们带着卡车在两边等候了数周。"


def alike(one: str, other: str) -> float:
    """The share of equal values of two texts' signatures."""
    pairs = zip(signature(one), signature(other), strict=True)
    return sum(left == right for left, right in pairs) / PERMUTATIONS


def test_signs_and_case_do_not_count():
    """The same words with other quotation marks, dashes and capitals are the same text."""
    assert alike(ENGLISH, ENGLISH.upper().replace(".", " –").replace("Kampala", "“Kampala”")) == 1


def test_a_sentence_more_leaves_most_of_a_copy():
    """A copy with a line of its own is still near, in scripts with and without spaces."""
    assert alike(ENGLISH, ENGLISH + " Our reporter was there.") > 0.7
    assert alike(CHINESE, CHINESE + "本报记者在现场。") > 0.6


def test_other_texts_are_far():
    """Texts with no shingle in common share next to no values."""
    other = (
        "Farmers in the north harvested more rice than ever this year, the statistics office said on Monday."
    )
    assert alike(ENGLISH, other) < 0.1


def test_next_to_no_text_has_no_signature():
    """Fewer words than a shingle say nothing of copies."""
    assert signature("Breaking news") == ()
    assert signature("") == ()


@pytest.mark.parametrize(
    ("language", "title", "text", "expected"),
    [
        ("en", "CORRECTED: Germany sends one system, not two", "Germany will deliver one system.", True),
        ("en", "Parliament votes on the correction of borders", "The vote is on Monday.", False),
        ("de", "BERICHTIGUNG: Nur ein System", "Berlin liefert ein System.", True),
        (
            "de",
            "Nur ein System",
            "In unserer Meldung vom Freitag war irrtümlich von zwei Systemen die Rede.",
            True,
        ),
        ("zh", "更正：死亡人数", "死亡人数为四人。", True),
        ("id", "Ralat: jumlah korban", "Jumlah korban empat orang.", True),
    ],
)
def test_an_article_says_that_it_puts_right_an_earlier_one(language, title, text, expected):
    """In its first words, or in its lead."""
    now = datetime(2026, 3, 11, tzinfo=UTC)
    article = Article("a", "v", title, text, now, now)
    assert is_correction(article, builtin()[language].clean) is expected
