"""What the tracker makes of stories: new, development, correction, retraction, none."""

import pytest

from streams.track import state as states
from streams.track.fold import replay
from streams.track.pack import LIMIT, unpack
from tests.stories import World, day, signal, tell

TALKS = signal("peace-talks", "scheduled", "RUS UKR", when=day(4), place="Riyadh", country="SAU")
HELD = signal(
    "peace-talks", "concluded", "RUS UKR", when=day(4), place="Riyadh", country="SAU", detail="held"
)
STRIKE = signal("attacks", "concluded", "+RSF >SDN", place="Kosti", country="SDN", when=day(0), killed=6)


@pytest.fixture
def world():
    """An empty state."""
    return World()


def test_first_report_is_new(world):
    """The first report of an affair founds a thread with seq 1 and carries its fields."""
    (update,) = world.tell("a", TALKS)
    assert (update.kind, update.seq, update.stage, update.significance) == ("new", 1, "scheduled", "major")
    assert update.place.name == "Riyadh"
    assert update.publishers.latest == ("a times",)
    assert update.headlines["en"].startswith("Peace talks between")


def test_another_publisher_confirms_and_a_third(world):
    """Two, three and five independent publishers confirm; four do not."""
    for n in range(6):
        world.tell(f"a{n}", TALKS, hours=n / 10)
    assert world.kinds() == ["new", "confirmation", "confirmation", "confirmation"]
    assert [update.publishers.count for update in world.told] == [1, 2, 3, 5]
    assert [update.seq for update in world.told] == [1, 2, 3, 4]
    assert world.told[-1].confidence == 0.99


def test_near_copy_adds_no_publisher(world):
    """The same text from another outlet counts as an article, not as a publisher."""
    world.tell("a", TALKS, text="wire")
    assert world.tell("b", TALKS, text="wire", hours=1) == ()
    thread = world.state.get(world.told[0].thread)
    assert (thread.articles, thread.publishers) == (2, 1)


def test_translation_by_the_same_agency_is_a_copy(world):
    """Texts of one agency that name the same things count as one publisher."""
    world.tell("a", TALKS, origin="Reuters")
    assert world.tell("b", TALKS, origin="Reuters", hours=2) == ()
    assert world.tell("c", TALKS, publisher="Reuters", hours=3) == ()


def test_what_only_the_longer_copy_has_counts(world):
    """A copy that knows of more victims develops the thread."""
    world.tell("a", STRIKE, text="wire")
    longer = signal("attacks", "concluded", "+RSF >SDN", place="Kosti", country="SDN", when=day(0), killed=14)
    (update,) = world.tell("b", longer, text="wire", hours=20)
    assert update.kind == "development"
    assert [(c.field, c.old, c.new) for c in update.changes] == [
        ("attributes.killed", {"value": 6}, {"value": 14})
    ]
    assert update.publishers.count == 1


def test_stage_moves_forward_and_a_recap_does_not_turn_it_back(world):
    """Scheduled talks conclude; a later report that still plans them changes nothing."""
    world.tell("a", TALKS)
    (update,) = world.tell("b", HELD, hours=100)
    assert (update.kind, update.stage, update.significance) == ("development", "concluded", "major")
    assert [(c.field, c.old, c.new) for c in update.changes] == [("stage", "scheduled", "concluded")]
    assert world.tell("b2", TALKS, hours=101, publisher="b times") == ()
    assert world.threads() == 1


def test_two_rounds_weeks_apart_are_two_threads(world):
    """Talks of the same parties three weeks later are another affair."""
    world.tell("a", HELD, hours=100)
    (update,) = world.tell("b", signal("peace-talks", "scheduled", "RUS UKR", when=day(26)), hours=480)
    assert update.kind == "new"
    assert world.threads() == 2


def test_next_round_without_a_day_is_another_thread(world):
    """Talks planned anew days after a round ended are the next round, day or no day."""
    world.tell("a", HELD, hours=100)
    (update,) = world.tell("b", signal("peace-talks", "scheduled", "RUS UKR"), hours=170)
    assert update.kind == "new"


