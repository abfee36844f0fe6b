-- Which postcode4 lies in the region of which SWV. A cell of the statutory table that is no SWV code (Europoort) gives no row.
with regio as (
    select
        swv_nummer as swv_code, unnest(list_distinct(regexp_extract_all(postcodecijfers, '\d{4}'))) as postcode4,
        begindatum as geldig_vanaf, einddatum as geldig_tot, 'rio' as bron
    from stg_rio_swv_regio
    union all
    select swv_po, postcode4, editie, null, 'regeling' from stg_swv_regio_wettelijk
    union all
    select swv_vo, postcode4, editie, null, 'regeling' from stg_swv_regio_wettelijk
)
select swv_code, postcode4, coalesce(geldig_vanaf, date '2014-08-01') as geldig_vanaf, geldig_tot, bron
from regio
where regexp_full_match(swv_code, '(PO|VO)\d{4}')
qualify row_number() over (
    partition by swv_code, postcode4, coalesce(geldig_vanaf, date '2014-08-01') order by bron desc, geldig_tot desc nulls first
) = 1
