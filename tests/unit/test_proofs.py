from functools import cache

import pytest

from streams.detect.knowledge import Knowledge
from streams.detect.proofs import failures
from streams.pipeline import Pipeline


@cache
def pipeline():
    return Pipeline.load()


LANGUAGES = sorted(Knowledge.load().languages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_proof_holds(language):
    """Each entry's examples fire it, with the stage and actors they name, and its counterexamples do not."""
    assert [str(failure) for failure in failures(pipeline(), language)] == []


@pytest.mark.parametrize("language", ["id", "en", "fa", "hi"])
def test_every_family_can_be_said(language):
    """Indonesian, English, Persian and Hindi have entries for all fourteen families."""
    entries = pipeline().knowledge.language(language).entries.values()
    assert len({entry.frame.family for entry in entries}) == 14


def test_every_code_of_a_frame_has_a_scale():
    """PLOVER events and CAMEO codes that frames use stand in the codebooks' scales."""
    knowledge = pipeline().knowledge
    for frame in knowledge.frames.values():
        for event, _mode, code in frame.codes.values():
            assert event in knowledge.codes["plover"]
            assert code in knowledge.codes["cameo"]