def test_what_ended_when_the_next_round_was_planned_is_the_round_before(world):
    """The end of a round joins its own thread, though the next round's looks more like it."""
    world.tell("a", signal("peace-talks", "proposed", "+AU ETH ERI"))
    world.tell(
        "b", signal("peace-talks", "under-way", "ETH ERI &AU", when=day(4), place="Djibouti"), hours=96
    )
    ended = signal(
        "peace-talks", "concluded", "ETH ERI &AU", when=day(4), place="Djibouti", detail="mediated"
    )
    planned = signal(
        "peace-talks", "scheduled", "ETH ERI &AU", when=day(23), place="Djibouti", detail="mediated"
    )
    world.tell("c", planned, hours=110)
    update, _ = world.tell("d", ended, planned, hours=112)
    assert (update.kind, update.stage, update.time.start) == ("development", "concluded", day(4))
    assert world.threads() == 2


def test_what_was_published_while_a_thread_was_open_belongs_to_it(world):
    """A report that is three days late joins the statements of its time; one published now opens its own."""
    first = signal("statements", "concluded", "+USA >CHN", detail="condemnation", when=day(0))
    second = signal("statements", "concluded", "+EU >CHN", detail="condemnation", when=day(1))
    world.tell("a", first, names="Scarborough")
    world.tell("b", second, hours=20, received=75, names="Scarborough")
    assert world.threads() == 1
    assert {who.id for who in world.told[-1].actors} == {"USA", "EU", "CHN"}
    world.tell("c", second, hours=150, names="Scarborough", text="c")
    assert world.threads() == 2


def test_what_an_article_recalls_is_not_of_its_thread_for_the_text(world):
    """A round that is recalled beside the next one goes to its own thread, which has other texts."""
    before = signal("peace-talks", "concluded", "IRN USA", when=day(0), place="Doha", detail="no-agreement")
    after = signal("peace-talks", "scheduled", "IRN USA &OMN", when=day(9), place="Muscat")
    world.tell("a", before)
    (update,) = world.tell("b", after, hours=50)
    recalled = signal("peace-talks", "concluded", "IRN USA", when=day(0), background=True)
    folded = world.fold(tell("c", after, recalled, hours=60, publisher="d"))
    assert {effect.thread for effect in folded.effects} == {world.told[0].thread, update.thread}


def test_null_time_and_place_do_not_split(world):
    """Reports of one affair join though one names neither day nor place."""
    world.tell("a", STRIKE)
    world.tell("b", signal("attacks", "concluded", "+RSF >SDN"), hours=5)
    assert world.threads() == 1


def test_other_place_or_other_day_is_another_attack(world):
    """One attacker's strikes on another place or another day are another thread."""
    world.tell("a", STRIKE)
    world.tell("b", signal("attacks", "concluded", "+RSF >SDN", place="Omdurman", country="SDN", when=day(0)))
    world.tell(
        "c", signal("attacks", "concluded", "+RSF >SDN", place="Kosti", country="SDN", when=day(3)), hours=72
    )
    assert world.threads() == 3


def test_postponed_talks_keep_their_thread(world):
    """A new day for what is planned develops the thread."""
    world.tell("a", TALKS)
    (update,) = world.tell("b", signal("peace-talks", "scheduled", "RUS UKR", when=day(9)), hours=40)
    assert [(c.field, c.old, c.new) for c in update.changes] == [("time", day(4), day(9))]
    assert update.kind == "development"


def test_older_news_that_arrives_late_changes_nothing(world):
    """A lower toll published before the higher one is no news when it comes later."""
    world.tell("a", STRIKE)
    world.tell(
        "b", signal("attacks", "concluded", "+RSF >SDN", place="Kosti", when=day(0), killed=14), hours=22
    )
    world.tell("c", STRIKE, hours=7, received=23)
    assert world.kinds() == ["new", "development", "confirmation"]
    assert world.told[-1].attributes["killed"] == {"value": 14}


def test_number_that_grows_by_an_order_is_major(world):
    """Sixty dead instead of six is major, seven is minor."""
    world.tell("a", STRIKE)
    (minor,) = world.tell("b", signal("attacks", "concluded", "+RSF >SDN", place="Kosti", killed=7), hours=9)
    (major,) = world.tell(
        "c", signal("attacks", "concluded", "+RSF >SDN", place="Kosti", killed=70), hours=20
    )
    assert (minor.significance, major.significance) == ("minor", "major")


