-- Pupils per SWV in the role that is named. The roles are different questions and are never added.
-- vestiging: where the school stands. A location that no method could place may stand in any SWV of its gemeente: its
--   pupils widen the upper bound of each of those, so that the truth lies within the bounds.
-- woon: where the pupil lives, by postcode4. betalend: who pays, as published.
with delen as (
    select l.*, s.sector
    from leerlingen_vestiging l
    join (values ('BO', 'PO'), ('SBO', 'PO'), ('SO', 'PO'), ('VSO', 'VO'), ('SOVSO', 'PO'), ('SOVSO', 'VO'), ('VO', 'VO')) s (soort, sector)
        using (soort)
    -- parts where they are known, the whole where they are not
    where l.peildatum >= date '2014-08-01' and l.bovengrens > 0
    qualify l.soort != 'SOVSO' or not bool_or(l.onderdeel_van = 'SOVSO') over (partition by l.vestigingscode, l.peildatum)
),
gekoppeld as (
    select d.*, k.swv_code
    from delen d
    left join koppeling k on k.vestigingscode = d.vestigingscode and k.sector = d.sector and k.swv_code is not null
        and k.geldig_vanaf <= d.peildatum and coalesce(k.geldig_tot, date '9999-12-31') > d.peildatum
),
-- outside the SWVs by law, not merely unplaced
buiten as (
    select vestigingscode, sector from koppeling where reden like 'cluster 1 en 2%'
),
mogelijk as (
    select distinct p.gemeentenummer, left(r.swv_code, 2) as sector, r.swv_code
    from swv_postcode4 r
    join postcode4 p using (postcode4)
    where p.gemeentenummer is not null
),
vestigingsrol as (
    select swv_code, soort, peildatum, sum(ondergrens) as ondergrens, sum(bovengrens) as bovengrens from gekoppeld
    where swv_code is not null
    group by all
    union all
    select m.swv_code, g.soort, g.peildatum, 0, sum(g.bovengrens)
    from gekoppeld g
    join vestiging_bekend v using (vestigingscode)
    join mogelijk m on m.gemeentenummer = v.gemeentenummer and m.sector = g.sector
    where g.swv_code is null and not exists (select 1 from buiten b where b.vestigingscode = g.vestigingscode and b.sector = g.sector)
    group by all
),
rollen as (
    select 'vestiging' as rol, swv_code, soort, peildatum, sum(ondergrens) as ondergrens, sum(bovengrens) as bovengrens
    from vestigingsrol
    group by all
    union all
    select 'woon', woon_swv, soort, peildatum, sum(ondergrens), sum(bovengrens)
    from leerlingen_postcode4
    where regexp_full_match(woon_swv, '(PO|VO)\d{4}')
    group by woon_swv, soort, peildatum
    union all
    select 'betalend', betaler, soort, peildatum, ondergrens, bovengrens
    from stg_so_vso_residentieel
    where residentiele_plaats = 'TOTAAL' and regexp_full_match(betaler, '(PO|VO)\d{4}') and ondergrens is not null
)
select swv_code, rol, soort, peildatum, case when ondergrens = bovengrens then ondergrens end as leerlingen, ondergrens, bovengrens
from rollen
