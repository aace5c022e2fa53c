// The page: puts its parts together.
import {Changes, Controls} from './controls.js';
import {Display} from './display.js';
import {Explain} from './explain.js';
import {Geometry, plainGeometry, vectors} from './geometry.js';
import {Live} from './live.js';
import {drawOverlay} from './overlay.js';
import {Camera, Picture} from './picture.js';
import {listen} from './pointer.js';
import {Readout, nearest} from './readout.js';
import {Refine} from './refine.js';
import {getJson, getText, startPulse} from './server.js';
import {ComputedSource, DifferenceSource, MeasuredSource} from './tiles.js';

const $ = id => document.getElementById(id);
const modes = [['measured', 'Measured'], ['computed', 'Computed'], ['side', 'Side by side'], ['difference', 'Difference'], ['blink', 'Blink']];
const tools = [['move', 'Move', 'V'], ['turn', 'Turn crystal', 'T']];
const titles = {measured: 'Measured', computed: 'Computed', difference: 'Measured − computed'};

class App {
  constructor() {
    this.state = null;
    this.geometry = null;
    this.mode = null;
    this.tool = 'move';
    this.spots = [];
    this.chosen = null;
    this.cursor = null;
    this.box = null;
    this.pictures = [];
    this.camera = new Camera();
    this.camera.listeners.push(() => this.draw());
    this.measured = new MeasuredSource(() => this.sourceChanged());
    this.computed = new ComputedSource(() => this.sourceChanged());
    this.difference = new DifferenceSource(this.measured, this.computed, () => this.display.factor);
    this.display = new Display($('display'), () => this.draw());
    this.changes = new Changes({
      onVersion: version => { this.live.show(version); this.#refreshSoon(); },
      onProblem: (name, problem) => this.problemOf(name, problem)});
    this.controls = new Controls($('experiment'), this.changes);
    this.readout = new Readout($('readout'), $('spoken'));
    this.explain = new Explain($('explain'), this);
    this.refine = new Refine($('refine'), this);
    this.live = new Live(this.computed, () => this.#look());
    this.live.onLimits = limits => this.display.setAutomatic('computed', limits);
    this.live.onRest = () => { this.fetchSpots(); this.explain.refresh(); };
    this.#radios($('modes'), 'mode', modes, mode => this.setMode(mode));
    this.#radios($('tools'), 'tool', tools, tool => this.setTool(tool));
    this.#buttons();
    this.#keys();
    this.#tabs();
    this.readout.show(null, {});
  }

  async start() {
    await this.refresh(true);
    startPulse({
      onVersion: version => { if (this.state && version !== this.state.version && !this.changes.isBusy) this.refresh(); },
      onGone: why => this.banner(why || 'The server does not answer: it was stopped, or the connection is lost. This page tries again every second.'),
      onBack: async () => {
        this.measured.frame = null;
        await this.refresh(true);
        this.live.restart(this.state.version);
        this.banner('');
      },
      onOtherPage: () => this.banner('The program is of another version than this page.', 'Load the page again', () => location.reload())});
  }

  // What the server says of the experiment.
  async refresh(isFirst = false) {
    const state = await getJson('/api/state');
    if (this.state && state.version < this.state.version && !isFirst) return;
    this.state = state;
    const missing = state.geometry.missing;
    const before = this.geometry;
    this.geometry = new Geometry(state.geometry);
    this.controls.show(state);
    $('undo').disabled = !state.undo;
    $('redo').disabled = !state.redo;
    if (isFirst) await this.#open();
    this.#greyWhatIsMissing(missing);
    const isOther = !before || JSON.stringify(before.bounds) !== JSON.stringify(this.geometry.bounds);
    // Another detector may have other panels, in which the server cuts a measured image.
    if (isOther && !isFirst && state.frames.length) await this.measured.show(Number($('frame').value));
    this.#fitFrame();
    this.display.setNotes(state.assumed, state.warnings);
    this.live.isOn = Boolean(state.crystal) || !state.frames.length;
    this.live.show(state.version);
    if (isOther) this.zoomToFit();
    this.explain.refresh();
    this.refine.refresh();
    this.draw();
  }
  #refreshSoon() {
    clearTimeout(this.later);
    const wait = Math.max(0, 150 - (performance.now() - (this.refreshed ?? 0)));
    this.later = setTimeout(() => { this.refreshed = performance.now(); this.refresh().catch(() => {}); }, wait);
  }

  async #open() {
    const {frames, crystal} = this.state;
    $('frames').hidden = !frames.length;
    $('frame').max = Math.max(frames.length - 1, 0);
    $('frame').parentElement.classList.toggle('alone', frames.length < 2);
    for (const id of ['previous', 'next', 'frame']) $(id).hidden = frames.length < 2;
    const hasComputed = Boolean(crystal) || !frames.length;
    // Where amplitudes are assumed, nobody expects an absolute scale.
    this.display.fitsItself ??= this.state.assumed.length > 0;
    this.display.setKinds(frames.length > 0, hasComputed);
    const possible = {measured: frames.length > 0, computed: hasComputed, side: frames.length > 0 && hasComputed,
      difference: frames.length > 0 && hasComputed, blink: frames.length > 0 && hasComputed};
    for (const input of $('modes').querySelectorAll('input')) input.disabled = !possible[input.value];
    $('modes').hidden = !possible.side;
    for (const input of $('tools').querySelectorAll('input')) input.disabled = input.value === 'turn' && !crystal;
    $('tools').hidden = !crystal;
    if (!this.mode || !possible[this.mode]) this.setMode(frames.length ? 'measured' : 'computed');
    if (frames.length) await this.showFrame(Math.min(Number($('frame').value), frames.length - 1));
  }

