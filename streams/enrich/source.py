"""What the tracker must know of an article: who published it, whose text it is, a signature for copies."""

from __future__ import annotations

from urllib.parse import urlsplit

from rensa import RMinHash

from streams.article import Article, Mention
from streams.enrich.publishers import Publishers
from streams.enrich.tables import CleanTable
from streams.reading import Source

PERMUTATIONS = 64
"""Values of a signature; their share of equal ones estimates the share of common shingles to ±.06."""
SHINGLE = 4
"""Words (letters in scripts without spaces) of a shingle."""
UNSPACED = 16
"""Characters for each stretch between spaces beyond which a text is in a script without spaces."""
LEAD = 250
"""Characters of the text in which a correction says what it is."""
MAX_NAMES = 16

_SIGNS = (
    ".,:;!?\"'()[]-\u2013\u2014\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u2026\u060c\u061b\u061f\u06d4\u0964"
)
"""Signs that copies of a text set each in their own way."""


def source_of(
    article: Article,
    language: str,
    mentions: tuple[Mention, ...],
    publishers: Publishers,
    *,
    table: CleanTable | None = None,
    backfill: bool = False,
) -> Source:
    """The tracker's view of `article`; `table` is how its language marks what stands beside the news."""
    agency = (
        publishers.name(article.dateline.agency) if article.dateline and article.dateline.agency else None
    )
    credited = dict.fromkeys(name for credit in article.credits for name in publishers.names(credit))
    names = sorted({mention.id for mention in mentions if mention.kind in ("actor", "place")})[:MAX_NAMES]
    return Source(
        id=article.id,
        version=article.version,
        published=article.published,
        received=article.received,
        language=language,
        url=article.url,
        title=article.title,
        publisher=publisher(article, publishers),
        origin=agency,
        credits=tuple(credited),
        updated=article.updated,
        status=article.status,
        signature=signature(article.text),
        names=tuple(names),
        backfill=backfill,
        correction=table is not None and is_correction(article, table),
    )


def is_correction(article: Article, table: CleanTable) -> bool:
    """Whether an article says that it puts right an earlier report: by a word and a sign before all else, or in
    its lead.
    """
    lead = article.text[:LEAD].casefold()
    if _labelled(article.title.casefold(), table) or _labelled(lead, table):
        return True
    return any(words in lead for words in table.corrected)


def _labelled(text: str, table: CleanTable) -> bool:
    """Whether a text begins with such a word and a sign ("CORRECTION: …"), and not with a sentence about one."""
    bare = text.lstrip("[( ")
    rests = (bare[len(word) :].lstrip() for word in table.corrections if bare.startswith(word))
    return any(rest and not rest[0].isalnum() for rest in rests)


def publisher(article: Article, publishers: Publishers) -> str | None:
    """The outlet as named, else by the host of its url; an agency by its one name."""
    if article.source:
        return publishers.name(article.source)
    try:
        host = urlsplit(article.url).hostname if article.url else None
    except ValueError:  # no URL at all: "https://[x"
        host = None
    return publishers.of_host(host) if host else None


def signature(text: str) -> tuple[int, ...]:
    """MinHash over shingles of words: near copies agree in most values. Empty for next to no text."""
    bare = text.casefold()
    for sign in _SIGNS:
        bare = bare.replace(sign, "")
    words = bare.split()
    if len(words) * UNSPACED < len(bare):
        words = list("".join(words))
    if len(words) < SHINGLE:
        return ()
    shingles = list(map(" ".join, zip(*[words[first:] for first in range(SHINGLE)], strict=False)))
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update(shingles)
    return tuple(minhash.digest())
