"""Reading source files: what is right, what is rejected row by row, what stops."""

import hashlib
import tracemalloc
from pathlib import Path

import pytest

from breachdesk.ingest._open import open_path
from breachdesk.ingest._source import Reading, Source
from breachdesk.ingest.errors import SourceError
from tests.factories.sources import open_source

HEADER = "이름,전화번호,주소\n"
ROWS = "홍길동,010-1234-5678,서울\n김구,010-8765-4321,부산\n"
SECRET = "비밀값"


def write(folder: Path, data: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "leak.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


def read(source: Source, rows: int = 65_536) -> tuple[dict[int, tuple[str, ...]], dict[int, str]]:
    """All rows by number, and all rejections."""
    good: dict[int, tuple[str, ...]] = {}
    bad: dict[int, str] = {}
    for batch in source.batches(rows):
        assert batch.frame.height == len(batch.row_numbers) <= rows
        good.update(zip(batch.row_numbers, batch.frame.rows(), strict=True))
        bad.update(batch.rejected)
    assert len(good) + len(bad) == source.rows_read
    return good, bad


def fails(path: Path, encoding: str | None = None) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(open_source(path, encoding=encoding))
    assert SECRET not in str(caught.value)
    assert caught.value.fix
    return caught.value


GOOD = {1: ("홍길동", "010-1234-5678", "서울"), 2: ("김구", "010-8765-4321", "부산")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_ways_to_write_a_file(
    tmp_path: Path, encoding: str, delimiter: str, line_break: str
) -> None:
    text = (HEADER + ROWS).replace(",", delimiter).replace("\n", line_break)
    path = write(tmp_path, text, encoding)
    source = open_source(path)
    assert source.header == ("이름", "전화번호", "주소")
    assert source.encoding == ("cp949" if encoding == "cp949" else "utf-8")
    assert source.found.delimiter == delimiter
    assert read(source) == (GOOD, {})
    assert source.digest == hashlib.sha256(path.read_bytes()).digest()


def test_the_digest_is_known_only_at_the_end(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, HEADER + ROWS))
    with pytest.raises(ValueError, match="not been read"):
        _ = source.digest


def test_a_complete_last_row_needs_no_line_break(tmp_path: Path) -> None:
    assert read(open_source(write(tmp_path, (HEADER + ROWS).rstrip("\n")))) == (GOOD, {})


def test_batches_have_at_most_so_many_rows(tmp_path: Path) -> None:
    text = HEADER + "".join(f"가나,{number},다\n" for number in range(25))
    source = open_source(write(tmp_path, text))
    assert [batch.frame.height for batch in source.batches(10)] == [10, 10, 5]
    good, _ = read(source, 7)
    assert good == {number + 1: ("가나", str(number), "다") for number in range(25)}


def test_quoted_fields_hold_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = HEADER + '"홍, 길동",1,"서울\n강남""역"""\n김구,2,부산\n'
    good, bad = read(open_source(write(tmp_path, text)))
    assert good == {1: ("홍, 길동", "1", '서울\n강남"역"'), 2: ("김구", "2", "부산")}
    assert not bad


def test_stray_quotes_are_characters(tmp_path: Path) -> None:
    text = HEADER + '홍길동,5" 관,서울\n"김"구,"2","부,산"\n이상,"",3"\n'
    good, bad = read(open_source(write(tmp_path, text)))
    assert good == {
        1: ("홍길동", '5" 관', "서울"),
        2: ("김구", "2", "부,산"),
        3: ("이상", "", '3"'),
    }
    assert not bad


def test_empty_lines_are_no_rows(tmp_path: Path) -> None:
    text = HEADER + "\n" + ROWS.replace("\n", "\r\n\r\n") + "\n\n"
    assert read(open_source(write(tmp_path, text))) == (GOOD, {})


def test_a_lone_carriage_return_is_a_blank(tmp_path: Path) -> None:
    text = HEADER + ROWS.replace("서울", "서\r울")
    good, _ = read(open_source(write(tmp_path, text)))
    assert good[1] == ("홍길동", "010-1234-5678", "서 울")


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_bad_rows_are_rejected_one_by_one(tmp_path: Path, encoding: str) -> None:
    lines = [HEADER.encode(encoding)]
    lines += [f"홍길동,{number},서울\n".encode(encoding) for number in range(1, 11)]
    lines[3] = b"\xff\xff,3,x\n"
    lines[5] = b"a,5\n"
    lines[6] = "가,6,나,다\n".encode(encoding)
    lines[10] = b"\xff,10\n"
    good, bad = read(open_source(write(tmp_path, b"".join(lines))), 4)
    assert bad == {3: "encoding", 5: "shape", 6: "shape", 10: "encoding"}
    assert sorted(good) == [1, 2, 4, 7, 8, 9]
    assert all(row == ("홍길동", str(number), "서울") for number, row in good.items())


def test_a_column_without_a_name_is_allowed(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, "이름,,\n홍길동,,\n"))
    assert source.header == ("이름", "", "")


