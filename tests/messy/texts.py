"""Messy text files: encodings, delimiters, quotes, preambles, headers, footers, broken rows."""

from collections.abc import Iterator, Sequence

from tests.messy.expected import Table
from tests.messy.people import HEADER, people

Made = tuple[str, bytes, list[Table] | str]

P = people()


def line(cells: Sequence[str], mark: str = ",") -> str:
    """Cells without quotes."""
    return mark.join(cells) + "\n"


def text(rows: Sequence[Sequence[str]], mark: str = ",", header: Sequence[str] = HEADER) -> str:
    """A table without quotes."""
    return "".join(line(row, mark) for row in (header, *rows))


def encodings() -> Iterator[Made]:
    """One table, in many encodings."""
    plain = [Table(HEADER, P)]
    yield "utf8.csv", text(P).encode(), plain
    yield "utf8-bom.csv", text(P).encode("utf-8-sig"), plain
    yield "cp949.csv", text(P).encode("cp949"), plain
    yield "euc-kr-dos.csv", text(P).replace("\n", "\r\n").encode("euc-kr"), plain
    yield "utf16.txt", text(P, "\t").encode("utf-16"), plain
    yield "utf16-be-no-bom.csv", text(P).encode("utf-16-be"), plain
    yield "old-mac.csv", text(P).replace("\n", "\r").encode(), plain


def delimiters() -> Iterator[Made]:
    """One table, kept apart by many things."""
    plain = [Table(HEADER, P)]
    yield "tab.tsv", text(P, "\t").encode(), plain
    yield "semicolon.csv", text(P, ";").encode("cp949"), plain
    yield "pipe.txt", text(P, "|").encode(), plain
    yield "caret.txt", text(P, "^").encode(), plain
    yield "double-pipe.txt", text(P, "||").encode("cp949"), plain
    yield "unit-separator.dat", text(P, "\x1f").encode(), plain
    yield (
        "no-delimiter.txt",
        "".join(row[2] + "\n" for row in (HEADER, *P)).encode(),
        [Table(("이메일",), [row[2:3] for row in P])],
    )


def quotes() -> Iterator[Made]:
    """Delimiters, breaks and quotes inside of quotes, and quotes that are none."""
    rich = [(row[0], row[1], row[2], f'{row[3]},\n{row[0]} "댁"', row[4]) for row in P]
    doubled = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n"
        for row in (HEADER, *rich)
    )
    yield "all-quoted.csv", doubled.encode(), [Table(HEADER, rich)]
    single = "".join(
        ",".join(f"'{cell.replace(chr(34), '')}'" for cell in row) + "\n" for row in (HEADER, *rich)
    )
    bare = [tuple(cell.replace('"', "") for cell in row) for row in rich]
    yield "single-quoted.csv", single.encode("cp949"), [Table(HEADER, bare)]
    escaped = "".join(
        ",".join('"' + cell.replace('"', '\\"') + '"' for cell in row) + "\n"
        for row in (HEADER, *rich)
    )
    yield "backslash-quoted.csv", escaped.encode(), [Table(HEADER, rich)]
    inches = [(row[0], row[1], row[2], row[3] + ' 19" 모니터', row[4]) for row in P]
    yield "stray-quotes.csv", text(inches).encode(), [Table(HEADER, inches)]
    nulls = [(row[0], "\\N", row[2], row[3], row[4]) for row in P]
    empty = [(row[0], "", row[2], row[3], row[4]) for row in P]
    yield "mysql-nulls.tsv", text(nulls, "\t").encode(), [Table(HEADER, empty)]


