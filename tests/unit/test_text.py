"""Sentences: where they end and where they do not."""

import pytest

from streams.enrich.tables import builtin
from streams.enrich.text import Sentences

SENTENCES = Sentences(builtin())


def split(language, text):
    """The sentences of a text as strings."""
    return [text[s.start : s.end] for s in SENTENCES.split("", text, language)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("id", ["Letjen TNI (Purn.) Ir. H. Ahmad bertemu Jend. Budi.", "Mereka berjabat tangan."]),
        ("id", ["Menurut Prof. Dr. Siti, 100.000 orang hadir.", "Acara selesai pukul 12.30 WIB."]),
        ("id", ['"Kami pergi. Kami menang," katanya.', "Ia lalu pulang."]),
        ("id", ['Ia berkata, "Kami siap."', "Pasukan lalu berangkat."]),
        ("id", ["Apakah itu benar?", "Tidak!", "Belum..."]),
        ("id", ["Pertemuan pada Senin (24/3).", "300 prajurit hadir."]),
        ("id", ["Mereka membeli beras, gula, dll. dari pasar.", "Itu saja."]),
        ("en", ["U.S. Gen. John Doe met Sen. Roe on Jan. 5.", "They spoke."]),
        ("en", ["The ship reached the U.S.", "The crew was tired."]),
        ("en", ["It began at 5 p.m. Monday.", "It ended at 7 p.m.", "Then he left."]),
        ("en", ['"We will go. Now," he said.', '"And I will stay."', "He stayed."]),
        ("en", ["J. R. Smith, of St. Louis, paid $3.5 million.", "Mr. Smith Jr. did not."]),
        ("en", ["He left (see p. 5).", "She stayed."]),
        ("en", ["Who knows?", "“Nobody knows!”", "They left…", "Really."]),
        ("de", ["Am 19. April 2013 kam Dr. Meier mit dem 5. Korps.", "Er sprach am 3. Okt. in Bonn."]),
        ("de", ["Das war 2013.", "Er ging."]),
        ("de", ["„Wir gehen. Sofort“, sagte er.", "Alle gingen."]),
        ("fr", ["M. Dupont a vu Mme Durand à 8 heures.", "« On part », dit-il."]),
        ("fr", ["Le 3 janv. 2025, il est parti.", "Il reviendra."]),
        ("es", ["El Sr. Pérez viajó a EE.UU. con el Gral. Ruiz.", "¿Volverá?", "«No. Nunca», dijo."]),
        ("pt", ["O Sr. Silva falou com a Dra. Lima.", "Depois saiu."]),
        ("tr", ["Prof. Dr. Ali, 5. Kolordu komutanıyla görüştü.", "19. yüzyılda da böyleydi."]),
        ("ru", ["В 1990 г. в Москву приехали 5 тыс. человек, т.е. много.", "«Где они? Там», — сказал он."]),
        ("ru", ["А. С. Петров потратил 3 млн руб.", "Он доволен."]),
        ("uk", ["У 2025 р. прибуло 5 тис. людей.", "Вони чекали."]),
        ("ar", ["وصل د. أحمد إلى المدينة.", "هل عاد؟", "نعم!"]),
        ("ar", ['وأضاف: "نحاول الوصول. لكن الوقود لا يكفي".', "ثم غادر."]),
        ("zh", ["双方同意再次会面。", "他说：“好！我们走。”", "会谈结束。"]),
        ("ja", ["双方は合意した。", "次は来週だ！"]),
        ("hi", ["वह गया।", "वह आया।"]),
        ("xx", ["Hello there.", "Good bye."]),
    ],
)
def test_sentences(language, sentences):
    """Text splits into exactly these sentences."""
    space = "" if language in {"zh", "ja"} else " "
    assert split(language, space.join(sentences)) == sentences


def test_line_breaks_always_end_a_sentence():
    """A heading without a full stop and an open quotation both end with their line."""
    assert split("en", 'A heading\n"An open quotation. It goes on\nNext') == [
        "A heading",
        '"An open quotation.',
        "It goes on",
        "Next",
    ]


def test_title_and_text_have_their_own_offsets():
    """Each sentence says which field it indexes."""
    title, text = "First. Second", "Third.\nFourth."
    found = [
        (s.field, (title if s.field == "title" else text)[s.start : s.end])
        for s in SENTENCES.split(title, text, "en")
    ]
    assert found == [("title", "First."), ("title", "Second"), ("text", "Third."), ("text", "Fourth.")]


def test_very_long_quotations_are_split():
    """A statement of a page's length is read sentence by sentence."""
    quote = '"' + " ".join(["We will hold the line here."] * 30) + '"'
    assert len(split("en", quote)) == 30


def test_empty_text_has_no_sentences():
    """Nothing gives nothing."""
    assert SENTENCES.split("", "", "en") == ()
    assert SENTENCES.split(" ", "\n \n", "en") == ()


@pytest.mark.parametrize("text", ["kata " * 100_000, "x" * 500_000, "字" * 100_000])
def test_no_sentence_is_endless(text):
    """What goes on without an end is cut at a space, or anywhere, and nothing of it is lost."""
    sentences = Sentences(builtin()).split("", text, "id")
    assert max(sentence.end - sentence.start for sentence in sentences) <= 1200
    joined = "".join(text[sentence.start : sentence.end] for sentence in sentences)
    assert joined.replace(" ", "") == text.replace(" ", "")
