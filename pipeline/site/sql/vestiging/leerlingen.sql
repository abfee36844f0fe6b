-- Its pupils over the years; where so and vso are known apart, those instead of the whole. A kind that it never had is left out.
select vestigingscode as sleutel, soort, year(peildatum) as jaar, ondergrens, bovengrens, reeks_sinds(soort, peildatum)::varchar as telwijze
from leerlingen_vestiging
semi join vestiging using (vestigingscode)
where not uitgesplitst
qualify max(bovengrens) over (partition by vestigingscode, soort) > 0
order by vestigingscode, soort, peildatum