def test_lower_number_by_the_same_source_is_a_correction(world):
    """Who reported two systems and now says one corrects itself; anybody else only disputes it."""
    two, one = (signal("aid", "scheduled", "+DEU >UKR", systems=n) for n in (2, 1))
    world.tell("a", two, publisher="wire")
    world.tell("b", one, hours=3)
    assert world.state.get(world.told[0].thread).attributes["systems"] == {"value": 2}
    (update,) = world.tell("c", one, publisher="wire", hours=30)
    assert update.kind == "correction"
    assert update.attributes["systems"] == {"value": 1}


def test_newer_version_corrects_what_changed(world):
    """A newer version's changed day is a correction; the same version again is nothing."""
    world.tell("a", TALKS)
    fixed = signal("peace-talks", "scheduled", "RUS UKR", when=day(5), place="Riyadh", country="SAU")
    (update,) = world.tell("a", fixed, version="2", updated=2)
    assert (update.kind, update.seq) == ("correction", 2)
    assert [(c.field, c.old, c.new) for c in update.changes] == [("time", day(4), day(5))]
    assert world.tell("a", fixed, version="2", updated=2) == ()
    assert world.tell("a", TALKS) == ()


def test_a_toll_that_grows_in_a_newer_version_has_grown(world):
    """A wire that writes its story anew with more dead tells news; fewer dead put it right."""
    for toll, version in ((5, "1"), (9, "2"), (8, "3")):
        attack = signal("attacks", "concluded", "+RUS >UKR", when=day(0), killed=toll)
        world.tell("a", attack, hours=int(version), version=version)
    assert world.kinds() == ["new", "development", "correction"]


def test_older_version_that_arrives_later_is_ignored(world):
    """A version that is older than the known one changes nothing."""
    fixed = signal("peace-talks", "scheduled", "RUS UKR", when=day(5))
    world.tell("a", fixed, version="2", updated=2)
    assert world.tell("a", TALKS, version="1", received=3) == ()
    assert world.state.get(world.told[0].thread).time.start == day(5)


def test_newer_version_may_name_another_actor(world):
    """An actor that rested on the article alone is replaced when its newer version names another."""
    world.tell("a", signal("aid", "scheduled", "+DEU >UKR"))
    (update,) = world.tell("a", signal("aid", "scheduled", "+FRA >UKR"), version="2", updated=1)
    assert update.kind == "correction"
    assert {who.id for who in update.actors} == {"FRA", "UKR"}


def test_absence_in_a_newer_version_means_nothing(world):
    """A newer version without the signal leaves the thread as it is."""
    world.tell("a", TALKS, STRIKE)
    assert world.tell("a", STRIKE, version="2", updated=1) == ()
    assert world.threads() == 2


def test_news_in_a_newer_version_is_new(world):
    """A newer version that also reports something else founds its thread."""
    world.tell("a", TALKS)
    (update,) = world.tell("a", TALKS, STRIKE, version="2", updated=1)
    assert (update.kind, update.family) == ("new", "attacks")


def test_withdrawal_retracts_what_rested_on_it_alone(world):
    """The only article withdrawn denies the thread; with a second source it stands."""
    world.tell("a", TALKS)
    (update,) = world.tell("a", version="gone", status="withdrawn", hours=1)
    assert (update.kind, update.stage, update.reason) == ("retraction", "denied", "withdrawn by a times")
    world.tell("b", STRIKE, hours=2)
    world.tell("c", STRIKE, hours=3)
    assert world.tell("b", version="gone", status="withdrawn", hours=4) == ()


def test_withdrawal_takes_back_only_the_change_it_reported(world):
    """The stage goes back to what somebody else still reports."""
    world.tell("a", TALKS)
    world.tell("b", HELD, hours=100)
    (update,) = world.tell("b", version="gone", status="withdrawn", hours=101)
    assert (update.kind, update.stage) == ("retraction", "scheduled")


def test_denial_by_a_party_is_a_retraction_and_a_later_report_a_development(world):
    """Denied by Baku, then announced by both: retraction, then development."""
    dated = signal("agreements", "scheduled", "ARM AZE", when=day(10))
    world.tell("a", dated)
    (denied,) = world.tell("b", signal("agreements", "denied", "ARM AZE", by="AZE"), hours=20)
    assert (denied.kind, denied.stage, denied.reason) == ("retraction", "denied", "denied by AZE")
    assert world.tell("c", signal("agreements", "denied", "ARM AZE"), hours=22, publisher="b times") == ()
    (again,) = world.tell("d", signal("agreements", "scheduled", "ARM AZE", when=day(15)), hours=200)
    assert (again.kind, again.stage, again.reason) == ("development", "scheduled", None)


