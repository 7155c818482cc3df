"""What is not the article goes; what it says of the origin stays as fields."""

import json
from datetime import UTC, datetime

import pytest

from streams.article import Dateline
from streams.clean import default
from streams.enrich.tables import load
from streams.errors import KnowledgeError
from streams.parse import parse
from streams.plaintext import from_html, is_binary, normalise

CLEANER = default()


def clean(text):
    """The cleaned text with its dateline and credits."""
    return CLEANER.text(text)


@pytest.mark.parametrize(
    ("head", "place", "agency"),
    [
        ("Ambon (KABAR LAUT) - ", "Ambon", "KABAR LAUT"),
        ("Jakarta (ANTARA/Sputnik) - ", "Jakarta", "ANTARA/Sputnik"),
        ("Kota Kinabalu, 3 Mei (Bernama) -- ", "Kota Kinabalu", "Bernama"),
        ("OSLO, Jan 22 (North Wire) - ", "OSLO", "North Wire"),
        ("OSLO, Jan. 22, 2026 (North Wire) — ", "OSLO", "North Wire"),
        ("WASHINGTON (AP) — ", "WASHINGTON", "AP"),
        ("LONDON/PARIS, March 3 (Reuters) - ", "LONDON/PARIS", "Reuters"),
        ("Port-au-Prince, Haiti (AP) — ", "Port-au-Prince, Haiti", "AP"),
        ("RIGA, April 24 - ", "RIGA", None),
        ("TALLINN - ", "TALLINN", None),
        ("Surabaya - ", "Surabaya", None),
        ("Madrid, 24 feb.- ", "Madrid", None),
        ("Buenos Aires, 3 ene (EFE).- ", "Buenos Aires", "EFE"),
        ("Bangkok, 8 déc. - ", "Bangkok", None),
        ("Genève (AFP) – ", "Genève", "AFP"),
        ("Brüssel (dpa) - ", "Brüssel", "dpa"),
        ("Berlin/Wien (APA) – ", "Berlin/Wien", "APA"),
        ("ANKARA (AA) - ", "ANKARA", "AA"),
        ("NAİROBİ (ABH) - ", "NAİROBİ", "ABH"),
        ("BRASÍLIA, 25 nov - ", "BRASÍLIA", None),
        ("São Paulo, 25 nov (Lusa) – ", "São Paulo", "Lusa"),
        ("САРАТОВ, 21 января. ", "САРАТОВ", None),
        ("МОСКВА, 24 мар — РИА Новости. ", "МОСКВА", "РИА Новости"),
        ("МОСКВА, 24 марта. /ТАСС/. ", "МОСКВА", "ТАСС"),
        ("МИНСК, 24 марта (БЕЛТА) — ", "МИНСК", "БЕЛТА"),
        ("БРЮССЕЛЬ, 12 лютого. ", "БРЮССЕЛЬ", None),
        ("КИЇВ. 24 березня. УНН. ", "КИЇВ", "УНН"),
        ("بورتسودان، 10 ديسمبر - ", "بورتسودان", None),
        ("القاهرة (رويترز) - ", "القاهرة", "رويترز"),
        ("القاهرة 24 مارس آذار (رويترز) - ", "القاهرة", "رويترز"),
        ("路透社伦敦3月24日电 ", "伦敦", "路透社"),
        ("新华社北京3月24日电（记者 王力）", "北京", "新华社"),
        ("（中央社记者王力伦敦24日专电）", None, "中央社"),
        ("(서울=연합뉴스) 홍길동 기자 = ", "서울", "연합뉴스"),
        ("【ロンドン共同】", "ロンドン", "共同"),
        ("नई दिल्ली, 24 मार्च (भाषा) ", "नई दिल्ली", "भाषा"),
        ("KOMPAS.com - ", None, "KOMPAS.com"),
        ("TEMPO.CO, Jakarta - ", "Jakarta", "TEMPO.CO"),
        ("REUTERS - ", None, "REUTERS"),
    ],
)
def test_datelines(head, place, agency):
    """A dateline is taken off the text and gives the place of filing and the agency."""
    bodies = {
        "路": "双方同意再次会面。",
        "新": "双方同意再次会面。",
        "（": "双方同意再次会面。",
        "ب": "اتفق الوزيران على لقاء آخر.",
        "ا": "اتفق الوزيران على لقاء آخر.",
        "न": "दोनों मंत्री फिर मिलेंगे।",
    }
    body = bodies.get(head[0], "Both ministers agreed to meet again.")
    cleaned = clean(head + body)
    assert cleaned.text == body
    assert cleaned.dateline is not None
    assert cleaned.dateline.agency == agency
    if place is not None:
        assert cleaned.dateline.place == place


