"""Bigrams: how words of two syllables are found, in any database and under any locale.

A text becomes tokens, one for each character with the one that follows it, each character as six
hexadecimal digits. So a token is plain ASCII, which no parser and no locale cuts or drops, and a
piece of text is found where its tokens follow one another. The last character of a run stands
alone, so that each character begins a token, and one character is found as a beginning.
"""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

#: What is indexed of one text; a summary is far shorter.
MOST_CHARACTERS: Final = 4000
#: More pieces than this narrow nothing any more.
_MOST_PIECES: Final = 8


def runs(text: str) -> Iterator[str]:
    """Letters and digits that stand together, folded; what stands between is a boundary."""
    run = ""
    for character in unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold():
        if character.isalnum():
            run += character
        elif run:
            yield run
            run = ""
    if run:
        yield run


def tokens(run: str) -> list[str]:
    """The tokens of one run, as many as it has characters."""
    return [f"{ord(one):06x}{ord(two):06x}" for one, two in pairwise(run)] + [f"{ord(run[-1]):06x}"]


def indexed(text: str) -> str:
    """What is stored for a text. A run ends with a lone character, so no phrase goes across two."""
    return " ".join(token for run in runs(text) for token in tokens(run))


def pieces(query: str) -> list[list[str]]:
    """For each piece of a query the tokens that must follow one another.

    A piece of one character gives one token of six digits, to be met as a beginning.
    """
    found = [tokens(run) for run in runs(query)]
    return [piece[:-1] or piece for piece in found][:_MOST_PIECES]


def for_sqlite(query: str) -> str:
    """The query for FTS5; empty when there is nothing to look for."""
    return " AND ".join(
        f'"{piece[0]}"*' if len(piece[0]) == 6 else '"' + " ".join(piece) + '"'
        for piece in pieces(query)
    )


def for_postgres(query: str) -> str:
    """The same for to_tsquery."""
    return " & ".join(
        f"{piece[0]}:*" if len(piece[0]) == 6 else f"({' <-> '.join(piece)})"
        for piece in pieces(query)
    )