def layouts() -> Iterator[Made]:
    """Titles above, several header rows or none, sums below, several tables."""
    title = "고객 명단\n출력일시: 2014-03-06 10:00:00\n\n"
    yield "preamble.csv", (title + text(P)).encode("cp949"), [Table(HEADER, P)]
    wide = "고객 명단,,,,\n작성자,김철수,,,\n,,,,\n"
    yield "preamble-wide.csv", (wide + text(P)).encode(), [Table(HEADER, P)]
    groups = "고객정보,,연락처 및 주소,,\n" + text(P)
    yield (
        "two-header-rows.csv",
        groups.encode(),
        [
            Table(
                [
                    "고객정보 / 이름",
                    "고객정보 / 전화번호",
                    "연락처 및 주소 / 이메일",
                    "연락처 및 주소 / 주소",
                    "연락처 및 주소 / 고객번호",
                ],
                P,
            )
        ],
    )
    english = "name,phone,email,address,customer number\n"
    yield (
        "korean-and-english.csv",
        (line(HEADER) + english + text(P)[len(line(HEADER)) :]).encode(),
        [Table([f"{a} / {b}" for a, b in zip(HEADER, english.strip().split(","), strict=True)], P)],
    )
    yield "no-header.csv", text(P)[len(line(HEADER)) :].encode(), [Table([""] * 5, P)]
    count = {len(P) + 1: "shape", len(P) + 2: "shape"}
    yield (
        "footer.csv",
        (text(P) + "\n합계,6명\n이하 여백\n").encode("cp949"),
        [Table(HEADER, P, count)],
    )
    yield (
        "footer-no-break.csv",
        (text(P) + "총 6건").encode(),
        [Table(HEADER, P, {len(P) + 1: "shape"})],
    )
    yield (
        "footer-wide.csv",
        (text(P) + "합계,,,,6\n").encode(),
        [Table(HEADER, P, {len(P) + 1: "shape"})],
    )
    other = [(row[4], "해지") for row in P]
    second = "\n\n해지 고객\n" + text(other, header=("고객번호", "이메일"))
    yield (
        "two-tables.csv",
        (text(P) + second).encode(),
        [
            Table(HEADER, P, place="1"),
            Table(("고객번호", "이메일"), other, place="2"),
        ],
    )
    yield (
        "named-twice.csv",
        text(P, header=("이름", "전화", "이메일", "주소", "전화")).encode(),
        [Table(("이름", "전화 #2", "이메일", "주소", "전화 #5"), P)],
    )
    trailing = line(HEADER) + "".join(line((*row, "")) for row in P)
    yield (
        "trailing-delimiter.csv",
        trailing.encode(),
        [Table((*HEADER, ""), [(*row, "") for row in P])],
    )
    spaced = "\n\n".join(text(P).split("\n"))
    yield "blank-lines.csv", spaced.encode(), [Table(HEADER, P)]
    broken_name = line(('"전화\n번호"', *HEADER[1:])) + text(P)[len(line(HEADER)) :]
    yield "header-with-break.csv", broken_name.encode(), [Table(("전화 번호", *HEADER[1:]), P)]


def broken() -> Iterator[Made]:
    """Rows that are broken, beside those that are not."""
    lines = [line(row).encode("cp949") for row in P]
    lines[1] = b"\xff\xfe\xfd" + lines[1]
    lines[3] = b"a,b\n"
    lines[4] = lines[4].replace(b"\n", b",x,y\n")
    bad = {2: "encoding", 4: "shape", 5: "shape"}
    good = [P[0], P[2], P[5]]
    yield (
        "broken-rows.csv",
        line(HEADER).encode("cp949") + b"".join(lines),
        [Table(HEADER, good, bad)],
    )
    mixed = line(HEADER).encode() + b"".join(line(row).encode() for row in P[:4])
    mixed += b"".join(line(row).encode("cp949") for row in P[4:])
    yield "two-encodings.csv", mixed, [Table(HEADER, P[:4], {5: "encoding", 6: "encoding"})]
    nul = text(P).replace(P[2][0], "\0", 1)
    yield "nul-byte.csv", nul.encode(), [Table(HEADER, [*P[:2], *P[3:]], {3: "encoding"})]
    cards = [(row[0], "4.11111E+15") for row in P]
    yield (
        "scientific.csv",
        text(cards, header=("이름", "카드번호")).encode(),
        [Table(("이름", "카드번호"), [(row[0], None) for row in P])],
    )
    cut = text(P).encode()[:-30]
    yield "breaks-off.csv", cut, "truncated-last-row"
    yield (
        "never-closed.csv",
        (text(P) + '"' + text(P) * 20_000).encode()[: 1 << 12] + b"\n",
        ("truncated-last-row"),
    )
    yield "empty.csv", b"\xef\xbb\xbf\r\n  \r\n", "empty"
    yield "header-only.csv", line(HEADER).encode(), "header-only"
