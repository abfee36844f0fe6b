-- Participation in sbo, so, vso and pro per samenwerkingsverband at the newest count of each, in percent, beside the nation and with
-- its place among all; of the three ways of counting, the one that fits the definition best.
create view deelname_nu as
select d.soort, d.swv_code, s.naam, d.peildatum, d.percentage_ondergrens as minstens, d.percentage_bovengrens as hoogstens,
    d.landelijk_ondergrens as landelijk_minstens, d.landelijk_bovengrens as landelijk_hoogstens,
    d.rang_hoogst as plaats_vanaf, d.rang_laagst as plaats_tot, d.aantal_swv, d.verschil_ondergrens as verandering_minstens,
    d.verschil_bovengrens as verandering_hoogstens, d.reden
from deelname_swv d
left join samenwerkingsverband s using (swv_code)
where d.voorkeur
    and d.peildatum = (select max(n.peildatum) from deelname_swv n where n.voorkeur and n.soort = d.soort)
