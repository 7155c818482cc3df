import json
import tomllib

import pytest
from click.testing import CliRunner

from streams.cli import cli
from streams.coding.coder import WEIGHTS, Coder
from streams.coding.features import features
from streams.coding.knowledge import KNOWLEDGE, knowledge, load
from streams.coding.learn import Lesson, Plan, learn
from streams.coding.model import dump, model, parse, rounded
from streams.coding.pairs import Coded, Pair, PairError, labelled, pair_of
from streams.coding.phrases import expand, hits, tree
from streams.coding.score import report, score
from streams.coding.train import command as train
from streams.errors import KnowledgeError

SAID = [
    ("Norland has agreed to lift its ban on beef from Sudland.", "AGREE", 1),
    ("Norland's foreign minister held talks with Sudland on Tuesday.", "CONSULT", 1),
    ("Norland welcomed the decision of Sudland to hold elections.", "SUPPORT", 1),
    ("Norland shared evidence with Sudland.", "COOPERATE", 2),
    ("Norland has provided 20 million dollars in humanitarian aid to Sudland.", "AID", 2),
    ("Norland released two prisoners from Sudland on Friday.", "YIELD", 2),
    ("Norland demanded an apology from Sudland.", "REQUEST", 3),
    ("Norland accused Sudland of arming the rebels.", "ACCUSE", 3),
    ("Norland refused to extradite a banker to Sudland.", "REJECT", 3),
    ("Norland has issued an ultimatum to Sudland.", "THREATEN", 3),
    ("Norland has suspended military aid to Sudland.", "SANCTION", 4),
    ("Norland mobilized troops along the border with Sudland.", "MOBILIZE", 4),
    ("Norland arrested a journalist from Sudland.", "COERCE", 4),
    ("Norland launched air strikes on Sudland.", "ASSAULT", 4),
]
TABLE = "sentence\tsource\ttarget\troot\tquad\n" + "".join(
    f"{text.replace('Norland', land)}\t{land}\tSudland\t{root}\t{quad}\n"
    for land in ("Norland", "Ostland", "Westland", "Midland")
    for text, root, quad in SAID
)


def run(*lines, path="-"):
    return CliRunner().invoke(cli, ["code", path], input="".join(f"{line}\n" for line in lines))


def line(sentence, source="Norland", target="Sudland"):
    return json.dumps({"sentence": sentence, "source": source, "target": target})


@pytest.mark.parametrize(("sentence", "root", "quad"), SAID, ids=lambda value: str(value)[:40])
def test_what_is_done_is_coded(sentence, root, quad):
    """A plain sentence of each root gets that root and its quad class."""
    assert Coder.load().code(Pair(sentence, "Norland", "Sudland")) == Coded(root, quad)


def test_protests_are_coded():
    """Who takes to the streets is no state: the source tells as well."""
    pair = Pair("Thousands of teachers staged a protest in Sudland.", "Thousands of teachers", "Sudland")
    assert Coder.load().code(pair) == Coded("PROTEST", 4)


def test_who_is_named_first_need_not_act():
    """A passive with the target first is coded like the active."""
    pair = Pair("Sudland was accused by Norland of arming the rebels.", "Norland", "Sudland")
    assert Coder.load().code(pair).event == "ACCUSE"


def test_the_command_writes_a_line_for_each():
    """Pairs in as JSON Lines, codes out as JSON Lines, in order; blank lines are nothing."""
    found = run(line(SAID[7][0]), "", line(SAID[13][0]))
    assert found.exit_code == 0
    assert found.stdout == '{"event":"ACCUSE","quad":3}\n{"event":"ASSAULT","quad":4}\n'


def test_the_command_reads_a_file(tmp_path):
    """A file says the same as standard input."""
    path = tmp_path / "pairs.jsonl"
    path.write_text(line(SAID[7][0]) + "\n", encoding="utf-8")
    assert run(path=str(path)).stdout == run(line(SAID[7][0])).stdout


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{broken", "no JSON"),
        ("[1]", "no JSON object"),
        ('{"sentence": "Norland met Sudland.", "source": "Norland"}', "'target' is missing"),
        ('{"sentence": "Norland met Sudland.", "source": 7, "target": "Sudland"}', "'source' is no text"),
        (line(" "), "'sentence' is empty"),
    ],
)
def test_a_line_that_is_no_pair_is_named(bad, why):
    """The error says which line and why, the exit code is 1, and the other lines are coded."""
    found = run(line(SAID[7][0]), bad, line(SAID[13][0]))
    assert found.exit_code == 1
    assert "line 2 of -" in found.stderr
    assert why in found.stderr
    assert len(found.stdout.splitlines()) == 2


