/** Names of places on the map, the largest first, as many as fit. */
import L from "leaflet";
import type { Postcode } from "./types";

interface Named {
  name: string;
  lat: number;
  lon: number;
  weight: number;
}

export class Labels extends L.Layer {
  private pane = L.DomUtil.create("div", "labels");
  private places: Named[] = [];

  constructor() {
    super();
    this.pane.setAttribute("aria-hidden", "true");
  }

  show(postcodes: Iterable<Postcode>): void {
    this.places = gathered(postcodes);
    this.draw();
  }

  override onAdd(map: L.Map): this {
    map.getPane("overlayPane")?.append(this.pane);
    map.on("moveend zoomend resize", this.draw, this);
    map.on("zoomstart", this.hide, this);
    return this;
  }

  override onRemove(map: L.Map): this {
    this.pane.remove();
    map.off("moveend zoomend resize", this.draw, this);
    map.off("zoomstart", this.hide, this);
    return this;
  }

  private hide(): void {
    this.pane.replaceChildren();
  }

  private draw(): void {
    const map = this._map;
    if (!map) return;
    const around = map.getBounds();
    const zoom = map.getZoom();
    // a village has no place on a map of the whole country
    const least = zoom < 8 ? 12 : zoom < 9 ? 6 : zoom < 10 ? 3 : zoom < 10.6 ? 2 : 1;
    const taken: L.Bounds[] = [];
    const shown: HTMLElement[] = [];
    for (const place of this.places) {
      if (place.weight < least) break;
      if (!around.contains([place.lat, place.lon])) continue;
      const at = map.latLngToLayerPoint([place.lat, place.lon]);
      const half = place.name.length * 3.4 + 14;
      const box = L.bounds([at.x - half, at.y - 13], [at.x + half, at.y + 13]);
      if (taken.some((each) => each.intersects(box))) continue;
      taken.push(box);
      const label = L.DomUtil.create("span", place.weight >= 12 ? "city" : "");
      label.textContent = place.name;
      L.DomUtil.setPosition(label, at);
      shown.push(label);
      if (shown.length > 60) break;
    }
    this.pane.replaceChildren(...shown);
  }
}

/** A place is where its postcodes are, in the middle. */
function gathered(postcodes: Iterable<Postcode>): Named[] {
  const sums = new Map<string, { lat: number; lon: number; count: number; name: string }>();
  for (const { plaats, gemeente, lat, lon } of postcodes) {
    if (!plaats || lat == null || lon == null) continue;
    const key = `${plaats}|${gemeente}`;
    const sum = sums.get(key) ?? { lat: 0, lon: 0, count: 0, name: plaats };
    sums.set(key, { lat: sum.lat + lat, lon: sum.lon + lon, count: sum.count + 1, name: plaats });
  }
  return [...sums.values()]
    .map(({ lat, lon, count, name }) => ({ name, lat: lat / count, lon: lon / count, weight: count }))
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
}
