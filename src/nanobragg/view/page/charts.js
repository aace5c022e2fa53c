// Line charts as SVG.
const names = 'http://www.w3.org/2000/svg';
const colours = ['#2a7fc9', '#d9632a', '#3b9a5f', '#9a5bc4', '#b8912a', '#c4427f', '#5d6872', '#2aa5a5'];

const shape = (name, attributes, text) => {
  const made = document.createElementNS(names, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};

function ticks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough);
  const out = [];
  for (let at = Math.ceil(low / step) * step; at <= high * 1.0001; at += step) out.push(Number(at.toPrecision(8)));
  return out;
}

// `curves`: [{name, values}] at `x`; `xLabel(value)` writes a tick. Returns {svg, legend}.
export function lineChart({x, curves, xLabel = String, xTitle, yTitle, title, skip = 0}) {
  const width = 320, height = 190, left = 50, right = 8, top = 10, bottom = 34;
  // The first rings hold the direct beam, which would set the scale.
  const from = Math.floor(x.length * skip);
  const all = curves.flatMap(curve => curve.values.slice(from)).filter(Number.isFinite);
  const high = Math.max(...all, 0) || 1, low = Math.min(0, ...all);
  const px = value => left + (value - x[0]) / (x.at(-1) - x[0] || 1) * (width - left - right);
  const py = value => height - bottom - (value - low) / (high - low) * (height - top - bottom);
  const clip = `clip-${Math.random().toString(36).slice(2)}`;
  const svg = shape('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title});
  for (const at of ticks(low, high, 4)) {
    svg.append(shape('line', {class: 'grid', x1: left, x2: width - right, y1: py(at), y2: py(at)}),
      shape('text', {x: left - 5, y: py(at) + 3.5, 'text-anchor': 'end'}, at >= 1e4 ? at.toExponential(0) : at));
  }
  for (const at of ticks(x[0], x.at(-1), 5)) {
    svg.append(shape('text', {x: px(at), y: height - bottom + 13, 'text-anchor': 'middle'}, xLabel(at)));
  }
  svg.append(shape('text', {x: (left + width - right) / 2, y: height - 5, 'text-anchor': 'middle'}, xTitle),
    shape('text', {x: -(top + height - bottom) / 2, y: 10, 'text-anchor': 'middle', transform: 'rotate(-90)'}, yTitle));
  const area = shape('clipPath', {id: clip});
  area.append(shape('rect', {x: left, y: top - 4, width: width - left - right, height: height - top - bottom + 6}));
  svg.append(area);
  const legend = document.createElement('ul');
  legend.className = 'legend';
  curves.forEach((curve, i) => {
    const colour = colours[i % colours.length];
    let path = '', isDown = false;
    curve.values.forEach((value, k) => {
      if (!Number.isFinite(value)) { isDown = false; return; }
      path += `${isDown ? 'L' : 'M'}${px(x[k]).toFixed(1)} ${py(value).toFixed(1)}`;
      isDown = true;
    });
    svg.append(shape('path', {d: path, fill: 'none', stroke: colour, 'stroke-width': 1.6, 'stroke-linejoin': 'round', 'clip-path': `url(#${clip})`}));
    const item = document.createElement('li'), mark = document.createElement('i');
    mark.style.background = colour;
    item.append(mark, curve.name);
    legend.append(item);
  });
  return {svg, legend};
}
