-- Pupils and locations per year with one definition throughout, of each samenwerkingsverband (by where the school stands) and of the
-- nation (swv_code is null). So and vso are taken together, because in most years nobody tells them apart: a location with both counts
-- whole, in the samenwerkingsverband of either sector. The overview itself counts otherwise from 1998 and from 2010 on: no series goes
-- across a change of reeks_sinds. Where small counts are hidden the number lies between minstens and hoogstens.
create view leerlingen_reeks as
with geheel as (
    select vestigingscode, case when soort in ('SO', 'VSO', 'SOVSO') then 'so en vso' else lower(soort) end as soort, peildatum,
        max(soort = 'SO' or soort = 'SOVSO' or soort in ('BO', 'SBO')) as po, max(soort = 'VSO' or soort = 'SOVSO' or soort = 'VO') as vo,
        sum(ondergrens) as minstens, sum(bovengrens) as hoogstens
    from leerlingen_vestiging
    where onderdeel_van is null and bovengrens > 0
    group by all
)
select null as swv_code, null as naam, soort, peildatum, reeks_sinds(soort, peildatum) as reeks_sinds, sum(minstens)::bigint as minstens, sum(hoogstens)::bigint as hoogstens,
    count(*) as vestigingen
from geheel
group by soort, peildatum
union all
select k.swv_code, any_value(a.aanduiding), g.soort, g.peildatum, reeks_sinds(g.soort, g.peildatum), sum(g.minstens * k.zeker::integer)::bigint, sum(g.hoogstens)::bigint,
    count(*) filter (k.zekerheid in ('zeker', 'aannemelijk'))
from geheel g
join koppeling_mogelijk k on k.vestigingscode = g.vestigingscode and (k.sector = 'PO' and g.po or k.sector = 'VO' and g.vo)
    and geldt_op(k.geldig_vanaf, k.geldig_tot, g.peildatum)
left join swv_aanduiding a using (swv_code)
where g.peildatum >= date '2014-08-01'
group by k.swv_code, g.soort, g.peildatum
