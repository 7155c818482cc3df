from streams.enrich.source import PERMUTATIONS, signature

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
