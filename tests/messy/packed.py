"""Messy workbooks, JSON, dumps, Parquet, and all of it packed."""

import datetime as dt
import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
import py7zr
import pyarrow as pa
import pyarrow.parquet as pq
import pyzipper
import xlwt

from tests.messy.expected import Table
from tests.messy.people import HEADER, people
from tests.messy.texts import Made, text

Sheets = Sequence[tuple[str, Sequence[Sequence[Any]]]]

PASSWORD = "열려라-open"
P = people()
BORN = [dt.date(1950 + 7 * n, 1 + n, 2 + n) for n in range(len(P))]
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def workbooks() -> Iterator[Made]:
    """XLSX, XLS, ODS."""
    yield (
        "sheet.xlsx",
        xlsx([("명단", [HEADER, *P])]),
        [Table(HEADER, P, numbers=range(2, len(P) + 2))],
    )
    yield (
        "merged.xlsx",
        merged(),
        [
            Table(
                ("이름", "연락처 / 전화번호", "연락처 / 이메일", "생년월일"),
                [(P[n][0], P[n][1], P[n][2], BORN[n].isoformat()) for n in range(len(P))],
                {4 + len(P): "shape"},
                numbers=range(4, len(P) + 4),
            )
        ],
    )
    cards = [
        (row[0], 4111111111111111, 110123456789.0, f"41111111111111{n}1") for n, row in enumerate(P)
    ]
    names = ("이름", "카드번호", "계좌번호", "구카드")
    yield (
        "numbers.xlsx",
        xlsx([("카드", [names, *cards])]),
        [
            Table(
                names,
                [(row[0], None, "110123456789", row[3]) for row in cards],
                numbers=range(2, len(P) + 2),
            )
        ],
    )
    second = [("고객번호", "메모"), *[(row[4], "해지") for row in P]]
    two: Sheets = [("고객", [HEADER, *P]), ("해지", second), ("빈 시트", [])]
    yield (
        "two-sheets.xlsx",
        xlsx(two),
        [
            Table(HEADER, P, place="고객", numbers=range(2, len(P) + 2)),
            Table(second[0], second[1:], place="해지", numbers=range(2, len(P) + 2)),
        ],
    )
    yield (
        "down.xlsx",
        merged_down(),
        [
            Table(
                ("이름", "전화번호"),
                [(P[0][0], P[n][1]) for n in range(3)],
                numbers=range(2, 5),
            )
        ],
    )
    yield (
        "old.xls",
        xls(),
        [
            Table(
                ("이름", "전화번호", "생년월일", "카드번호"),
                [
                    (row[0], row[1].lstrip("0"), BORN[n].isoformat(), None)
                    for n, row in enumerate(mobile())
                ],
                numbers=range(3, len(P) + 3),
            )
        ],
    )
    yield (
        "calc.ods",
        ods(),
        [
            Table(
                ("이름", "전화번호", "생년월일", "카드번호"),
                [(row[0], row[1], BORN[n].isoformat(), None) for n, row in enumerate(P)],
                numbers=range(3, len(P) + 3),
            )
        ],
    )


def xlsx(sheets: Sheets) -> bytes:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def merged() -> bytes:
    """A title over all columns, a header of two rows with merged cells, dates, a sum below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["고객 명단 (대외비)"])
    sheet.append(["이름", "연락처", None, "생년월일"])
    sheet.append([None, "전화번호", "이메일", None])
    for n, row in enumerate(P):
        sheet.append([row[0], row[1], row[2], dt.datetime.combine(BORN[n], dt.time())])
    sheet.append(["합계", None, None, len(P)])
    for cells in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(cells)
    return saved(book)


def merged_down() -> bytes:
    """One name over the rows of three phones."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["이름", "전화번호"])
    for n in range(3):
        sheet.append([P[0][0] if n == 0 else None, P[n][1]])
    sheet.merge_cells("A2:A4")
    return saved(book)


