-- Where each location was, as far as any source saw it, so that an older count is linked by the address of its own day.
-- A period runs from the first sighting of a place to the first of another; before the first sighting, the first place holds.
with gezien as (
    select vestigingscode, postcode, gemeentenummer, denominatie, editie as dag, 1 as rang from stg_vestigingen_bo
    union all
    select vestigingscode, postcode, gemeentenummer, denominatie, editie, 1 from stg_vestigingen_so
    union all
    select vestigingscode, postcode, gemeentenummer, denominatie, editie, 1 from stg_vestigingen_vo
    union all
    select vestigingscode, any_value(postcode), any_value(gemeentenummer), any_value(denominatie), peildatum, 2
    from stg_leerlingen_po_postcode4 group by vestigingscode, peildatum
    union all
    select vestigingscode, any_value(postcode), any_value(gemeentenummer), any_value(denominatie), peildatum, 3
    from stg_leerlingen_po_afstand group by vestigingscode, peildatum
    union all
    select vestigingscode, any_value(postcode), any_value(gemeentenummer), any_value(denominatie), peildatum, 4
    from stg_leerlingen_po_leeftijd group by vestigingscode, peildatum
    union all
    -- these two know a gemeente, or nothing of the place at all
    select vestigingscode, null, gemeentenummer, denominatie, editie, 5 from stg_leerlingen_po_historisch
    union all
    select vestigingscode, null, gemeentenummer, null, editie, 5 from stg_leerlingen_vo_vestiging
),
dag as (
    select vestigingscode, dag, left(postcode, 4) as postcode4, gemeentenummer, denominatie
    from gezien
    -- a gemeente alone counts only for a location of which nothing better is known
    where dag is not null and coalesce(postcode, gemeentenummer) is not null
    qualify row_number() over (partition by vestigingscode, dag order by rang) = 1
        and (rang < 5 or min(rang) over (partition by vestigingscode) = 5)
),
begin_ as (
    select *, (postcode4, gemeentenummer, denominatie) is distinct from lag((postcode4, gemeentenummer, denominatie)) over w as nieuw,
        row_number() over w as nummer
    from dag
    window w as (partition by vestigingscode order by dag)
)
select
    vestigingscode,
    -- passend onderwijs began on 1 August 2014
    case when nummer = 1 then least(dag, date '2014-08-01') else dag end as geldig_vanaf,
    lead(dag) over (partition by vestigingscode order by dag) as geldig_tot,
    postcode4, gemeentenummer, denominatie
from begin_
where nieuw
