-- Each samenwerkingsverband in one row, of the newest year in which its pupils were counted: school locations, pupils, participation
-- in special education beside that of the nation, what comes in less what goes out, and the provision that it lacks. Where small
-- counts are hidden a figure lies between minstens and hoogstens; percentages are of its pupils.
create view swv_in_een_oogopslag as
select swv_code, naam, sector, jaar,
    coalesce(vestigingen_bo, 0) + coalesce(vestigingen_sbo, 0) + coalesce(vestigingen_so_vso, 0) + coalesce(vestigingen_vo, 0)
        as vestigingen,
    leerlingen_po_woonachtig_ondergrens as po_wonend_minstens, leerlingen_po_woonachtig_bovengrens as po_wonend_hoogstens,
    leerlingen_vo_ondergrens as vo_op_school_minstens, leerlingen_vo_bovengrens as vo_op_school_hoogstens,
    deelname_sbo_ondergrens as sbo_minstens, deelname_sbo_bovengrens as sbo_hoogstens,
    deelname_sbo_landelijk_ondergrens as sbo_landelijk_minstens, deelname_sbo_landelijk_bovengrens as sbo_landelijk_hoogstens,
    deelname_so_ondergrens as so_minstens, deelname_so_bovengrens as so_hoogstens,
    deelname_so_landelijk_ondergrens as so_landelijk_minstens, deelname_so_landelijk_bovengrens as so_landelijk_hoogstens,
    deelname_vso_ondergrens as vso_minstens, deelname_vso_bovengrens as vso_hoogstens,
    saldo_ondergrens as saldo_minstens, saldo_bovengrens as saldo_hoogstens,
    ontbrekende_voorzieningen
from swv_kerncijfers
where coalesce(leerlingen_bo_ondergrens, leerlingen_po_woonachtig_ondergrens, leerlingen_vo_ondergrens) is not null
qualify row_number() over (partition by swv_code order by jaar desc) = 1
