// One picture on a canvas: a camera over the detector, and the tiles that it sees.
import {colourPixels} from './colours.js';
import {tileEdge} from './tiles.js';

// Where a window looks: shared by all pictures in it. `zoom` is in screen pixels a detector pixel.
export class Camera {
  constructor() {
    this.x = 0;
    this.y = 0;
    this.zoom = 1;
    this.listeners = [];
  }
  changed() { for (const listener of this.listeners) listener(); }
  fit(bounds, width, height) {
    const wide = bounds.right - bounds.left, high = bounds.bottom - bounds.top;
    this.zoom = Math.min(width / wide, height / high) * 0.97;
    this.x = (bounds.left + bounds.right) / 2;
    this.y = (bounds.top + bounds.bottom) / 2;
    this.changed();
  }
  // Keeps what is under a place of the screen (from the middle) there.
  zoomBy(factor, dx = 0, dy = 0) {
    const zoom = Math.min(Math.max(this.zoom * factor, 0.02), 128);
    this.x += dx / this.zoom - dx / zoom;
    this.y += dy / this.zoom - dy / zoom;
    this.zoom = zoom;
    this.changed();
  }
  moveBy(dx, dy) {
    this.x -= dx / this.zoom;
    this.y -= dy / this.zoom;
    this.changed();
  }
}

