// Pictures that explain: a box enlarged, the radial profile, a rocking curve, the Ewald sphere.
import {lineChart} from './charts.js';
import {colourPixels} from './colours.js';
import {Ewald} from './ewald.js';
import {getBlocks, getJson} from './server.js';

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const half = 12;

export class Explain {
  constructor(parent, app) {
    this.app = app;
    this.parent = parent;
    this.boxes = Object.fromEntries(['Measured', 'Computed', 'Residual'].map(name => [name, element('canvas', {width: 2 * half + 1, height: 2 * half + 1})]));
    for (const [name, canvas] of Object.entries(this.boxes)) { canvas.setAttribute('role', 'img'); canvas.setAttribute('aria-label', `${name}, enlarged`); }
    this.boxText = element('p', {className: 'note', textContent: 'Click in the picture to enlarge a box of 25 × 25 pixels.'});
    this.rocking = element('figure', {}, element('figcaption', {textContent: 'Choose a spot to see how it rocks.'}));
    this.profile = element('figure');
    this.profileButton = element('button', {type: 'button', textContent: 'Compute the profile'});
    this.profileButton.onclick = () => this.showProfile();
    const canvas = element('canvas', {style: 'height: 260px; cursor: grab; touch-action: none', tabIndex: 0});
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', 'The Ewald sphere and the reciprocal lattice; drag or use the arrow keys to turn the view');
    this.ewald = new Ewald(canvas);
    parent.append(element('h2', {textContent: 'Box'}),
      element('div', {className: 'boxes'}, ...Object.entries(this.boxes).map(([name, box]) => element('figure', {}, box, element('figcaption', {textContent: name})))),
      this.boxText,
      element('h2', {textContent: 'Rocking curve'}), this.rocking,
      element('h2', {textContent: 'Radial profile'}), this.profile, this.profileButton,
      element('h2', {textContent: 'Ewald construction'}),
      element('figure', {}, canvas, element('figcaption', {textContent: 'Reflections on the sphere are seen (orange). The reciprocal lattice is cut short where it would be a fog.'})));
  }

  get isVisible() { return !this.parent.hidden; }

  // The experiment has changed.
  refresh() {
    if (!this.isVisible) return;
    this.ewald.show(this.app.geometry, this.app.state.crystal);
    if (this.app.box) this.showBox();
  }

  async showBox() {
    const {box, measured, computed, display} = this.app;
    const part = {panel: box.panel, level: 0, x: Math.max(0, box.f - half), y: Math.max(0, box.s - half), w: 2 * half + 1, h: 2 * half + 1};
    const get = async (path, parameters) => {
      try { return (await getBlocks(path, {...parameters, ...part})).blocks[0] ?? null; } catch { return null; }
    };
    const [seen, made] = await Promise.all([
      measured.store ? get('/api/tile', {frame: measured.frame}) : null,
      computed.store ? get('/api/full-tile', {version: computed.fullVersion}) : null]);
    const {factor} = display;
    let residual = null;
    if (seen && made && seen.values.length === made.values.length) {
      residual = {...seen, values: seen.values.map((v, i) => (v - factor * made.values[i]) / Math.sqrt(Math.max(factor * made.values[i], 1))), kinds: seen.kinds};
    }
    // Both on one scale, from the box itself.
    const valid = block => block ? [...block.values].filter((_, i) => block.kinds[i] !== 1) : [];
    const scaled = valid(seen).length ? valid(seen) : valid(made);
    const lowest = Math.min(...scaled, Infinity), highest = Math.max(...scaled, lowest + 1e-9);
    const style = {...display.styles.measured, low: Number.isFinite(lowest) ? lowest : 0, high: highest, scale: 'sqrt'};
    this.#paint('Measured', seen, style);
    this.#paint('Computed', made, seen ? {...style, low: style.low / factor, high: style.high / factor} : style);
    this.#paint('Residual', residual, {...display.styles.difference, low: -5, high: 5});
    const sum = block => valid(block).reduce((a, b) => a + b, 0);
    this.boxText.textContent = `Around ${box.f}, ${box.s}` + (seen ? `: measured ${sum(seen).toFixed(0)} counts` : '') +
      (made ? `, computed ${sum(made).toFixed(0)} photons${seen && factor !== 1 ? ` × ${Number(factor.toPrecision(3))}` : ''}` : '') + (residual ? '. Residual: from −5 σ (blue) to 5 σ (red).' : '.');
  }
  #paint(name, block, style) {
    const canvas = this.boxes[name], context = canvas.getContext('2d');
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (block) context.putImageData(colourPixels(block, style), 0, 0);
  }

  async showRocking(spot) {
    const name = `${spot.h} ${spot.k} ${spot.l}`;
    this.rocking.replaceChildren(element('figcaption', {textContent: `${name}: computing …`}));
    const asked = this.askedRocking = Symbol('asked');
    try {
      const {angle, photons} = await getJson('/api/rocking', {h: spot.h, k: spot.k, l: spot.l});
      if (asked !== this.askedRocking) return;
      if (!angle.length) throw new Error('it is not seen now');
      const {svg} = lineChart({x: angle, curves: [{name, values: photons}], xLabel: v => `${v}°`, xTitle: 'spindle, from here', yTitle: 'photons', title: `Rocking curve of ${name}`});
      this.rocking.replaceChildren(svg, element('figcaption', {textContent: `${name}: F = ${spot.F.toFixed(1)}, partiality ${spot.partiality.toPrecision(2)} as it stands`}));
    } catch (error) {
      if (asked === this.askedRocking) this.rocking.replaceChildren(element('figcaption', {textContent: `${name}: ${error.message}`}));
    }
  }

  async showProfile() {
    this.profileButton.disabled = true;
    this.profileButton.textContent = 'Computing …';
    try {
      const {measured, geometry} = this.app;
      if (geometry.missing) throw new Error(`it is not known where the detector stands: ${geometry.missing}`);
      const {x, curves} = await getJson('/api/profile', measured.info?.fits ? {frame: measured.frame} : {});
      if (!curves.length) throw new Error('there is no image yet: try again when it is complete');
      // Spots would set the scale: what is without them does.
      const factor = measured.info?.fits ? this.app.display.factor : 1;
      const shown = curves.filter(curve => !['measured', 'computed'].includes(curve.name))
        .map(({name, values}) => ({name, values: name.startsWith('measured') ? values : values.map(v => v === null ? v : v * factor)}));
      const {svg, legend} = lineChart({x, curves: shown, xLabel: v => v > 0 ? `${(1 / v).toFixed(1)} Å` : '∞', xTitle: 'resolution', yTitle: 'a pixel', title: 'Radial profile with the parts of the background', skip: 0.04});
      this.profile.replaceChildren(svg, legend);
    } catch (error) {
      this.profile.replaceChildren(element('figcaption', {textContent: error.message}));
    }
    this.profileButton.disabled = false;
    this.profileButton.textContent = 'Compute again';
  }
}
