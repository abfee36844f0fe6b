/** Schools on the map: a canvas over the areas that lets every click through, for eight thousand elements are too many. */
import L from "leaflet";
import { SHAPES } from "./shapes";
import type { School } from "./types";

const REACH = matchMedia("(pointer: coarse)").matches ? 18 : 9;

export class Points extends L.Layer {
  private canvas = L.DomUtil.create("canvas", "points");
  private paths = new Map(Object.entries(SHAPES).map(([kind, path]) => [kind, new Path2D(path)]));
  private seen: { school: School; at: L.Point }[] = [];
  private schools: School[] = [];
  private marked: string | null = null;
  private pin: { lat: number; lon: number } | null = null;

  constructor(private from: number) {
    super();
  }

  show(schools: School[], marked: string | null, pin: { lat: number; lon: number } | null): void {
    this.schools = schools;
    this.marked = marked;
    this.pin = pin;
    this.draw();
  }

  get visible(): boolean {
    return this.seen.length > 0;
  }

  /** The school at a point of the container, if there is one near enough. */
  near(at: L.Point): School | null {
    let best: School | null = null;
    let least = REACH;
    for (const each of this.seen) {
      const distance = each.at.distanceTo(at);
      if (distance < least) [best, least] = [each.school, distance];
    }
    return best;
  }

  override onAdd(map: L.Map): this {
    map.getPane("overlayPane")?.append(this.canvas);
    map.on("moveend zoomend resize", this.draw, this);
    map.on("zoomstart", this.hide, this);
    return this;
  }

  override onRemove(map: L.Map): this {
    this.canvas.remove();
    map.off("moveend zoomend resize", this.draw, this);
    map.off("zoomstart", this.hide, this);
    return this;
  }

  private hide(): void {
    this.canvas.style.opacity = "0";
  }

  draw(): void {
    const map = this._map;
    if (!map) return;
    const size = map.getSize();
    const scale = devicePixelRatio || 1;
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
    Object.assign(this.canvas, { width: size.x * scale, height: size.y * scale });
    Object.assign(this.canvas.style, { width: `${size.x}px`, height: `${size.y}px`, opacity: "1" });
    this.seen = [];
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    const zoom = map.getZoom();
    const style = getComputedStyle(map.getContainer());
    const around = map.getBounds().pad(0.02);
    const grown = 0.75 + Math.max(0, zoom - this.from) * 0.14;
    for (const school of this.schools) {
      const marked = school.code === this.marked;
      if (school.lat == null || school.lon == null || (zoom < this.from && !marked) || !around.contains([school.lat, school.lon])) continue;
      const at = map.latLngToContainerPoint([school.lat, school.lon]);
      this.seen.push({ school, at });
      pen.setTransform(scale, 0, 0, scale, at.x * scale, at.y * scale);
      const size = marked ? grown * 1.9 : school.soort === "BO" || school.soort === "VO" ? grown : grown * 1.15;
      pen.scale(size, size);
      pen.fillStyle = style.getPropertyValue(`--kind-${school.soort}`);
      pen.strokeStyle = style.getPropertyValue(marked ? "--ink" : "--halo");
      pen.lineWidth = (marked ? 2 : 1.3) / size;
      const path = this.paths.get(school.soort);
      if (!path) continue;
      pen.fill(path);
      pen.stroke(path);
    }
    if (this.pin) {
      const at = map.latLngToContainerPoint([this.pin.lat, this.pin.lon]);
      pen.setTransform(scale, 0, 0, scale, at.x * scale, at.y * scale);
      for (const [colour, width] of [["--halo", 7], ["--focus", 3.5]] as const) {
        pen.strokeStyle = style.getPropertyValue(colour);
        pen.lineWidth = width;
        pen.beginPath();
        pen.arc(0, 0, 13, 0, 7);
        pen.stroke();
      }
    }
  }
}