def test_denial_of_the_latest_change_goes_back_to_before(world):
    """When only one source said that talks began and a party denies it, they are scheduled again."""
    world.tell("a", TALKS)
    world.tell("b", signal("peace-talks", "under-way", "RUS UKR"), hours=50)
    (update,) = world.tell("c", signal("peace-talks", "denied", "RUS UKR", by="RUS"), hours=52)
    assert (update.kind, update.stage) == ("retraction", "scheduled")


def test_denying_responsibility_is_only_a_claim(world):
    """The blamed actor's denial of an attack undoes nothing and stays among the claims."""
    world.tell("a", STRIKE)
    world.tell("b", signal("attacks", "denied", "+RSF >SDN", place="Kosti", when=day(0), by="RSF"), hours=5)
    assert "retraction" not in world.kinds()
    thread = world.state.get(world.told[0].thread)
    assert thread.stage == "concluded"
    assert thread.disputed
    assert [(claim.value, claim.by) for claim in world.told[-1].claims] == [("denied", "RSF")]


def test_background_opens_nothing_and_fills_what_is_empty(world):
    """What an article recalls founds no thread and pushes nothing, but may tell an unknown place."""
    assert world.tell("a", signal("peace-talks", "concluded", "RUS UKR", background=True)) == ()
    assert world.threads() == 0
    world.tell("b", signal("peace-talks", "scheduled", "RUS UKR"), hours=1)
    assert (
        world.tell(
            "c", signal("peace-talks", "scheduled", "RUS UKR", place="Jeddah", background=True), hours=2
        )
        == ()
    )
    thread = world.state.get(world.told[0].thread)
    assert thread.place.name == "Jeddah"
    assert thread.publishers == 1


def test_asserted_until_an_independent_source_says_so(world):
    """A claim keeps its claimant until somebody independent reports it."""
    claimed = signal("attacks", "concluded", "+UKR >RUS", place="Belgorod", when=day(0), by="RUS")
    (update,) = world.tell("a", claimed)
    assert update.asserted_by == "RUS"
    assert world.tell("b", claimed, hours=1)[0].asserted_by == "RUS"
    plain = signal("attacks", "concluded", "+UKR >RUS", place="Belgorod", when=day(0))
    (update,) = world.tell("c", plain, hours=2)
    assert (update.kind, update.asserted_by) == ("confirmation", None)


def test_claim_that_its_actor_admits_is_a_fact(world):
    """When the accused says so itself, it is asserted no more."""
    world.tell("a", signal("attacks", "concluded", "+UKR >RUS", place="Belgorod", by="RUS"))
    (update,) = world.tell(
        "b", signal("attacks", "concluded", "+UKR >RUS", place="Belgorod", by="UKR"), hours=1
    )
    assert (update.kind, update.asserted_by) == ("confirmation", None)


def test_late_article_pushes_as_backfill(world):
    """An article over a week old on arrival, or marked so, pushes with the backfill flag."""
    (late,) = world.tell("a", TALKS, hours=-200, received=0)
    assert late.backfill
    (marked,) = world.tell("b", STRIKE, backfill=True)
    assert marked.backfill
    (fresh,) = world.tell("c", signal("sanctions", "concluded", "+EU >BLR"))
    assert not fresh.backfill


def test_future_date_is_clamped_to_arrival(world):
    """An article dated after its arrival counts as published then, and says so."""
    (update,) = world.tell("a", TALKS, hours=50, received=0)
    assert update.flags == ("future-dated",)
    assert update.first_published == update.as_of


def test_violation_joins_the_course_of_a_ceasefire(world):
    """A violation leaves the truce in force and is told once a day."""
    world.tell("a", signal("ceasefires", "under-way", "ISR HAMAS", detail="in-force"))
    broken = signal("ceasefires", "concluded", "ISR HAMAS", detail="violated", when=day(2))
    (update,) = world.tell("b", broken, hours=50)
    assert (update.kind, update.stage, update.detail) == ("development", "under-way", "violated")
    assert [u.kind for u in world.tell("c", broken, hours=52)] == ["confirmation"]
    again = signal("ceasefires", "concluded", "ISR HAMAS", detail="violated", when=day(3))
    (update,) = world.tell("d", again, hours=75)
    assert update.kind == "development"
    assert world.threads() == 1


