-- apply: pipeline.funding.build_up
-- One row per SWV, period and line of the build-up, with what is known of its count and its amount. The arithmetic is
-- pipeline/funding.py; which lines a period has is reference data (bekostigingsposten.csv), and so are the amounts.
with periode as (
    select distinct
        periode, periodesoort, component, left(periode, 4)::integer as startjaar,
        case when periodesoort = 'schooljaar' then make_date(left(periode, 4)::integer, 8, 1)
            else make_date(left(periode, 4)::integer, 1, 1) end as begindatum
    from bekostigingsparameter
    where parameter in (select p.parameter from referentie.bekostigingsposten p) and component != 'niet gesplitst'
),
post as (
    select
        p.post, p.sector, p.parameter, p.parameter_sector, coalesce(p.categorie, 'geen') as categorie,
        string_split(p.soorten, ' ') as soorten, p.telling, p.teken::integer as teken, p.wetsartikel, q.periode, q.begindatum,
        b.bedrag as bedrag_per_eenheid, coalesce(b.versie, 0) as versie, b.bron,
        -- WPO and WVO: until 2022 pupils of 1 October of the year before; from 2023 po, so and vso of 1 February, vo of 1 October
        coalesce(b.teldatum, case when q.startjaar >= 2023 and p.soorten != 'VO' then make_date(q.startjaar - 1, 2, 1)
            else make_date(q.startjaar - 1, 10, 1) end) as teldatum,
        concat_ws(' ', 'bedrag', p.parameter, p.parameter_sector, p.categorie, q.periode, q.component) as bedrag_naam
    from referentie.bekostigingsposten p
    join periode q on q.startjaar between p.vanaf::integer and p.tot::integer
    left join bekostigingsparameter b on b.parameter = p.parameter and b.sector = p.parameter_sector
        and b.categorie = coalesce(p.categorie, 'geen') and b.periode = q.periode and b.component = q.component
    qualify row_number() over (partition by p.post, p.sector, q.periode order by b.versie desc) = 1
),
teldatum as (select distinct teldatum, begindatum, soort from post, unnest(soorten) as _ (soort) where telling = 'vestiging'),
-- pupils of the count by the SWV that the location belongs to when the period begins
gekoppeld as (
    select t.teldatum, t.begindatum, l.soort, l.ondergrens, l.bovengrens, k.swv_code, k.sector, v.gemeentenummer, k.reden
    from teldatum t
    join leerlingen_vestiging l on l.peildatum = t.teldatum and l.soort = t.soort and l.bovengrens > 0
    join vestiging_bekend v using (vestigingscode)
    left join koppeling k on k.vestigingscode = l.vestigingscode
        and k.sector = case when l.soort in ('VO', 'VSO') then 'VO' else 'PO' end
        and k.geldig_vanaf <= t.begindatum and coalesce(k.geldig_tot, date '9999-12-31') > t.begindatum
),
mogelijk as (
    select distinct p.gemeentenummer, left(r.swv_code, 2) as sector, r.swv_code
    from swv_postcode4 r
    join postcode4 p using (postcode4)
),
telling as (
    select teldatum, begindatum, soort, swv_code, sum(ondergrens) as ondergrens, sum(bovengrens) as bovengrens
    from (
        select teldatum, begindatum, soort, swv_code, ondergrens, bovengrens from gekoppeld where swv_code is not null
        union all
        -- not placed: may belong to any SWV of its gemeente, or to any at all where that is unknown
        select g.teldatum, g.begindatum, g.soort, m.swv_code, 0, g.bovengrens
        from gekoppeld g
        join mogelijk m on m.sector = case when g.soort in ('VO', 'VSO') then 'VO' else 'PO' end
            and (m.gemeentenummer = g.gemeentenummer or g.gemeentenummer is null)
        where g.swv_code is null
    )
    group by all
),
geteld as (
    select l.peildatum as teldatum, list(distinct l.soort) as soorten from leerlingen_vestiging l
    where l.peildatum in (select teldatum from teldatum)
    group by l.peildatum
),
-- what a paying SWV pays for, by category; the registry gives no age, so lines by age stay without a count
betalend as (
    select betaler as swv_code, soort, peildatum as teldatum, regexp_extract(bekostigingscategorie, '[123]') as categorie,
        sum(ondergrens) as ondergrens, sum(bovengrens) as bovengrens
    from stg_so_vso_categorie
    where regexp_matches(bekostigingscategorie, '[123]')
    group by all
),
lijn as (
    select s.swv_code, p.*
    from samenwerkingsverband s
    join post p on p.sector = s.sector
    where (s.begindatum is null or s.begindatum <= p.begindatum) and (s.einddatum is null or s.einddatum > p.begindatum)
),
vestigingen as (
    select l.swv_code, l.periode, l.post, l.sector, sum(t.ondergrens) as ondergrens, sum(t.bovengrens) as bovengrens,
        coalesce(any_value(list_has_all(g.soorten, l.soorten)), false) as geteld
    from lijn l
    left join geteld g on g.teldatum = l.teldatum
    left join telling t on t.swv_code = l.swv_code and t.teldatum = l.teldatum and t.begindatum = l.begindatum
        and list_contains(l.soorten, t.soort)
    where l.telling = 'vestiging'
    group by l.swv_code, l.periode, l.post, l.sector
)
select
    l.swv_code, l.periode, l.post, l.teken, l.bedrag_per_eenheid, l.bedrag_naam, l.versie, l.teldatum, l.wetsartikel,
    coalesce(l.bron, '') as bron,
    case l.telling when 'vestiging' then array_to_string(l.soorten, ' en ')
        else concat_ws(' ', l.soorten[1], 'categorie ' || nullif(l.categorie, 'geen'), l.telling) end as telling_naam,
    coalesce(v.ondergrens, b.ondergrens) as ondergrens,
    coalesce(v.bovengrens, b.bovengrens) as bovengrens,
    coalesce(v.geteld, b.swv_code is not null) as geteld
from lijn l
left join vestigingen v on v.swv_code = l.swv_code and v.periode = l.periode and v.post = l.post and v.sector = l.sector
left join betalend b on b.swv_code = l.swv_code and l.telling = 'betalend' and b.soort = l.soorten[1]
    and b.teldatum = l.teldatum and b.categorie = l.categorie
order by l.swv_code, l.periode, l.post
