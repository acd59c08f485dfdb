"""The committed vectors are what their generator writes (PROTOCOL section 14)."""

import json

import pytest

from tests.vectors import generate


@pytest.mark.parametrize("name", generate.NAMES)
def test_committed_vectors_are_current(name: str) -> None:
    path = generate.FOLDER / f"{name}.json"
    assert path.read_text("utf-8") == generate.render(name), "run python -m tests.vectors.generate"


@pytest.mark.parametrize("name", generate.NAMES)
def test_vectors_have_their_shape(name: str) -> None:
    content = json.loads((generate.FOLDER / f"{name}.json").read_text("utf-8"))
    assert set(content) == {"protocol", "section", "good", "bad"}
    for which in ("good", "bad"):
        names = [vector["name"] for vector in content[which]]
        assert names
        assert len(set(names)) == len(names)
    assert all("error" in vector or "reason" in vector for vector in content["bad"])