def test_sanctions_extended_and_lifted_are_one_measure(world):
    """Imposed, extended, lifted: one thread, a development each."""
    for n, detail in enumerate(("imposed", "extended", "lifted")):
        world.tell(
            f"a{n}",
            signal("sanctions", "concluded", "+EU >BLR", detail=detail, when=day(40 * n)),
            hours=960 * n,
        )
    assert [(u.kind, u.detail) for u in world.told] == [
        ("new", "imposed"),
        ("development", "extended"),
        ("development", "lifted"),
    ]


def test_other_matter_of_the_same_states_is_another_thread(world):
    """A recalled ambassador is no phone call."""
    world.tell("a", signal("diplomacy", "concluded", "+PAN >NIC", detail="ambassador-recalled"))
    world.tell("b", signal("diplomacy", "concluded", "PAN NIC", detail="phone-call"), hours=3)
    assert world.threads() == 2


def test_near_family_opens_its_own_thread_with_a_link(world):
    """A truce that follows talks is a thread of its own that says what it follows."""
    (talks,) = world.tell("a", HELD)
    (truce,) = world.tell("b", signal("ceasefires", "concluded", "RUS UKR", detail="agreed"), hours=5)
    assert truce.kind == "new"
    assert [(link.thread, link.relation) for link in truce.related] == [(talks.thread, "follows")]


def test_one_update_a_thread_though_an_article_tells_twice(world):
    """Several signals of one article about one thread give one update."""
    world.tell("a", TALKS)
    begun = signal("peace-talks", "under-way", "RUS UKR", when=day(4))
    updates = world.tell("b", begun, HELD, hours=98)
    assert [update.kind for update in updates] == ["development"]
    assert [change.new for change in updates[0].changes if change.field == "stage"] == [
        "under-way",
        "concluded",
    ]


def test_closed_thread_is_forgotten_after_a_month(world):
    """Silence closes a thread, a month later it is a tombstone and the same affair is new again."""
    (first,) = world.tell("a", STRIKE)
    world.tell("b", signal("sanctions", "concluded", "+EU >BLR"), hours=24 * 20)
    assert world.state.get(first.thread) is not None
    layer = world.fold(tell("c", signal("sanctions", "concluded", "+EU >RUS"), hours=24 * 45)).state
    assert (first.thread.encode(), None) in layer.changes()
    assert world.state.get(first.thread) is None


def test_repeated_delivery_is_traced_as_none():
    """A repeat touches its thread with effect none and gives no update."""
    reading = tell("a", TALKS)
    (_, first, updates), (_, second, repeats) = replay([reading, reading])
    assert [effect.effect for effect in first] == ["new"]
    assert len(updates) == 1
    assert [(effect.effect, effect.seq) for effect in second] == [("none", 1)]
    assert repeats == ()


def test_threads_that_turn_out_to_be_one_are_merged(world):
    """A corrected place makes two strikes one: the younger is retracted into the older, both ids stay."""
    (older,) = world.tell("a", STRIKE)
    elsewhere = signal(
        "attacks", "concluded", "+RSF >SDN", place="Rabak", country="SDN", when=day(0), killed=6
    )
    (younger,) = world.tell("b", elsewhere, hours=1)
    updates = {update.thread: update for update in world.tell("b", STRIKE, version="2", hours=1, updated=3)}
    survivor, loser = updates[older.thread], updates[younger.thread]
    assert (survivor.kind, survivor.articles.count, survivor.publishers.count) == ("correction", 2, 2)
    assert (loser.kind, loser.merged_into, loser.seq) == ("retraction", older.thread, 2)
    assert world.state.get(younger.thread).merged_into == older.thread
    world.tell("c", STRIKE, hours=4)
    assert world.state.get(older.thread).articles == 3
    assert world.tell("b", version="gone", status="withdrawn", hours=5) == ()


def test_packed_thread_stays_small_whatever_comes():
    """Hundreds of articles with long ids, many languages and actors keep a record within 4 KB."""
    world = World()
    many = " ".join(f"ACTOR{n}" for n in range(40))
    for n in range(120):
        told = signal(
            "statements",
            "concluded",
            f"+USA >RUS {many}",
            language=f"x{n}",
            quote="слово " * 200,
            killed=n,
            **{f"figure{n}": "long " * 50},
        )
        world.tell(
            f"{n}-" + "article" * 40, told, hours=n / 20, publisher=f"publisher {n} " + "of the realm " * 20
        )
    ((_, value),) = world.state.records()
    thread = unpack(value)
    assert len(value) <= LIMIT
    assert thread.articles == thread.publishers == 120
    assert thread.confidence == 0.99
    assert 1 <= len(thread.entries) <= 20


