"""How fast each format is read: rows a second, MiB a second, peak memory.

    python benches/bench_read.py [--records 200000] [--folder DIR]

The same made leak of KT's shape is written in every format. A reading is open (encoding, header,
columns) and all batches, as `build` does before it cleans. Each in a process of its own, so that
the peak is its own; workbooks are opened in a further one, which is counted too. On a machine that
does other things meanwhile, processor time still says something. Prints Markdown.
"""

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import psutil
import py7zr
import pyarrow.csv
import pyarrow.parquet
import pyzipper

from breachdesk.ingest import Passwords
from breachdesk.ingest._open import open_path
from breachdesk.ingest._source import Reading
from breachdesk.synth import Leak, write_leak

PASSWORD = "bench"
SHEET_ROWS = 100_000
"""Workbooks get so many rows at most: they are read whole into memory."""


def rows_of(source: Path) -> Iterator[dict[str, str]]:
    """The rows of the CSV file."""
    with source.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def as_lines(source: Path, path: Path) -> None:
    """JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows_of(source))


def as_json(source: Path, path: Path) -> None:
    """One array."""
    path.write_text(json.dumps(list(rows_of(source)), ensure_ascii=False), "utf-8")


def as_mysql(source: Path, path: Path) -> None:
    """INSERT with 500 rows each."""
    rows = list(rows_of(source))
    with path.open("w", encoding="utf-8") as file:
        names = ", ".join(f"`{name}` text" for name in rows[0])
        file.write(f"CREATE TABLE `member` ({names}) ENGINE=InnoDB;\n")
        for start in range(0, len(rows), 500):
            values = ",".join(
                "(" + ",".join("'" + cell.replace("'", "\\'") + "'" for cell in row.values()) + ")"
                for row in rows[start : start + 500]
            )
            file.write(f"INSERT INTO `member` VALUES {values};\n")


def as_copy(source: Path, path: Path) -> None:
    """COPY."""
    rows = rows_of(source)
    first = next(rows)
    with path.open("w", encoding="utf-8") as file:
        names = ", ".join(f'"{name}"' for name in first)
        file.write(f"-- PostgreSQL database dump\nCOPY public.member ({names}) FROM stdin;\n")
        for row in (first, *rows):
            file.write("\t".join(row.values()) + "\n")
        file.write("\\.\n")


def as_parquet(source: Path, path: Path) -> None:
    """Row groups of 100,000."""
    table = pyarrow.csv.read_csv(source)
    pyarrow.parquet.write_table(table, path, row_group_size=100_000)


def as_xlsx(source: Path, path: Path) -> None:
    """One sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    for number, row in enumerate(rows_of(source)):
        if number == 0:
            sheet.append(list(row))
        if number == SHEET_ROWS:
            break
        sheet.append(list(row.values()))
    book.save(path)


def as_gzip(source: Path, path: Path) -> None:
    """CSV in gzip."""
    path.write_bytes(gzip.compress(source.read_bytes(), 6))


def as_zip(source: Path, path: Path) -> None:
    """CSV in a ZIP archive with AES."""
    with pyzipper.AESZipFile(
        path, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.write(source, "leak.csv")


def as_seven(source: Path, path: Path) -> None:
    """CSV in a 7z archive with a password."""
    with py7zr.SevenZipFile(path, "w", password=PASSWORD) as archive:
        archive.write(source, "leak.csv")


def recoded(encoding: str) -> Callable[[Path, Path], None]:
    """CSV in an encoding."""

    def write(source: Path, path: Path) -> None:
        path.write_bytes(source.read_text("utf-8").encode(encoding))

    return write


FORMATS: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    "CSV, UTF-8": ("a.csv", recoded("utf-8")),
    "CSV, CP949": ("b.csv", recoded("cp949")),
    "CSV, UTF-16": ("c.csv", recoded("utf-16")),
    "CSV in gzip": ("a.csv.gz", as_gzip),
    "CSV in ZIP, AES-256": ("a.zip", as_zip),
    "CSV in 7z, AES-256": ("a.7z", as_seven),
    "JSON lines": ("a.jsonl", as_lines),
    "JSON array": ("a.json", as_json),
    "MySQL INSERT": ("a.sql", as_mysql),
    "PostgreSQL COPY": ("b.sql", as_copy),
    "Parquet": ("a.parquet", as_parquet),
    "XLSX": ("a.xlsx", as_xlsx),
}


def read(path: Path) -> None:
    """Read one file and print rows, seconds of opening and of all, as JSON."""
    began, used = time.perf_counter(), sum(os.times()[:4])
    sources = open_path(path, lambda _: Reading(), Passwords([PASSWORD]))
    opened = time.perf_counter() - began
    rows = sum(batch.frame.height for source in sources for batch in source.batches())
    seconds = time.perf_counter() - began
    print(json.dumps([rows, opened, seconds, sum(os.times()[:4]) - used]))


def peak_of(process: "subprocess.Popen[str]") -> int:
    """The largest resident memory of a process and its children while it runs."""
    peak, me = [0], psutil.Process(process.pid)

    def watch() -> None:
        while process.poll() is None:
            total = 0
            try:
                for one in (me, *me.children(recursive=True)):
                    total += one.memory_info().rss
            except psutil.Error:
                pass
            peak[0] = max(peak[0], total)
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    thread.join()
    return peak[0]


def measure(name: str, path: Path) -> str:
    """Read it in a process of its own; a row of the table."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--read", str(path)], stdout=subprocess.PIPE, text=True
    )
    peak = peak_of(process)
    rows, opened, seconds, used = json.loads(process.communicate()[0])
    size = path.stat().st_size / 2**20
    return (
        f"| {name} | {rows:,} | {size:,.1f} | {opened:.2f} | {seconds:.2f} | {used:.2f} "
        f"| {rows / seconds:,.0f} | {rows / used:,.0f} "
        f"| {size / seconds:,.1f} | {peak / 2**20:,.0f} |"
    )


def main() -> None:
    """Write and read all formats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--read", type=Path, default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read)
        return
    print(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f} at the start\n")
    print(
        "| format | rows | MiB on disk | open s | all s | processor s | rows/s "
        "| rows/processor s | MiB/s | peak MiB |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        source = Path(name) / "source.csv"
        write_leak(Leak(options.records), source, lambda _: None)
        for title, (file, make) in FORMATS.items():
            path = Path(name) / file
            make(source, path)
            print(measure(title, path), flush=True)
            path.unlink()


if __name__ == "__main__":
    main()
