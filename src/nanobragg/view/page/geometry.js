// Where panels lie on the plane across the beam, and what resolution a place has.

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const plus = (a, b, s = 1) => [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]];
const times = (s, a) => [s * a[0], s * a[1], s * a[2]];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const length = a => Math.sqrt(dot(a, a));
const unit = a => times(1 / (length(a) || 1), a);
const across = (v, beam) => plus(v, beam, -dot(v, beam));

export const vectors = {dot, plus, times, cross, length, unit};

// A single panel stands as its pixels do; several as they are seen along the beam, the first one's
// fast axis to the right as nearly as can be. `place` is in pixels of the first panel.
export class Geometry {
  constructor(description) {
    this.panels = description.panels;
    this.beam = description.beam;
    this.wavelength = description.wavelength_A;
    this.missing = description.missing;
    this.rings = description.rings ?? [];
    this.spindle = description.spindle;
    const first = this.panels[0];
    this.pixel = first.pixel;
    this.right = unit(across(first.fast, this.beam));
    const down = across(first.slow, this.beam);
    this.down = unit(plus(down, this.right, -dot(down, this.right)));
    this.frames = this.panels.map(panel => this.#frame(panel));
    this.bounds = this.#bounds();
    this.centre = this.#project(this.beam)[0] ?? null;
  }

  #frame(panel) {
    if (this.panels.length === 1) return {origin: [0, 0], fast: [1, 0], slow: [0, 1]};
    const seen = v => [dot(v, this.right) / this.pixel, dot(v, this.down) / this.pixel];
    return {origin: seen(panel.corner), fast: seen(times(panel.pixel, panel.fast)), slow: seen(times(panel.pixel, panel.slow))};
  }

  #bounds() {
    const xs = [], ys = [];
    this.panels.forEach((panel, i) => {
      for (const [f, s] of [[0, 0], [panel.columns, 0], [0, panel.rows], [panel.columns, panel.rows]]) {
        const [x, y] = this.place(i, f, s);
        xs.push(x);
        ys.push(y);
      }
    });
    return {left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys)};
  }

  // A place on a panel (pixels from its corner) in the picture.
  place(panel, f, s) {
    const {origin, fast, slow} = this.frames[panel];
    return [origin[0] + f * fast[0] + s * slow[0], origin[1] + f * fast[1] + s * slow[1]];
  }

  // The panel and the place on it that the picture shows at (x, y); null beside all panels.
  panelAt(x, y) {
    for (let i = 0; i < this.panels.length; ++i) {
      const {origin, fast, slow} = this.frames[i];
      const area = fast[0] * slow[1] - fast[1] * slow[0];
      const dx = x - origin[0], dy = y - origin[1];
      const f = (dx * slow[1] - dy * slow[0]) / area, s = (fast[0] * dy - fast[1] * dx) / area;
      if (f >= 0 && s >= 0 && f < this.panels[i].columns && s < this.panels[i].rows) return {panel: i, f, s};
    }
    return null;
  }

  // Å; in pixels from the panel's corner.
  spacing(panel, f, s) {
    const p = this.panels[panel];
    const position = plus(plus(p.corner, p.fast, f * p.pixel), p.slow, s * p.pixel);
    const q = length(plus(unit(position), this.beam, -1));
    return q > 0 ? this.wavelength / q : Infinity;
  }

  // Where a ray from the sample hits: in the picture, for each panel that it meets from the front;
  // a single panel goes on for ever.
  #project(direction) {
    const out = [];
    this.panels.forEach((p, i) => {
      const normal = cross(p.fast, p.slow);
      const towards = dot(direction, normal), distance = dot(p.corner, normal);
      if (Math.abs(towards) < 1e-9 || distance / towards <= 0) return;
      const from = plus(times(distance / towards, direction), p.corner, -1);
      const f = dot(from, p.fast) / p.pixel, s = dot(from, p.slow) / p.pixel;
      const inside = f >= 0 && s >= 0 && f <= p.columns && s <= p.rows;
      if (this.panels.length === 1 || inside) out.push(this.place(i, f, s));
    });
    return out;
  }

  // Points of the ring of a spacing (Å) in pieces that are to be joined.
  ring(spacing) {
    const sine = this.wavelength / (2 * spacing);
    if (sine >= 1) return [];
    const angle = 2 * Math.asin(sine);
    const pieces = [[]];
    const steps = 360;
    for (let i = 0; i <= steps; ++i) {
      const turn = 2 * Math.PI * i / steps;
      const side = plus(times(Math.cos(turn), this.right), this.down, Math.sin(turn));
      const point = this.#project(plus(times(Math.cos(angle), this.beam), side, Math.sin(angle)))[0];
      const last = pieces.at(-1);
      if (!point) { if (last.length) pieces.push([]); continue; }
      last.push(point);
    }
    return pieces.filter(piece => piece.length > 1);
  }

  // How far a turn of the crystal moves the pattern: pixels a radian.
  get pixelsPerRadian() {
    const p = this.panels[0];
    return Math.abs(dot(p.corner, cross(p.fast, p.slow))) / this.pixel;
  }
}

// A detector of which only the pixels are known.
export function plainGeometry(panels) {
  const corner = [1, 0, 0];
  return new Geometry({
    panels: panels.map(p => ({...p, corner, fast: [0, 0, 1], slow: [0, -1, 0], pixel: 1})),
    beam: [1, 0, 0], wavelength_A: 1, spindle: [0, 0, 1], missing: 'unknown'});
}

export const iceSpacings = [3.897, 3.669, 3.441, 2.671, 2.249, 2.072, 1.948, 1.918, 1.883, 1.721];