MEETING = signal(
    "defence-cooperation",
    "concluded",
    "FRA GBR ?UKR",
    detail="meeting",
    place="London",
    country="GBR",
    when=day(4),
)
GUARANTEE = signal("defence-cooperation", "proposed", "+FRA +GBR >UKR", detail="security-guarantee")


def test_one_reading_keeps_apart_what_it_tells_apart(world):
    """A meeting, a coalition in the making and a guarantee in one article are three affairs."""
    coalition = signal(
        "defence-cooperation",
        "proposed",
        "FRA GBR ?UKR",
        detail="coalition",
        place="London",
        country="GBR",
        when=day(4),
    )
    world.tell("a", MEETING, coalition, GUARANTEE, hours=100)
    assert [(update.kind, update.detail) for update in world.told] == [
        ("new", "meeting"),
        ("new", "coalition"),
        ("new", "security-guarantee"),
    ]
    (meeting, *_) = world.told
    assert [(who.id, who.role) for who in meeting.actors] == [
        ("FRA", "party"),
        ("GBR", "party"),
        ("UKR", "subject"),
    ]
    assert meeting.claims == ()


def test_akin_signals_of_one_reading_stay_one_affair(world):
    """A force that is formed and is to be deployed by the same states is one affair, though told twice."""
    world.tell(
        "a",
        signal("peacekeeping", "proposed", "+FRA +GBR >UKR", detail="force-formed"),
        signal("peacekeeping", "scheduled", "+FRA +GBR >UKR", detail="deployed"),
    )
    assert world.kinds() == ["new"]


def test_other_actors_in_one_reading_are_another_affair(world):
    """Two deployments that one article tells of in two stages are two threads when others take part."""
    world.tell(
        "a",
        signal("peacekeeping", "proposed", "+FRA +GBR >UKR", detail="deployed"),
        signal("peacekeeping", "concluded", "+FRA +KEN >UKR", detail="deployed"),
    )
    assert world.threads() == 2


def test_newer_version_does_not_pair_another_kind(world):
    """A newer version's guarantee is news and does not go where the older version's meeting went."""
    world.tell("a", MEETING, hours=100)
    (update,) = world.tell("a", MEETING, GUARANTEE, hours=100, updated=101, version="2")
    assert (update.kind, update.detail) == ("new", "security-guarantee")


def test_role_is_not_raised_by_a_signal_of_lower_standing(world):
    """Who is talked about does not become a recipient by an earlier stage or by somebody's claim."""
    world.tell("a", signal("aid", "concluded", "+DEU +FRA ?UKR", when=day(1)), hours=24)
    world.tell("b", signal("aid", "proposed", "+DEU +FRA >UKR", when=day(1)), hours=25)
    world.tell("c", signal("aid", "concluded", "+DEU +FRA >UKR", when=day(1), by="RUS"), hours=26)
    thread = world.state.get(world.told[0].thread)
    assert thread.articles == 3
    assert [who.role for who in thread.actors if who.id == "UKR"] == ["subject"]
    world.tell("d", signal("aid", "concluded", "+DEU +FRA >UKR", when=day(1)), hours=27)
    thread = world.state.get(world.told[0].thread)
    assert [who.role for who in thread.actors if who.id == "UKR"] == ["recipient"]


@pytest.mark.parametrize("first", [0, 1], ids=["fact first", "claim first"])
def test_claim_beside_a_fact_of_one_reading_is_only_noted(world, first):
    """What an article reports as a fact is quoted with its own words; somebody's claim about it is a claim."""
    fact = signal(
        "peacekeeping", "proposed", "+FRA +GBR >UKR", detail="force-formed", quote="They plan a force."
    )
    claim = signal(
        "peacekeeping",
        "proposed",
        ">UKR",
        detail="deployed",
        by="RUS",
        quote="Moscow says 100,000.",
        confidence=0.99,
    )
    signals = [fact, claim] if first == 0 else [claim, fact]
    (update,) = world.tell("a", *signals)
    assert (update.kind, update.detail, update.asserted_by) == ("new", "force-formed", None)
    assert [quote.quote for quote in update.evidence] == ["They plan a force."]
    assert [(said.field, said.value, said.by) for said in update.claims] == [("stage", "proposed", "RUS")]
    assert update.confidence == 0.8


