"""The difference between two releases in words: as text for a screen, and as Markdown for the Dagster UI.

Belongs here: what is told, and in which order. Does not belong here: finding it (difference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.releases.difference import Difference, Example, Found, TableDifference

WORDS = {
    "opened": "Schools opened", "closed": "Schools closed", "moved": "Schools moved",
    "relinked": "Links to another samenwerkingsverband",
}  # fmt: skip


def text(found: Difference, examples: int) -> str:
    """What changed, for a screen, with so many examples of each table."""
    lines = [_heading(found), *_warnings(found)]
    for what, each in found.schools.items():
        lines += ["", f"{WORDS[what]}: {each.count:,}", *(f"  {_row(row)}" for row in each.examples), *_more(each)]
    for table in found.tables:
        if not table.same:
            lines += ["", f"{table.table}: {_counts(table)}", *(f"  {_example(each)}" for each in table.examples[:examples])]
    return "\n".join([*lines, "", _rest(found)])


def markdown(found: Difference) -> str:
    """What changed, as Markdown: headings, a table of counts, and examples as lists."""
    lines = [f"**{_escaped(_heading(found))}**", *map(_escaped, _warnings(found)), ""]
    for what, each in found.schools.items():
        lines += [f"### {WORDS[what]}: {each.count:,}", "", *(f"- {_escaped(_row(row))}" for row in each.examples)]
        lines += [*(f"- {each}" for each in _more(each)), ""]
    changed = [table for table in found.tables if not table.same]
    if changed:
        lines += ["### Tables", "", "| table | rows | added | removed | changed |", "| --- | ---: | ---: | ---: | ---: |"]
        lines += [f"| {each.table} | {_rows(each)} | {each.added:,} | {each.removed:,} | {each.changed:,} |" for each in changed]
    for table in changed:
        lines += ["", f"#### {table.table}", "", _escaped(_counts(table)), ""]
        lines += [f"- {_escaped(_example(each))}" for each in table.examples]
    return "\n".join([*lines, "", _rest(found)])


def _heading(found: Difference) -> str:
    return f"{found.before['version']} -> {found.after['version']}"


def _warnings(found: Difference) -> Iterator[str]:
    names = ("; ".join(made["origins"]) for made in (found.before, found.after))
    if found.other_world:
        yield "One of these is made up (sandbox) and the other is not: nearly everything differs, and none of it means anything."
    elif found.before["origins"] != found.after["origins"]:
        yield "The origins are not the same: {} before, {} now.".format(*names)
    if found.before["code_version"] != found.after["code_version"]:
        yield f"The code is not the same: {found.before['code_version']} before, {found.after['code_version']} now."


def _rows(table: TableDifference) -> str:
    before, after = ("-" if each is None else f"{each:,}" for each in (table.before, table.after))
    return before if before == after else f"{before} -> {after}"


def _counts(table: TableDifference) -> str:
    if table.before is None or table.after is None:
        return f"a table that {'is new' if table.before is None else 'is gone'}, {table.before or table.after or 0:,} rows"
    parts = [f"{_rows(table)} rows", *(f"{getattr(table, each):,} {each}" for each in ("added", "removed", "changed"))]
    columns = sorted(table.columns.items(), key=lambda each: (-each[1], each[0]))
    said = [", ".join(parts)]
    if columns:
        said.append("changed in " + ", ".join(f"{name} {count:,}" for name, count in columns))
    said += [f"new columns {', '.join(table.new_columns)}"] if table.new_columns else []
    said += [f"columns gone {', '.join(table.gone_columns)}"] if table.gone_columns else []
    return "; ".join(said)


def _example(each: Example) -> str:
    signs = {"added": "+", "removed": "-", "changed": "~"}
    changes = "; ".join(f"{name}: {_cell(was)} -> {_cell(now)}" for name, (was, now) in each.columns.items())
    return f"{signs[each.kind]} {_row(each.key)}" + (f"  {changes}" if changes else "")


def _row(row: Mapping[str, str | None]) -> str:
    """A row in one line: its values, and of a move where from and where to."""
    values = [_cell(value) for name, value in row.items() if name not in ("van", "naar")]
    if "van" in row:
        values.append(f"{_cell(row['van'])} -> {_cell(row['naar'])}")
    return "  ".join(values)


def _more(found: Found) -> Sequence[str]:
    left = found.count - len(found.examples)
    return [f"  and {left:,} more"] if left else []


def _rest(found: Difference) -> str:
    same = sum(each.same for each in found.tables)
    return f"{same} of {len(found.tables)} tables are the same; + added, - removed, ~ changed"


def _cell(value: str | None) -> str:
    return "-" if value is None else " ".join(value.split())


def _escaped(line: str) -> str:
    """Text from a registry, so that nothing in it is taken for Markdown or HTML."""
    for sign in "\\`*_[]#|~":
        line = line.replace(sign, f"\\{sign}")
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
