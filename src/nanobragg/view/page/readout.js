// The numbers of the place under the cursor.
import {shortNumber, valueAt} from './picture.js';

const fields = [['pixel', 'Pixel (fast, slow)'], ['measured', 'Counts'], ['computed', 'Photons'], ['spacing', 'Resolution'],
  ['hkl', 'Nearest spot'], ['F', 'F'], ['partiality', 'Partiality'], ['away', 'Away']];

export class Readout {
  constructor(element, spoken) {
    this.cells = {};
    this.spoken = spoken;
    for (const [name, label] of fields) {
      const group = document.createElement('div');
      const term = document.createElement('dt'), value = document.createElement('dd');
      term.textContent = label;
      value.dataset.field = name;
      group.append(term, value);
      element.append(group);
      this.cells[name] = value;
    }
  }

  // `place` is {panel, f, s}, or null.
  show(place, {geometry, measured, computed, spots}) {
    const text = Object.fromEntries(fields.map(([name]) => [name, '–']));
    if (place) {
      const {panel, f, s} = place;
      text.pixel = (geometry.panels.length > 1 ? `${panel}: ` : '') + `${Math.floor(f)}, ${Math.floor(s)}`;
      text.measured = describe(measured?.store && valueAt(measured.store, panel, f, s, 'get'));
      text.computed = describe(computed?.store && valueAt(computed.store, panel, f, s, 'get'));
      if (!geometry.missing) {
        const d = geometry.spacing(panel, Math.floor(f) + 0.5, Math.floor(s) + 0.5);
        text.spacing = d < 1000 ? `${d.toFixed(d < 10 ? 3 : 1)} Å` : 'beam';
      }
      const near = nearest(spots, place);
      if (near) {
        text.hkl = `${near.spot.h} ${near.spot.k} ${near.spot.l}`;
        text.F = shortNumber(near.spot.F);
        text.partiality = near.spot.partiality.toPrecision(2);
        text.away = `${near.distance.toFixed(1)} px`;
      }
    }
    for (const [name] of fields) if (this.cells[name].textContent !== text[name]) this.cells[name].textContent = text[name];
    this.text = text;
  }
  speak() {
    const {pixel, measured, computed, spacing, hkl} = this.text ?? {};
    this.spoken.textContent = `Pixel ${pixel}, counts ${measured}, photons ${computed}, resolution ${spacing}, nearest spot ${hkl}`;
  }
}

function describe(pixel) {
  if (!pixel) return '–';
  if (pixel.kind === 1) return 'none';
  return shortNumber(pixel.value) + (pixel.kind === 2 ? ' (over)' : '');
}

export function nearest(spots, {panel, f, s}) {
  let best = null, least = Infinity;
  for (const spot of spots) {
    if (spot.panel !== panel) continue;
    const away = (spot.f - f) ** 2 + (spot.s - s) ** 2;
    if (away < least) { least = away; best = spot; }
  }
  return best && {spot: best, distance: Math.sqrt(least)};
}
