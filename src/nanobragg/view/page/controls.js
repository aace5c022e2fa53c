// Sliders and numbers of the experiment, in the groups of a TOML file.
import {post} from './server.js';

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Sends changes one after the other: of those that wait, the last one of each field.
export class Changes {
  constructor({onVersion, onProblem}) {
    this.waiting = new Map();
    this.busy = false;
    this.onVersion = onVersion;
    this.onProblem = onProblem;
  }
  send(name, path, message) {
    this.waiting.set(name, {path, message});
    this.#next();
  }
  // Turns add up while one is on its way.
  turn(message) {
    const before = this.waiting.get('turn')?.message;
    this.send('turn', '/api/turn', before ? combined(before, message) : message);
  }
  get isBusy() { return this.busy || this.waiting.size > 0; }
  async #next() {
    if (this.busy || !this.waiting.size) return;
    this.busy = true;
    const [name, {path, message}] = this.waiting.entries().next().value;
    this.waiting.delete(name);
    try {
      const {version} = await post(path, message);
      this.onProblem(name, '');
      this.onVersion(version);
    } catch (error) {
      if (error.status) this.onProblem(name, error.message);
    }
    this.busy = false;
    this.#next();
  }
}

// Two small turns as one: their vectors add.
function combined(a, b) {
  const sum = [0, 1, 2].map(i => a.axis[i] * a.degrees + b.axis[i] * b.degrees);
  const degrees = Math.hypot(...sum);
  return {...b, axis: degrees > 0 ? sum.map(x => x / degrees) : b.axis, degrees};
}

// Where on a slider of 1000 steps a value stands, and back.
class Track {
  constructor({scale, low, high}, value) {
    this.log = scale === 'log';
    [this.low, this.high] = scale === 'around' ? [low * value, high * value].sort((a, b) => a - b) : [low, high];
    if (this.log) [this.low, this.high] = [Math.log(low), Math.log(high)];
    if (!(this.high > this.low)) this.high = this.low + 1;
    // Values beyond the ends are kept within reach.
    const at = this.log ? Math.log(Math.max(value, 1e-300)) : value;
    if (Number.isFinite(at)) { this.low = Math.min(this.low, at); this.high = Math.max(this.high, at); }
  }
  position(value) {
    const at = this.log ? Math.log(Math.max(value, 1e-300)) : value;
    return Math.round(1000 * (at - this.low) / (this.high - this.low));
  }
  value(position) {
    const at = this.low + (this.high - this.low) * position / 1000;
    return this.log ? Math.exp(at) : at;
  }
}

const tidy = value => String(Number(value.toPrecision(6)));

class Field {
  constructor(field, changes) {
    this.field = field;
    this.changes = changes;
    this.inputs = [];
    const id = `field-${field.path.replace('.', '-')}`;
    const names = field.components ? field.components.split(' ') : [''];
    const isOne = names.length === 1;
    const title = `${field.flag ?? ''}: ${field.help}`;
    const heading = [element('span', {textContent: field.label, title}), element('span', {className: 'unit', textContent: field.unit})];
    this.element = isOne ? element('div', {className: 'field'}, element('label', {htmlFor: id}, ...heading))
      : element('fieldset', {}, element('legend', {}, ...heading));
    this.element.dataset.path = field.path;
    if (field.kind === 'number') names.forEach((name, i) => this.#addNumber(name, i, isOne ? id : `${id}-${i}`));
    else this.#addText(id);
    this.problem = element('p', {className: 'problem', id: `${id}-problem`});
    this.problem.hidden = true;
    this.problem.setAttribute('role', 'alert');
    this.element.append(this.problem);
  }

  #addNumber(name, i, id) {
    const slider = element('input', {type: 'range', min: 0, max: 1000, step: 1, tabIndex: 0});
    const number = element('input', {type: 'text', inputMode: 'decimal', id, autocomplete: 'off'});
    slider.setAttribute('aria-label', `${this.field.label} ${name}`);
    if (name) number.setAttribute('aria-label', `${this.field.label} ${name}`);
    number.setAttribute('aria-describedby', `${id.replace(/-\d$/, '')}-problem`);
    const part = {slider, number, track: null};
    slider.addEventListener('pointerdown', () => { this.movement = crypto.randomUUID?.() ?? String(Math.random()); });
    slider.oninput = () => {
      part.number.value = tidy(part.track.value(Number(slider.value)));
      slider.setAttribute('aria-valuetext', part.number.value);
      this.#send(i);
    };
    slider.onchange = () => { this.movement = null; };
    number.onchange = () => this.#send(i);
    this.inputs.push(part);
    const line = element('div', {className: name ? 'slide' : 'slide alone'});
    if (name) line.append(element('span', {textContent: name}));
    line.append(slider, number);
    this.element.append(line);
  }

