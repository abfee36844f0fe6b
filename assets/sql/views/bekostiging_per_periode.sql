-- The net support money of each samenwerkingsverband per school year or calendar year, in euro. It is never guessed: where an amount or a
-- count is known between bounds, netto is too, and a period of which one is missing has no total: bekend_minstens and bekend_hoogstens are
-- what its other lines add up to, and ontbreekt tells what is missing. meest_compleet is the period to look at first: that of which the
-- smallest part of the lines is missing, then of their norm amounts, then the newest. The lines stand in ondersteuningsbekostiging_swv.
create view bekostiging_per_periode as
with regel as (
    select swv_code, periode, count(*) filter (telt_mee) as regels, count(*) filter (telt_mee and status = 'onvolledig') as onvolledig,
        count(*) filter (telt_mee and parameter is not null and bedrag_per_eenheid is null) as zonder_bedrag
    from ondersteuningsbekostiging_swv
    group by swv_code, periode
)
select o.swv_code, a.aanduiding as naam, o.periode, o.bedrag as netto, o.bedrag_ondergrens as minstens, o.bedrag_bovengrens as hoogstens,
    o.bekend_ondergrens as bekend_minstens, o.bekend_bovengrens as bekend_hoogstens, o.status, o.ontbreekt, r.regels,
    r.onvolledig as regels_onvolledig,
    row_number() over (partition by o.swv_code order by r.onvolledig / r.regels, r.zonder_bedrag / r.regels, o.periode desc) = 1 as meest_compleet
from ondersteuningsbekostiging_swv o
join regel r on r.swv_code = o.swv_code and r.periode = o.periode
left join swv_aanduiding a on a.swv_code = o.swv_code
where o.component = 'netto'
