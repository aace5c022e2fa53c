// The Ewald construction in three dimensions: the sphere, the beam, and the reciprocal lattice.
import {vectors} from './geometry.js';

const {cross, dot, plus, times, unit, length} = vectors;

// Points on the sphere out to `reach` (1/Å), and all of a few layers around the origin.
function latticePoints([a, b, c], {beam, wavelength}, reach) {
  const radius = 1 / wavelength, centre = times(-radius, beam);
  const near = Math.min(reach, 7 * Math.max(length(a), length(b), length(c)));
  const width = 0.0035 * radius;
  const most = (v, end) => Math.min(80, Math.ceil(end / length(v) * 1.2));
  const points = [], cc = dot(c, c);
  for (let h = -most(a, reach); h <= most(a, reach); ++h) {
    for (let k = -most(b, reach); k <= most(b, reach); ++k) {
      const base = plus(times(h, a), b, k), from = plus(base, centre, -1);
      // Where the row along c meets the sphere: |from + l·c| = radius.
      const half = dot(from, c) / cc, rest = half * half - (dot(from, from) - radius * radius) / cc;
      if (rest >= 0 && points.length < 6000) {
        for (const l of new Set([-1, 1].flatMap(side => { const at = -half + side * Math.sqrt(rest); return [Math.floor(at), Math.ceil(at)]; }))) {
          const at = plus(base, c, l);
          const isHit = Math.abs(length(plus(at, centre, -1)) - radius) < width;
          if (isHit && length(at) <= reach) points.push({at, isHit});
        }
      }
      for (let l = -Math.ceil(near / length(c)); l <= near / length(c) && points.length < 9000; ++l) {
        const at = plus(base, c, l);
        if (length(at) <= near) points.push({at, isHit: false});
      }
    }
  }
  return points;
}

export class Ewald {
  constructor(canvas) {
    this.canvas = canvas;
    this.turn = [0.5, 0.35];  // about the vertical and the horizontal of the screen
    let last = null;
    canvas.addEventListener('pointerdown', event => { last = [event.clientX, event.clientY]; canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener('pointermove', event => {
      if (!last) return;
      this.turn[0] += (event.clientX - last[0]) * 0.01;
      this.turn[1] = Math.max(-1.5, Math.min(1.5, this.turn[1] + (event.clientY - last[1]) * 0.01));
      last = [event.clientX, event.clientY];
      this.draw();
    });
    canvas.addEventListener('pointerup', () => { last = null; });
    canvas.addEventListener('keydown', event => {
      const step = {ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1]}[event.key];
      if (!step) return;
      event.preventDefault();
      this.turn = [this.turn[0] + step[0], this.turn[1] + step[1]];
      this.draw();
    });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  show(geometry, crystal) {
    this.geometry = geometry;
    this.crystal = crystal;
    const corners = geometry.panels.flatMap((p, i) => [[0, 0], [p.columns, 0], [0, p.rows], [p.columns, p.rows]].map(([f, s]) => geometry.spacing(i, f, s)));
    this.reach = Math.min(1 / Math.min(...corners), 2 / geometry.wavelength);
    this.points = crystal ? latticePoints(crystal.reciprocal_per_A, geometry, this.reach) : [];
    this.draw();
  }

  // The axes of the picture in the laboratory: the beam from left to right before any turn.
  #basis() {
    const {beam, down} = this.geometry;
    const [a, b] = this.turn;
    const side = cross(beam, down);
    const x = plus(times(Math.cos(a), beam), side, Math.sin(a));
    const depth = plus(times(-Math.sin(a), beam), side, Math.cos(a));
    return {x, y: plus(times(Math.cos(b), down), depth, Math.sin(b)), z: plus(times(Math.cos(b), depth), down, -Math.sin(b))};
  }

  draw() {
    const {canvas, geometry, crystal} = this;
    if (!geometry || !canvas.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    const width = canvas.clientWidth, height = canvas.clientHeight;
    const style = getComputedStyle(canvas), ink = style.color, accent = style.getPropertyValue('--accent');
    context.clearRect(0, 0, width, height);
    const radius = 1 / geometry.wavelength;
    const {x, y, z} = this.#basis();
    const zoom = Math.min(width, height) * 0.46 / Math.max(this.reach, radius * 0.75);
    // The middle of the picture lies between the crystal and the origin of the reciprocal lattice.
    const shift = dot(times(-0.3 * radius, geometry.beam), x);
    const project = v => [width / 2 + zoom * (dot(v, x) - shift), height / 2 + zoom * dot(v, y), dot(v, z)];
    const centre = times(-radius, geometry.beam);
    this.#sphere(context, project, centre, radius, accent, {x, y});
    this.#points(context, project, ink);
    this.#arrow(context, project, times(-radius * 1.25, geometry.beam), [0, 0, 0], accent, 'beam');
    context.fillStyle = ink;
    const [ox, oy] = project([0, 0, 0]);
    context.beginPath();
    context.arc(ox, oy, 3, 0, 2 * Math.PI);
    context.fill();
  }

  #sphere(context, project, centre, radius, colour, {x, y}) {
    context.strokeStyle = colour;
    const circle = (u, v, alpha, scale = 1, shift = [0, 0, 0]) => {
      context.globalAlpha = alpha;
      context.beginPath();
      for (let i = 0; i <= 90; ++i) {
        const a = 2 * Math.PI * i / 90;
        const [px, py] = project(plus(plus(plus(centre, shift), u, scale * radius * Math.cos(a)), v, scale * radius * Math.sin(a)));
        if (i) context.lineTo(px, py); else context.moveTo(px, py);
      }
      context.stroke();
    };
    const {beam, right, down} = this.geometry;
    context.lineWidth = 1.5;
    circle(x, y, 0.9);
    context.lineWidth = 1;
    for (const at of [-0.6, -0.2, 0.2, 0.6, 0.85, 0.96]) circle(right, down, 0.28, Math.sqrt(1 - at * at), times(at * radius, beam));
    circle(beam, right, 0.35);
    circle(beam, down, 0.35);
    context.globalAlpha = 1;
  }

  #points(context, project, ink) {
    const seen = this.points.map(({at, isHit}) => [...project(at), isHit]).sort((p, q) => p[2] - q[2]);
    const size = this.points.length > 2500 ? 1.1 : 1.8;
    for (const [x, y, depth, isHit] of seen) {
      context.fillStyle = isHit ? '#e8590c' : ink;
      context.globalAlpha = isHit ? 0.7 + 0.3 * depth / this.reach : 0.16;
      context.beginPath();
      context.arc(x, y, isHit ? size : 1.1, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  #arrow(context, project, from, to, colour, label) {
    const [x0, y0] = project(from), [x1, y1] = project(to);
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
    context.font = '600 11px system-ui, sans-serif';
    const width = this.canvas.clientWidth;
    context.fillText(label, Math.min(Math.max(x0, 6), width - 40), Math.max(y0 - 7, 12));
  }
}
