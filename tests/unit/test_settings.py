"""Settings: where they come from, and what is refused."""

from pathlib import Path

import pytest

from streams.errors import SettingsError
from streams.settings import Settings


@pytest.fixture
def toml(tmp_path):
    """Writes a settings file and gives its path."""

    def write(text: str) -> Path:
        path = tmp_path / "parley.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_environment_overrides_the_file_which_overrides_the_defaults(toml):
    """The nearest source wins, setting by setting."""
    path = toml('broker = "file:1"\npartitions = 3\n')
    settings = Settings.load(path, {"PARLEY_BROKER": "env:1", "HOME": "/"})
    assert (settings.broker, settings.partitions, settings.session_timeout_seconds) == ("env:1", 3, 10.0)


def test_nothing_given_is_the_defaults():
    """Without a file and without variables the defaults hold."""
    assert Settings.load() == Settings()


def test_every_kind_of_value_is_read_from_the_environment():
    """Text, whole numbers, numbers, truth, folders and tables all have a form in a variable."""
    settings = Settings.load(
        None,
        {
            "PARLEY_TOPIC_PREFIX": "test.",
            "PARLEY_PARTITIONS": "4",
            "PARLEY_SLICE_MS": "2",
            "PARLEY_IDEMPOTENCE": "false",
            "PARLEY_DELIVERY": "at-least-once",
            "PARLEY_LANGUAGES": "en, id",
            "PARLEY_KNOWLEDGE_DIRS": "a:b",
            "PARLEY_TOPICS": "{signals = {partitions = 2}, threads = {partitions = 2}}",
        },
    )
    assert settings.topic("articles") == "test.articles"
    assert settings.group("read") == "test.parley-read"
    assert (settings.partitions, settings.slice_ms, settings.idempotence) == (4, 2.0, False)
    assert settings.knowledge_dirs == (Path("a"), Path("b"))
    assert settings.ready_languages == ["en", "id"]
    assert settings.topics["signals"] == {"partitions": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brokre = 'x'", "brokre"),
        ("partitions = '8'", "partitions"),
        ("partitions = true", "partitions"),
        ("partitions = 0", "partitions"),
        ("slice_ms = nan", "slice_ms"),
        ("idempotence = 1", "idempotence"),
        ("knowledge_dirs = 'x'", "knowledge_dirs"),
        ("topic_prefix = 'a_b.'", "topic_prefix"),
        ("topic_prefix = 'ab'", "topic_prefix"),
        ("app_id = ''", "app_id"),
        ("compression = 'rar'", "compression"),
        ("broker = ' '", "broker"),
        ("[topics.articles]\nparts = 1", "topics.articles.parts"),
        ("[sources]\nANTARA = 0", "sources.ANTARA"),
        ("[topics.articles]\npartitions = 0", "topics.articles.partitions"),
        ("delivery = 'at-most-once'", "delivery"),
        ("broker = ", "parley.toml"),
    ],
)
def test_a_wrong_setting_is_named(toml, text, said):
    """The error names the setting (or the file), for whoever has to mend it."""
    with pytest.raises(SettingsError, match=said.replace(".", r"\.")):
        Settings.load(toml(text))


def test_a_wrong_variable_is_named():
    """An environment variable that is wrong is named by its own name."""
    with pytest.raises(SettingsError, match="PARLEY_PARTITIONS"):
        Settings.load(None, {"PARLEY_PARTITIONS": "many"})


def test_a_missing_file_is_an_error(tmp_path):
    """A file that was asked for must be there."""
    with pytest.raises(SettingsError, match="cannot read"):
        Settings.load(tmp_path / "none.toml")


def test_exactly_once_needs_idempotence():
    """A broker without transactions gets a clear word, and what to use."""
    assert Settings().delivery == "exactly-once"
    with pytest.raises(SettingsError, match=r"needs idempotence.*at-least-once"):
        Settings(idempotence=False)


def test_the_password_is_not_shown():
    """Settings may be logged."""
    assert "secret" not in repr(Settings(sasl_password="secret"))


def test_the_embedded_broker_gets_what_it_can_do():
    """No idempotent producer, one replica, a short session."""
    settings = Settings(topic_prefix="x.").embedded("127.0.0.1:1")
    assert (settings.broker, settings.idempotence, settings.replication) == ("127.0.0.1:1", False, 1)
    assert settings.delivery == "at-least-once"
    assert settings.session_timeout_seconds <= 4
    assert settings.topic_prefix == "x."
