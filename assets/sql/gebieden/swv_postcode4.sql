-- Which postcode4 lies in the region of which SWV.
-- A postcode4 lies in one region of a sector at a time. RIO gives a region with the postcodes it has now, so where an ended
-- region held a postcode too, its heir has it from that day on.
with regio as (
    select
        swv_nummer as swv_code, unnest(list_distinct(regexp_extract_all(postcodecijfers, '\d{4}'))) as postcode4,
        coalesce(begindatum, date '2014-08-01') as geldig_vanaf, einddatum as geldig_tot, 'rio' as bron
    from stg_rio_swv_regio
    union all
    select swv_po, postcode4, coalesce(editie, date '2014-08-01'), null, 'regeling' from stg_swv_regio_wettelijk
    union all
    select swv_vo, postcode4, coalesce(editie, date '2014-08-01'), null, 'regeling' from stg_swv_regio_wettelijk
),
opgevolgd as (
    select swv_code, postcode4, geldig_tot, bron,
        greatest(geldig_vanaf, max(geldig_tot) over (
            partition by bron, left(swv_code, 2), postcode4 order by coalesce(geldig_tot, date '9999-12-31')
            rows between unbounded preceding and 1 preceding
        )) as geldig_vanaf
    from regio
    where regexp_full_match(swv_code, '(PO|VO)\d{4}')
)
select swv_code, postcode4, geldig_vanaf, geldig_tot, bron
from opgevolgd
qualify row_number() over (partition by swv_code, postcode4, geldig_vanaf order by bron desc, geldig_tot desc nulls first) = 1
