-- Where each location was, as far as any source saw it, so that an older count is linked by the address of its own day.
-- A period runs from the first sighting of a place to the first of another; between the first sighting of a location at all and
-- that of its first place, that place holds.
with bestaan as (select vestigingscode, min(eerste_dag) as eerst_gezien from vestiging_gezien group by vestigingscode),
dag as (
    select vestigingscode, peildatum as dag, left(postcode, 4) as postcode4, gemeentenummer, denominatie
    from vestiging_gezien
    -- a gemeente alone counts only for a location of which nothing better is known
    where peildatum is not null and coalesce(postcode, gemeentenummer) is not null
    qualify row_number() over (partition by vestigingscode, peildatum order by rang, bron, soort) = 1
        and (rang < 3 or min(rang) over (partition by vestigingscode) >= 3)
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
    case when nummer = 1 then least(dag, greatest(coalesce(eerst_gezien, dag), date '2014-08-01')) else dag end as geldig_vanaf,
    lead(dag) over (partition by vestigingscode order by dag) as geldig_tot,
    postcode4, gemeentenummer, denominatie
from begin_
join bestaan using (vestigingscode)
where nieuw
