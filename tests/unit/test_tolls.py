"""What reports of one attack add up to: tolls as totals, and whom it is blamed on."""

import orjson
import pytest

from streams.pipeline import Pipeline
from tests.stories import START

TOTALS = [
    ("en", "The death toll from Monday's Russian air strike on Kharkiv has risen to 14, officials said.", 14),
    (
        "en",
        "Three more people died on Tuesday of wounds from Monday's Russian air strike on Kharkiv, bringing the toll to 14.",
        14,
    ),
    ("id", "Jumlah korban tewas akibat serangan udara Rusia di Kharkiv bertambah menjadi 14 orang.", 14),
    ("ms", "Jumlah kematian akibat serangan udara Rusia di Kharkiv meningkat kepada 14 orang.", 14),
    ("es", "El balance de muertos en el ataque ruso contra Járkov asciende a 14.", 14),
    ("fr", "Le bilan de la frappe russe sur Kharkiv passe à neuf morts.", 9),
    ("de", "Die Zahl der Toten nach dem russischen Luftangriff auf Charkiw ist auf 14 gestiegen.", 14),
    ("pt", "O número de mortos no ataque russo a Kharkiv subiu para 14.", 14),
    ("tr", "Rusya'nın Harkiv'e düzenlediği saldırıda ölenlerin sayısı 14'e yükseldi.", 14),
    ("ru", "Число погибших при российском ударе по Харькову выросло до 14.", 14),
    ("uk", "Кількість загиблих унаслідок російського удару по Харкову зросла до 14.", 14),
    ("ar", "ارتفع عدد قتلى الغارة الروسية على خاركيف إلى 14 قتيلا.", 14),
    ("zh", "俄罗斯空袭哈尔科夫的死亡人数升至14人。", 14),
]


@pytest.fixture(scope="module")
def signals():
    """The kept signals of a text."""
    pipeline = Pipeline.load()

    def read(language, text, title=""):
        article = {
            "id": "a",
            "published": START.isoformat(),
            "language": language,
            "title": title,
            "text": text,
        }
        found = pipeline.read(orjson.dumps(article), received=START)
        return [signal for signal in found.enriched.signals if signal.kept]

    return read


@pytest.mark.parametrize(("language", "text", "killed"), TOTALS)
def test_a_toll_is_read_where_it_is_told_as_a_total(signals, language, text, killed):
    """The number to which a toll has come, however far from the word that says what is counted."""
    (attack,) = signals(language, text)
    assert (attack.family, attack.attributes["killed"]) == ("attacks", {"value": killed})


def test_who_is_blamed_for_an_attack_is_its_actor(signals):
    """An accusation that only says whose attack it was is no event of its own."""
    text = (
        "A drone strike killed nine people at a power station in Kosti in southern Sudan on Thursday. "
        "The Sudanese army blamed the Rapid Support Forces for the attack."
    )
    (attack,) = signals("en", text)
    assert {(actor.id, actor.role) for actor in attack.actors} == {("RSF", "actor"), ("SDN", "recipient")}


def test_an_accusation_of_something_else_stays(signals):
    """What the attacked state accuses somebody of may be quite another matter."""
    text = (
        "A drone strike killed nine people at a power station in Kosti in southern Sudan on Thursday. "
        "Sudan accused the United Arab Emirates of interference."
    )
    assert [signal.family for signal in signals("en", text)] == ["attacks", "statements"]


def test_a_deed_and_what_it_cost_are_one_event(signals):
    """Two days in one sentence, that of the strike and that of the report, make no second attack."""
    text = (
        "La frappe de drones qui a touché jeudi la centrale électrique de Kosti, dans le sud du Soudan, a fait neuf "
        "morts, selon un bilan communiqué vendredi par les autorités."
    )
    assert len(signals("fr", text)) == 1