@pytest.mark.parametrize(
    "text",
    [
        "The ministers met on Monday. They agreed.",
        "Prabowo Subianto (73) - as his aides put it - was tired.",
        "Both sides - the north and the south - signed.",
        "Ukraine, a country at war, asked for help on 3 March. It got some.",
        "Menteri Luar Negeri Iran (kiri) bertemu wartawan.",
        "On 24 March, the fleet left - slowly.",
        "В среду, 12 февраля, стороны встретились. Они договорились.",
        "Le ministre - qui était malade - est parti.",
        "Am 3. Mai (Samstag) - so der Sprecher - beginnt das Treffen.",
        "The NATO-led force (KFOR) left. Nobody saw it.",
        "في القاهرة، التقى الوزيران. واتفقا على لقاء آخر.",
        "习近平3月24日会见来访的外长。",
    ],
)
def test_ordinary_openings_are_no_datelines(text):
    """A first sentence with dashes, brackets or dates stays whole."""
    cleaned = clean(text)
    assert cleaned.text == text
    assert cleaned.dateline is None


BODY = "First line of the story.\nSecond line of it."


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Kapal lain tiba di pelabuhan",
        "BACA JUGA : Kapal lain tiba",
        "Baca juga Kapal lain tiba di pelabuhan",
        "Simak juga: Video kapal",
        "Read also: Another ship arrives",
        "Related: More ships",
        "READ MORE: Ships",
        "Lire aussi : Un autre navire",
        "À lire aussi : Un autre navire",
        "Lea también: Otro barco llega",
        "Le puede interesar: otro barco",
        "Lesen Sie auch: Noch ein Schiff",
        "Mehr zum Thema: Schiffe",
        "Ayrıca okuyun: Bir gemi daha",
        "İlgili haber: Bir gemi daha",
        "Leia também: Outro navio chega",
        "Читайте также: Ещё один корабль",
        "Читайте також: Ще один корабель",
        "اقرأ أيضا: سفينة أخرى تصل",
        "اقرأ أيضاً: سفينة أخرى تصل",
        "延伸阅读：又一艘船抵达",
        "相关报道：又一艘船抵达",
        "ADVERTISEMENT",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Halaman 2",
        "Halaman 2 dari 3",
        "- Page 2 of 3 -",
        "Publicidad",
        "Реклама",
        "Foto: Kapal di pelabuhan (ANTARA/Ani)",
        "Photo: a ship",
        "Фото: пресс-служба",
        "Pewarta: Ani Lestari",
        "Editor: Budi Santoso",
        "Penerjemah: Ani",
        "Copyright © Kabar Laut 2025",
        "© 2025 Harbour Post. All rights reserved.",
        "(Reporting by Ann Doe; Editing by Bob Roe)",
        "Reporting by Ann Doe in Oslo",
        "By Ann Doe",
        "Oleh Ani Lestari",
        "责任编辑：王力",
        "関連記事：別の船が到着",
        "관련기사: 다른 배 도착",
        "بیشتر بخوانید: کشتی دیگر",
        "यह भी पढ़ें: एक और जहाज",
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_lines_that_are_not_the_story_go(line, last):
    """Teasers, captions, credits and page markers go, wherever they stand between paragraphs."""
    text = f"{BODY}\n{line}" if last else f"{line}\n{BODY}"
    assert clean(text).text == BODY


@pytest.mark.parametrize(
    "text",
    [
        "He said: the ships will stay.",
        "Editor kepala itu menolak: ia tidak mau.",
        "The source: a pipe under the bridge. It leaked.",
        "Sumber daya itu habis. Kapal pulang.",
        "By noon all ships had left the harbour, and the town was quiet.",
        "Foto itu menunjukkan kapal perang.",
        "Photo evidence was shown to the council.",
        "Advertisement revenue fell, and with it the paper's staff.",
        "Halaman istana dipenuhi tentara.",
        "По теме переговоров стороны молчат.",
        "Dia membaca juga surat itu.",
    ],
)
def test_sentences_that_look_like_markers_stay(text):
    """A marker word inside an ordinary sentence is no marker."""
    assert clean(text).text == text


def test_marker_inside_a_paragraph_takes_its_sentence():
    """A caption in the middle of a paragraph goes up to its full stop; the rest stays."""
    text = "İki gemi limana girdi. Foto altı: Gemiler geçen yılki tatbikatta. Üçüncü gemi bekliyor."
    assert clean(text).text == "İki gemi limana girdi. Üçüncü gemi bekliyor."


