-- Every location that any registry saw, as the newest registry that knows its place, or else its name, describes it. `actueel`: it
-- stands in the newest list of its kind of education, an edition of the register or, where that is newer, a count in which it has pupils.
with lijst as (
    select *, case when soort in ('SO', 'VSO', 'SOVSO') then 'SOVSO' else soort end as lijst from vestiging_gezien
),
stand as (
    select *, coalesce(laatste_dag = max(laatste_dag) over (partition by lijst), laatste_dag is null and rang = 1) as actueel from lijst
),
-- a location that one count has with so and with vso offers both
samen as (
    select
        vestigingscode, bron, peildatum, rang, bool_or(actueel) as actueel,
        case when list_sort(list(distinct soort)) = ['SO', 'VSO'] then 'SOVSO' else min(soort) end as soort,
        min(instellingscode) as instellingscode, min(bevoegd_gezag_nummer) as bevoegd_gezag_nummer, min(naam) as naam,
        min(cluster) filter (rang = 1) as cluster, min(onderwijsstructuur) as onderwijsstructuur, min(denominatie) as denominatie,
        min(adres) as adres, min(postcode) as postcode, min(plaats) as plaats, min(gemeentenummer) as gemeentenummer,
        min(provincie) as provincie, min(website) as website, min(bron_sha256) as bron_sha256,
        case when count(*) = 1 then min(bron_regel) end as bron_regel
    from stand
    group by vestigingscode, bron, peildatum, rang
),
-- what the newest count by cluster says, where no register does
telling as (
    select vestigingscode, string_agg(distinct cluster, '/' order by cluster) as cluster
    from stg_leerlingen_cluster
    where cluster is not null and peildatum = (select max(peildatum) from stg_leerlingen_cluster)
    group by vestigingscode
),
bestaan as (
    select vestigingscode, min(eerste_dag) as eerst_gezien, max(laatste_dag) as laatst_gezien,
        arg_max(bron, (laatste_dag, -rang, bron)) filter (laatste_dag is not null) as laatst_gezien_in, bool_or(actueel) as staat
    from stand
    group by vestigingscode
)
select
    s.vestigingscode, s.instellingscode, s.bevoegd_gezag_nummer, s.naam, s.soort, coalesce(s.cluster, t.cluster) as cluster, s.onderwijsstructuur, s.denominatie, s.adres,
    s.postcode, left(s.postcode, 4) as postcode4, s.plaats, s.gemeentenummer, s.provincie, s.website, s.peildatum, b.staat as actueel,
    b.eerst_gezien, b.laatst_gezien, b.laatst_gezien_in, s.bron, s.bron_sha256, s.bron_regel
from samen s
join bestaan b using (vestigingscode)
left join telling t using (vestigingscode)
qualify row_number() over (partition by s.vestigingscode order by s.rang >= 3, s.rang = 5, s.actueel desc, s.peildatum desc nulls last, s.rang, s.bron) = 1
