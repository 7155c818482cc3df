"""What the tracker must know of an article: who published it, whose text it is, a signature for copies."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from rensa import RMinHash

from streams.article import Article, Mention
from streams.reading import Source

PERMUTATIONS = 64
"""Values of a signature; their share of equal ones estimates the share of common shingles to ±.06."""
SHINGLE = 4
"""Words (letters in scripts without spaces) of a shingle."""
MAX_NAMES = 16

_WORD = re.compile(r"\w+")


def source_of(
    article: Article, language: str, mentions: tuple[Mention, ...], *, backfill: bool = False
) -> Source:
    """The tracker's view of `article`."""
    agency = article.dateline.agency if article.dateline else None
    names = sorted({mention.id for mention in mentions if mention.kind in ("actor", "place")})[:MAX_NAMES]
    return Source(
        id=article.id,
        version=article.version,
        published=article.published,
        received=article.received,
        language=language,
        url=article.url,
        title=article.title,
        publisher=publisher(article),
        origin=agency,
        credits=article.credits,
        updated=article.updated,
        status=article.status,
        signature=signature(article.text),
        names=tuple(names),
        backfill=backfill,
    )


def publisher(article: Article) -> str | None:
    """The outlet as named, else the host of its url without "www."."""
    if article.source:
        return " ".join(article.source.split())
    if article.url:
        host = urlsplit(article.url).hostname
        if host:
            return host.removeprefix("www.")
    return None


def signature(text: str) -> tuple[int, ...]:
    """MinHash over shingles of words: near copies agree in most values. Empty for next to no text."""
    words = _WORD.findall(text.casefold())
    if len(words) < SHINGLE and words:
        words = list("".join(words))
    if len(words) < SHINGLE:
        return ()
    shingles = [" ".join(words[index : index + SHINGLE]) for index in range(len(words) - SHINGLE + 1)]
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update(shingles)
    return tuple(minhash.digest())
