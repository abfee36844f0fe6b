"""Questions to a release of the sandbox, with the truth as tables beside its own.

Belongs here: how truth and release are put beside each other, and how a difference becomes a sentence. Does not belong here:
which questions there are (truth, history), or what is true (the sandbox knows).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from pipeline.sandbox import editions
from pipeline.sandbox.country.calendar import NEWEST
from pipeline.sandbox.country.truth import Truth

SHOWN = 3  # how many of a difference are named
# what a register says of a location, in one text
SAYS = (
    "concat_ws(' | ', soort, naam, adres, postcode, plaats, gemeentenummer, bevoegd_gezag_nummer, denominatie,"
    " nullif(cluster, ''), nullif(onderwijsstructuur, ''))"
)
_TYPES = {
    **dict.fromkeys(("dag", "van", "tot", "editie", "opent", "sluit"), "date"), "jaar": "int", "aantal": "bigint",
    "genoemd": "boolean",
}  # fmt: skip


@dataclass(frozen=True)
class Lived:
    """The days on which an installation of a country ran, in order, and the truth of them."""

    kind: editions.Kind
    truth: Truth
    days: Sequence[date]

    def editions(self) -> pd.DataFrame:
        """Return the editions of the registers that it saw, until when each was the newest, and which location it misplaced."""
        seen = {editions.edition_of_registers(each): editions.misplaced(self.kind, each) for each in self.days}
        return pd.DataFrame({"dag": list(seen), "tot": [*list(seen)[1:], date.max], "misplaatst": list(seen.values())})


class Ask:
    """Questions to a release. ``first`` is the first day that there was a run, ``day`` the last one.

    Tables of the truth: editie, and what each said (waar_vestiging); gelopen, the days of the runs; waar_wijziging and
    waar_opgegaan, what happened; waar_koppeling and waar_regio, which SWV from one day until another; eerder_verhuisd, which
    locations moved before anybody looked.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, lived: Lived) -> None:
        self._connection, self.truth, self.days = connection, lived.truth, lived.days
        self.first, self.day = lived.days[0], lived.days[-1]
        truth, seen = lived.truth, lived.editions()
        self.show("editie", seen)
        self.show("waar_vestiging", pd.concat([truth.locations(each).assign(editie=each) for each in seen["dag"]]))
        self.show("waar_wijziging", truth.changes(seen["dag"].iloc[0], self.day))
        self.show("waar_opgegaan", truth.mergers(self.day))
        self.show("waar_koppeling", truth.link_periods)
        self.show("waar_regio", truth.region_periods)
        self.show("eerder_verhuisd", truth.changes(NEWEST, self.first).query("soort == 'verhuisd'"))
        self.show("gelopen", pd.DataFrame({"dag": list(lived.days)}))

    def show(self, name: str, frame: pd.DataFrame) -> None:
        """Put a table of the truth beside those of the release."""
        # the type of a column of no rows, or of nothing but None, is unknown
        columns = ", ".join(f"{each}::{_TYPES.get(each, 'varchar')} as {each}" for each in frame.columns)
        self._connection.register("getoond", frame)
        self.make(name, f"select {columns} from getoond")
        self._connection.unregister("getoond")

    def make(self, name: str, sql: str) -> None:
        """Make a table of a query, for the questions after it."""
        self._connection.execute(f"create temp table {name} as {sql}")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def sentences(self, name: str, sql: str) -> Iterator[str]:
        """Yield a sentence for each kind of difference that a query gives: what it is (wat), and of what (sleutel)."""
        kinds = f"select wat, count(*), list(sleutel order by sleutel)[:{SHOWN}] from ({sql}) where wat is not null group by wat"
        for what, count, names in sorted(self.rows(kinds)):
            yield f"{name}: {count} {what} ({', '.join(names)}{', …' if count > SHOWN else ''})"

    def compare(self, name: str, found: str, wanted: str) -> Iterator[str]:
        """Yield how two queries differ, each of one row per key (sleutel) with what is said of it (waarde)."""
        yield from self.sentences(name, f"""
            with gevonden as ({found}), gezocht as ({wanted})
            select
                case
                    when g.sleutel is null then 'ontbreken' when w.sleutel is null then 'te veel'
                    when g.waarde is distinct from w.waarde then 'anders'
                end as wat,
                coalesce(g.sleutel, w.sleutel) || case when wat = 'anders'
                    then ': ' || coalesce(g.waarde, 'niets') || ', waar is ' || coalesce(w.waarde, 'niets') else '' end as sleutel
            from gevonden g full join gezocht w on w.sleutel = g.sleutel
            union all
            select 'dubbel', sleutel from gevonden group by sleutel having count(*) > 1
        """)  # fmt: skip
