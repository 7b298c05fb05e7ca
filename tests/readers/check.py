#!/usr/bin/env python3
"""Reads published tables with programs that others wrote, and holds them against the exact sums of the release.

check.py --delta FOLDER --parquet FOLDER [--expected FILE]

Every table named in the `latest.json` of a target is read whole by DuckDB and Polars, the Delta tables also by the
`deltalake` package. Its rows and the sum of every decimal column must be those of `latest.json`, to the last digit, and of
FILE if given: {"layer.table": {"row_count": 3, "control_sums": {"column": "1.50"}}}. Column names and kinds must agree
between the readers too. Ends with 1 on a difference.
"""

import argparse
import json
import pathlib
import sys
from decimal import Decimal, getcontext

import deltalake
import duckdb
import polars
import pyarrow
import pyarrow.compute as compute
from duckdb_extensions import import_extension

getcontext().prec = 60


def duckdb_connection():
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    import_extension("delta")
    connection.execute("load delta")
    return connection


def kind_of(text):
    """One word for a column's type, whatever the reader calls it."""
    text = str(text).lower()
    for kind, words in {
        "decimal": ["decimal"],
        "text": ["varchar", "string", "utf8"],
        "integer": ["bigint", "int64"],
        "moment": ["timestamp", "datetime"],
        "date": ["date"],
        "boolean": ["bool"],
        "binary": ["blob", "binary"],
        "float": ["double", "float"],
    }.items():
        if any(word in text for word in words):
            return kind
    return text


def summary(columns, row_count, total):
    """What a reader saw: kinds of columns, rows, exact sums."""
    kinds = {name: kind_of(kind) for name, kind in columns}
    sums = {name: Decimal(total(name) or 0) for name, kind in kinds.items() if kind == "decimal"}
    return {"kinds": kinds, "row_count": row_count, "sums": sums}


def by_duckdb(connection, relation):
    columns = [(row[0], row[1]) for row in connection.execute(f"describe select * from {relation}").fetchall()]
    rows = connection.execute(f"select count(*) from {relation}").fetchone()[0]
    return summary(columns, rows, lambda name: connection.execute(f'select sum("{name}") from {relation}').fetchone()[0])


def by_polars(frame):
    frame = frame.collect()
    return summary(frame.schema.items(), frame.height, lambda name: frame[name].sum())


def by_arrow(table):
    columns = [(field.name, field.type) for field in table.schema]

    def total(name):
        return compute.sum(table[name].cast(pyarrow.decimal256(76, table.schema.field(name).type.scale))).as_py()

    return summary(columns, table.num_rows, total)


def delta_views(connection, root, table):
    path = str(root / table["path"])
    yield "duckdb", by_duckdb(connection, f"delta_scan('{path}')")
    yield "polars", by_polars(polars.scan_delta(path))
    newest = deltalake.DeltaTable(path)
    if newest.version() != table["version"]:
        raise AssertionError(f"version {newest.version()} is newest, `latest.json` says {table['version']}")
    yield "deltalake", by_arrow(pyarrow.table(newest.to_pyarrow_table()))
    yield "duckdb at the version", by_duckdb(connection, f"delta_scan('{path}', version={table['version']})")


def parquet_views(connection, root, name, table):
    layer, short = name.split(".")
    glob = str(root / "latest" / layer / short / "**" / "*.parquet")
    yield "duckdb by glob", by_duckdb(connection, f"read_parquet('{glob}', hive_partitioning=false)")
    yield "polars by glob", by_polars(polars.scan_parquet(glob, hive_partitioning=False))
    files = [str(root / file["path"]) for file in table["files"]]
    yield "duckdb by latest.json", by_duckdb(connection, f"read_parquet({files!r}, hive_partitioning=false)")


def same(seen, wanted):
    """What differs, as a sentence, or nothing."""
    if seen["row_count"] != wanted["row_count"]:
        return f"{seen['row_count']} rows and not {wanted['row_count']}"
    sums = {name: Decimal(text) for name, text in wanted.get("control_sums", {}).items()}
    for name, total in sums.items():
        if seen["sums"].get(name) != total:
            return f"`{name}` sums to {seen['sums'].get(name)} and not {total}"
    left_out = [name for name, total in seen["sums"].items() if name not in sums and total != 0]
    if left_out:
        return f"no exact sum is stated for {left_out}"
    floats = [name for name, kind in seen["kinds"].items() if kind == "float"]
    return f"{floats} are binary floats" if floats else None


def check(kind, root, views, expected):
    latest = json.loads((root / "latest.json").read_text())
    if expected is not None and set(expected) - set(latest["tables"]):
        return [f"{kind}: {sorted(set(expected) - set(latest['tables']))} are not published"], 0
    wrong, count = [], 0
    for name, table in sorted(latest["tables"].items()):
        first = None
        try:
            for reader, seen in views(root, name, table):
                count += 1
                first = first or (reader, seen["kinds"])
                why = same(seen, table) or (same(seen, expected[name]) if expected and name in expected else None)
                if why is None and seen["kinds"] != first[1]:
                    why = f"columns {seen['kinds']}, where {first[0]} sees {first[1]}"
                if why:
                    wrong.append(f"{kind} {name}, {reader}: {why}")
        except Exception as error:  # a reader that fails is a difference like any other
            wrong.append(f"{kind} {name}: {type(error).__name__}: {error}")
    return wrong, count


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--delta", type=pathlib.Path)
    arguments.add_argument("--parquet", type=pathlib.Path)
    arguments.add_argument("--expected", type=pathlib.Path)
    given = arguments.parse_args()
    expected = json.loads(given.expected.read_text()) if given.expected else None
    connection = duckdb_connection()
    wrong, count = [], 0
    if given.delta:
        more, seen = check("delta", given.delta, lambda root, _, table: delta_views(connection, root, table), expected)
        wrong, count = wrong + more, count + seen
    if given.parquet:
        more, seen = check("parquet", given.parquet, lambda *at: parquet_views(connection, *at), expected)
        wrong, count = wrong + more, count + seen
    print(f"duckdb {duckdb.__version__}, polars {polars.__version__}, deltalake {deltalake.__version__}: {count} readings")
    for line in wrong:
        print(f"differs: {line}")
    sys.exit(1 if wrong or count == 0 else 0)


if __name__ == "__main__":
    main()