def test_claim_of_another_article_does_not_take_the_quote(world):
    """A claim that adds a number to a fact leaves the fact's quote."""
    world.tell("a", signal("attacks", "concluded", "+RSF >SDN", when=day(0), killed=6, quote="Six died."))
    (update,) = world.tell(
        "b",
        signal(
            "attacks", "concluded", "+RSF >SDN", when=day(0), killed=9, by="SDN", quote="The army says nine."
        ),
        hours=20,
    )
    assert update.kind == "development"
    assert [quote.quote for quote in update.evidence] == ["Six died."]


def test_length_of_talks_is_no_news_of_its_own(world):
    """How long talks took is kept when somebody tells it a day later, and pushed to nobody."""
    world.tell("a", HELD, hours=100)
    lasted = signal(
        "peace-talks",
        "concluded",
        "RUS UKR",
        when=day(4),
        detail="held",
        duration={"min": 12, "unit": "hour"},
    )
    longer = signal(
        "peace-talks",
        "concluded",
        "RUS UKR",
        when=day(4),
        detail="held",
        duration={"min": 13, "unit": "hour"},
    )
    assert [u.kind for u in world.tell("b", lasted, hours=124)] == ["confirmation"]
    assert world.tell("b", longer, hours=125, updated=126, version="2")[0].kind == "correction"
    assert world.state.get(world.told[0].thread).attributes["duration"] == {"min": 13, "unit": "hour"}


def test_each_stage_has_its_first_wave(world):
    """What a second outlet adds hours after talks ended is detail, though they were planned weeks before."""
    world.tell("a", TALKS)
    world.tell("b", HELD, hours=100)
    more = signal("peace-talks", "concluded", "RUS UKR", when=day(4), detail="held", delegates=40)
    assert [u.kind for u in world.tell("c", more, hours=103)] == ["confirmation"]
    later = signal("peace-talks", "concluded", "RUS UKR", when=day(4), detail="held", prisoners=500)
    assert [u.kind for u in world.tell("d", later, hours=130)] == ["development"]


def test_a_publisher_that_corrects_itself_is_a_correction(world):
    """An article that puts right its own outlet's report, also of what no field holds; anybody else's is none."""
    planned = signal("aid", "scheduled", "+DEU >UKR", when=day(9), killed=2)
    world.tell("wire-1", planned, publisher="wire", text="one")
    told = world.tell("wire-2", planned, hours=30, publisher="wire", text="two", correction=True)
    assert [(update.kind, update.reason) for update in told] == [("correction", "corrected by wire")]
    assert world.tell("other-1", planned, hours=31, publisher="other", text="three", correction=True)[
        0
    ].kind == ("confirmation")


def test_what_the_parties_say_of_their_affair_founds_no_thread(world):
    """Thanks for aid and blame for a strike ride along with the affair; a third party's word is its own matter."""
    aid = signal("aid", "scheduled", "+DEU >UKR")
    thanks = signal("statements", "concluded", "+UKR >DEU", detail="praise")
    rebuke = signal("statements", "concluded", "+RUS >DEU", detail="condemnation")
    assert [update.family for update in world.tell("a", aid, thanks)] == ["aid"]
    assert [update.family for update in world.tell("b", thanks, hours=50)] == ["statements"]
    assert {update.family for update in world.tell("c", aid, rebuke, hours=60, text="c")} >= {"statements"}


@pytest.mark.parametrize("hot", [1, 3])
def test_threads_without_news_are_kept_small_and_read_the_same(monkeypatch, hot):
    """A state that keeps few threads ready gives the same updates and records as one that keeps all."""

    def run():
        world = World()
        for turn in range(3):
            for number, name in enumerate(("DEU", "FRA", "ITA", "ESP", "POL")):
                stage = ("scheduled", "under-way", "concluded")[turn]
                told = signal("aid", stage, f"+{name} >UKR", killed=turn + 1)
                world.tell(f"{name}-{turn}", told, hours=turn * 30 + number, text=f"{name}-{turn}")
        return world.told, list(world.state.records())

    kept = run()
    monkeypatch.setattr(states, "HOT", hot)
    assert run() == kept
