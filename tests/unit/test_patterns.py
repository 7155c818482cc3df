import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.detect.patterns import GAP, TOKEN, Inflection, expand, lower, members

ENGLISH = Inflection(
    irregular={"hold": ("hold", "held")}, endings=(("e", ("e", "es", "ed")), ("", ("", "s", "ed")))
)


def keys(pattern):
    return expand(pattern, lower)


def test_words_become_keys_in_lower_case():
    """A plain phrase is one sequence of folded words."""
    assert keys("Peace talks") == [("peace", "talks")]


def test_alternatives_multiply():
    """Each bracket stands for one of its alternatives, an empty one too."""
    assert keys("(the|) (peace|the new peace) talks") == [
        ("the", "peace", "talks"),
        ("the", "the", "new", "peace", "talks"),
        ("peace", "talks"),
        ("the", "new", "peace", "talks"),
    ]


def test_single_words_make_a_class():
    """Alternatives of one word each are one key, so that long lists multiply nothing."""
    assert keys("(peace|truce) (talks~|negotiat*)") == [("peace|truce", "talks~|negotiat*")]
    assert members("talks~|negotiat*") == ["talks~", "negotiat*"]
    assert members("|") == ["|"]


def test_brackets_nest():
    """Alternatives may have alternatives."""
    assert keys("(call (up for|on)|urge)") == [("call", "up", "for"), ("call", "on"), ("urge",)]


def test_alternatives_inside_a_word():
    """A bracket glued to a word completes it."""
    assert keys("росси(я|ей)") == [("россия",), ("россией",)]


def test_inflection_prefers_irregular_forms_then_the_longest_ending():
    """The forms that the grammar lists come first, else those of the longest fitting ending."""
    assert ENGLISH.forms("hold") == ("hold", "held")
    assert ENGLISH.forms("condone") == ("condone", "condones", "condoned")


def test_gaps_and_prefixes_stay():
    """A gap and a prefix are keys of their own."""
    assert keys("sign~ .. treat*") == [("sign~", GAP, "treat*")]


def test_unspaced_scripts_have_a_key_for_each_letter():
    """Chinese patterns are matched letter by letter, as the tokenizer cuts the text."""
    assert keys("举行会谈") == [("举", "行", "会", "谈")]


def test_two_gaps_that_meet_are_one():
    """Where an optional word between two gaps is left out, nothing is left between them to be found."""
    assert keys("broke .. (the|) .. truce") == [("broke", GAP, "the", GAP, "truce"), ("broke", GAP, "truce")]


@pytest.mark.parametrize("pattern", ["(talks", "talks)", "", "..", ".. talks", "talks .."])
def test_bad_patterns_say_what_is_wrong(pattern):
    """Open brackets, nothing at all, and gaps at an edge are errors."""
    with pytest.raises(ValueError, match=r"pattern|bracket|nothing|gap"):
        keys(pattern)


def test_a_pattern_cannot_explode():
    """A pattern that stands for thousands of sequences is refused."""
    with pytest.raises(ValueError, match="more than"):
        keys(" ".join(["(a a|b b|c c|d d)"] * 8))


@given(st.text(max_size=200))
def test_lower_case_keeps_offsets(text):
    """Lower case never changes the length, so offsets of tokens index the text itself."""
    low = lower(text)
    assert len(low) == len(text)
    for match in TOKEN.finditer(low):
        assert text[match.start() : match.end()].strip() != ""


def test_too_many_rows_of_words_between_two_gaps_are_refused():
    """Small words in a row multiply: the error says how many there are, and that a gap would do."""
    many = "(" + "|".join(f"w{number}" for number in range(40)) + ")"
    with pytest.raises(ValueError, match=r"64000 rows of words.*put a gap"):
        expand(f"{many} {many} {many}", str.lower)
    assert expand(f"{many} .. {many} .. {many}", str.lower)
