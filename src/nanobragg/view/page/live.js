// Keeps the computed image up with the experiment: coarse while it moves, whole when it rests.
import {getBlocks, getJson} from './server.js';

// A coarse image may take so long, in ms, before the next is coarser; less, and it is finer.
const slow = 60, quick = 22, coarsest = 6;

export class Live {
  // `look()` says what is seen: {level, part} of the panel of a detector of one panel, or null.
  constructor(source, look) {
    this.source = source;
    this.look = look;
    this.wanted = 0;      // version
    this.extra = 0;       // levels coarser than the screen
    this.running = false;
    this.isOn = false;
    this.onLimits = () => {};
    this.onRest = () => {};
  }
  show(version) {
    if (version < this.wanted) return;
    this.wanted = version;
    if (this.isOn) this.#run();
  }
  // After the server has come back, its versions start again.
  restart(version) {
    this.wanted = version;
    this.source.version = this.source.fullVersion = 0;
    if (this.isOn) this.#run();
  }
  async #run() {
    if (this.running) return;
    this.running = true;
    try {
      while (this.source.fullVersion !== this.wanted) {
        if (this.source.version !== this.wanted) await this.#coarse(); else await this.#full();
      }
    } catch (error) {
      if (error.status === 422) { this.source.version = this.source.fullVersion = this.wanted; this.source.fail(error.message); }
      else if (error.status !== 0) console.error(error);
    }
    this.running = false;
  }
  async #coarse() {
    const {level, part} = this.look();
    const finest = Math.min(level + this.extra, coarsest), size = 2 ** finest;
    const parameters = {level: finest};
    if (part) {
      const x = Math.floor(part.left / size), y = Math.floor(part.top / size);
      Object.assign(parameters, {x, y, w: Math.ceil(part.right / size) - x, h: Math.ceil(part.bottom / size) - y});
    }
    const start = performance.now();
    const {blocks, version, limits} = await getBlocks('/api/coarse', parameters);
    const took = performance.now() - start;
    if (took > slow) this.extra = Math.min(this.extra + 1, coarsest - level);
    else if (took < quick && this.extra > 0) this.extra -= 1;
    if (version > this.wanted) this.wanted = version;
    if (limits && !this.source.limits) this.onLimits(limits);
    this.source.showCoarse(blocks, version);
    // The screen is given a moment to show it.
    await new Promise(requestAnimationFrame);
  }
  async #full() {
    const version = this.wanted;
    const answer = await getJson('/api/full', {version});
    if (answer.high === undefined) {
      // Not yet; or another version has taken its place, which the next round shows.
      this.wanted = Math.max(this.wanted, answer.version);
      return;
    }
    if (version !== this.wanted) return;
    this.source.showFull(version, answer);
    this.onLimits(answer);
    this.onRest(version);
  }
}
