-- How many pupils live in one samenwerkingsverband and go to school in another, at the newest count, per kind of school. One to four
-- pupils are hidden, so the number lies between minstens and hoogstens. Where vestigings_swv_anders is filled, that the school is in
-- vestigings_swv is no more than likely, and it is in that one if not.
create view grensverkeer_nu as
select g.soort, g.woon_swv, w.aanduiding as woon_naam, g.vestigings_swv, v.aanduiding as vestigings_naam,
    nullif(g.vestigings_swv_anders, '-') as vestigings_swv_anders,
    g.ondergrens as minstens, g.bovengrens as hoogstens, g.peildatum
from grensverkeer g
join swv_aanduiding w on w.swv_code = g.woon_swv
join swv_aanduiding v on v.swv_code = g.vestigings_swv
where g.woon_swv != g.vestigings_swv and g.peildatum = (select max(n.peildatum) from grensverkeer n where n.soort = g.soort)
