/** The map itself: areas that can be pointed at, clicked and walked through with the arrow keys. */
import L from "leaflet";
import { Labels } from "./labels";
import { Points } from "./points";
import { address } from "./route";
import type { Area, Postcode, School } from "./types";

/** from these zooms on, schools are points */
export const SCHOOLS_FROM = { special: 8.5, every: 9.75 };

export interface Shown {
  areas: Map<string, Area>;
  fill: (code: string) => string;
  /** name and value, for the tooltip and for who does not see it */
  describe: (code: string) => { name: string; value: string };
  selected: string | null;
  schools: School[];
  /** what a kind of school is called */
  kind: (soort: string) => string;
  marked: string | null;
  pin: { lat: number; lon: number } | null;
  label: string;
}

export interface Pointed {
  open: (path: string[]) => void;
  zoomed: (zoom: number) => void;
}

const STEPS: Record<string, readonly [number, number]> = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const LEGEND = 308;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class SwvMap {
  private map: L.Map;
  private layers = new Map<string, L.Polygon>();
  private group = L.layerGroup();
  private points = new Points(SCHOOLS_FROM);
  private labels = new Labels();
  private choice = L.popup({ className: "choice", closeButton: false, autoPanPadding: [12, 12], maxHeight: 260 });
  private tip = L.tooltip({ className: "tip", direction: "top", opacity: 1, offset: [0, -10] });
  private shown: Shown | null = null;
  private moving = false;
  private moved = false;

  constructor(element: HTMLElement, private scale: number, private pointed: Pointed) {
    this.map = L.map(element, {
      zoomControl: false, attributionControl: false, keyboard: false, zoomSnap: 0.25, wheelPxPerZoomLevel: 110, minZoom: 5,
      maxZoom: 15, zoomAnimation: !calm.matches, fadeAnimation: false, renderer: L.svg({ padding: 0.6 }),
    });
    this.map.setView([52.2, 5.3], 7);
    this.group.addTo(this.map);
    this.labels.addTo(this.map);
    this.points.addTo(this.map);
    this.map.on("mousemove", (event) => this.hover(event));
    this.map.on("mouseout", () => this.map.closeTooltip(this.tip));
    this.map.on("click", (event) => this.click(event));
    this.map.on("zoomanim", () => (this.moving = true));
    this.map.on("zoomend", () => {
      this.moving = false;
      this.pointed.zoomed(this.map.getZoom());
    });
    element.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(element);
  }

  show(shown: Shown): void {
    const before = this.shown;
    this.shown = shown;
    if (!before || !alike(before.areas, shown.areas)) this.replaceAreas(shown.areas);
    for (const [code, layer] of this.layers) {
      const chosen = code === shown.selected;
      layer.setStyle({ fillColor: shown.fill(code), className: "area" });
      const element = layer.getElement();
      const { name, value } = shown.describe(code);
      element?.setAttribute("aria-label", `${name}, ${value}`);
      element?.classList.toggle("chosen", chosen);
      if (chosen) layer.bringToFront();
    }
    this.svg()?.setAttribute("aria-label", shown.label);
    if (shown.selected) this.makeTabStop(shown.selected);
    this.points.show(shown.schools, shown.marked, shown.pin);
  }

  name(postcodes: Iterable<Postcode>): void {
    this.labels.show(postcodes);
  }

  all(): void {
    const bounds = this.boundsOf([...this.layers.keys()]);
    if (bounds) this.move((animate) => this.map.fitBounds(bounds, { ...this.room(14), animate }));
  }

  /** To an SWV; one without an area is of the whole country. */
  to(code: string): void {
    const bounds = this.boundsOf([code]);
    if (!bounds) this.all();
    else this.move((animate) => this.map.fitBounds(bounds, { ...this.room(40), animate }));
  }

  at(lat: number, lon: number, zoom: number): void {
    this.move((animate) => this.map.setView([lat, lon], zoom, { animate }));
  }

  zoom(by: number): void {
    this.map.setZoom(this.map.getZoom() + by);
  }

  /** What is drawn for a pattern of two colours; made when it is first asked for. */
  pattern(one: string, other: string): string {
    const id = `p${`${one}${other}`.replace(/[^a-z0-9]/gi, "")}`;
    const svg = this.svg();
    if (svg && !svg.querySelector(`#${id}`)) {
      const drawn = `<pattern id="${id}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`
        + `<rect width="8" height="8" style="fill:${one}"/><rect width="4" height="8" style="fill:${other}"/></pattern>`;
      const defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
      defs.innerHTML = drawn;
      svg.prepend(defs);
    }
    return `url(#${id})`;
  }

  private svg(): SVGSVGElement | null {
    return this.map.getPane("overlayPane")?.querySelector("svg") ?? null;
  }

  /** Leaflet forgets a move that is asked for while another is under way; this waits for it. */
  private move(how: (animate: boolean) => void): void {
    this.map.invalidateSize({ pan: false });
    if (this.moving) this.map.once("zoomend", () => setTimeout(() => this.move(how)));
    else how(this.moved && !calm.matches);
    this.moved = true;
  }

  /** Room around what is shown; the legend stands on the left of a map that is wide enough. */
  private room(edge: number): L.FitBoundsOptions {
    const beside = this.map.getSize().x > 640 ? LEGEND : edge;
    return { paddingTopLeft: [beside, edge], paddingBottomRight: [edge, edge] };
  }

  private boundsOf(codes: string[]): L.LatLngBounds | null {
    const bounds = L.latLngBounds([]);
    for (const code of codes) {
      const layer = this.layers.get(code);
      if (layer) bounds.extend(layer.getBounds());
    }
    return bounds.isValid() ? bounds : null;
  }

  private replaceAreas(areas: Map<string, Area>): void {
    this.group.clearLayers();
    this.layers.clear();
    for (const [code, area] of areas) {
      const layer = L.polygon(area.map((polygon) => polygon.map((ring) => unpacked(ring, this.scale))), {
        className: "area", weight: 1, fillOpacity: 1, smoothFactor: 0.6, bubblingMouseEvents: true,
      });
      layer.addTo(this.group);
      this.layers.set(code, layer);
      const element = layer.getElement();
      element?.setAttribute("data-swv", code);
      element?.setAttribute("role", "link");
      element?.setAttribute("tabindex", this.layers.size === 1 ? "0" : "-1");
      // a finger or the mouse gives it the focus too, and the map may not move under them
      element?.addEventListener("focus", () => element.matches(":focus-visible") && this.tell(code));
      element?.addEventListener("blur", () => this.map.closeTooltip(this.tip));
    }
    this.svg()?.setAttribute("role", "group");
  }

  private makeTabStop(code: string): void {
    for (const [each, layer] of this.layers) layer.getElement()?.setAttribute("tabindex", each === code ? "0" : "-1");
  }

  private areaOf(target: EventTarget | null): string | null {
    return target instanceof Element ? (target.closest("[data-swv]")?.getAttribute("data-swv") ?? null) : null;
  }

  private hover(event: L.LeafletMouseEvent): void {
    const school = this.points.near(event.containerPoint);
    const code = this.areaOf(event.originalEvent.target);
    this.map.getContainer().classList.toggle("at-school", school !== null);
    if (school) this.say(event.latlng, school.naam, [this.shown?.kind(school.soort), school.plaats, school.code].filter(Boolean).join(" · "));
    else if (code) this.sayArea(event.latlng, code);
    else this.map.closeTooltip(this.tip);
  }

  private click(event: L.LeafletMouseEvent): void {
    const [school, ...others] = this.points.meant(event.containerPoint);
    const code = this.areaOf(event.originalEvent.target);
    this.map.closeTooltip(this.tip);
    if (school && others.length) this.choose(event.latlng, [school, ...others]);
    else if (school) this.pointed.open(["vestiging", school.code]);
    else if (code) this.pointed.open(["swv", code]);
  }

  /** Schools that lie too near to each other for a finger, by name. */
  private choose(at: L.LatLng, schools: School[]): void {
    const list = document.createElement("ul");
    for (const school of schools) {
      const link = document.createElement("a");
      link.href = address(["vestiging", school.code]);
      link.textContent = school.naam;
      link.addEventListener("click", () => this.map.closePopup(this.choice));
      const kind = document.createElement("span");
      kind.textContent = this.shown?.kind(school.soort) ?? "";
      const item = document.createElement("li");
      item.append(link, kind);
      list.append(item);
    }
    this.choice.setLatLng(at).setContent(list).openOn(this.map);
    list.querySelector("a")?.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.map.closePopup(this.choice);
    if (event.key === "+" || event.key === "=") return this.zoom(1);
    if (event.key === "-") return this.zoom(-1);
    const code = this.areaOf(event.target);
    const step = STEPS[event.key];
    if (code && step) {
      event.preventDefault();
      const next = this.neighbour(code, step);
      if (next) {
        this.makeTabStop(next);
        (this.layers.get(next)?.getElement() as SVGElement | undefined)?.focus({ preventScroll: true });
      }
    } else if (code && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      this.pointed.open(["swv", code]);
    }
  }

  /** The nearest area in a direction, of those that lie within 60 degrees of it; distances across count double. */
  private neighbour(code: string, [east, north]: readonly [number, number]): string | null {
    const from = this.centre(code);
    let best: string | null = null;
    let least = Infinity;
    for (const each of this.layers.keys()) {
      const to = this.centre(each);
      if (each === code || !from || !to) continue;
      const [x, y] = [to.x - from.x, from.y - to.y];
      const along = x * east + y * north;
      const across = Math.abs(x * north) + Math.abs(y * east);
      if (along <= 0 || across > along * 1.75) continue;
      if (along + 2 * across < least) [best, least] = [each, along + 2 * across];
    }
    return best;
  }

  private centre(code: string): L.Point | null {
    const layer = this.layers.get(code);
    return layer ? this.map.project(layer.getBounds().getCenter(), 10) : null;
  }

  private tell(code: string): void {
    const layer = this.layers.get(code);
    if (!layer) return;
    const centre = layer.getBounds().getCenter();
    if (!this.map.getBounds().contains(centre)) this.map.panTo(centre, { animate: !calm.matches });
    this.sayArea(centre, code);
  }

  private sayArea(at: L.LatLng, code: string): void {
    const said = this.shown?.describe(code);
    if (said) this.say(at, said.name, said.value);
  }

  private say(at: L.LatLng, name: string, value: string): void {
    const content = document.createElement("div");
    const strong = document.createElement("strong");
    strong.textContent = name;
    content.append(strong, document.createElement("br"), value);
    this.tip.setLatLng(at).setContent(content);
    if (!this.map.hasLayer(this.tip)) this.map.openTooltip(this.tip);
  }
}

/** Whether two days have the same areas: then what is drawn stays, and with it what has the focus. */
function alike(one: Map<string, Area>, other: Map<string, Area>): boolean {
  return one.size === other.size && [...one].every(([code, area]) => other.get(code) === area);
}

/** Steps to points. */
function unpacked(ring: number[], scale: number): L.LatLngTuple[] {
  const points: L.LatLngTuple[] = [];
  let east = 0;
  let north = 0;
  for (let index = 0; index + 1 < ring.length; index += 2) {
    east += ring[index] ?? 0;
    north += ring[index + 1] ?? 0;
    points.push([north / scale, east / scale]);
  }
  return points;
}
