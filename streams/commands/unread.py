"""Labelled articles as they were before anybody wrote rules by them: read with their language's knowledge of the
commit before the one that added them. So the figures of a lexicon that knows them by heart can be told from honest
ones.

Run by itself (`python -m streams.commands.unread`) it reads labelled articles from standard input and writes their
lectures: the reading of one commit is a process of its own, in a copy of these sources with the older knowledge.
"""

from __future__ import annotations

import io
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import orjson

from streams.commands.revision import ROOT, run
from streams.detect import patterns
from streams.errors import SettingsError
from streams.evaluation import lessons
from streams.evaluation.gold import Labelled, load
from streams.evaluation.lessons import Lecture
from streams.pipeline import Pipeline

_ANY = 10**9


def lectures(paths: Iterable[Path]) -> Iterator[Lecture]:
    """The lectures of the articles of gold files that this repository's history knows, and whose language had a
    lexicon before them; none where there is no history. Raises `SettingsError` when reading fails.
    """
    jobs: dict[tuple[str, str], list[Labelled]] = {}
    for path in paths:
        items = {item.id: item for item in load(path)}
        for commit, added in _additions(path.resolve(), items):
            for item in added:
                jobs.setdefault((f"{commit}^", str(item.article["language"])), []).append(item)
    for (revision, language), items_of in jobs.items():
        knowledge = _archived(revision, f"streams/knowledge/{language}")
        if knowledge is not None:
            yield from _read(knowledge, items_of)


def _additions(path: Path, items: dict[str, Labelled]) -> Iterator[tuple[str, list[Labelled]]]:
    """The commits that added articles to a gold file, oldest first, each with those that are still there."""
    if not path.is_relative_to(ROOT):
        return
    name = path.relative_to(ROOT).as_posix()
    seen: set[str] = set()
    for commit in _git("log", "--format=%H", "--reverse", "--no-merges", "--", name).decode().split():
        lines = _git("show", f"{commit}:{name}").splitlines()
        there = {str(orjson.loads(line)["article"]["id"]) for line in lines if line.strip()}
        added = sorted((there - seen) & items.keys())
        seen |= there
        if added:
            yield commit, [items[one] for one in added]


def _git(*arguments: str) -> bytes:
    return run(["git", "-C", str(ROOT), *arguments])


def _archived(revision: str, folder: str) -> bytes | None:
    """A folder of a revision as a tar file; None when it had no lexicon then."""
    try:
        _git("cat-file", "-e", f"{revision}:{folder}/lexicon.toml")
    except SettingsError:
        return None
    return _git("archive", revision, folder)


def _read(knowledge: bytes, items: Sequence[Labelled]) -> list[Lecture]:
    given = b"\n".join(orjson.dumps({"article": item.article, "gold": item.gold}) for item in items)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        # Not what was compiled: it would be imported instead, and look for its knowledge there.
        shutil.copytree(ROOT / "streams", tree / "streams", ignore=shutil.ignore_patterns("*.so", "*.pyd"))
        language = str(items[0].article["language"])
        shutil.rmtree(tree / "streams" / "knowledge" / language)
        with tarfile.open(fileobj=io.BytesIO(knowledge)) as archive:
            _unpack(archive, tree)
        found = run([sys.executable, "-m", "streams.commands.unread"], cwd=tree, given=given)
    return msgspec.json.decode(found, type=list[Lecture])


def _unpack(archive: tarfile.TarFile, tree: Path) -> None:
    """The files of an archive that git made; `extractall` has its safe filter only from Python 3.11.4 on."""
    for member in archive.getmembers():
        content = archive.extractfile(member) if member.isfile() else None
        if content is not None:
            path = tree / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())


def main() -> None:
    """Writes the lectures of the labelled articles on standard input. Raises `SettingsError` for one that is
    rejected.
    """
    patterns.MAX_SPELLINGS = _ANY  # what is refused today was allowed then
    found = [orjson.loads(line) for line in sys.stdin.buffer.read().splitlines()]
    items = [Labelled(one["article"], one["gold"]) for one in found]
    told = list(lessons.of_articles(items, "unread", Pipeline.load()))
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    main()