def test_marker_in_brackets_goes_with_its_brackets():
    """A teaser in brackets leaves no bracket behind."""
    text = "Kapal itu tiba. (Baca juga: Kapal lain. Lagi) Awaknya selamat."
    assert clean(text).text == "Kapal itu tiba. Awaknya selamat."


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Sumber: Sputnik-OANA", "Sputnik-OANA"),
        ("Source: Reuters", "Reuters"),
        ("Fuente: EFE", "EFE"),
        ("Источник: ТАСС", "ТАСС"),
        ("来源：新华社", "新华社"),
    ],
)
def test_sources_are_kept_as_credits(line, credit):
    """The agency of origin leaves the text and stays in the credits."""
    cleaned = clean(f"{BODY}\n{line}")
    assert (cleaned.text, cleaned.credits) == (BODY, (credit,))


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (" (Reuters)", ("Reuters",)),
        (" (dpa)", ("dpa",)),
        (" (ANTARA/Sputnik)", ("ANTARA", "Sputnik")),
        (" (rds/imk)", ()),
        ("（新华社）", ("新华社",)),
    ],
)
def test_credit_at_the_end(end, expected):
    """Agencies in brackets after the last sentence are credits; a desk's initials are nothing."""
    cleaned = clean(BODY + end)
    assert (cleaned.text, cleaned.credits) == (BODY, expected)


def test_brackets_at_the_end_that_are_no_credit_stay():
    """An ordinary remark in brackets stays."""
    assert clean("The fleet left (without lights)").text == "The fleet left (without lights)"


def test_whitespace_and_normal_form():
    """Text is NFC with single spaces and one line break between paragraphs, and nothing invisible."""
    assert (
        normalise("Cafe\u0301\u00a0au\u3000lait \t x\r\n\r\n\u200bnext\u2028last\ufeff")
        == "Café au lait x\nnext\nlast"
    )
    assert normalise("a &amp; b &quot;c&quot;") == 'a & b "c"'
    assert normalise("می\u200cرود") == "می\u200cرود"


def test_binary_is_told_from_text():
    """A NUL, or more than one control character in a hundred, is no text."""
    assert is_binary("a\x00b")
    assert is_binary("\x01\x02 abc")
    assert not is_binary("a\x01" + "b" * 300)
    assert not is_binary("a\tb\nc\u0085")


def test_html_fragment():
    """A fragment without a page around it keeps its paragraphs and loses captions and scripts."""
    markup = "<p>One &eacute; two.</p><figure><figcaption>A ship</figcaption></figure><script>x()</script><p>Three<br>four.</p>"
    assert from_html(markup).split() == ["One", "é", "two.", "Three", "four."]
    assert normalise(from_html(markup)).split("\n")[0] == "One é two."


def test_text_field_that_holds_markup_is_read_as_html():
    """Feeds put HTML into text; the tags go."""
    assert clean("<p>One two.</p><p>Three <b>four</b>.</p>").text == "One two.\nThree four."
    assert clean("The sum is < 5 and > 3.").text == "The sum is < 5 and > 3."


def test_sample_article_keeps_only_its_words():
    """An agency's article with dateline, source and teasers is cut down to the story."""
    text = 'Ambon (KABAR) - Dua kapal bertemu.\n"Kami siap," katanya pada Senin (24/3).\nSumber: Kawat-OA\nBaca juga: Kapal lain\nBaca juga: Kapal ketiga'
    article = parse(
        json.dumps({"text": text}).encode(),
        key=None,
        received=datetime(2025, 3, 25, tzinfo=UTC),
    )
    assert article.text == 'Dua kapal bertemu.\n"Kami siap," katanya pada Senin (24/3).'
    assert article.dateline == Dateline(place="Ambon", agency="KABAR", text="Ambon (KABAR) -")
    assert article.credits == ("Kawat-OA",)


def test_wrong_table_names_file_and_entry(tmp_path):
    """A knowledge file with a wrong entry is refused with file and entry."""
    (tmp_path / "id").mkdir()
    path = tmp_path / "id" / "text.toml"
    path.write_text("[clean]\nteasers = 5\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"id/text\.toml.*teasers"):
        load([tmp_path])
    path.write_text("[clean\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="line 1"):
        load([tmp_path])
    path.write_text("[clean]\nteaser = []\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="teaser"):
        load([tmp_path])


def test_own_folder_adds_and_takes_away(tmp_path):
    """A user's folder adds entries to ours and takes away those with a minus."""
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / "text.toml").write_text(
        '[clean]\nteasers = ["cek pula", "-baca juga"]\n', encoding="utf-8"
    )
    teasers = load([tmp_path])["id"].clean.teasers
    assert "cek pula" in teasers
    assert "simak juga" in teasers
    assert "baca juga" not in teasers
