// How values are shown: colours, limits, and what lies over them.
import {cssGradient, differenceTable, mapNames, mapTable} from './colours.js';
import {shortNumber} from './picture.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const overlays = [['rings', 'Resolution rings', true], ['ice', 'Ice rings', false], ['centre', 'Beam centre', true], ['spots', 'Predicted spots', false]];

export class Display {
  constructor(parent, changed) {
    this.changed = changed;
    this.map = 'Ink';
    this.reversed = null;      // null: as the page is light or dark
    this.scale = 'linear';
    this.limits = {measured: null, computed: null};  // chosen by hand
    this.automatic = {measured: null, computed: null};
    this.factor = 1;           // of the computed image beside the measured one
    this.options = Object.fromEntries(overlays.map(([name, , on]) => [name, on]));
    this.#build(parent);
    dark.addEventListener('change', () => this.#restyle());
    this.#restyle();
  }

  #build(parent) {
    this.mapSelect = element('select', {id: 'map'}, ...mapNames.map(name => element('option', {value: name, textContent: name})));
    this.mapSelect.onchange = () => { this.map = this.mapSelect.value; this.#restyle(); };
    this.reverse = element('input', {type: 'checkbox', id: 'reverse'});
    this.reverse.onchange = () => { this.reversed = this.reverse.checked; this.#restyle(); };
    this.ramp = element('div', {className: 'ramp'});
    const scales = element('div', {className: 'segments'});
    scales.setAttribute('role', 'radiogroup');
    scales.setAttribute('aria-label', 'Scale');
    for (const [value, label] of [['linear', 'Linear'], ['sqrt', 'Square root'], ['log', 'Logarithm']]) {
      const input = element('input', {type: 'radio', name: 'scale', value, checked: value === this.scale});
      input.onchange = () => { this.scale = value; this.#restyle(); };
      scales.append(element('label', {}, input, element('span', {textContent: label})));
    }
    parent.append(element('h2', {textContent: 'Colours'}),
      element('div', {className: 'row'}, element('label', {htmlFor: 'map', textContent: 'Map'}), this.mapSelect),
      this.ramp,
      element('label', {className: 'check'}, this.reverse, 'Reversed'),
      element('div', {className: 'row', style: 'grid-template-columns: 1fr'}, scales),
      element('h2', {textContent: 'Limits'}));
    this.limitRows = {measured: this.#limitRow('measured', 'Measured'), computed: this.#limitRow('computed', 'Computed')};
    this.factorRow = this.#factorRow();
    parent.append(this.limitRows.measured.row, this.limitRows.computed.row, this.factorRow);
    parent.append(element('h2', {textContent: 'Over the picture'}));
    for (const [name, label] of overlays) {
      const input = element('input', {type: 'checkbox', id: `show-${name}`, checked: this.options[name]});
      input.onchange = () => { this.options[name] = input.checked; this.changed(); };
      parent.append(element('label', {className: 'check', id: `label-${name}`}, input, label));
    }
    parent.append(element('p', {className: 'note', innerHTML:
      '<i style="display:inline-block;width:12px;height:12px;border-radius:2px;background:#ff2fb3;vertical-align:-2px"></i> overloaded &ensp; ' +
      '<i class="absent" style="display:inline-block;width:12px;height:12px;border-radius:2px;vertical-align:-2px"></i> not measured'}));
    this.absent = parent.querySelector('.absent');
    this.notes = element('div');
    parent.append(this.notes);
  }

  #limitRow(name, label) {
    const low = element('input', {type: 'number', step: 'any', id: `${name}-low`}), high = element('input', {type: 'number', step: 'any', id: `${name}-high`});
    low.setAttribute('aria-label', `${label}: lowest`);
    high.setAttribute('aria-label', `${label}: highest`);
    const automatic = element('button', {type: 'button', textContent: 'Auto', title: 'From the noise of the image'});
    automatic.setAttribute('aria-label', `${label}: automatic limits`);
    const problem = element('p', {className: 'problem'});
    problem.hidden = true;
    const take = () => {
      const from = parseFloat(low.value), to = parseFloat(high.value);
      const isGood = Number.isFinite(from) && Number.isFinite(to) && to > from;
      problem.hidden = isGood;
      problem.textContent = isGood ? '' : 'The highest has to be above the lowest: the limits stay as they were.';
      low.setAttribute('aria-invalid', String(!isGood));
      if (isGood) { this.limits[name] = {low: from, high: to}; this.#restyle(); }
    };
    low.onchange = high.onchange = take;
    automatic.onclick = () => {
      this.limits[name] = null;
      problem.hidden = true;
      low.removeAttribute('aria-invalid');
      this.#restyle();
    };
    const row = element('div', {className: 'row'}, element('span', {textContent: label}), element('div', {className: 'pair'}, low, high, automatic));
    return {row: element('div', {}, row, problem), low, high};
  }

  // Computed photons times this are held beside measured counts.
  #factorRow() {
    const input = element('input', {type: 'number', step: 'any', id: 'factor', value: '1'});
    const fit = element('button', {type: 'button', textContent: 'Fit', title: 'So that the bright pixels of both are alike'});
    const take = factor => {
      if (!(factor > 0) || !Number.isFinite(factor)) { input.setAttribute('aria-invalid', 'true'); return; }
      input.removeAttribute('aria-invalid');
      this.factor = factor;
      this.#restyle();
    };
    input.onchange = () => { this.fitsItself = false; take(parseFloat(input.value)); };
    fit.onclick = () => { this.fitsItself = true; this.#fitFactor(); this.#restyle(); };
    this.factorInput = input;
    return element('div', {className: 'row'}, element('label', {htmlFor: 'factor', textContent: 'Computed ×'}),
      element('div', {className: 'pair', style: 'grid-template-columns: 1fr auto'}, input, fit));
  }
  // The brightest half percent of the pixels above the median.
  #fitFactor() {
    const {measured, computed} = this.automatic;
    if (!measured || !computed?.bright) return;
    const factor = (measured.bright - measured.median) / (computed.bright - computed.median);
    if (factor > 0 && Number.isFinite(factor)) this.factor = factor;
  }

  setAutomatic(name, limits) {
    if (!limits) return;
    this.automatic[name] = limits;
    if (this.fitsItself) this.#fitFactor();
    this.#restyle();
  }
  setKinds(hasMeasured, hasComputed) {
    this.limitRows.measured.row.hidden = !hasMeasured;
    this.limitRows.computed.row.hidden = !hasComputed || hasMeasured;
    this.factorRow.hidden = !hasMeasured || !hasComputed;
    this.isBoth = hasMeasured && hasComputed;
    this.#restyle();
  }
  // What was assumed, and warnings.
  setNotes(assumed, warnings) {
    this.notes.replaceChildren();
    for (const [title, lines] of [['Assumed', assumed], ['Notes', warnings]]) {
      if (!lines.length) continue;
      this.notes.append(element('h2', {textContent: title}), ...lines.map(line => element('p', {className: 'note', textContent: line})));
    }
  }

  #restyle() {
    // Spots stand out dark on a light page, and light on a dark one.
    const reversed = this.reversed ?? (this.map === 'Ink' ? dark.matches : this.map === 'Grey' && !dark.matches);
    this.reverse.checked = reversed;
    this.ramp.style.background = cssGradient(this.map, reversed);
    this.absent.style.background = dark.matches ? '#2c3a33' : '#c9d6c3';
    const table = mapTable(this.map, reversed);
    this.styles = {};
    for (const name of ['measured', 'computed']) {
      let limits = this.limits[name] ?? this.automatic[name] ?? {low: 0, high: 1};
      // Beside a measured image, the computed one is shown between the same limits.
      if (name === 'computed' && this.isBoth) {
        const {low, high} = this.styles.measured;
        limits = {low: low / this.factor, high: high / this.factor};
      }
      const row = this.limitRows[name];
      if (document.activeElement !== row.low) row.low.value = shortNumber(limits.low);
      if (document.activeElement !== row.high) row.high.value = shortNumber(limits.high);
      this.styles[name] = {table, scale: this.scale, ...limits, dark: dark.matches};
    }
    if (document.activeElement !== this.factorInput) this.factorInput.value = String(Number(this.factor.toPrecision(4)));
    const span = this.styles.measured.high - this.styles.measured.low;
    this.styles.difference = {table: differenceTable(), scale: 'linear', low: -span, high: span, dark: dark.matches};
    this.changed();
  }
}
