-- Pupils per SWV in the role that is named. The roles are different questions and are never added.
-- vestiging: where the school stands; a location that may belong to several SWVs widens the upper bound of each, which is so of those
-- that likely belong to the landelijk SWV.
-- woon: where the pupil lives, by postcode4, added up over schools whose pupils are known (grensverkeer). betalend: who pays, as published.
with delen as (
    select l.*, s.sector
    from leerlingen_vestiging l
    join referentie.soorten s using (soort)
    -- parts where they are known, the whole where they are not
    where l.peildatum >= date '2014-08-01' and l.bovengrens > 0 and not l.uitgesplitst
),
rollen as (
    select 'vestiging' as rol, k.swv_code, d.soort, d.peildatum, sum(d.ondergrens * k.zeker::integer) as ondergrens,
        sum(d.bovengrens) as bovengrens, sum(d.bovengrens * (k.zekerheid in ('aannemelijk', 'anders'))::integer) as reformatorisch,
        sum(d.cluster_3_4_ondergrens * k.zeker::integer) as cluster_ondergrens, sum(d.cluster_3_4_bovengrens) as cluster_bovengrens
    from delen d
    join koppeling_mogelijk k on k.vestigingscode = d.vestigingscode and k.sector = d.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, d.peildatum)
    group by k.swv_code, d.soort, d.peildatum
    union all
    -- the cluster of a home is in no count
    select 'woon', woon_swv, soort, peildatum, sum(ondergrens), sum(bovengrens), null, case when soort in ('SO', 'VSO') then 0 end,
        case when soort in ('SO', 'VSO') then sum(bovengrens) end
    from grensverkeer
    where regexp_full_match(woon_swv, '(PO|VO)\d{4}')
    group by woon_swv, soort, peildatum
    union all
    -- a home in no region may lie in any of those of its gemeente that were there on the day
    select 'woon', m.swv_code, l.soort, l.peildatum, 0, sum(l.bovengrens), null, case when l.soort in ('SO', 'VSO') then 0 end,
        case when l.soort in ('SO', 'VSO') then sum(l.bovengrens) end
    from leerlingen_postcode4 l
    join postcode4 p on p.postcode4 = l.herkomst
    join gemeente_swv m on m.gemeentenummer = p.gemeentenummer and m.sector = if(l.soort in ('VSO', 'VO'), 'VO', 'PO')
    join samenwerkingsverband v on v.swv_code = m.swv_code and geldt_op(v.begindatum, v.einddatum, l.peildatum)
    where l.woon_swv = 'niet ingedeeld' and l.peildatum >= date '2014-08-01'
    group by m.swv_code, l.soort, l.peildatum
    union all
    -- an SWV pays for cluster 3 and 4 alone
    select 'betalend', betaler, soort, peildatum, ondergrens, bovengrens, null, ondergrens, bovengrens
    from stg_so_vso_residentieel
    where residentiele_plaats = 'TOTAAL' and regexp_full_match(betaler, '(PO|VO)\d{4}') and ondergrens is not null
)
select r.swv_code, r.rol, r.soort, r.peildatum, case when sum(r.ondergrens) = sum(r.bovengrens) then sum(r.ondergrens)::bigint end as leerlingen,
    sum(r.ondergrens)::bigint as ondergrens, sum(r.bovengrens)::bigint as bovengrens,
    sum(r.reformatorisch)::bigint as waarvan_reformatorisch, sum(r.cluster_ondergrens)::bigint as cluster_3_4_ondergrens,
    sum(r.cluster_bovengrens)::bigint as cluster_3_4_bovengrens,
    -- homes and payers are published per kind
    coalesce(any_value(n.telwijze), case when r.soort in ('SO', 'VSO') then 'so en vso apart' else 'per soort' end) as telwijze
from rollen r
left join leerlingen_nederland n on r.rol = 'vestiging' and n.soort = r.soort and n.peildatum = r.peildatum
group by r.swv_code, r.rol, r.soort, r.peildatum
