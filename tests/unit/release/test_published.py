"""Published examples and vectors of others."""

import pytest

from breachdesk.release import (
    ReleaseError,
    VKey,
    encode_bucket,
    entry_hash,
    log_root,
    parse_checkpoint,
    parse_note,
)
from tests.vectors._paths import RFC6962_ENTRIES

# golang.org/x/mod sumdb/note, note_test.go (BSD-3-Clause).
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)

# C2SP tlog-cosignature, the example in its introduction (CC BY 4.0); its keys are not published.
C2SP_NOTE = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2"
    "q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2o"
    "yin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)

# certificate-transparency-go, Merkle tree tests (Apache-2.0): roots over the first n entries.
RFC6962_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def test_the_go_note_opens_and_is_written_the_same() -> None:
    key = VKey.parse(GO_VKEY)
    note = parse_note(GO_NOTE.encode())
    assert note.signatures[0].by(key)
    key.verify(note.signatures[0].data, note.body.encode())
    assert note.encode() == GO_NOTE.encode()
    assert key.text == GO_VKEY


def test_the_go_note_changed_does_not_open() -> None:
    note = parse_note(GO_NOTE.replace("answer", "anxwer").encode())
    with pytest.raises(ReleaseError) as caught:
        VKey.parse(GO_VKEY).verify(note.signatures[0].data, note.body.encode())
    assert caught.value.code == "signature"


@pytest.mark.parametrize("at", range(len(GO_VKEY)))
def test_no_piece_and_no_change_of_a_vkey_is_one(at: int) -> None:
    changed = GO_VKEY[:at] + chr(ord(GO_VKEY[at]) + 1) + GO_VKEY[at + 1 :]
    for text in (GO_VKEY[:at], GO_VKEY[at + 1 :], changed):
        with pytest.raises(ReleaseError) as caught:
            VKey.parse(text)
        assert caught.value.code == "service"


def test_the_c2sp_example_has_the_form_of_a_note() -> None:
    note = parse_note(C2SP_NOTE.encode())
    assert note.encode() == C2SP_NOTE.encode()
    witness = note.signatures[1]
    assert (witness.name, len(witness.data)) == ("witness.example.com/w1", 72)
    assert int.from_bytes(witness.data[:8], "big") == 1_679_315_147
    with pytest.raises(ReleaseError) as caught:  # a log of this size is none of ours
        parse_checkpoint(note)
    assert caught.value.code == "checkpoint"


@pytest.mark.parametrize("count", range(len(RFC6962_ROOTS)))
def test_rfc_6962_roots(count: int) -> None:
    leaves = [entry_hash(entry) for entry in RFC6962_ENTRIES[:count]]
    assert log_root(leaves).hex() == RFC6962_ROOTS[count]


def test_padding_is_the_key_stream_of_rfc_8439() -> None:
    """Appendix A.1, test vector 1: the zero key and nonce at block counter 0."""
    data = encode_bucket(bytes(32), 0, 1, 16, [], bytes(32))
    first = (
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
    )
    assert first in {data[i : i + 64].hex() for i in range(64, len(data), 64)}
