// What is drawn: tiles of measured and computed images, kept while they are useful.
import {getBlocks, getJson} from './server.js';

export const tileEdge = 256;
const tilesKept = 240;

// Tiles by name, the last one used last.
class TileStore {
  constructor(load, changed) {
    this.load = load;
    this.changed = changed;
    this.tiles = new Map();
    this.waiting = new Map();
  }
  // The tile, or null while it is on its way.
  get(panel, level, x, y) {
    const name = `${panel}/${level}/${x}/${y}`;
    const tile = this.tiles.get(name);
    if (tile) {
      this.tiles.delete(name);
      this.tiles.set(name, tile);
      return tile;
    }
    if (!this.waiting.has(name)) this.#fetch(name, {panel, level, x, y});
    return null;
  }
  // The same without asking for it.
  peek(panel, level, x, y) { return this.tiles.get(`${panel}/${level}/${x}/${y}`) ?? null; }

  async #fetch(name, tile) {
    const control = new AbortController();
    this.waiting.set(name, control);
    try {
      const block = await this.load({...tile, x: tile.x * tileEdge, y: tile.y * tileEdge}, control.signal);
      if (this.waiting.get(name) !== control) return;
      if (block) this.tiles.set(name, block);
      while (this.tiles.size > tilesKept) this.tiles.delete(this.tiles.keys().next().value);
      this.changed();
    } catch { /* asked for again when it is drawn again */ }
    if (this.waiting.get(name) === control) this.waiting.delete(name);
  }
  // Drops what nobody looks at any more.
  forget() {
    for (const control of this.waiting.values()) control.abort();
    this.waiting.clear();
    this.tiles.clear();
  }
}

// An image that was measured.
export class MeasuredSource {
  constructor(changed) {
    this.changed = changed;
    this.frame = null;
    this.info = null;
    this.problem = '';
  }
  async show(frame) {
    if (this.frame !== frame) this.store?.forget();
    this.frame = frame;
    const asked = this.asked = Symbol('asked');
    try {
      const info = await getJson('/api/frame', {frame});
      if (asked !== this.asked) return;
      this.info = info;
      this.problem = '';
      this.store = new TileStore(async (tile, signal) =>
        (await getBlocks('/api/tile', {frame, ...tile}, signal)).blocks[0], this.changed);
    } catch (error) {
      if (asked !== this.asked) return;
      this.info = null;
      this.store = null;
      this.problem = error.message;
    }
    this.changed();
  }
  get limits() { return this.info?.limits; }
  blocks() { return []; }
}

// The image that is computed: coarse blocks while something moves, tiles when it rests.
export class ComputedSource {
  constructor(changed) {
    this.changed = changed;
    this.coarse = [];
    this.version = 0;       // that is drawn
    this.fullVersion = 0;   // of the tiles
    this.limits = null;
    this.problem = '';
    this.frameTimes = [];
  }
  showCoarse(blocks, version) {
    this.coarse = blocks;
    this.version = version;
    if (this.fullVersion !== version) { this.store?.forget(); this.store = null; }
    this.frameTimes.push(performance.now());
    if (this.frameTimes.length > 200) this.frameTimes.shift();
    this.changed();
  }
  showFull(version, limits) {
    this.fullVersion = this.version = version;
    this.limits = limits;
    this.problem = '';
    this.store?.forget();
    this.store = new TileStore(async (tile, signal) =>
      (await getBlocks('/api/full-tile', {version, ...tile}, signal)).blocks[0], this.changed);
    this.changed();
  }
  fail(problem) {
    this.problem = problem;
    this.changed();
  }
  blocks() { return this.coarse; }
}

// Measured less computed, of the tiles that both have.
export class DifferenceSource {
  // `factor()` is what computed photons are multiplied by.
  constructor(measured, computed, factor) {
    this.factor = factor;
    this.measured = measured;
    this.computed = computed;
    this.kept = new WeakMap();
    this.store = {get: (...tile) => this.#tile('get', tile), peek: (...tile) => this.#tile('peek', tile)};
  }
  get info() { return this.measured.info; }
  get problem() { return this.measured.problem || this.computed.problem; }
  blocks() { return []; }
  #tile(how, tile) {
    const a = this.measured.store?.[how](...tile), b = this.computed.store?.[how](...tile);
    if (!a || !b || a.columns !== b.columns || a.rows !== b.rows) return null;
    const kept = this.kept.get(a), factor = this.factor();
    if (kept?.of === b && kept.factor === factor) return kept.block;
    const values = a.values.map((value, i) => value - factor * b.values[i]);
    const kinds = a.kinds.map((kind, i) => kind === 2 ? 2 : kind || b.kinds[i]);
    const block = {...a, values, kinds};
    this.kept.set(a, {of: b, factor, block});
    return block;
  }
}
