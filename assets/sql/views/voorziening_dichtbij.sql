-- Per samenwerkingsverband and kind of special provision: whether it has one, and which share of its pupils (percent) has one within
-- 10 km of home, in the samenwerkingsverband itself and anywhere, as the crow flies.
create view voorziening_dichtbij as
select d.swv_code, a.aanduiding as naam, d.voorziening, d.aanwezig, d.vestigingen,
    d.aandeel_10km_binnen_ondergrens as binnen_minstens, d.aandeel_10km_binnen_bovengrens as binnen_hoogstens,
    d.aandeel_10km_overal_ondergrens as overal_minstens, d.aandeel_10km_overal_bovengrens as overal_hoogstens,
    d.reden
from dekking_swv d
left join swv_aanduiding a using (swv_code)
