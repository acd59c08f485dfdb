"""What inspect says of columns as people name them, in Korean and English."""

from pathlib import Path

import polars as pl
import pytest

from breachdesk.incident import Incident
from breachdesk.ingest._content import banks_of, readings
from breachdesk.ingest._inspect import RRN_NOTE, Inspection, inspect
from breachdesk.ingest._names import certain, maybe, of_somebody_else
from breachdesk.ingest._source import LOST
from tests.messy.packed import xlsx


def looked_at(folder: Path, text: str, incident: Incident | None = None) -> Inspection:
    path = folder / "leak.csv"
    path.write_text(text, "utf-8")
    (table,) = inspect(path, incident=incident).tables
    return table


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("휴대폰 번호", "phone"),
        ("연락처 / 휴대폰", "phone"),
        ("고객정보 / 이름", "name"),
        ("이름 / NAME", "name"),
        ("전화 #5", "phone"),
        ("보호자 / 이름", None),
        ("보호자연락처", None),
        ("연락처 및 주소 / 주소", None),
        ("HP_NO2", None),
        ("비고", None),
    ],
)
def test_what_a_name_says_for_certain(name: str, code: str | None) -> None:
    assert certain(name) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("CUST_NM", "name"),
        ("JUMIN_NO_ENC", "rrn"),
        ("MBR_HP_NO", "phone"),
        ("이메일(필수)", "email"),
        ("생년월일8자리", "birth_date"),
        ("환불 계좌", "bank_account"),
        ("신용카드 번호(16)", "card_number"),
        ("보호자연락처", "phone"),
    ],
)
def test_what_a_name_may_say(name: str, code: str) -> None:
    assert code in maybe(name) or certain(name) == code


def test_somebody_elses_column_is_a_question_however_it_reads(tmp_path: Path) -> None:
    table = looked_at(tmp_path, "이름,보호자 휴대폰\n홍길동,010-1234-5678\n김구,010-8765-4321\n")
    guess = table.columns[1]
    assert (guess.code, guess.confidence) == (None, 0.0)
    assert guess.alternatives[0] == "phone"
    assert of_somebody_else(guess.header)
    assert any("somebody else" in note for note in guess.notes)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["010-1234-5678", "+82 10 1234 5678", "1012345678", "02)123-4567"], "phone"),
        (["1989-01-02", "89년생", "1989. 1. 2.", "19890102"], "birth_date"),
        (["서울특별시 강남구 테헤란로 1", "부산시 중구 중앙동 2-3", "x"], "address"),
        (["4111 1111 1111 1111", "4222222222222"], "card_number"),
        (["8982012345678901234", "8982012345678901235"], "usim_number"),
        (["5f4dcc3b5aa765d61d8327deb882cf99", "x"], "password_hash"),
        (["10.0.0.1", "192.168.0.7"], "ip_address"),
        (["남", "여", "M"], "sex"),
        (["11/27", "01/25"], "card_expiry"),
        (["홍길동", "남궁민", "Kim Minsu"], "name"),
    ],
)
def test_what_content_reads_as(cells: list[str], code: str) -> None:
    assert readings(pl.Series(cells))[0] == code


def test_streets_are_no_names() -> None:
    assert "name" not in readings(pl.Series(["해지", "쓰기", "없음", "훌륭"]))


def test_accounts_by_bank() -> None:
    assert banks_of(pl.Series(["123-456789-12345", "x"])) == ("Hana",)
    assert banks_of(pl.Series(["3333-01-1234567"])) == ("KakaoBank",)
    assert banks_of(pl.Series(["1234567890"])) == ()


def test_rrns_come_with_what_the_law_says(tmp_path: Path) -> None:
    table = looked_at(tmp_path, "이름,주민등록번호\n홍길동,890102-1234567\n")
    assert table.columns[1].notes == (RRN_NOTE,)
    assert "24-2" in RRN_NOTE
    hidden = looked_at(tmp_path, "이름,구분\n홍길동,890102-1234567\n")
    assert hidden.columns[1].notes == (RRN_NOTE,)
    assert hidden.columns[1].code is None


def test_words_for_nothing_are_proposed_and_not_decided(tmp_path: Path) -> None:
    path = tmp_path / "leak.csv"
    path.write_text("이름,전화번호\n홍길동,NULL\n김구,010-8765-4321\n", "utf-8")
    assert 'blank = ["NULL"]' in inspect(path).mapping_toml()


def test_how_many_rows_would_be_lost(tmp_path: Path, incident: Incident) -> None:
    text = (
        "고객명,주민등록번호,전화번호,고객관리번호\n"
        "홍길동,890102-1234567,010-1234-5678,K1\n"
        "김구,,12,\n"
        "이상,890102-1234568,서울,K3\n"
        "박하나,900102-1234568,010-8765-4321,K4\n"
        "a,b\n"
    )
    table = looked_at(tmp_path, text, incident)
    assert table.rejected == {"shape": 1}
    assert table.unfindable["no-subject"] == pytest.approx(1 / 4)
    assert table.unfindable["not found by name+birth_date+phone"] == pytest.approx(2 / 4)
    assert table.columns[2].invalid == pytest.approx(2 / 4)
    assert looked_at(tmp_path, text).unfindable == {}


def test_lost_digits_are_told_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "cards.xlsx"
    path.write_bytes(xlsx([("s", [("이름", "카드번호"), ("홍길동", 4111111111111111)])]))
    (table,) = inspect(path).tables
    guess = table.columns[1]
    assert any("kept 15 digits" in note for note in guess.notes)
    assert guess.samples == ()
    assert LOST not in str(table)


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("이름,전화번호\n홍길동,010-1234-5678\n", "utf-8")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7")
    found = inspect(tmp_path)
    assert (len(found.tables), [problem.kind for problem in found.problems]) == (1, ["format"])