  #addText(id) {
    const input = this.field.kind === 'choice' ? element('select', {id}) : element('input', {type: 'text', id, autocomplete: 'off'});
    if (this.field.kind === 'choice') {
      input.append(element('option', {value: '', textContent: '–'}), ...this.field.choices.map(value => element('option', {value, textContent: value})));
    } else {
      input.placeholder = this.field.path === 'background.materials' ? 'water:100um air:50mm' : '';
    }
    input.onchange = () => this.#send(0);
    this.inputs.push({number: input});
    this.element.append(input);
  }

  #send(changed) {
    const texts = this.inputs.map(part => part.number.value.trim());
    const {path, kind} = this.field;
    let values = kind === 'text' ? texts[0].split(/\s+/).filter(Boolean) : texts;
    if (values.every(value => value === '')) values = [];
    else if (values.some(value => value === '')) return this.fail('every number has to be given');
    this.changes.send(path, '/api/set', {path, values, changed, movement: this.movement ?? ''});
  }

  fail(problem) {
    this.problem.hidden = !problem;
    this.problem.textContent = problem;
    for (const {number} of this.inputs) {
      if (problem) number.setAttribute('aria-invalid', 'true'); else number.removeAttribute('aria-invalid');
    }
  }

  // What a file fixes cannot be changed here, and says why.
  #fix(why) {
    this.element.classList.toggle('missing', Boolean(why));
    this.element.title = why ? `Fixed: ${why}` : '';
    for (const {slider, number} of this.inputs) {
      number.disabled = Boolean(why);
      if (slider) slider.disabled = Boolean(why);
    }
  }

  // What the server says, where nobody is writing.
  show({values, fixed}, free) {
    this.#fix(fixed);
    if (this.field.kind !== 'number') {
      const {number} = this.inputs[0];
      if (document.activeElement !== number || this.field.kind === 'choice') number.value = values.join(' ');
      return;
    }
    this.inputs.forEach((part, i) => {
      const text = values[i] ?? '', value = Number(text);
      const isWritten = document.activeElement === part.number && part.number.getAttribute('aria-invalid') === 'true';
      const isMoved = this.movement && document.activeElement === part.slider;
      if (!isWritten && !isMoved) part.number.value = text === '' ? '' : tidy(value);
      if (isMoved) return;
      // The ends of a slider stay where they are while its value moves inside them.
      const middle = part.track ? (part.track.position(value) - 500) / 500 : 1;
      const keeps = part.track && Math.abs(middle) <= 0.9 || this.field.slider.scale !== 'around' && part.track;
      const usual = text === '' ? this.field.slider.low : value;
      if (!keeps || !Number.isFinite(value)) part.track = new Track(this.field.slider, usual || 0);
      part.slider.value = part.track.position(usual);
      part.slider.setAttribute('aria-valuetext', part.number.value);
      const isTied = free && !free[i];
      if (isTied) part.slider.disabled = part.number.disabled = true;
    });
  }
}

export class Controls {
  constructor(parent, changes) {
    this.parent = parent;
    this.changes = changes;
    this.fields = new Map();
    this.shape = '';
  }
  show(state) {
    const shape = JSON.stringify(state.groups.map(group => [group.title, group.missing, group.fields.map(field => field.path)]));
    if (shape !== this.shape) this.#build(state.groups);
    this.shape = shape;
    for (const group of state.groups) {
      for (const field of group.fields) {
        this.fields.get(field.path)?.show(field, field.path === 'crystal.cell_A_deg' ? state.crystal?.free : null);
      }
    }
    const cell = this.parent.querySelector('[data-path="crystal.cell_A_deg"] .unit');
    if (cell && state.crystal) cell.textContent = `${state.crystal.system}, Å, °`;
  }
  fail(path, problem) { this.fields.get(path)?.fail(problem); }

  #build(groups) {
    this.parent.replaceChildren();
    this.fields.clear();
    groups.forEach((group, i) => {
      const inside = element('div', {className: group.missing ? 'missing' : ''});
      if (group.missing) { inside.append(element('p', {className: 'note', textContent: group.missing})); inside.inert = true; }
      for (const field of group.fields) {
        const made = new Field(field, this.changes);
        this.fields.set(field.path, made);
        inside.append(made.element);
      }
      const open = !group.missing && (i < 2 || group.title === 'Detector');
      this.parent.append(element('details', {open}, element('summary', {textContent: group.title}), inside));
    });
  }
}
