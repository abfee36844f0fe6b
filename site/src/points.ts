/** Schools on the map: a canvas over the areas that lets every click through, for eight thousand elements are too many. */
import L from "leaflet";
import { isSpecial, SHAPES } from "./shapes";
import { spread, type Placed } from "./spread";
import type { School } from "./types";

const REACH = matchMedia("(pointer: coarse)").matches ? 18 : 9;
// two schools this near to each other are told apart by their names
const DOUBT = matchMedia("(pointer: coarse)").matches ? 18 : 4;

/** From which zoom on schools are points: special ones sooner, for they are few and sought. */
export interface From {
  special: number;
  every: number;
}

export class Points extends L.Layer {
  // the marks of special schools lie over the names of places, the others under them
  private canvas = L.DomUtil.create("canvas", "points");
  private above = L.DomUtil.create("canvas", "points special");
  private paths = new Map(Object.entries(SHAPES).map(([kind, path]) => [kind, new Path2D(path)]));
  private seen: { school: School; at: L.Point }[] = [];
  private schools: School[] = [];
  private placed: Placed[] = [];
  private marked: string | null = null;
  private pin: { lat: number; lon: number } | null = null;

  constructor(private from: From) {
    super();
  }

  show(schools: School[], marked: string | null, pin: { lat: number; lon: number } | null): void {
    if (schools !== this.schools) this.placed = spread(schools);
    this.schools = schools;
    this.marked = marked;
    this.pin = pin;
    this.draw();
  }

  /** The school at a point of the container, if there is one near enough. */
  near(at: L.Point): School | null {
    return this.within(at, REACH)[0] ?? null;
  }

  /** The schools that a click at a point may mean: one, or those among which only its reader can tell. */
  meant(at: L.Point): School[] {
    const [first] = this.within(at, REACH);
    return first ? [first, ...this.within(at, DOUBT).filter((each) => each !== first)] : [];
  }

  private within(at: L.Point, reach: number): School[] {
    return this.seen.map(({ school, at: there }) => ({ school, far: there.distanceTo(at) })).filter(({ far }) => far < reach)
      .sort((one, other) => one.far - other.far).map(({ school }) => school);
  }

  override onAdd(map: L.Map): this {
    map.getPane("overlayPane")?.append(this.canvas, this.above);
    map.on("moveend zoomend resize", this.draw, this);
    map.on("zoomstart", this.hide, this);
    return this;
  }

  override onRemove(map: L.Map): this {
    this.canvas.remove();
    this.above.remove();
    map.off("moveend zoomend resize", this.draw, this);
    map.off("zoomstart", this.hide, this);
    return this;
  }

  private hide(): void {
    this.canvas.style.opacity = this.above.style.opacity = "0";
  }

  draw(): void {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    const scale = devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.above]) {
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      Object.assign(canvas, { width: size.x * scale, height: size.y * scale });
      Object.assign(canvas.style, { width: `${size.x}px`, height: `${size.y}px`, opacity: "1" });
    }
    this.seen = [];
    const [under, over] = [this.canvas.getContext("2d"), this.above.getContext("2d")];
    if (!under || !over) return;
    const zoom = map.getZoom();
    const style = getComputedStyle(map.getContainer());
    const around = map.getBounds().pad(0.02);
    const grown = 0.75 + Math.max(0, zoom - this.from.every) * 0.14;
    let last: (() => void) | null = null;
    for (const { school, east, south, together } of this.placed) {
      const marked = school.code === this.marked;
      const special = isSpecial(school.soort);
      if ((zoom < (special ? this.from.special : this.from.every) && !marked) || !around.contains([school.lat!, school.lon!])) continue;
      const place = map.latLngToContainerPoint([school.lat!, school.lon!]);
      const apart = zoom < this.from.every ? 5 : 7.5 * grown;
      const at = together > 1 ? place.add([east * apart, south * apart]) : place;
      this.seen.push({ school, at });
      const size = grown * (marked ? 1.9 : special ? 1.45 : 1);
      const path = this.paths.get(school.soort);
      const pen = special || marked ? over : under;
      const mark = () => {
        pen.setTransform(scale, 0, 0, scale, at.x * scale, at.y * scale);
        pen.scale(size, size);
        pen.fillStyle = style.getPropertyValue(`--kind-${school.soort}`);
        pen.strokeStyle = style.getPropertyValue(marked ? "--ink" : "--halo");
        pen.lineWidth = (marked ? 2 : 1.3) / size;
        if (!path) return;
        pen.fill(path);
        pen.stroke(path);
      };
      if (marked) last = mark;
      else mark();
    }
    last?.();
    if (this.pin) {
      const at = map.latLngToContainerPoint([this.pin.lat, this.pin.lon]);
      over.setTransform(scale, 0, 0, scale, at.x * scale, at.y * scale);
      for (const [colour, width] of [["--halo", 7], ["--focus", 3.5]] as const) {
        over.strokeStyle = style.getPropertyValue(colour);
        over.lineWidth = width;
        over.beginPath();
        over.arc(0, 0, 20, 0, 7);
        over.stroke();
      }
    }
  }
}
