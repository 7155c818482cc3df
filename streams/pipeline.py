"""READ FIRST: what Parley does to one article, as one pure function of bytes.

    raw bytes ──▶ parse ──▶ language ──▶ sentences ──▶ detect ──▶ signals ──▶ Read
                   │                                                          ├─ enriched ▶ articles.enriched
                   └─▶ Rejection ▶ articles.rejected                          └─ reading  ▶ signals

The read agent (`kafka/agents.py`) calls `Pipeline.read` for each record of `articles` and sends what comes
back. The track agent folds each reading of `signals` into the state of the world (`track/fold.py`) and sends
the updates to `events.<family>`. Subscribers get them from `kafka/subscribe.py`. Nothing here reads a
clock, a file after loading, or the network, so the same bytes give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from streams.article import Article, Enriched, Outcome, Read
from streams.clean import Cleaner
from streams.detect.detector import Detected, Detector
from streams.detect.knowledge import Knowledge
from streams.detect.signals import signals
from streams.enrich.language import Languages
from streams.enrich.source import source_of
from streams.enrich.text import Sentences
from streams.errors import Code, KnowledgeError, Rejected, Rejection
from streams.parse import parse
from streams.reading import Reading, Signal


class Pipeline:
    """Reads articles with what `knowledge` knows. Build it once; it keeps caches and no state."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.cleaner = Cleaner(knowledge.texts)
        self._languages = Languages(knowledge.texts)
        self._sentences = Sentences(knowledge.texts)
        self._detector = Detector(knowledge)

    @classmethod
    def load(cls, knowledge_dirs: Iterable[Path] = ()) -> Pipeline:
        """A pipeline with our knowledge and, laid over it, the user's folders. Raises `KnowledgeError`."""
        return cls(Knowledge.load(knowledge_dirs))

    @property
    def knowledge_digest(self) -> str:
        """By which knowledge the readings are made."""
        return self.knowledge.digest

    def read(
        self,
        raw: bytes | None,
        *,
        key: bytes | None = None,
        received: datetime,
        headers: Mapping[str, bytes] = {},
    ) -> Read | Rejection:
        """What the article in `raw` says, or why it cannot be read. `received` is the record's timestamp.

        Raises `KnowledgeError` when a language is used for the first time and its files are wrong; `warm` finds
        that out before.
        """
        try:
            article = parse(raw, key=key, received=received, headers=headers, cleaner=self.cleaner)
        except Rejected as rejected:
            return Rejection(rejected.code, rejected.stage, str(rejected))
        try:
            return self.read_article(article, backfill="backfill" in headers)
        except KnowledgeError:
            raise  # no article's fault: whoever runs this must mend the file
        except Exception as error:  # noqa: BLE001  # a bug of ours must not lose an article or stop a worker
            return Rejection(Code.DETECTOR_FAILED, "detect", f"{type(error).__name__}: {error}")

    def read_article(self, article: Article, *, backfill: bool = False) -> Read:
        """What a parsed article says."""
        if article.withdrawn:
            return self._withdrawn(article, backfill=backfill)
        language = self.language_of(article)
        compiled = self.knowledge.language(language)
        if compiled is None:
            return Read(
                Enriched(article, language, (), (), (), "language-unsupported", self.knowledge.digest), None
            )
        sentences = self._sentences.split(article.title, article.text, language)
        detected = self._detector.detect(article, sentences, compiled)
        found = signals(detected.candidates, article, language, self.knowledge)
        outcome = _outcome(found)
        enriched = Enriched(
            article, language, sentences, detected.mentions, found, outcome, self.knowledge.digest
        )
        kept = tuple(signal for signal in found if signal.kept)
        doubtful = tuple(signal for signal in found if not (signal.kept or signal.background))
        if not kept and not doubtful:
            return Read(enriched, None)
        table = self.knowledge.texts[language].clean
        publishers = self.knowledge.publishers
        source = source_of(article, language, detected.mentions, publishers, table=table, backfill=backfill)
        return Read(enriched, Reading(source, kept, self.knowledge.digest, doubtful))

    def language_of(self, article: Article) -> str:
        """The language an article is read in: ISO 639-1, "und" when nobody can tell."""
        return self._languages.detect(article.text, article.language) or "und"

    def detect(self, article: Article, language: str) -> Detected | None:
        """The candidates of an article with all that fired, for people and proofs; None when the language is
        not supported.
        """
        compiled = self.knowledge.language(language)
        if compiled is None:
            return None
        sentences = self._sentences.split(article.title, article.text, language)
        return self._detector.detect(article, sentences, compiled)

    def _withdrawn(self, article: Article, *, backfill: bool) -> Read:
        """A withdrawal has no signals; its reading tells the tracker to take back what rested on it."""
        enriched = Enriched(
            article, article.language or "und", (), (), (), "withdrawn", self.knowledge.digest
        )
        publishers = self.knowledge.publishers
        source = source_of(article, article.language or "und", (), publishers, backfill=backfill)
        return Read(enriched, Reading(source, (), self.knowledge.digest))


def _outcome(found: tuple[Signal, ...]) -> Outcome:
    kept = [signal for signal in found if signal.kept]
    if kept:
        return "background-only" if all(signal.background for signal in kept) else "signals"
    return "below-threshold" if found else "no-event"
