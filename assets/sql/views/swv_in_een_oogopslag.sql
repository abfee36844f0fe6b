-- Each samenwerkingsverband of now in one row: school locations, pupils, participation in special education beside that of the nation, what
-- comes in less what goes out, and the provision that it lacks. Every figure is of the newest year that has it, which the column after
-- it names. Where small counts are hidden a figure lies between minstens and hoogstens; percentages are of its pupils, in so and vso of those
-- of cluster 3 and 4, with all clusters beside it.
create view swv_in_een_oogopslag as
with cijfers as (
    select k.*, case k.sector when 'PO' then vestigingen_bo + vestigingen_sbo + vestigingen_so_vso
        else vestigingen_vo + vestigingen_so_vso end as vestigingen
    from swv_kerncijfers k
    join samenwerkingsverband s using (swv_code)
    where geldt_nu(s.begindatum, s.einddatum)
)
select swv_code, arg_max(naam, jaar) as naam, any_value(sector) as sector,
    arg_max(vestigingen, jaar) as vestigingen, max(jaar) filter (vestigingen is not null) as vestigingen_jaar,
    arg_max(leerlingen_po_woonachtig_ondergrens, jaar) as po_wonend_minstens, arg_max(leerlingen_po_woonachtig_bovengrens, jaar) as po_wonend_hoogstens,
    max(jaar) filter (leerlingen_po_woonachtig_ondergrens is not null) as po_wonend_jaar,
    arg_max(leerlingen_vo_ondergrens, jaar) as vo_op_school_minstens, arg_max(leerlingen_vo_bovengrens, jaar) as vo_op_school_hoogstens,
    max(jaar) filter (leerlingen_vo_ondergrens is not null) as vo_op_school_jaar,
    arg_max(deelname_sbo_ondergrens, jaar) as sbo_minstens, arg_max(deelname_sbo_bovengrens, jaar) as sbo_hoogstens,
    arg_max(deelname_sbo_landelijk_ondergrens, jaar) filter (deelname_sbo_ondergrens is not null) as sbo_landelijk_minstens,
    arg_max(deelname_sbo_landelijk_bovengrens, jaar) filter (deelname_sbo_ondergrens is not null) as sbo_landelijk_hoogstens,
    max(jaar) filter (deelname_sbo_ondergrens is not null) as sbo_jaar,
    arg_max(deelname_so_ondergrens, jaar) as so_minstens, arg_max(deelname_so_bovengrens, jaar) as so_hoogstens,
    arg_max(deelname_so_landelijk_ondergrens, jaar) filter (deelname_so_ondergrens is not null) as so_landelijk_minstens,
    arg_max(deelname_so_landelijk_bovengrens, jaar) filter (deelname_so_ondergrens is not null) as so_landelijk_hoogstens,
    max(jaar) filter (deelname_so_ondergrens is not null) as so_jaar,
    arg_max(deelname_so_alle_clusters_ondergrens, jaar) as so_alle_clusters_minstens,
    arg_max(deelname_so_alle_clusters_bovengrens, jaar) as so_alle_clusters_hoogstens,
    arg_max(deelname_vso_ondergrens, jaar) as vso_minstens, arg_max(deelname_vso_bovengrens, jaar) as vso_hoogstens,
    max(jaar) filter (deelname_vso_ondergrens is not null) as vso_jaar,
    arg_max(deelname_vso_alle_clusters_ondergrens, jaar) as vso_alle_clusters_minstens,
    arg_max(deelname_vso_alle_clusters_bovengrens, jaar) as vso_alle_clusters_hoogstens,
    arg_max(saldo_ondergrens, jaar) as saldo_minstens, arg_max(saldo_bovengrens, jaar) as saldo_hoogstens,
    max(jaar) filter (saldo_ondergrens is not null) as saldo_jaar,
    arg_max(ontbrekende_voorzieningen, jaar) as ontbrekende_voorzieningen, max(dekking_scholen_peildatum) as ontbrekende_voorzieningen_peildatum
from cijfers
group by swv_code