def test_one_column(tmp_path: Path) -> None:
    good, _ = read(open_source(write(tmp_path, "이메일\na@b.kr\n\nc@d.kr\n")))
    assert good == {1: ("a@b.kr",), 2: ("c@d.kr",)}


@pytest.mark.parametrize("data", [b"", b"\n\r\n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n"])
def test_empty(tmp_path: Path, data: bytes) -> None:
    assert fails(write(tmp_path, data)).kind == "empty"


@pytest.mark.parametrize("data", ["이름,전화번호", "이름,전화번호\n", "이름,전화번호\r\n\r\n"])
def test_header_only(tmp_path: Path, data: str) -> None:
    assert fails(write(tmp_path, data)).kind == "header-only"


def test_not_there(tmp_path: Path) -> None:
    assert fails(tmp_path / "none.csv").kind == "unreadable"
    assert fails(tmp_path).kind == "unreadable"


@pytest.mark.parametrize(
    "first",
    [
        f"{SECRET},010-1234-5678",
        f"{SECRET},890102-1234567",
        f"{SECRET},hong@example.com",
        f"{SECRET},1989. 1. 2.",
        f"{SECRET},000123456",
        f"{SECRET},서울",
    ],
)
def test_no_header(tmp_path: Path, first: str) -> None:
    source = open_source(write(tmp_path, f"{first}\n김구,부산\n{SECRET},대구\n"))
    assert source.header == ("", "")
    assert source.found.header_rows == 0
    good, bad = read(source)
    assert good[1] == tuple(first.split(","))
    assert (len(good), bad) == (3, {})


def test_a_column_named_twice(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, "이름, 전화 ,전화\n홍길동,1,2\n"))
    assert source.header == ("이름", "전화 #2", "전화 #3")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-32", HEADER + ROWS),
        ("utf-32-le", HEADER + ROWS * 20),
        ("shift_jis", "名前,住所\n" + "田中さん,とうきょう\n" * 20),
        ("latin-1", "name,city\n" + "Müller,Köln\nJosé,Málaga\n" * 20),
    ],
)
def test_wrong_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    error = fails(write(tmp_path, text, encoding))
    assert error.kind in {"wrong-encoding", "nul-byte"}


@pytest.mark.parametrize(("written", "declared"), [("cp949", "utf-8"), ("utf-8", "cp949")])
def test_a_declared_encoding_that_fails(tmp_path: Path, written: str, declared: str) -> None:
    path = write(tmp_path, HEADER + "홍길동뷁,010-1234-5678,서울시 값\n" * 9, written)
    assert fails(path, declared).kind == "wrong-encoding"


def test_an_unknown_encoding(tmp_path: Path) -> None:
    assert fails(write(tmp_path, HEADER + ROWS), "utf-7").kind == "wrong-encoding"


def test_an_encoding_that_goes_wrong_further_on(tmp_path: Path) -> None:
    good = "name,address\n" + "Hong Gildong,Seoul\n" * 80_000
    bad = "홍길동,서울\n" * 80_000
    path = write(tmp_path, good.encode() + bad.encode("utf-16-le"))
    assert fails(path).kind in {"wrong-encoding", "nul-byte"}
    path = write(tmp_path, good.encode() + "Ünal,Köln\n".encode("latin-1") * 80_000)
    assert fails(path).kind == "wrong-encoding"
    path = write(tmp_path, good.encode() + bad.encode("cp949"))
    assert open_source(path).encoding == "cp949"


