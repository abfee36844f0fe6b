"""DCAT-AP-NL 3.0: the same release as a catalogue of datasets, which portals such as data.overheid.nl harvest.

Belongs here: the vocabulary, and writing it as JSON-LD and Turtle. Does not belong here: the facts (descriptor).

Each table is a dataset, each file of it a distribution; the whole in one file is a dataset too. Addresses are relative to the
folder that the files stand in, so that the description is right wherever that folder is put.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pipeline.describe import licences
from pipeline.describe.descriptor import FICTITIOUS, PUBLISHER

JSONLD, TURTLE = "dcat.jsonld", "dcat.ttl"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#", "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
EU = "http://publications.europa.eu/resource/authority/"
SHA256 = f"{PREFIXES['spdx']}checksumAlgorithm_sha256"
IANA = "https://www.iana.org/assignments/media-types/"
FILE_TYPES = {"parquet": "PARQUET", "csv": "CSV", "geojson": "GEOJSON", "xlsx": "XLSX"}
HOME = "./"
# what may stand in an address as it is; an escape that is there already stays one
IRI = ":/?#[]@!$&'()*+,;=%~"
Node = dict[str, Any]


def catalogue(package: Mapping[str, Any], sizes: Mapping[str, int]) -> Node:
    """A package as JSON-LD. ``sizes`` are the bytes of its files by path."""
    datasets: dict[str, Node] = {}
    for resource in package["resources"]:
        name = resource["path"].rpartition("/")[2].partition(".")[0]
        dataset = datasets.setdefault(name, _dataset(package, resource, name))
        dataset["dcat:distribution"].append(_distribution(package, resource, sizes[resource["path"]]))
    whole = {
        "@id": HOME, "@type": ["dcat:Catalog", "rdfs:Resource"], "dct:title": _text(package["title"]),
        "dct:description": _text(package["description"], "en"), "dct:publisher": _agent(package),
        "dcat:contactPoint": _contact(package), "dct:language": _language(), "dct:modified": _time(package["created"]),
        "dct:license": _licence(package), **_covering(package), "dcat:dataset": list(datasets.values()),
    }  # fmt: skip
    return {"@context": PREFIXES, **whole}


def jsonld(document: Node) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def turtle(document: Node) -> str:
    """The same graph as Turtle."""
    prefixes = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    nodes: dict[str, str] = {}
    _described({key: value for key, value in document.items() if key != "@context"}, nodes)
    return "\n".join([*prefixes, "", *nodes.values()])


def _dataset(package: Mapping[str, Any], resource: Mapping[str, Any], name: str) -> Node:
    about = resource if "description" in resource else package
    note = FICTITIOUS if package["fictitious"] and about is resource else ""
    return {
        "@id": f"{HOME}#{name}", "@type": "dcat:Dataset", "dct:identifier": f"{package['name']}/{name}",
        "dct:title": _text(about["title"]), "dct:description": _text(f"{note}{about['description']}", "en"),
        "dct:creator": _agent(package), "dct:publisher": _agent(package), "dcat:contactPoint": _contact(package),
        "dct:accessRights": _listed("dct:RightsStatement", f"{EU}access-right/PUBLIC"),
        "dcat:theme": _listed("skos:Concept", f"{EU}data-theme/EDUC", {"skos:prefLabel": _text("Onderwijs, cultuur en sport")}),
        "dcat:keyword": [_text(each) for each in package["keywords"]],
        "dct:language": _language(), "dct:spatial": _listed("dct:Location", f"{EU}country/NLD"), **_covering(about),
        "dct:issued": _time(package["created"]), "dct:modified": _time(package["created"]), "dcat:version": package["version"],
        "prov:wasDerivedFrom": [{"@id": _iri(each["path"])} for each in about.get("sources", ()) if "path" in each],
        "dcat:distribution": [],
    }  # fmt: skip


def _distribution(package: Mapping[str, Any], resource: Mapping[str, Any], size: int) -> Node:
    form = resource["format"]
    known = {
        "dct:format": _listed("dct:MediaTypeOrExtent", f"{EU}file-type/{FILE_TYPES[form]}"),
        "dcat:mediaType": _listed("dct:MediaType", f"{IANA}{resource['mediatype']}"),
    } if form in FILE_TYPES else {}  # fmt: skip
    digest = {
        "@type": "spdx:Checksum", "spdx:algorithm": _listed("spdx:ChecksumAlgorithm", SHA256),
        "spdx:checksumValue": {"@value": resource["hash"].removeprefix("sha256:"), "@type": "xsd:hexBinary"},
    }  # fmt: skip
    return {
        "@id": f"{HOME}#{resource['path']}", "@type": "dcat:Distribution",
        "dct:title": _text(f"{resource['title']} ({form})"),
        "dcat:accessURL": {"@id": HOME}, "dcat:downloadURL": _listed("rdfs:Resource", resource["path"]), **known,
        "dcat:byteSize": {"@value": str(size), "@type": "xsd:nonNegativeInteger"}, "spdx:checksum": digest,
        "dct:license": _licence(resource if "licenses" in resource else package), "dct:modified": _time(package["created"]),
    }  # fmt: skip


def _agent(package: Mapping[str, Any]) -> Node:
    publisher = next(each for each in package["contributors"] if PUBLISHER in each["roles"])
    mail = {"foaf:mbox": {"@id": _iri(f"mailto:{publisher['email']}")}} if "email" in publisher else {}
    page = {"foaf:homepage": {"@id": _iri(publisher["path"])}} if "path" in publisher else {}
    return {"@id": f"{HOME}#uitgever", "@type": "foaf:Agent", "foaf:name": _whole(publisher["title"]), **mail, **page}


def _contact(package: Mapping[str, Any]) -> Node:
    publisher = next(each for each in package["contributors"] if PUBLISHER in each["roles"])
    mail = {"vcard:hasEmail": {"@id": _iri(f"mailto:{publisher['email']}")}} if "email" in publisher else {}
    page = {"vcard:hasURL": {"@id": _iri(publisher["path"])}} if "path" in publisher else {}
    return {"@id": f"{HOME}#contact", "@type": "vcard:Kind", "vcard:fn": _whole(publisher["title"]), **mail, **page}


def _licence(described: Mapping[str, Any]) -> Node:
    licence = licences.named(described["licenses"][0]["name"])
    address = _iri(licence.authority or licence.path or f"{HOME}#{licence.name}")
    return {"@id": address, "@type": "dct:LicenseDocument", "rdfs:label": _text(licence.title)}


def _covering(described: Mapping[str, Any]) -> Node:
    """The time that a table or the whole covers; what holds on has no end."""
    names = {"start": "dcat:startDate", "end": "dcat:endDate"}
    days = {names[end]: {"@value": day, "@type": "xsd:date"} for end, day in described.get("temporal", {}).items()}
    return {"dct:temporal": {"@type": "dct:PeriodOfTime", **days}} if days else {}


def _language() -> Node:
    return _listed("dct:LinguisticSystem", f"{EU}language/NLD")


def _listed(kind: str, address: str, more: Mapping[str, Any] | None = None) -> Node:
    """A value with its class, which validation asks for, also where a controlled list says it."""
    return {"@id": address, "@type": kind, **(more or {})}


def _iri(address: str) -> str:
    """Return an address as RDF takes it: what would end it, such as a blank or a bracket, is an escape."""
    return quote(address, safe=IRI, errors="replace")


def _text(words: str, language: str = "nl") -> Node:
    return {"@value": _whole(words), "@language": language}


def _whole(words: str) -> str:
    """Return a text without the characters that no form of RDF can hold."""
    return words.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _time(moment: str) -> Node:
    return {"@value": moment, "@type": "xsd:dateTime"}


def _described(node: Mapping[str, Any], nodes: dict[str, str]) -> str:
    """Write a node, and those in it, under their names; one without a name stands where it is used. Returns the reference."""
    kinds = node["@type"] if isinstance(node["@type"], list) else [node["@type"]]
    lines = [f"a {', '.join(kinds)}"]
    for predicate, values in node.items():
        if not predicate.startswith("@") and (terms := list(_terms(values, nodes))):
            lines.append(f"{predicate} {', '.join(terms)}")
    if "@id" not in node:
        return f"[ {' ; '.join(lines)} ]"
    name = f"<{node['@id']}>"
    nodes[name] = f"{name} {f' ;{chr(10)}  '.join(lines)} .\n"
    return name


def _terms(values: Any, nodes: dict[str, str]) -> Iterable[str]:
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, str):
            yield json.dumps(value, ensure_ascii=False)
        elif "@value" in value:
            kind = f"@{value['@language']}" if "@language" in value else f"^^{value['@type']}"
            yield json.dumps(value["@value"], ensure_ascii=False) + kind
        elif "@type" in value:
            yield _described(value, nodes)
        else:
            yield f"<{value['@id']}>"
