import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.detect.match import Automaton
from streams.detect.patterns import Inflection, expand, lower

INFLECTION = Inflection(endings=(("", ("", "s", "ed")),))


def automaton(*patterns, prefixes=(), suffixes=()):
    found = Automaton(INFLECTION, prefixes, suffixes)
    for pattern in patterns:
        for keys in expand(pattern, lower):
            found.add(keys, pattern)
    return found


def hits(found, text):
    return [(hit.item, hit.start, hit.end) for hit in found.scan(text.split())]


def test_every_pattern_is_found_where_it_stands():
    """Overlapping patterns are all found: choosing between them is the caller's business."""
    found = automaton("peace talks", "talks", "peace")
    assert sorted(hits(found, "the peace talks ended")) == [
        ("peace", 1, 2),
        ("peace talks", 1, 3),
        ("talks", 2, 3),
    ]


def test_a_prefix_matches_every_word_that_begins_so():
    """`negotiat*` knows words that nobody listed."""
    assert hits(automaton("negotiat*"), "renegotiating negotiators negotiate") == [
        ("negotiat*", 1, 2),
        ("negotiat*", 2, 3),
    ]


def test_a_gap_is_as_short_as_it_can_be_and_bounded():
    """A gap leaps over at most six tokens, to the nearest that fits, and over no end of a clause."""
    found = automaton("hold .. talks")
    assert hits(found, "hold new talks about talks") == [("hold .. talks", 0, 3)]
    assert hits(found, "hold a b c d e f g talks") == []
    assert hits(found, "hold on ; talks") == []


def test_the_tokens_of_a_gap_are_not_the_patterns_own():
    """What stands inside a gap belongs to others."""
    (hit,) = automaton("hold .. talks").scan(["hold", "secret", "talks"])
    assert hit.tokens == (0, 2)


def test_clitics_are_tried_without():
    """A word that nothing knows is looked up again without what the language writes on it."""
    found = automaton("serangan", "باريس", prefixes=["و", "ب"], suffixes=["nya"])
    assert hits(found, "serangannya") == [("serangan", 0, 1)]
    assert hits(found, "وباريس") == [("باريس", 0, 1)]
    assert hits(found, "كباريس") == []
    assert hits(found, "بباريس") == [("باريس", 0, 1)]


def test_nothing_is_added_after_the_first_search():
    """A built automaton has forgotten its patterns, so it takes no more of them."""
    found = automaton("talks")
    assert hits(found, "deal") == []
    with pytest.raises(RuntimeError, match="before the first search"):
        found.add(("deal",), "deal")


def test_inflected_words_match_in_all_their_forms():
    """`sign~` stands for its forms, alone and in a class."""
    found = automaton("sign~ .. treat*", "(sign~|ink) it")
    assert hits(found, "sign a treaty signed treaties inks it ink it") == [
        ("sign~ .. treat*", 0, 3),
        ("sign~ .. treat*", 3, 5),
        ("(sign~|ink) it", 7, 9),
    ]


@given(
    st.lists(st.lists(st.sampled_from(["hold", "new", "talks", "peace", ";", "x"]), max_size=9), max_size=5)
)
def test_sentences_looked_through_together_give_what_each_gives_alone(sentences):
    """No pattern and no gap reaches over the end of a sentence, and places count from its beginning."""
    found = automaton("hold .. talks", "peace talks", "talks", "peace .. new .. talks")
    codes = [found.codes(words) for words in sentences]
    together = found.find_each(codes, sentences.__getitem__)
    assert together == [found.find(code, words) for code, words in zip(codes, sentences, strict=True)]


def nearest(pieces, words, start):
    """Where a pattern that begins at `start` stands by the rule: behind each gap the nearest that fits."""
    tokens = []
    for piece in pieces:
        reach = range(tokens[-1] + 1, tokens[-1] + 8) if tokens else [start]
        at = next((at for at in reach if words[at : at + len(piece)] == piece), None)
        if at is None:
            return None
        tokens += range(at, at + len(piece))
    return tokens


WORDS = st.sampled_from(["a", "bb", "ccc", "x"])
PATTERNS = st.lists(st.lists(WORDS, min_size=1, max_size=2), min_size=1, max_size=3)


@given(st.lists(PATTERNS, min_size=1, max_size=4, unique_by=str), st.lists(WORDS, max_size=14))
def test_patterns_with_gaps_stand_where_the_rule_says(patterns, words):
    """Which piece of a pattern is looked for first changes nothing of what is found."""
    found = Automaton(INFLECTION)
    for pieces in patterns:
        found.add(tuple(" .. ".join(map(" ".join, pieces)).split()), str(pieces))
    expected = {
        (str(pieces), tuple(tokens))
        for pieces in patterns
        for start in range(len(words))
        if (tokens := nearest(pieces, words, start)) is not None
    }
    hits = found.scan(words)
    assert {(hit.item, hit.tokens) for hit in hits} == expected
    assert len(hits) == len(expected)


def test_an_automaton_without_patterns_finds_nothing():
    """A language that has no words of a kind yet reads all texts."""
    assert hits(Automaton(INFLECTION), "peace talks ; today") == []
