"""Properties of the key folder's files."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk.keys import KEY_NAMES, KeyFormat
from breachdesk.keys._document import decode
from breachdesk.keys._files import decode_key, encode_key

names = st.sampled_from(KEY_NAMES)


@given(names, st.binary(min_size=32, max_size=32))
def test_key_files_come_back(name: str, secret: bytes) -> None:
    assert decode_key(name, encode_key(name, secret)) == secret


@given(names, st.binary(max_size=120))
def test_anything_else_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(KeyFormat):
        decode_key(name, content)


@given(st.binary(max_size=64).filter(lambda secret: len(secret) != 32), names)
def test_other_lengths_are_refused(secret: bytes, name: str) -> None:
    with pytest.raises(KeyFormat):
        decode_key(name, encode_key(name, secret))


@settings(max_examples=200)
@given(st.text(max_size=200) | st.sampled_from(["format = 2", "format = 1\noprf = 2"]))
def test_public_file_is_never_half_read(text: str) -> None:
    with pytest.raises(KeyFormat):
        decode(text.encode("utf-8", "surrogatepass"))
