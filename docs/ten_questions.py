"""Ten questions about passend onderwijs, answered with the released file: python docs/ten_questions.py [RELEASE]

RELEASE is a folder that `passend run` made; left out, data/releases/latest. Needs nothing but duckdb.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

# a question, the query that answers it, and what must be kept in mind when reading the answer
QUESTIONS = (
    (
        "Which samenwerkingsverbanden have no so provision for cluster 4 within 20 km of a tenth of their pupils?",
        """
        select swv_code, aandeel_20km_overal_ondergrens as "minstens %", aandeel_20km_overal_bovengrens as "hoogstens %",
            case when aandeel_20km_overal_bovengrens <= 90 then 'ja' else 'niet uit te sluiten' end as oordeel, reden
        from dekking_swv
        where voorziening = 'SO cluster 4' and aandeel_20km_overal_ondergrens <= 90
        order by aandeel_20km_overal_bovengrens, swv_code
        """,
        "great-circle distance, po pupils by home postcode4; 'niet uit te sluiten' where counts or clusters are hidden",
    ),
    (
        "Which samenwerkingsverband does each kind of location belong to, how is that known, and what is not?",
        """
        select k.sector, v.soort, coalesce(k.methode, 'onopgelost') as methode, count(*) as vestigingen,
            any_value(k.reden) as reden
        from vestiging_swv k join vestiging v using (vestigingscode)
        where geldt_nu(k.geldig_vanaf, k.geldig_tot) group by all order by k.sector, v.soort, vestigingen desc
        """,
        "links of now, the day of the release; an unresolved one says why",
    ),
    (
        "Where is participation in sbo highest, and how sure is that?",
        """
        select swv_code, peildatum, percentage_ondergrens as "minstens %", percentage_bovengrens as "hoogstens %",
            landelijk_ondergrens as "landelijk %", rang_hoogst as "plaats van", rang_laagst as "tot"
        from deelname_swv
        where soort = 'SBO' and rol = 'vestiging'
            and peildatum = (select max(peildatum) from deelname_swv where soort = 'SBO' and rol = 'vestiging')
        order by rang_hoogst, swv_code
        """,
        "sbo / (bao + sbo) by where the school stands",
    ),
    (
        "How did national participation in special education develop?",
        """
        select peildatum, soort, rol, any_value(landelijk_ondergrens) as "minstens %",
            any_value(landelijk_bovengrens) as "hoogstens %"
        from deelname_swv where voorkeur and noemer is not null group by all order by soort, peildatum
        """,
        "a wide range: so and vso were only counted together that year; of 2014 no link is known without RIO",
    ),
    (
        "Between which samenwerkingsverbanden do most so pupils travel?",
        """
        select woon_swv, vestigings_swv, ondergrens as minstens, bovengrens as hoogstens from grensverkeer
        where soort = 'SO' and peildatum = (select max(peildatum) from grensverkeer)
            and left(woon_swv, 2) = 'PO' and left(vestigings_swv, 2) = 'PO' and woon_swv != vestigings_swv
        order by ondergrens desc, bovengrens desc
        """,
        "pupils by home postcode4; 1 to 4 pupils are hidden, hence the range",
    ),
    (
        "Which locations belonged to another samenwerkingsverband on 1 October 2019 than today?",
        """
        select t.vestigingscode, t.naam, t.sector, t.swv_code as toen, n.swv_code as nu,
            t.methode as toen_volgens, n.methode as nu_volgens
        from vestiging_swv_op('2019-10-01') t join vestiging_swv n using (vestigingscode, sector)
        where geldt_nu(n.geldig_vanaf, n.geldig_tot) and t.swv_code != n.swv_code order by all
        """,
        "by the address of each day; a location that was unresolved on either day is left out",
    ),
    (
        "What changed between the editions of the registers?",
        """
        select register, geldig_vanaf as editie, trim(deel) as wat, count(*) as vestigingen
        from vestiging_historie, unnest(string_split(coalesce(wijziging, begin), ',')) as _ (deel)
        where begin != 'eerste editie' group by all
        union all
        select register, geldig_tot, 'gesloten', count(*) from vestiging_historie where einde = 'gesloten' group by all
        order by register, editie, vestigingen desc
        """,
        "a change lies between two editions; a location may have changed in several ways",
    ),
    (
        "For a child at the school with the longest way: what are the three routes of the zorgplicht?",
        """
        select vestigingscode, route, voorziening, rang, doel, in_swv, km, reden from dekking_vestiging
        where sector = 'PO' and vestigingscode = (
            -- where other schools are near: a lonely point is more likely a wrong centre of a postcode than a school
            select arg_max(vestigingscode, km) from dekking_vestiging
            where voorziening = 'SBO' and in_swv and vestigingscode in (
                select vestigingscode from dekking_vestiging
                where route = 'andere reguliere school' and voorziening = 'BO' and rang = 1 and km < 10
            )
        )
        order by route, voorziening, rang
        """,
        "the own school, other mainstream schools, special provision; inside the samenwerkingsverband first",
    ),
    (
        "About which locations do two registers disagree most?",
        """
        select vestigingscode, peildatum, historisch_ondergrens as overzicht, bron as ander, ondergrens as minstens,
            bovengrens as hoogstens, verschil
        from vergelijking_vestiging where not verenigbaar order by abs(verschil) desc, vestigingscode, bron
        """,
        "the historic overview beside every other count of the location",
    ),
    (
        "What is missing to complete the support money of each period?",
        """
        select periode, left(swv_code, 2) as sector, regexp_replace(trim(wat), '[0-9]+ tot [0-9]+', '… tot …') as ontbreekt,
            count(distinct swv_code) as samenwerkingsverbanden
        from ondersteuningsbekostiging_swv, unnest(string_split(ontbreekt, ';')) as _ (wat)
        where component != 'netto' group by all order by periode, sector, samenwerkingsverbanden desc, ontbreekt
        """,
        "an amount is never guessed: a line without an exact count or a published amount is onvolledig",
    ),
)
SHOWN = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path, nargs="?", default="data/releases/latest", help="the folder of a release")
    release = parser.parse_args().release
    with duckdb.connect(str(release / "passend_onderwijs.duckdb"), read_only=True) as connection:
        for number, (question, query, note) in enumerate(QUESTIONS, 1):
            answer = connection.sql(query)
            (rows,) = answer.count("*").fetchone() or (0,)
            print(f"\n{number}. {question}\n   ({note})")
            answer.show(max_rows=SHOWN, max_width=140)
            print(f"   {rows:,} rows" + (f", {SHOWN} shown" if rows > SHOWN else ""))


if __name__ == "__main__":
    main()
