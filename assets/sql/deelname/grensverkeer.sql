-- Pupils by the SWV where they live and the SWV where their school stands. DUO's table of pupils per SWV and home postcode4 hides
-- fewer cells than the one per location, so it is used for the dates it has; locations outside the SWVs it lacks.
-- The pupils at school in an SWV are known, by location or by DUO's total, and its flows add up to them. Pupils of schools that are no more
-- than likely in an SWV are in rows of their own, which say where they go if that is not so: rows may be added up, and none is there twice.
with gepubliceerd as (
    select swv_code, case soort when 'VSO' then 'VO' else 'PO' end as sector, soort, peildatum, ondergrens, bovengrens,
        case postcode4_leerling when '10' then 'buitenland' when '20' then 'buitenland' when '30' then 'buitenland' when '40' then 'onbekend'
            when '9999' then 'onbekend' else coalesce(postcode4_leerling, 'onbekend') end as herkomst
    from stg_leerlingen_swv_postcode4
    where ondergrens is not null
),
gepubliceerde_stroom as (
    select case when length(g.herkomst) > 4 then g.herkomst else coalesce(r.swv_code, 'niet ingedeeld') end as woon_swv,
        g.swv_code as vestigings_swv, g.soort, g.peildatum, sum(g.ondergrens)::bigint as ondergrens, sum(g.bovengrens)::bigint as bovengrens
    from gepubliceerd g
    left join postcode4_swv r on r.postcode4 = g.herkomst and r.sector = g.sector
        and geldt_op(r.geldig_vanaf, r.geldig_tot, g.peildatum)
    group by all
),
gepubliceerde_som as (
    select vestigings_swv, soort, peildatum, sum(ondergrens)::bigint as minstens, sum(bovengrens)::bigint as hoogstens
    from gepubliceerde_stroom
    group by vestigings_swv, soort, peildatum
),
-- the published total, where it and the published homes can both be true
gepubliceerd_totaal as (
    select s.vestigings_swv, s.soort, s.peildatum, s.minstens, s.hoogstens,
        coalesce(s.minstens <= t.bovengrens and t.ondergrens <= s.hoogstens, false) as verenigbaar,
        case when verenigbaar then greatest(s.minstens, t.ondergrens) else s.minstens end::bigint as ondergrens,
        case when verenigbaar then least(s.hoogstens, t.bovengrens) else s.hoogstens end::bigint as bovengrens
    from gepubliceerde_som s
    left join stg_leerlingen_swv_totaal t on t.swv_code = s.vestigings_swv and t.soort = s.soort and t.peildatum = s.peildatum
),
eigen as (
    select woon_swv, vestigings_swv, coalesce(vestigings_swv_anders, '-') as vestigings_swv_anders, soort, peildatum, ondergrens, bovengrens,
        vestiging_ondergrens, vestiging_bovengrens, vestigingscode, zonder_woonplaats, bron
    from herkomst_swv_op(null)
    where peildatum >= date '2014-08-01'
        -- vo is in no such file
        and (vestigings_swv = 'buiten de samenwerkingsverbanden' or soort = 'VO' or peildatum not in (select peildatum from gepubliceerd))
),
op_school as (
    select vestigings_swv, soort, peildatum, sum(vestiging_ondergrens)::bigint as ondergrens, sum(vestiging_bovengrens)::bigint as bovengrens
    from (select distinct vestigingscode, vestigings_swv, soort, peildatum, vestiging_ondergrens, vestiging_bovengrens from eigen)
    group by vestigings_swv, soort, peildatum
    union all
    select vestigings_swv, soort, peildatum, ondergrens, bovengrens from gepubliceerd_totaal
),
stroom as (
    select s.woon_swv, s.vestigings_swv, '-' as vestigings_swv_anders, s.soort, s.peildatum,
        minstens(s.ondergrens, s.bovengrens, t.ondergrens, t.hoogstens) as ondergrens,
        hoogstens(s.ondergrens, s.bovengrens, t.bovengrens, t.minstens) as bovengrens, 'leerlingen_swv_postcode4' as bron
    from gepubliceerde_stroom s
    join gepubliceerd_totaal t on t.vestigings_swv = s.vestigings_swv and t.soort = s.soort and t.peildatum = s.peildatum
    union all
    select woon_swv, vestigings_swv, vestigings_swv_anders, soort, peildatum, sum(ondergrens)::bigint, sum(bovengrens)::bigint, max(bron)
    from eigen
    group by woon_swv, vestigings_swv, vestigings_swv_anders, soort, peildatum
),
-- a file of homes that was refused: its pupils may live in the SWV of their school, and in each where at least five of its pupils
-- live. When each gemeente in turn is left out, 99.6 % of its pupils live in one of these (bo, 1 October 2024).
zonder as (
    select vestigings_swv, vestigings_swv_anders, if(vestigings_swv_anders = '-', vestigings_swv, vestigings_swv_anders) as regio, soort,
        peildatum, sum(vestiging_bovengrens)::bigint as leerlingen, max(bron) as bron
    from eigen
    where zonder_woonplaats and woon_swv = 'onbekend'
    group by vestigings_swv, vestigings_swv_anders, soort, peildatum
),
mogelijk as (
    select s.woon_swv, z.vestigings_swv, z.vestigings_swv_anders, z.soort, z.peildatum, z.leerlingen, z.bron
    from zonder z
    join stroom s on s.vestigings_swv = z.vestigings_swv and s.vestigings_swv_anders = z.vestigings_swv_anders and s.soort = z.soort
        and s.peildatum = z.peildatum and s.ondergrens >= 5 and s.woon_swv != z.regio and regexp_full_match(s.woon_swv, '(PO|VO)\d{4}')
    union all
    select regio, vestigings_swv, vestigings_swv_anders, soort, peildatum, leerlingen, bron
    from zonder
    where regexp_full_match(regio, '(PO|VO)\d{4}')
),
som as (
    select woon_swv, vestigings_swv, vestigings_swv_anders, soort, peildatum, sum(ondergrens)::bigint as ondergrens,
        sum(bovengrens)::bigint as bovengrens, sum(misschien)::bigint as misschien, max(bron) as bron
    from (
        select woon_swv, vestigings_swv, vestigings_swv_anders, soort, peildatum, ondergrens, bovengrens, 0 as misschien, bron from stroom
        union all
        select woon_swv, vestigings_swv, vestigings_swv_anders, soort, peildatum, 0, leerlingen, leerlingen, bron from mogelijk
    )
    group by woon_swv, vestigings_swv, vestigings_swv_anders, soort, peildatum
)
select
    s.woon_swv, s.vestigings_swv, s.vestigings_swv_anders, s.soort, s.peildatum, case when s.ondergrens = s.bovengrens then s.ondergrens end as leerlingen,
    s.ondergrens, s.bovengrens, s.misschien as woonplaats_niet_aangeleverd, o.ondergrens as op_school_ondergrens,
    o.bovengrens as op_school_bovengrens, s.bron
from som s
join op_school o on o.vestigings_swv = s.vestigings_swv and o.soort = s.soort and o.peildatum = s.peildatum
where s.bovengrens > 0
