"""How sure a candidate is: traits, the judge, and how its weights are learned."""

import dataclasses
import math
from datetime import UTC, datetime

import pytest

from streams.article import Article
from streams.detect.judge import KNEE, SURE, Judge, called, chance, load
from streams.detect.traits import Story, of_story, traits
from streams.errors import KnowledgeError
from streams.evaluation import judging, lessons, logistic
from streams.evaluation.gold import Labelled
from streams.evaluation.lessons import Lecture, Lesson
from streams.evaluation.logistic import Answer
from streams.pipeline import Pipeline

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline.load()


def detected(pipeline, text):
    """The candidates of an English text, and its story."""
    found = pipeline.detect(Article("a", "v", "", text, NOW, NOW, language="en"), "en")
    return found.candidates, found.story


def test_a_chance_is_the_logistic_of_the_weighted_traits():
    """Traits without a weight say nothing, and without any the bias alone decides."""
    weights = {"bias": 0.5, "noun": -1.5}
    assert chance(weights, {}) == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert chance(weights, {"noun": 1.0, "unheard": 9.0}) == pytest.approx(1 / (1 + math.exp(1.0)))


def test_confidence_is_the_chance_but_held_back_towards_the_top():
    """It rises with the chance everywhere, and what is called .9 has a higher one."""
    steps = [called(number / 100, 0.94) for number in range(1, 100)]
    assert steps == sorted(steps)
    assert called(0.6, 0.94) == 0.6
    assert called(KNEE, 0.94) == KNEE
    assert called(0.94, 0.94) == pytest.approx(SURE)


def test_guesses_make_a_candidate_less_sure(pipeline):
    """The same candidate with more guesses at its actors has less confidence."""
    (one,), story = detected(pipeline, "Russia bombed Ukraine on Monday.")
    guessed = dataclasses.replace(one, how=dataclasses.replace(one.how, guesses=4))
    pipeline.knowledge.judge.judge([one], story)
    pipeline.knowledge.judge.judge([guessed], story)
    assert guessed.confidence < one.confidence


def test_a_sentence_alone_stands_in_a_usual_story(pipeline):
    """A text of one sentence has the traits of a whole story, since nothing around it speaks against it."""
    (one,), story = detected(pipeline, "Russia bombed Ukraine on Monday.")
    assert story.sentences == 1
    assert traits([one], story)[0]["story"] == 1.0
    assert traits([one], Story(9, quiet=9))[0]["quiet"] == 1.0
    assert one.kept


def test_a_story_of_other_matters_keeps_nothing(pipeline):
    """Where a story is not likely to tell anything, nothing is kept; a sentence alone is let off."""
    (one,), story = detected(pipeline, "Russia bombed Ukraine on Monday.")
    strict = Judge({}, {"bias": 3.0}, {"best": 1.0}, keep=0.3, tell=0.6, sure=0.94)
    one.kept = False
    strict.judge([one], Story(20))
    assert not one.kept
    strict.judge([one], story)
    assert one.kept


def test_more_candidates_make_a_story_likelier():
    """A second and a third candidate that may be told raise the chance that any is, and no chance is without bounds."""
    alone, among = of_story([0.5], [0.5], Story(9)), of_story([0.5, 0.4, 0.4], [0.5, 0.4, 0.4], Story(9))
    assert among["any"] > alone["any"] == pytest.approx(0.0)
    assert of_story([1.0], [1.0], Story(9))["best"] < 5
    assert of_story([0.0], [0.0], Story(9))["second"] > -5


def test_a_table_without_weights_names_the_file():
    """What is no table of weights is told with its name."""
    with pytest.raises(KnowledgeError, match=r"judge\.toml"):
        load({"weights": {}}, "judge.toml")


def test_the_fit_is_the_logarithm_of_the_odds():
    """Right three times in four with a trait and once in four without: their difference is its weight."""
    answers = [Answer({"noun": 1.0}, right) for right in (True, True, True, False)]
    answers += [Answer({}, right) for right in (True, False, False, False)]
    weights = logistic.fit(answers, 1e-9)
    assert weights["bias"] == pytest.approx(-math.log(3), abs=1e-4)
    assert weights["noun"] == pytest.approx(2 * math.log(3), abs=1e-4)


def test_a_lesson_that_counts_twice_is_two():
    """The weight of an answer is how often it is there."""
    once = [Answer({"noun": 1.0}, True, 2.0), Answer({"noun": 1.0}, False), Answer({}, False)]
    twice = [Answer({"noun": 1.0}, True), *(dataclasses.replace(one, weight=1.0) for one in once)]
    assert logistic.fit(once, 0.5) == pytest.approx(logistic.fit(twice, 0.5), abs=1e-9)


def test_a_lesson_says_what_of_a_candidate_gold_has(pipeline):
    """A candidate with gold's family and stage is told; with its core actors it is right."""
    article = {
        "id": "a",
        "source": "Wire",
        "language": "en",
        "published": "2026-03-11T12:00:00Z",
        "title": "",
        "text": "Russia bombed Ukraine on Monday.",
    }
    actors = [{"id": "RUS", "role": "actor"}, {"id": "UKR", "role": "recipient"}]
    gold = {"family": "attacks", "stage": "concluded", "actors": actors}
    other = gold | {"actors": [{"id": "BLR", "role": "actor"}, actors[1]]}
    found = lessons.of_articles([Labelled(article, [gold]), Labelled(article, [other])], "read", pipeline)
    (right,), (wrong,) = (one.lessons for one in found)
    assert (right.told, right.right, right.strict) == (True, True, True)
    assert (wrong.told, wrong.right, wrong.strict) == (True, False, False)


def lecture(number, right, kind="unread"):
    """An article with one candidate, right or not, whose trait says which, most of the time."""
    seen = right if number % 5 else not right
    lesson = Lesson({"noun": float(seen)}, told=right, right=right, strict=right)
    return Lecture(f"a{number}", f"a{number}", kind, int(right), Story(9), (lesson,))


LECTURES = [lecture(number, number % 2 == 0) for number in range(200)]


def test_chances_of_articles_left_out_are_true():
    """What is called likely comes true so often, on articles that the weights have not seen."""
    learned = judging.learn(LECTURES)
    chances = [one for ruling in learned.ruled for one in ruling.chances]
    likely = [one for one in chances if one.right > 0.5]
    mean = sum(one.right for one in likely) / len(likely)
    assert mean == pytest.approx(sum(one.lesson.right for one in likely) / len(likely), abs=0.05)


def test_what_is_learned_is_the_same_every_time():
    """The same lessons give the same lines of the table."""
    once, again = (list(judging.written(judging.learn(LECTURES).fitted)) for _ in range(2))
    assert once == again
    assert once[0].startswith("bias")


def test_a_story_is_silent_where_its_candidates_were_wrong():
    """What a story tells is learned from the chances of its candidates."""
    learned = judging.learn(LECTURES)
    silent = [one for one in learned.ruled if one.tells < 0.5]
    assert silent
    assert sum(one.lecture.gold for one in silent) < 0.3 * len(silent)
    assert learned.ruled[0].kept(0.0, 1.0) == []


def test_figures_count_alarms_of_articles_without_events():
    """An article without events that keeps something raises an alarm."""
    learned = judging.learn(LECTURES)
    found = judging.figures(learned.ruled, 0.0, 0.0, learned.sure)
    assert (found.alarms, found.empty, found.got) == (100, 100, 200)