@pytest.mark.parametrize(
    "end",
    [
        f"{SECRET},010",
        f'{SECRET},010,"서울',
        f'{SECRET},010,"서울\n부산\n',
        "홍길동,010,".encode() + b"\xec\x84",
    ],
)
def test_a_truncated_last_row(tmp_path: Path, end: str | bytes) -> None:
    data = (HEADER + ROWS).encode() + (end if isinstance(end, bytes) else end.encode())
    error = fails(write(tmp_path, data))
    assert error.kind == "truncated-last-row"
    assert "Row 3" in error.message


def test_a_last_row_that_is_known_to_break_off(tmp_path: Path) -> None:
    for end in (f"{SECRET},010", f'{SECRET},010,"서울\n부산\n'):
        path = write(tmp_path, HEADER + ROWS + end)
        (source,) = open_path(path, lambda _: Reading(breaks_off=True))
        assert read(source) == (GOOD, {3: "shape"})


def test_a_nul_byte(tmp_path: Path) -> None:
    data = HEADER + ROWS + f"{SECRET},\0,서울\n" + ROWS
    good, bad = read(open_source(write(tmp_path, data)))
    assert (sorted(good), bad) == ([1, 2, 4, 5], {3: "encoding"})
    error = fails(write(tmp_path, HEADER + f"{SECRET},\0,서울\n" * 3 + ROWS))
    assert error.kind == "nul-byte"
    assert "Row 1" in error.message
    assert fails(write(tmp_path, "이름,\0\n" + ROWS)).kind == "nul-byte"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_utf_16_and_old_line_breaks(tmp_path: Path, encoding: str, line_break: str) -> None:
    path = write(tmp_path, (HEADER + ROWS).replace("\n", line_break), encoding)
    source = open_source(path)
    assert source.header == ("이름", "전화번호", "주소")
    assert read(source) == (GOOD, {})
    assert source.digest == hashlib.sha256(path.read_bytes()).digest()


@pytest.mark.parametrize("rows", [1, 2, 65_536])
def test_a_mark_of_bytes_within_a_file_is_a_cell_like_any_other(tmp_path: Path, rows: int) -> None:
    """Files that were put together have them; a batch may begin with one."""
    text = "이름\n\ufeff\n\ufeff김구\n\ufeff\ufeff\n홍길동\n\ufeff\n"
    source = open_source(write(tmp_path, text))
    cells = ("\ufeff", "\ufeff김구", "\ufeff\ufeff", "홍길동", "\ufeff")
    assert read(source, rows) == ({n: (cell,) for n, cell in enumerate(cells, 1)}, {})


def test_half_a_character_of_utf_16_breaks_its_row_only(tmp_path: Path) -> None:
    rows = (
        (HEADER + ROWS * 3).encode("utf-16-le").replace("김구".encode("utf-16-le"), b"\0\xd8A\0", 1)
    )
    good, bad = read(open_source(write(tmp_path, rows)))
    assert (len(good), bad) == (5, {2: "encoding"})


@pytest.mark.parametrize("before", ["", HEADER + ROWS, HEADER + ROWS + '홍길동,1,"'])
def test_a_line_of_100_mb_takes_no_100_mb(tmp_path: Path, before: str) -> None:
    path = tmp_path / "leak.csv"
    with path.open("wb") as file:
        file.write(before.encode())
        for _ in range(100):
            file.write(b"a" * 1_000_000)
    tracemalloc.start()
    error = fails(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.kind == "line-too-long"
    assert ("Row 3" if before else "The header") in error.message
    assert peak < 20 << 20


def test_a_quote_that_never_closes_does_not_take_the_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ROWS + '홍길동,1,"서울\n' + ROWS * 100_000)
    error = fails(path)
    assert error.kind == "line-too-long"
    assert "Row 3" in error.message
