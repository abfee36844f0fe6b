-- Pupils of each location by the samenwerkingsverband where they live, at every count, in the regions of one day (null: of the day of the
-- count). The pupils of the location are known, so each part has at least what the others leave of them, and at most: these bounds
-- may be added over locations, and are narrower than a sum over homes. `zonder_woonplaats` tells that no file at hand has the homes.
create macro herkomst_swv_op(datum) as table
with regio as (
    select postcode4, sector, swv_code from postcode4_swv where geldt_op(geldig_vanaf, geldig_tot, cast(datum as date))
),
dag as (select cast(datum as date) as dag),
deel as (
    select h.vestigingscode, h.soort, h.peildatum, h.vestigings_swv, h.vestigings_swv_anders,
        case when d.dag is null or length(h.herkomst) > 4 then h.woon_swv else coalesce(r.swv_code, 'niet ingedeeld') end as woon_swv,
        sum(h.ondergrens)::bigint as ondergrens, sum(h.bovengrens)::bigint as bovengrens,
        any_value(h.vestiging_ondergrens) as vestiging_ondergrens, any_value(h.vestiging_bovengrens) as vestiging_bovengrens,
        bool_and(h.geteld_bovengrens is null) as zonder_woonplaats, max(h.bron) as bron
    from leerlingen_herkomst h
    cross join dag d
    left join regio r on r.postcode4 = h.herkomst and r.sector = if(h.soort in ('VSO', 'VO'), 'VO', 'PO')
    group by all
)
select vestigingscode, soort, peildatum, vestigings_swv, vestigings_swv_anders, woon_swv,
    minstens(ondergrens, bovengrens, vestiging_ondergrens, sum(bovengrens) over vestiging)::bigint as ondergrens,
    hoogstens(ondergrens, bovengrens, vestiging_bovengrens, sum(ondergrens) over vestiging)::bigint as bovengrens,
    vestiging_ondergrens, vestiging_bovengrens, zonder_woonplaats, bron
from deel
window vestiging as (partition by vestigingscode, soort, peildatum)
