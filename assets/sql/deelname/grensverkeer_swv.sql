-- Per SWV: who comes in, who goes out, and the difference. Pupils whose home or school has no SWV are counted apart, under their own
-- name. A share is least when its own pupils are few and all others many; how far apart its bounds lie says whether it is of use.
-- The pupils of each school are known, so who stays and who comes in are bounded school by school before they are added. Of a school that
-- is no more than likely in one SWV and else in another, none and all of the pupils may count in either.
with cel as (
    select h.vestigingscode as eenheid, unnest(list_distinct([h.vestigings_swv, coalesce(h.vestigings_swv_anders, h.vestigings_swv)])) as vestigings_swv,
        h.vestigings_swv_anders is null as zeker, h.woon_swv, h.soort, h.peildatum, h.ondergrens, h.bovengrens,
        h.vestiging_ondergrens as totaal_ondergrens, h.vestiging_bovengrens as totaal_bovengrens, h.bron
    from herkomst_swv_op(null) h
    semi join grensverkeer g on g.vestigings_swv = h.vestigings_swv and g.soort = h.soort and g.peildatum = h.peildatum
        and g.bron != 'leerlingen_swv_postcode4'
    union all
    -- published per SWV: no school to go by
    select vestigings_swv, vestigings_swv, true, woon_swv, soort, peildatum, ondergrens, bovengrens, op_school_ondergrens, op_school_bovengrens,
        bron
    from grensverkeer
    where bron = 'leerlingen_swv_postcode4'
),
stroom as (
    select eenheid, vestigings_swv as swv_code, zeker, soort, peildatum,
        case when woon_swv = vestigings_swv then 'intern' when regexp_full_match(woon_swv, '(PO|VO)\d{4}') then 'inkomend'
            when woon_swv = 'buitenland' then 'buitenland' else 'onbekend' end as stroom,
        sum(ondergrens) as laag, sum(bovengrens) as hoog, any_value(totaal_ondergrens) as totaal_ondergrens,
        any_value(totaal_bovengrens) as totaal_bovengrens
    from cel
    where regexp_full_match(vestigings_swv, '(PO|VO)\d{4}')
    group by all
),
schoolstroom as (
    select swv_code, soort, peildatum, stroom,
        if(zeker, minstens(laag, hoog, totaal_ondergrens, sum(hoog) over school), 0) as ondergrens,
        hoogstens(laag, hoog, totaal_bovengrens, sum(laag) over school) as bovengrens
    from stroom
    window school as (partition by eenheid, swv_code, soort, peildatum)
),
-- whose home no file at hand has may live in the SWV of the school or elsewhere (grensverkeer), and stands under onbekend as well
misschien as (
    select swv_code, soort, peildatum, sum(alle)::bigint as leerlingen, sum(hier)::bigint as intern, sum(elders)::bigint as inkomend
    from (
        select swv_code, soort, peildatum, max(leerlingen) as alle, max(leerlingen) filter (woon_swv = swv_code) as hier,
            max(leerlingen) filter (woon_swv != swv_code) as elders
        from (
            select unnest(if(vestigings_swv_anders = '-', [vestigings_swv], [vestigings_swv, vestigings_swv_anders])) as swv_code,
                vestigings_swv, vestigings_swv_anders, woon_swv, soort, peildatum, woonplaats_niet_aangeleverd as leerlingen
            from grensverkeer
            where woonplaats_niet_aangeleverd > 0
        )
        group by swv_code, vestigings_swv, vestigings_swv_anders, soort, peildatum
    )
    group by swv_code, soort, peildatum
),
school as (
    select swv_code, soort, peildatum, sum(if(zeker, ondergrens, 0))::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens,
        max(bron) as bron
    from (
        select vestigings_swv as swv_code, soort, peildatum, zeker, any_value(totaal_ondergrens) as ondergrens,
            any_value(totaal_bovengrens) as bovengrens, max(bron) as bron
        from cel
        group by eenheid, vestigings_swv, soort, peildatum, zeker
    )
    group by swv_code, soort, peildatum
),
rol as (
    select swv_code, soort, peildatum, stroom, ondergrens, bovengrens, null as bron from schoolstroom
    union all
    select swv_code, soort, peildatum, 'intern', 0, intern, null from misschien where intern > 0
    union all
    select swv_code, soort, peildatum, 'inkomend', 0, inkomend, null from misschien where inkomend > 0
    union all
    select woon_swv, soort, peildatum,
        case when regexp_full_match(vestigings_swv, '(PO|VO)\d{4}') then 'uitgaand' else 'buiten' end,
        -- who stays if the likely is not so, goes out for no more than likely
        if(vestigings_swv_anders = woon_swv, 0, ondergrens), bovengrens, bron
    from grensverkeer
    where regexp_full_match(woon_swv, '(PO|VO)\d{4}') and woon_swv != vestigings_swv
),
som as (
    select r.swv_code, r.soort, r.peildatum, coalesce(max(s.bron), max(r.bron)) as bron,
        coalesce(any_value(s.ondergrens), 0) as op_school_ondergrens, coalesce(any_value(s.bovengrens), 0) as op_school_bovengrens,
        coalesce(any_value(m.leerlingen), 0) as misschien,
        coalesce(sum(r.ondergrens) filter (stroom = 'intern'), 0)::bigint as intern_ondergrens,
        coalesce(sum(r.bovengrens) filter (stroom = 'intern'), 0)::bigint as intern_bovengrens,
        coalesce(sum(r.ondergrens) filter (stroom = 'inkomend'), 0)::bigint as inkomend_ondergrens,
        coalesce(sum(r.bovengrens) filter (stroom = 'inkomend'), 0)::bigint as inkomend_bovengrens,
        coalesce(sum(r.ondergrens) filter (stroom = 'buitenland'), 0)::bigint as buitenland_ondergrens,
        coalesce(sum(r.bovengrens) filter (stroom = 'buitenland'), 0)::bigint as buitenland_bovengrens,
        coalesce(sum(r.ondergrens) filter (stroom = 'onbekend'), 0)::bigint as onbekend_ondergrens,
        coalesce(sum(r.bovengrens) filter (stroom = 'onbekend'), 0)::bigint as onbekend_bovengrens,
        coalesce(sum(r.ondergrens) filter (stroom = 'uitgaand'), 0)::bigint as uitgaand_ondergrens,
        coalesce(sum(r.bovengrens) filter (stroom = 'uitgaand'), 0)::bigint as uitgaand_bovengrens,
        coalesce(sum(r.ondergrens) filter (stroom = 'buiten'), 0)::bigint as buiten_swv_ondergrens,
        coalesce(sum(r.bovengrens) filter (stroom = 'buiten'), 0)::bigint as buiten_swv_bovengrens
    from rol r
    left join school s on s.swv_code = r.swv_code and s.soort = r.soort and s.peildatum = r.peildatum
    left join misschien m on m.swv_code = r.swv_code and m.soort = r.soort and m.peildatum = r.peildatum
    group by r.swv_code, r.soort, r.peildatum
),
deel as (
    select *,
        100 * inkomend_ondergrens / nullif(least(
            inkomend_ondergrens + intern_bovengrens + buitenland_bovengrens + onbekend_bovengrens, op_school_bovengrens
        ), 0) as inkomend_laag,
        100 * inkomend_bovengrens / nullif(greatest(
            inkomend_bovengrens + intern_ondergrens + buitenland_ondergrens + greatest(onbekend_ondergrens - misschien, 0), op_school_ondergrens
        ), 0) as inkomend_hoog,
        100 * uitgaand_ondergrens / nullif(uitgaand_ondergrens + intern_bovengrens + buiten_swv_bovengrens, 0) as uitgaand_laag,
        100 * uitgaand_bovengrens / nullif(uitgaand_bovengrens + intern_ondergrens + buiten_swv_ondergrens, 0) as uitgaand_hoog
    from som
)
select
    swv_code, soort, peildatum, op_school_ondergrens, op_school_bovengrens, intern_ondergrens, intern_bovengrens, inkomend_ondergrens, inkomend_bovengrens,
    buitenland_ondergrens, buitenland_bovengrens, onbekend_ondergrens, onbekend_bovengrens,
    uitgaand_ondergrens, uitgaand_bovengrens, buiten_swv_ondergrens, buiten_swv_bovengrens,
    inkomend_ondergrens - uitgaand_bovengrens as saldo_ondergrens, inkomend_bovengrens - uitgaand_ondergrens as saldo_bovengrens,
    round(inkomend_laag, 2) as inkomend_percentage_ondergrens, round(inkomend_hoog, 2) as inkomend_percentage_bovengrens,
    -- of use: at most a quarter of the middle off to either side, or one percentage point
    coalesce(inkomend_hoog - inkomend_laag <= greatest(2, (inkomend_hoog + inkomend_laag) / 4), false) as inkomend_bruikbaar,
    round(uitgaand_laag, 2) as uitgaand_percentage_ondergrens, round(uitgaand_hoog, 2) as uitgaand_percentage_bovengrens,
    coalesce(uitgaand_hoog - uitgaand_laag <= greatest(2, (uitgaand_hoog + uitgaand_laag) / 4), false) as uitgaand_bruikbaar,
    bron
from deel
