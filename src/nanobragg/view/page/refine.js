// "Refine this": the experiment that is shown against the image that is shown.
import {getJson, post} from './server.js';

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
const figure = x => x === null || x === undefined ? '–' : Number(x).toPrecision(4);

export class Refine {
  constructor(parent, app) {
    this.app = app;
    this.button = element('button', {type: 'button', id: 'refine-this', textContent: 'Refine this'});
    this.stopButton = element('button', {type: 'button', id: 'refine-stop', textContent: 'Stop', hidden: true});
    this.button.onclick = () => this.#ask('/api/refine', {frame: this.app.measured.frame});
    this.stopButton.onclick = () => this.#ask('/api/refine-stop', {});
    this.status = element('p', {className: 'note', id: 'refine-status'});
    this.status.setAttribute('role', 'status');
    this.stages = element('tbody');
    this.stageTable = element('table', {className: 'figures', hidden: true},
      element('thead', {}, element('tr', {}, ...['Stage', 'χ²', 'Becomes free'].map(text => element('th', {scope: 'col', textContent: text})))), this.stages);
    this.parameters = element('tbody');
    this.parameterTable = element('table', {className: 'figures', hidden: true},
      element('thead', {}, element('tr', {}, ...['Parameter', 'Start', 'Refined'].map(text => element('th', {scope: 'col', textContent: text})))), this.parameters);
    parent.append(element('h2', {textContent: 'Refine the crystal'}),
      element('p', {className: 'note', textContent: 'Orientation, cell, size, mosaicity, divergence, bandwidth, B and scale, from the pixels around the spots that are predicted: begin with circles that lie near the spots. Undo brings back what was.'}),
      element('p', {className: 'group'}, this.button, this.stopButton), this.status, this.parameterTable, this.stageTable);
  }

  // The experiment has changed, or the page was opened: one may be running.
  refresh() {
    const {state} = this.app;
    const why = !state.crystal ? 'No crystal is known: open an .expt file, or give -cell.' : !state.frames.length ? 'No measured image is open.' : '';
    this.button.disabled = Boolean(why) || this.isRunning;
    if (why) this.status.textContent = why;
    else if (!this.polling) this.#poll();
  }

  async #ask(path, message) {
    try {
      this.#show(await post(path, message));
      if (!this.polling) this.#poll();
    } catch (error) { this.status.textContent = error.message; }
  }
  async #poll() {
    this.polling = true;
    try {
      do {
        this.#show(await getJson('/api/refining'));
        if (this.isRunning) await new Promise(done => setTimeout(done, 300));
      } while (this.isRunning);
    } catch (error) { this.status.textContent = error.message; }
    this.polling = false;
  }

  #show({state, image, problem, boxes, steps, stages, result}) {
    this.isRunning = state === 'running';
    this.button.disabled = this.isRunning || !this.app.state.crystal || !this.app.state.frames.length;
    this.stopButton.hidden = !this.isRunning;
    if (state === 'none') { this.status.textContent = ''; return; }
    const last = stages.at(-1);
    const text = {running: boxes ? `${image}: ${boxes} spots, ${steps} steps${last ? `, χ² ${figure(last.chi_squared)}` : ''} …` : `${image}: looking for its spots …`,
      failed: problem,
      done: result ? `${image}: ${result.outcome}: ${result.why}. χ² ${figure(result.chi_squared[0])} before, ${figure(result.chi_squared[1])} after; correlation of a spot ${figure(result.correlation[0])} before, ${figure(result.correlation[1])} after.` : ''}[state];
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.classList.toggle('wrong', state === 'failed');
    this.#rows(this.stageTable, this.stages, stages.map((stage, i) => [stage.name, figure(stage.chi_squared), stage.free.filter(name => !stages[i - 1]?.free.includes(name)).join(', ')]));
    this.#rows(this.parameterTable, this.parameters, (result?.parameters ?? []).map(p => [`${p.name}${p.unit ? ` (${p.unit})` : ''}`, p.start, p.value]));
  }
  #rows(table, body, rows) {
    table.hidden = !rows.length;
    body.replaceChildren(...rows.map(row => element('tr', {}, ...row.map((text, i) => element(i ? 'td' : 'th', {textContent: text, ...(i ? {} : {scope: 'row'})})))));
  }
}