def test_a_file_that_is_not_there_is_wrong_usage():
    """As with other commands: exit code 2 and its name."""
    found = run(path="/nowhere/pairs.jsonl")
    assert found.exit_code == 2
    assert "/nowhere/pairs.jsonl" in found.output


@pytest.mark.parametrize(
    "pair", [("", ""), ("Atlantis", "Sudland"), ("Norland", "Norland"), ("Norl", "and S")]
)
def test_names_that_the_sentence_lacks_are_no_error(pair):
    """A source or target that is not there, or not a word of its own, still gives a code."""
    assert Coder.load().code(Pair("Norland and Sudland met.", *pair)).quad in {1, 2, 3, 4}


def test_a_sentence_may_hold_anything():
    """Other scripts, emoji, control characters and a very long text do not raise."""
    coder = Coder.load()
    for text in ("戦争", "🚀" * 50, "\x00\u2028", "refuse to " * 5000):
        assert coder.code(Pair(text, "a", "b")).event in coder.knowledge.roots


def test_what_stands_within_a_word_or_the_source_is_no_target():
    """The target is looked for as words of their own, outside of the source."""
    within = features(Pair("The Sudland Party criticised Sudland.", "The Sudland Party", "Sudland"), load())
    assert "<s> criticis" in within
    assert "criticis <t>" in within
    assert "criticis <t>" in features(Pair("The party criticised he.", "The party", "he"), load())


def test_learning_is_the_same_every_time(tmp_path):
    """The same pairs give the same bytes of weights."""
    table = tmp_path / "pairs.tsv"
    table.write_text(TABLE, encoding="utf-8")
    outs = [tmp_path / name for name in ("one.json", "two.json")]
    for out in outs:
        assert CliRunner().invoke(train, [str(table), "--out", str(out)]).exit_code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert parse(outs[0].read_bytes(), load().roots, "one.json").rows


def test_training_scores_by_folds(tmp_path):
    """With folds the score is printed and no weights are written."""
    table = tmp_path / "pairs.tsv"
    table.write_text(TABLE, encoding="utf-8")
    before = (KNOWLEDGE / "en" / WEIGHTS).read_bytes()
    found = CliRunner().invoke(train, [str(table), "--folds", "4"])
    assert found.exit_code == 0
    assert "roots: macro-F1 1.000" in found.output
    assert (KNOWLEDGE / "en" / WEIGHTS).read_bytes() == before


def test_training_names_a_line_that_is_none(tmp_path):
    """A table with a broken row or a root that nobody knows is refused with one line."""
    table = tmp_path / "pairs.tsv"
    table.write_text(TABLE + "too\tshort\n", encoding="utf-8")
    found = CliRunner().invoke(train, [str(table)])
    assert found.exit_code == 1
    assert "line 58" in found.output
    table.write_text("A met B.\tA\tB\tMEET\t1\n", encoding="utf-8")
    assert "'MEET' is none of" in CliRunner().invoke(train, [str(table)]).output


def test_shipped_weights_are_written_as_learning_writes_them():
    """The file in the repository is what `dump` makes of its weights, for the roots of the knowledge, and small."""
    data = (KNOWLEDGE / "en" / WEIGHTS).read_bytes()
    table = json.loads(data)
    assert tuple(table["roots"]) == load().roots
    assert dump(table["roots"], table["weights"]) == data
    assert len(data) < 1_000_000


def test_weights_for_other_roots_are_refused():
    """Weights that do not fit the knowledge, or are none, say how to make them again."""
    for data in (dump(["A"], {}), b"{", b"{}", b"[]"):
        with pytest.raises(KnowledgeError, match=r"streams\.coding\.train"):
            parse(data, ["A", "B"], "coding.json")


def test_packed_sums_are_plain_sums():
    """Rows of weights of either sign add up for each root; of equals the first root wins."""
    small = model(["A", "B", "C"], {"x": [-5, 3, -900_000], "y": [4, -4, 900_000], "z": [0, -1, 1]})
    assert small.root(["x"]) == "B"
    assert small.root(["x", "y"]) == "C"
    assert small.root(["z", "z", "x", "y"]) == "C"
    assert small.root(["unheard"]) == "A"


