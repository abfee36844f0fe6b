-- Per SWV: who comes in, who goes out, and the difference. Pupils whose home or school has no SWV are counted apart, under their own
-- name. A share is least when its own pupils are few and all others many; how far apart its bounds lie says whether it is of use.
with rol as (
    select vestigings_swv as swv_code, soort, peildatum, bron, ondergrens, bovengrens,
        case when woon_swv = vestigings_swv then 'intern' when regexp_full_match(woon_swv, '(PO|VO)\d{4}') then 'inkomend'
            when woon_swv = 'buitenland' then 'buitenland' else 'onbekend' end as stroom
    from grensverkeer
    where regexp_full_match(vestigings_swv, '(PO|VO)\d{4}')
    union all
    select woon_swv, soort, peildatum, bron, ondergrens, bovengrens,
        case when regexp_full_match(vestigings_swv, '(PO|VO)\d{4}') then 'uitgaand' else 'buiten' end
    from grensverkeer
    where regexp_full_match(woon_swv, '(PO|VO)\d{4}') and woon_swv != vestigings_swv
),
som as (
    select swv_code, soort, peildatum, max(bron) as bron,
        coalesce(sum(ondergrens) filter (stroom = 'intern'), 0)::bigint as intern_ondergrens,
        coalesce(sum(bovengrens) filter (stroom = 'intern'), 0)::bigint as intern_bovengrens,
        coalesce(sum(ondergrens) filter (stroom = 'inkomend'), 0)::bigint as inkomend_ondergrens,
        coalesce(sum(bovengrens) filter (stroom = 'inkomend'), 0)::bigint as inkomend_bovengrens,
        coalesce(sum(ondergrens) filter (stroom = 'buitenland'), 0)::bigint as buitenland_ondergrens,
        coalesce(sum(bovengrens) filter (stroom = 'buitenland'), 0)::bigint as buitenland_bovengrens,
        coalesce(sum(ondergrens) filter (stroom = 'onbekend'), 0)::bigint as onbekend_ondergrens,
        coalesce(sum(bovengrens) filter (stroom = 'onbekend'), 0)::bigint as onbekend_bovengrens,
        coalesce(sum(ondergrens) filter (stroom = 'uitgaand'), 0)::bigint as uitgaand_ondergrens,
        coalesce(sum(bovengrens) filter (stroom = 'uitgaand'), 0)::bigint as uitgaand_bovengrens,
        coalesce(sum(ondergrens) filter (stroom = 'buiten'), 0)::bigint as buiten_swv_ondergrens,
        coalesce(sum(bovengrens) filter (stroom = 'buiten'), 0)::bigint as buiten_swv_bovengrens
    from rol
    group by swv_code, soort, peildatum
),
deel as (
    select *,
        100 * inkomend_ondergrens / nullif(inkomend_ondergrens + intern_bovengrens + buitenland_bovengrens + onbekend_bovengrens, 0)
            as inkomend_laag,
        100 * inkomend_bovengrens / nullif(inkomend_bovengrens + intern_ondergrens + buitenland_ondergrens + onbekend_ondergrens, 0)
            as inkomend_hoog,
        100 * uitgaand_ondergrens / nullif(uitgaand_ondergrens + intern_bovengrens + buiten_swv_bovengrens, 0) as uitgaand_laag,
        100 * uitgaand_bovengrens / nullif(uitgaand_bovengrens + intern_ondergrens + buiten_swv_ondergrens, 0) as uitgaand_hoog
    from som
)
select
    swv_code, soort, peildatum, intern_ondergrens, intern_bovengrens, inkomend_ondergrens, inkomend_bovengrens,
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