def mobile() -> list[tuple[str, str]]:
    """Names, and phones as digits only."""
    return [(row[0], "".join(filter(str.isdigit, row[1]))) for row in P]


def xls() -> bytes:
    """Excel 97: phones as numbers, dates, a card number that lost its digits; a title above."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("명단")
    date = xlwt.XFStyle()
    date.num_format_str = "YYYY-MM-DD"
    sheet.write(0, 0, "고객 명단")
    for column, name in enumerate(("이름", "전화번호", "생년월일", "카드번호")):
        sheet.write(1, column, name)
    for n, (name, phone) in enumerate(mobile()):
        sheet.write(n + 2, 0, name)
        sheet.write(n + 2, 1, int(phone))
        sheet.write(n + 2, 2, BORN[n], date)
        sheet.write(n + 2, 3, 4111111111111111)
    return saved(book)


def ods() -> bytes:
    """LibreOffice, by hand."""

    def cell(value: Any) -> str:
        if isinstance(value, dt.date):
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        if isinstance(value, int):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>4.11E+15</text:p></table:table-cell>"
            )
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )

    rows: list[Sequence[Any]] = [["고객 명단"], ["이름", "전화번호", "생년월일", "카드번호"]]
    rows += [[row[0], row[1], BORN[n], 4111111111111111] for n, row in enumerate(P)]
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        '<office:body><office:spreadsheet><table:table table:name="명단">'
        f"{body}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        "</manifest:manifest>"
    )
    return zipped({"mimetype": _ODS.encode(), "content.xml": content.encode(),
                   "META-INF/manifest.xml": manifest.encode()})  # fmt: skip


def objects() -> Iterator[Made]:
    """JSON and JSON lines."""
    keys = ("name", "contact.phone", "contact.emails.0", "contact.emails.1", "card")
    nested = [
        {
            "name": row[0],
            "contact": {"phone": row[1], "emails": [row[2], "x@example.com"][: 1 + n % 2]},
            "card": 4111111111111111,
        }
        for n, row in enumerate(P)
    ]
    flat = [
        (row[0], row[1], row[2], "x@example.com" if n % 2 else "", "4111111111111111")
        for n, row in enumerate(P)
    ]
    order = [(a, b, c, e, d) for a, b, c, d, e in flat]
    header = (*keys[:3], keys[4], keys[3])
    yield (
        "nested.json",
        json.dumps(nested, ensure_ascii=False, indent=1).encode(),
        [Table(header, order)],
    )
    inside = {
        "exported": "2014-03-06",
        "data": {"members": nested, "left": [{"id": 1}, {"id": 2.5}]},
    }
    yield (
        "inside.json",
        json.dumps(inside, ensure_ascii=False).encode("utf-8-sig"),
        [
            Table(header, order, place="data.members.item"),
            Table(("id",), [("1",), ("2.5",)], place="data.left.item"),
        ],
    )
    lines = [json.dumps(one, ensure_ascii=False).encode() for one in nested]
    lines[1] = lines[1][:-5]
    lines[3] = b'{"name": "\xff"}'
    lost = b'{"name": "' + P[0][0].encode() + b'", "card": 4.11111111111111e15}'
    yield (
        "lines.jsonl",
        b"\n".join([*lines, lost]) + b"\n",
        [
            Table(
                header,
                [*[order[n] for n in (0, 2, 4, 5)], (P[0][0], "", "", None, "")],
                {2: "shape", 4: "encoding"},
            )
        ],
    )
    yield "breaks-off.json", json.dumps(nested).encode()[:-40], "damaged"


def dumps() -> Iterator[Made]:
    """MySQL, PostgreSQL, SQL Server."""
    spoken = [(row[0], row[1], f'{row[3]} O\'Brien "집"\n2층', row[4]) for row in P]

    def mysql(cell: str) -> str:
        return "'" + cell.replace("'", "\\'").replace('"', '\\"').replace("\n", "\\n") + "'"

    values = ",".join(
        "(" + ",".join([str(n), *map(mysql, row), "NULL"]) + ")" for n, row in enumerate(spoken)
    )
    my = (
        "-- MySQL dump 10.13\n/*!40101 SET NAMES utf8 */;\nDROP TABLE IF EXISTS `member`;\n"
        "CREATE TABLE `member` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  `name` varchar(40) "
        "COMMENT 'it''s; a name',\n  `hp_no` varchar(20),\n  `addr` text,\n  `cust_no` char(9),\n"
        "  `left_at` date,\n  PRIMARY KEY (`id`),\n  KEY `k` (`name`)\n) ENGINE=InnoDB;\n"
        f"LOCK TABLES `member` WRITE;\nINSERT INTO `member` VALUES {values};\nUNLOCK TABLES;\n"
        "CREATE TABLE `log` (`at` datetime, `what` varchar(9));\n"
        "INSERT INTO `log` (`at`, `what`) VALUES ('2014-03-06 10:00:00','login'),('x');\n"
        "INSERT INTO `member` VALUES (99,'끝','010','',NULL,'2014-03-06');\n"
    )
    columns = ("id", "name", "hp_no", "addr", "cust_no", "left_at")
    rows = [(str(n), *row, "") for n, row in enumerate(spoken)]
    rows.append(("99", "끝", "010", "", "", "2014-03-06"))
    my_tables = [
        Table(columns, rows, place="member"),
        Table(("at", "what"), [("2014-03-06 10:00:00", "login")], {2: "shape"}, place="log"),
    ]
    yield "mysql.sql", my.encode(), my_tables
    yield "mysql-cp949.sql", my.encode("cp949"), my_tables
    copied = "".join(
        "\t".join([str(n), *(c.replace("\n", "\\n") for c in row), "\\N"]) + "\n"
        for n, row in enumerate(spoken)
    )
    post = (
        "--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\n"
        "CREATE TABLE public.member (\n    id integer NOT NULL,\n    name text,\n    hp_no text,\n"
        "    addr text,\n    cust_no character(9),\n    left_at date\n);\n"
        "COPY public.member (id, name, hp_no, addr, cust_no, left_at) FROM stdin;\n"
        f"{copied}\\.\n\nSELECT pg_catalog.setval('public.member_id_seq', 6, true);\n"
    )
    yield (
        "postgres-copy.sql",
        post.encode(),
        [Table(columns, [(str(n), *row, "") for n, row in enumerate(spoken)])],
    )
    inserts = "".join(
        f"INSERT INTO public.member (name, addr) VALUES ('{row[0]}', "
        f"E'{row[2].replace(chr(39), chr(39) * 2).replace(chr(10), chr(92) + 'n')}');\n"
        for row in spoken
    )
    yield (
        "postgres-insert.sql",
        inserts.encode(),
        [Table(("name", "addr"), [(row[0], row[2]) for row in spoken])],
    )
    server = "SET IDENTITY_INSERT [dbo].[Member] ON\nGO\n" + "".join(
        f"INSERT [dbo].[Member] ([Id], [Name], [Joined]) VALUES ({n}, N'{row[0]}', "
        f"CAST(N'2014-03-0{n + 1}' AS Date))\nGO\n"
        for n, row in enumerate(P)
    )
    yield (
        "sql-server.sql",
        server.encode("utf-16"),
        [
            Table(
                ("Id", "Name", "Joined"),
                [(str(n), row[0], f"2014-03-0{n + 1}") for n, row in enumerate(P)],
            )
        ],
    )
    yield "cut.sql", my.encode()[:-20], "truncated-last-row"


def parquet() -> bytes:
    """Two row groups, a struct, a list, dates, whole numbers as floats."""
    table = pa.table(
        {
            "name": pa.array([row[0] for row in P]).dictionary_encode(),
            "contact": pa.array([{"phone": row[1], "email": row[2]} for row in P]),
            "born": pa.array(BORN),
            "number": pa.array([float(int(row[4])) for row in P]),
            "card": pa.array([4.111111111111111e15 if n else None for n in range(len(P))]),
            "tags": pa.array([["a", "b"], []] * (len(P) // 2)),
            "id": pa.array([2**60 + n for n in range(len(P))]),
        }
    )
    file = io.BytesIO()
    pq.write_table(table, file, row_group_size=4)
    return file.getvalue()


def parquets() -> Iterator[Made]:
    """Parquet."""
    header = ("name", "contact.phone", "contact.email", "born", "number", "card", "tags", "id")
    rows = [
        (row[0], row[1], row[2], BORN[n].isoformat(), row[4], None if n else "",
         "" if n % 2 else "a b", str(2**60 + n))
        for n, row in enumerate(P)
    ]  # fmt: skip
    yield "table.parquet", parquet(), [Table(header, rows)]


def zipped(files: dict[str, bytes]) -> bytes:
    """An ordinary ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def locked_zip(files: dict[str, bytes]) -> bytes:
    """A ZIP archive with AES-256."""
    file = io.BytesIO()
    with pyzipper.AESZipFile(
        file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(PASSWORD.encode())
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def seven(files: dict[str, bytes], password: str | None = None) -> bytes:
    """A 7z archive, its list of files locked too."""
    file = io.BytesIO()
    with py7zr.SevenZipFile(
        file, "w", password=password, header_encryption=bool(password)
    ) as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return file.getvalue()


def korean_windows_zip(data: bytes) -> bytes:
    """A ZIP archive whose names are in CP949 without saying so, as Windows writes them."""
    name = "고객명단.csv"
    placeholder = "x" * len(name.encode("cp949"))
    return zipped({placeholder: data}).replace(placeholder.encode(), name.encode("cp949"))


def inside(member: str, made: Made) -> list[Table]:
    """The tables of a file, as those of a member of an archive."""
    tables = made[2]
    assert not isinstance(tables, str)
    return [
        Table(one.header, one.rows, one.rejected, "/".join(filter(None, (member, one.place))))
        for one in tables
    ]


def archives() -> Iterator[Made]:
    """All of it packed."""
    csv = text(P).encode("cp949")
    plain = [Table(HEADER, P)]
    yield "leak.csv.gz", gzip.compress(text(P).encode()), plain
    yield "korean-names.zip", korean_windows_zip(csv), [Table(HEADER, P, place="고객명단.csv")]
    several = {"a/one.csv": csv, "__MACOSX/._one.csv": b"\0", "two.tsv": text(P, "\t").encode()}
    yield (
        "several.zip",
        zipped(several),
        [
            Table(HEADER, P, place="a/one.csv"),
            Table(HEADER, P, place="two.tsv"),
        ],
    )
    yield "locked.zip", locked_zip({"leak.csv": csv}), [Table(HEADER, P, place="leak.csv")]
    sheet = xlsx([("명단", [HEADER, *P])])
    yield (
        "locked-sheet.zip",
        locked_zip({"명단.xlsx": sheet, "leak.parquet": parquet()}),
        [
            Table(HEADER, P, place="명단.xlsx", numbers=range(2, len(P) + 2)),
            *inside("leak.parquet", next(parquets())),
        ],
    )
    yield (
        "dump.zip",
        zipped({"dump.sql.gz": gzip.compress(next(dumps())[1])}),
        [*inside("dump.sql.gz", next(dumps()))],
    )
    yield (
        "leak.7z",
        seven({"one.csv": csv, "two.csv": text(P, ";").encode()}),
        [
            Table(HEADER, P, place="one.csv"),
            Table(HEADER, P, place="two.csv"),
        ],
    )
    yield "locked.7z", seven({"one.csv": csv}, PASSWORD), [Table(HEADER, P, place="one.csv")]
    cut = gzip.compress(csv)
    yield "cut.csv.gz", cut[: len(cut) - 12], "damaged"
    yield "page.xls", b"<html><table><tr><td>x</td></tr></table></html>", "format"
    yield "leak.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 64, "format"
