-- Per SWV and period: netto against the sum of the lines that count, and each amount that is spread over locations against
-- the sum of its shares. Made from the finished tables alone, so that it finds what their makers overlooked.
with regels as (
    select
        swv_code, periode, max(bedrag) filter (component = 'netto') as netto,
        count(*) filter (telt_mee) as regels, count(*) filter (telt_mee and bedrag is null) as regels_onvolledig,
        sum(bedrag) filter (telt_mee) as som
    from ondersteuningsbekostiging_swv
    group by all
),
delen as (
    select
        swv_code, periode, sum(bedrag) filter (component = 'netto') as netto_verdeeld,
        sum(bedrag) filter (component = 'uitputting') as uitputting_verdeeld
    from ondersteuningsbekostiging_vestiging
    group by all
)
select
    r.swv_code, r.periode, r.netto, case when r.regels_onvolledig = 0 then r.som::decimal(18, 2) end as som_van_de_regels,
    r.regels, r.regels_onvolledig, d.netto_verdeeld::decimal(18, 2) as netto_verdeeld,
    case when d.netto_verdeeld is not null then r.netto end as netto_te_verdelen,
    d.uitputting_verdeeld::decimal(18, 2) as uitputting_verdeeld,
    case when d.uitputting_verdeeld is not null then -u.bedrag end as uitputting_te_verdelen
from regels r
left join delen d using (swv_code, periode)
left join ondersteuningsbekostiging_swv u on u.swv_code = r.swv_code and u.periode = r.periode and u.component = 'uitputting'
