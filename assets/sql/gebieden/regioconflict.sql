-- Postcode4s of which the region is in doubt: RIO and the statutory table give different ones on the same day, or the table adds a
-- postcode4 to another region than the one in which all others of its gemeente lie. What counts, says postcode4_swv.
with verschil as (
    select r.postcode4, left(r.swv_code, 2) as sector, greatest(r.geldig_vanaf, w.geldig_vanaf) as geldig_vanaf,
        nullif(least(coalesce(r.geldig_tot, date '9999-12-31'), coalesce(w.geldig_tot, date '9999-12-31')), date '9999-12-31') as geldig_tot,
        r.swv_code, w.swv_code as ander_swv_code, 'rio en regeling' as soort, null as grond
    from swv_postcode4 r
    join swv_postcode4 w on w.postcode4 = r.postcode4 and left(w.swv_code, 2) = left(r.swv_code, 2) and w.swv_code != r.swv_code
        and w.geldig_vanaf < coalesce(r.geldig_tot, date '9999-12-31') and r.geldig_vanaf < coalesce(w.geldig_tot, date '9999-12-31')
    where r.bron = 'rio' and w.bron = 'regeling'
),
wet as (
    select postcode4, gemeentenaam, editie as dag, swv_code, min(editie) over (partition by postcode4) > min(editie) over () as nieuw
    from stg_swv_regio_wettelijk
    cross join unnest([swv_po, swv_vo]) as codes (swv_code)
    where regexp_full_match(swv_code, '(PO|VO)\d{4}')
),
-- the region of all that a gemeente had before
rest as (
    select gemeentenaam, left(swv_code, 2) as sector, dag, any_value(swv_code) as swv_code, count(*) as postcodes
    from wet
    where not nieuw
    group by gemeentenaam, left(swv_code, 2), dag
    having count(distinct swv_code) = 1
),
toegevoegd as (
    select p.postcode4, r.sector, p.geldig_vanaf, p.geldig_tot, p.swv_code, r.swv_code as ander_swv_code, 'nieuw in de regeling' as soort,
        'de ' || r.postcodes || ' andere postcodes van ' || w.gemeentenaam || ' liggen in ' || r.swv_code as grond
    from wet w
    join rest r on r.gemeentenaam = w.gemeentenaam and r.dag = w.dag and r.sector = left(w.swv_code, 2) and r.swv_code != w.swv_code
    join swv_postcode4 p on p.postcode4 = w.postcode4 and p.swv_code = w.swv_code and p.bron = 'regeling' and p.geldig_vanaf = w.dag
    where w.nieuw
)
select postcode4, sector, soort, geldig_vanaf, geldig_tot, swv_code, ander_swv_code, grond from verschil
union all
select postcode4, sector, soort, geldig_vanaf, geldig_tot, swv_code, ander_swv_code, grond from toegevoegd