  async showFrame(index) {
    $('frame').value = index;
    $('frame-name').textContent = this.state.frames[index].name;
    $('frame').setAttribute('aria-valuetext', this.state.frames[index].name);
    document.title = `${this.state.frames[index].name} – nanobragg view`;
    await this.measured.show(index);
    this.#fitFrame();
  }
  // A measured image of another size than the detector is shown without geometry.
  #fitFrame() {
    const info = this.measured.info;
    const fits = !info || info.fits;
    const before = this.shown;
    this.shown = fits ? this.geometry : plainGeometry(info.panels);
    if (!fits) this.shown.missing = `the image has ${info.columns} × ${info.rows} pixels, and the detector of the experiment another number`;
    if (info) this.display.setAutomatic('measured', info.limits);
    if (before && JSON.stringify(before.bounds) !== JSON.stringify(this.shown.bounds)) this.zoomToFit();
    this.#greyWhatIsMissing(this.shown.missing);
  }
  #greyWhatIsMissing(missing) {
    for (const name of ['rings', 'ice', 'centre']) {
      const label = $(`label-${name}`);
      label.classList.toggle('missing', Boolean(missing));
      label.title = missing ? `Not known: ${missing}` : '';
      label.querySelector('input').disabled = Boolean(missing);
    }
    const spots = $('label-spots');
    spots.classList.toggle('missing', !this.state.crystal);
    spots.title = this.state.crystal ? '' : 'No crystal is known: open an .expt file, or give -cell';
    spots.querySelector('input').disabled = !this.state.crystal;
    if (this.shown && missing && !this.shown.missing) this.shown.missing = missing;
  }

  setMode(mode) {
    this.mode = mode;
    for (const input of $('modes').querySelectorAll('input')) input.checked = input.value === mode;
    clearInterval(this.blinking);
    const wanted = mode === 'side' ? ['measured', 'computed'] : mode === 'blink' ? ['measured'] : [mode];
    for (const picture of this.pictures) picture.remove();
    this.pictures = wanted.map(name => this.#newPicture(name));
    if (mode === 'blink') {
      this.blinking = setInterval(() => {
        const [picture] = this.pictures;
        this.#setKind(picture, picture.kind === 'measured' ? 'computed' : 'measured');
        picture.draw();
      }, 700);
    }
    this.setTool(this.tool);
    this.draw();
  }
  #newPicture(kind) {
    const picture = new Picture($('views'), titles[kind], this.camera);
    this.#setKind(picture, kind);
    picture.title.hidden = !this.state?.crystal || !this.state.frames.length;
    picture.overlay = context => drawOverlay(context, picture, {options: this.display.options, spots: this.spots, chosen: this.chosen, cursor: this.cursor, box: this.box});
    listen(picture, this.camera, {
      hover: (x, y) => this.hover(picture, x, y),
      leave: () => {},
      drag: (from, to, event) => this.drag(picture, from, to, event),
      click: (x, y) => this.click(picture, x, y),
      end: () => { this.movement = null; }});
    picture.canvas.addEventListener('keydown', event => this.#pictureKey(event));
    return picture;
  }
  #setKind(picture, kind) {
    picture.kind = kind;
    picture.title.textContent = titles[kind];
    picture.source = this[kind];
  }
  setTool(tool) {
    this.tool = tool;
    for (const input of $('tools').querySelectorAll('input')) input.checked = input.value === tool;
    for (const {canvas} of this.pictures) canvas.dataset.tool = tool;
  }

  draw() {
    if (!this.display || !this.display.styles) return;
    for (const picture of this.pictures) {
      picture.geometry = this.shown;
      picture.style = this.display.styles[picture.kind];
      picture.draw();
    }
  }
  sourceChanged() {
    const problems = this.pictures.map(picture => picture.source.problem).filter(Boolean);
    const waits = this.live.isOn && !this.computed.version && this.pictures.some(picture => picture.kind !== 'measured');
    $('message').hidden = !problems.length && !waits;
    $('message').textContent = problems[0] ?? 'Computing the image …';
    if (this.computed.version && this.display.options.spots && !this.computed.problem) this.fetchSpots();
    this.draw();
    if (this.cursor) this.#showReadout();
  }
  zoomToFit() {
    const [picture] = this.pictures;
    if (picture && this.shown && picture.width) this.camera.fit(this.shown.bounds, picture.width, picture.height);
  }

  // Where reflections fall: asked for again while they move, one answer after the other.
  async fetchSpots() {
    if (this.fetchingSpots || !this.state.crystal) return;
    if (this.spotsVersion === this.computed.version) return;
    this.fetchingSpots = true;
    try {
      const {version, spots} = await getJson('/api/predicted');
      this.spotsVersion = version;
      const seen = spots.filter(row => row[7] >= 0.005);
      const most = Math.max(...seen.map(row => row[8]), 1e-300);
      this.spots = seen.map(([h, k, l, panel, f, s, F, partiality, photons, spacing, width]) =>
        ({h, k, l, panel, f, s, F, partiality, photons, spacing, width, strength: 1 + Math.log10(Math.max(photons / most, 1e-9)) / 4}));
      if (this.chosen) this.chosen = this.spots.find(s => s.h === this.chosen.h && s.k === this.chosen.k && s.l === this.chosen.l) ?? null;
      this.draw();
      if (this.cursor) this.#showReadout();
    } catch (error) {
      if (error.status === 422) this.spots = [];
    }
    this.fetchingSpots = false;
    if (this.spotsVersion < this.computed.version && this.display.options.spots) this.fetchSpots();
  }

  hover(picture, x, y) {
    this.cursor = this.shown?.panelAt(...picture.toPicture(x, y)) ?? null;
    this.#showReadout();
    this.draw();
  }
  #showReadout() {
    this.readout.show(this.cursor, {geometry: this.shown, measured: this.measured, computed: this.live.isOn ? this.computed : null, spots: this.spots});
  }
  drag(picture, from, to, event) {
    if (this.tool !== 'turn' || !this.state.crystal || event.buttons === 4) {
      this.camera.moveBy(to[0] - from[0], to[1] - from[1]);
      return;
    }
    this.movement ??= String(Math.random());
    const {beam, right, down} = this.geometry;
    const degree = 180 / Math.PI;
    if (event.shiftKey || event.altKey) {
      const centre = picture.toScreen(...(this.geometry.centre ?? [0, 0]));
      const angle = Math.atan2(to[1] - centre[1], to[0] - centre[0]) - Math.atan2(from[1] - centre[1], from[0] - centre[0]);
      const sign = Math.sign(vectors.dot(vectors.cross(beam, right), down));
      const turn = Math.atan2(Math.sin(angle), Math.cos(angle)) * sign;
      this.changes.turn({axis: beam, degrees: degree * turn, movement: this.movement});
      return;
    }
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    if (!length) return;
    const towards = vectors.plus(vectors.times(dx / length, right), down, dy / length);
    const radians = Math.atan(length / this.camera.zoom / this.geometry.pixelsPerRadian);
    this.changes.turn({axis: vectors.cross(beam, towards), degrees: degree * radians, movement: this.movement});
  }
  click(picture, x, y) {
    const place = this.shown?.panelAt(...picture.toPicture(x, y));
    if (!place) return;
    const near = nearest(this.spots, place);
    this.chosen = near && near.distance * this.camera.zoom < 14 ? near.spot : null;
    const at = this.chosen ?? place;
    this.box = {panel: place.panel, f: Math.floor(at.f), s: Math.floor(at.s), half: 12};
    this.explain.showBox();
    if (this.chosen) this.explain.showRocking(this.chosen);
    this.draw();
  }

  problemOf(name, problem) {
    if (name === 'turn') this.banner(problem);
    else this.controls.fail(name, problem);
  }
  banner(text, action, run) {
    const banner = $('banner');
    if (banner.dataset.text === text) return;
    banner.dataset.text = text;
    banner.hidden = !text;
    banner.textContent = text;
    if (!action) return;
    const button = Object.assign(document.createElement('button'), {type: 'button', textContent: action, onclick: run});
    banner.append(button);
  }

  // What a coarse image has to show.
  #look() {
    const [picture] = this.pictures;
    const ratio = Math.min(window.devicePixelRatio || 1, 1);
    if (!picture?.geometry || !picture.width) return {level: 3, part: null};
    const isOne = this.geometry.panels.length === 1 && picture.geometry === this.geometry;
    return {level: picture.level(ratio), part: isOne ? picture.visiblePart(0) : null};
  }

  #radios(parent, name, rows, choose) {
    for (const [value, label, key] of rows) {
      const input = Object.assign(document.createElement('input'), {type: 'radio', name, value});
      const text = Object.assign(document.createElement('span'), {textContent: label});
      const whole = document.createElement('label');
      if (key) whole.title = `${label} (${key})` + (value === 'turn' ? ': drag across the beam; with Shift about it' : '');
      input.onchange = () => choose(value);
      whole.append(input, text);
      parent.append(whole);
    }
  }
  #buttons() {
    const around = factor => () => this.camera.zoomBy(factor);
    $('zoom-in').onclick = around(1.5);
    $('zoom-out').onclick = around(1 / 1.5);
    $('zoom-fit').onclick = () => this.zoomToFit();
    $('zoom-one').onclick = () => this.camera.zoomBy(1 / this.camera.zoom);
    $('undo').onclick = () => this.changes.send('undo', '/api/undo', {});
    $('redo').onclick = () => this.changes.send('redo', '/api/redo', {});
    $('previous').onclick = () => this.#step(-1);
    $('next').onclick = () => this.#step(1);
    $('frame').oninput = () => this.showFrame(Number($('frame').value));
    $('copy').onclick = async () => {
      const text = await getText('/api/text', {as: 'command'});
      try {
        await navigator.clipboard.writeText(text);
        $('copy').classList.add('done');
        setTimeout(() => $('copy').classList.remove('done'), 1200);
        $('spoken').textContent = 'The command line is copied';
      } catch { prompt('The command line:', text); }
    };
    window.addEventListener('resize', () => this.draw());
  }
  #step(by) {
    const to = Number($('frame').value) + by;
    if (to >= 0 && to <= Number($('frame').max)) this.showFrame(to);
  }
  #keys() {
    document.addEventListener('keydown', event => {
      if (event.target.closest('input:not([type="range"]):not([type="radio"]):not([type="checkbox"]), select, textarea')) return;
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && key === 'z') {
        event.preventDefault();
        $(event.shiftKey ? 'redo' : 'undo').click();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const act = {'+': () => this.camera.zoomBy(1.5), '=': () => this.camera.zoomBy(1.5), '-': () => this.camera.zoomBy(1 / 1.5), '0': () => this.zoomToFit(),
        '1': () => $('zoom-one').click(), v: () => this.setTool('move'), t: () => this.state.crystal && this.setTool('turn'),
        ',': () => this.#step(-1), '.': () => this.#step(1)}[key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }
  #pictureKey(event) {
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!step || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.altKey) { this.camera.moveBy(-60 * step[0], -60 * step[1]); return; }
    const many = event.shiftKey ? 10 : 1;
    const from = this.cursor ?? this.shown.panelAt(this.camera.x, this.camera.y);
    if (!from) return;
    const [x, y] = this.shown.place(from.panel, Math.floor(from.f) + 0.5 + many * step[0], Math.floor(from.s) + 0.5 + many * step[1]);
    this.cursor = this.shown.panelAt(x, y) ?? this.cursor;
    const [picture] = this.pictures;
    const [sx, sy] = picture.toScreen(x, y);
    if (sx < 0 || sy < 0 || sx > picture.width || sy > picture.height) { this.camera.x = x; this.camera.y = y; this.camera.changed(); }
    this.#showReadout();
    this.draw();
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => this.readout.speak(), 400);
  }
  #tabs() {
    const all = [...$('tabs').children];
    const choose = tab => {
      for (const other of all) {
        const isChosen = other === tab;
        other.setAttribute('aria-selected', String(isChosen));
        other.tabIndex = isChosen ? 0 : -1;
        $(other.getAttribute('aria-controls')).hidden = !isChosen;
      }
      if (this.state) this.explain.refresh();
    };
    for (const tab of all) tab.onclick = () => choose(tab);
    $('tabs').addEventListener('keydown', event => {
      const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      if (!by) return;
      const next = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
      next.focus();
      choose(next);
    });
  }
}

const app = new App();
// For the console, and for tests.
window.nanobragg = app;
app.start().catch(error => {
  app.banner(`The page could not start: ${error.message}`, 'Try again', () => location.reload());
  console.error(error);
});