export class Picture {
  constructor(parent, title, camera) {
    this.element = document.createElement('div');
    this.element.className = 'view';
    this.title = document.createElement('h2');
    this.title.textContent = title;
    this.canvas = document.createElement('canvas');
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'application');
    this.canvas.setAttribute('aria-label', `${title}. Arrow keys move the cursor by a pixel, with Alt the picture; plus and minus zoom.`);
    this.element.append(this.title, this.canvas);
    parent.append(this.element);
    this.camera = camera;
    this.source = null;
    this.style = null;
    this.overlay = () => {};
    this.isAsked = false;
    this.painted = new WeakMap();
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.canvas);
  }
  remove() {
    this.observer.disconnect();
    this.element.remove();
  }
  get width() { return this.canvas.clientWidth; }
  get height() { return this.canvas.clientHeight; }

  toScreen(x, y) {
    return [(x - this.camera.x) * this.camera.zoom + this.width / 2, (y - this.camera.y) * this.camera.zoom + this.height / 2];
  }
  toPicture(x, y) {
    return [(x - this.width / 2) / this.camera.zoom + this.camera.x, (y - this.height / 2) / this.camera.zoom + this.camera.y];
  }

  // At most once a frame of the screen.
  draw() {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame(() => {
      this.isAsked = false;
      this.#paint();
    });
  }

  // Levels halve the image: the finest one of which a pixel is not smaller than one of the screen.
  level(ratio) {
    return Math.max(0, Math.floor(Math.log2(1 / (this.camera.zoom * ratio)) + 0.25));
  }

  // The rectangle of a panel that is seen, in its pixels; null where none is.
  visiblePart(panel) {
    const {geometry} = this;
    const shape = geometry.panels[panel];
    const corners = [[0, 0], [this.width, 0], [0, this.height], [this.width, this.height]].map(([x, y]) => {
      const {origin, fast, slow} = geometry.frames[panel];
      const [px, py] = this.toPicture(x, y);
      const area = fast[0] * slow[1] - fast[1] * slow[0], dx = px - origin[0], dy = py - origin[1];
      return [(dx * slow[1] - dy * slow[0]) / area, (fast[0] * dy - fast[1] * dx) / area];
    });
    const clamp = (v, most) => Math.min(Math.max(v, 0), most);
    const left = clamp(Math.min(...corners.map(c => c[0])), shape.columns), right = clamp(Math.max(...corners.map(c => c[0])), shape.columns);
    const top = clamp(Math.min(...corners.map(c => c[1])), shape.rows), bottom = clamp(Math.max(...corners.map(c => c[1])), shape.rows);
    return right > left && bottom > top ? {left, right, top, bottom} : null;
  }

  #paint() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(this.width * ratio), height = Math.round(this.height * ratio);
    if (!width || !height) return;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, {width, height});
    const context = this.canvas.getContext('2d', {alpha: false});
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = getComputedStyle(this.element).backgroundColor;
    context.fillRect(0, 0, width, height);
    if (!this.geometry || !this.source || !this.style) return;
    for (let panel = 0; panel < this.geometry.panels.length; ++panel) this.#paintPanel(context, panel, ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#writeValues(context);
    this.overlay(context, this);
  }

  #paintPanel(context, panel, ratio) {
    const part = this.visiblePart(panel);
    if (!part) return;
    const {origin, fast, slow} = this.geometry.frames[panel];
    const zoom = this.camera.zoom * ratio;
    const [x, y] = this.toScreen(...origin);
    context.setTransform(zoom * fast[0], zoom * fast[1], zoom * slow[0], zoom * slow[1], x * ratio, y * ratio);
    context.imageSmoothingEnabled = zoom < 1;
    for (const block of this.source.blocks()) {
      if (block.panel === panel) this.#drawBlock(context, block);
    }
    const store = this.source.store;
    if (!store) return;
    const shape = this.geometry.panels[panel];
    const coarsest = Math.max(0, Math.ceil(Math.log2(Math.max(shape.columns, shape.rows) / tileEdge)));
    const wanted = Math.min(this.level(ratio), coarsest);
    // What is there already of coarser levels stands below what is on its way.
    for (let level = coarsest; level >= wanted; --level) {
      const edge = tileEdge * 2 ** level;
      for (let ty = Math.floor(part.top / edge); ty * edge < part.bottom; ++ty) {
        for (let tx = Math.floor(part.left / edge); tx * edge < part.right; ++tx) {
          const tile = level === wanted || level === coarsest ? store.get(panel, level, tx, ty) : store.peek(panel, level, tx, ty);
          if (tile) this.#drawBlock(context, tile);
        }
      }
    }
  }

  #drawBlock(context, block) {
    let painted = this.painted.get(block);
    if (painted?.style !== this.style) {
      const canvas = painted?.canvas ?? document.createElement('canvas');
      if (!painted) Object.assign(canvas, {width: block.columns, height: block.rows});
      canvas.getContext('2d').putImageData(colourPixels(block, this.style), 0, 0);
      painted = {canvas, style: this.style};
      this.painted.set(block, painted);
    }
    const size = 2 ** block.level;
    context.drawImage(painted.canvas, block.x * size, block.y * size, block.columns * size, block.rows * size);
  }

  // The numbers of pixels that are large enough for them.
  #writeValues(context) {
    const zoom = this.camera.zoom, store = this.source.store;
    if (zoom < 30 || !store) return;
    context.font = `${Math.min(13, zoom / 3.4)}px ui-monospace, "DejaVu Sans Mono", monospace`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineWidth = 3;
    context.strokeStyle = 'rgb(0 0 0 / 65%)';
    context.fillStyle = '#fff';
    this.geometry.panels.forEach((_, panel) => {
      const part = this.visiblePart(panel);
      if (!part) return;
      for (let s = Math.floor(part.top); s < part.bottom; ++s) {
        for (let f = Math.floor(part.left); f < part.right; ++f) {
          const pixel = valueAt(store, panel, f, s);
          if (!pixel || pixel.kind === 1) continue;
          const [x, y] = this.toScreen(...this.geometry.place(panel, f + 0.5, s + 0.5));
          const text = shortNumber(pixel.value);
          context.strokeText(text, x, y);
          context.fillText(text, x, y);
        }
      }
    });
  }
}

// The value of a pixel where its tile is there.
export function valueAt(store, panel, f, s, how = 'peek') {
  const tile = store?.[how](panel, 0, Math.floor(f / tileEdge), Math.floor(s / tileEdge));
  if (!tile) return null;
  const at = (Math.floor(s) - tile.y) * tile.columns + Math.floor(f) - tile.x;
  return at < tile.values.length ? {value: tile.values[at], kind: tile.kinds[at]} : null;
}

export function shortNumber(value) {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 1) return value.toFixed(size >= 10 ? 1 : 2);
  return size >= 0.01 ? value.toFixed(3) : value.toExponential(1);
}
