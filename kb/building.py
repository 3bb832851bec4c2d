"""From a help center's files to its index."""

import hashlib
from typing import Any

from kb.content.files import Files, find_files
from kb.content.library import Library, read_library, untracked
from kb.content.memory import Memory, recipe
from kb.content.seeds import load_topics
from kb.place import Place
from kb.processes import uncollected
from kb.search.generation import FORMAT, IndexUnusableError, build_lock, live_fingerprint
from kb.search.index import replace_index, share
from kb.search.synonyms import read_synonyms


def read(
    place: Place,
    *,
    track: Any = untracked,
    memory: Memory | None = None,
    files: Files | None = None,
) -> Library:
    """The library of a place, with all problems in its articles; raises KBError when nothing is served.

    With a `memory`, articles that it keeps come without text (see `Library`). `files` are those of the
    articles' folder, when they are known already.
    """
    return read_library(
        place.articles,
        load_topics(place.seeds),
        drafts=place.for_writers,
        foreign=place.foreign,
        memory=memory,
        digest=share,
        files=files,
        track=track,
    )


def index_is_fresh(place: Place) -> bool:
    """Whether the live index is what a build would make now."""
    try:
        files = find_files(place.articles)  # before a memory is made of what may be the wrong folder
        with Memory(place.memory) as memory:
            return live_fingerprint(place.index) == _fingerprint(place, files, memory)
    except IndexUnusableError:
        return False


def index_state(place: Place) -> str | None:
    """What is wrong with the live index, None when it can be read."""
    try:
        live_fingerprint(place.index)
    except IndexUnusableError as error:
        return str(error)
    return None


def build(place: Place, *, track: Any = untracked, anew: bool = False) -> Library:
    """Reads the library and makes its index live; raises KBError when either can't be done.

    It raises BeingBuiltError at once when another build of it is running. Only what has changed since the
    last build is rendered and indexed again, unless the index is to be made `anew`.
    """
    files = find_files(place.articles)  # before a memory is made of what may be the wrong folder
    with build_lock(place.index), uncollected(), Memory(place.memory) as memory:
        mark = _fingerprint(place, files, memory)
        synonyms = read_synonyms(place.seeds / "synonyms.txt")
        library = read(place, track=track, memory=memory, files=files)
        replace_index(place.index, library, mark, synonyms, track, anew=anew)
    return library


def _fingerprint(place: Place, files: Files, memory: Memory) -> str:
    """A digest that changes whenever an index would: the bytes of all it is made from, and how it is made."""
    digest = hashlib.blake2b(f"{FORMAT} {recipe()} {place.for_writers}".encode(), digest_size=16)
    folder = str(place.articles)
    keys = (f"{path}\0{memory.key(path, f'{folder}/{path}')}\0" for path in files.articles)
    digest.update("".join(keys).encode())
    digest.update(repr(sorted(files.assets.items())).encode("utf-8", "surrogateescape"))
    for name in ("topics.yaml", "synonyms.txt"):
        file = place.seeds / name
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()