def test_rounding_leaves_out_what_weighs_nothing():
    """Weights are thousandths; rows of nothing are not kept."""
    assert rounded({"b": [0.0001, 0.0], "a": [0.5, -0.25]}) == {"a": [500, -250]}


def test_learning_tells_roots_apart():
    """What only one root's lessons have weighs for it; what is rare is not learned."""
    lessons = [Lesson(("x", "both"), 0), Lesson(("y", "both"), 1)] * 5 + [Lesson(("once", "x"), 0)]
    found = learn(lessons, 2, Plan())
    assert found["x"][0] > 0 > found["x"][1]
    assert found["y"][1] > 0 > found["y"][0]
    assert "once" not in found


def test_phrases_stand_for_their_choices():
    """Brackets choose, an empty choice leaves out, an ending in brackets goes to its word."""
    assert expand("(cut|stop) .. (the|) aid") == [
        ("cut", "..", "the", "aid"),
        ("cut", "..", "aid"),
        ("stop", "..", "the", "aid"),
        ("stop", "..", "aid"),
    ]
    assert expand("recogni(ze|se)") == [("recognize",), ("recognise",)]
    with pytest.raises(KnowledgeError, match="does not close"):
        expand("(cut|stop aid")


def test_phrases_are_found_in_any_form_and_over_a_gap():
    """Forms of a word meet by their stems; a gap reaches over four words and no more."""
    stems = load().stems
    root = tree([["withhold .. loan"]], stems)
    near = [stems.of(word) for word in ["Norland", "withheld", "all", "of", "the", "promised", "loans"]]
    assert [(hit.start, hit.end) for hit in hits(root, near)] == [(1, 7)]
    far = [stems.of(word) for word in ["withheld", "all", "of", "the", "long", "promised", "loans"]]
    assert hits(root, far) == []


@pytest.mark.parametrize(
    ("word", "base"),
    [("agreed", "agree"), ("denies", "deny"), ("stopped", "stop"), ("sought", "seek")],
)
def test_forms_of_a_word_share_a_stem(word, base):
    """Regular endings come off, irregular forms are known."""
    stems = load().stems
    assert stems.of(word) == stems.of(base)


def test_knowledge_says_what_is_wrong_with_it():
    """A group of a root that is not there, or a table that is missing, is named."""
    table = tomllib.loads((KNOWLEDGE / "en" / "coding.toml").read_text(encoding="utf-8"))
    with pytest.raises(KnowledgeError, match="'WALTZ' is none of"):
        knowledge({**table, "group": [{"root": "WALTZ", "name": "dance", "phrases": ["dance"]}]})
    with pytest.raises(KnowledgeError, match="'cues' is missing"):
        knowledge({name: part for name, part in table.items() if name != "cues"})


def test_every_root_has_phrases():
    """No root is left to the learned words alone."""
    known = load()
    assert {group.root for group in known.groups} == set(known.roots)


def test_scores_are_means_over_roots():
    """Each root counts alike; a root that only we saw counts nothing; quads are scored beside them."""
    aid, help_, hit = Coded("AID", 2), Coded("YIELD", 2), Coded("ASSAULT", 4)
    found = score([(aid, aid), (aid, aid), (aid, help_), (hit, hit)])
    assert found.roots["AID"].f1 == pytest.approx(0.8)
    assert found.macro_f1 == pytest.approx((0.8 + 0 + 1) / 3)
    assert (found.accuracy, found.quad_accuracy, found.quad_f1) == (0.75, 1.0, 1.0)
    assert found.confusion["AID", "YIELD"] == 1
    assert "1 AID taken for YIELD" in report(found)


def test_nothing_scores_nothing():
    """No pairs are no error."""
    assert (score([]).macro_f1, score([]).accuracy, score([]).pairs) == (0.0, 0.0, 0)


def test_tables_are_read_with_quotes_and_without_head():
    """Quoted cells as spreadsheets write them are unquoted; a head is no pair."""
    rows = list(labelled([*TABLE.splitlines()[:1], '"He said ""no"" to B."\tHe\tB\tREJECT\t3']))
    assert rows == [(Pair('He said "no" to B.', "He", "B"), Coded("REJECT", 3))]
    with pytest.raises(PairError, match="line 1"):
        list(labelled(["a\tb\tc\tAID\ttwo"]))
    assert pair_of(line("x").encode()) == Pair("x", "Norland", "Sudland")
