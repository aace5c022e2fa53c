// Colour maps, and pixels from values.

// Colours at equal steps, from the lowest value to the highest.
const maps = {
  Ink: ['#fbfbf9', '#d9d9d6', '#a9a9a8', '#78787a', '#47484c', '#1b1c20', '#7a0d0d'],
  Grey: ['#000000', '#ffffff'],
  Viridis: ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'],
  Inferno: ['#000004', '#1f0c48', '#550f6d', '#88226a', '#ba3655', '#e35933', '#f9950a', '#f8c932', '#fcffa4'],
  Ice: ['#02040d', '#0c2447', '#15508a', '#2f86bf', '#7bbfe0', '#cfe9f5', '#ffffff'],
};
// Ink on a dark page: light, and not just turned round, which would make the background red.
const nightInk = ['#0c0e10', '#2b2f34', '#5a6068', '#8f969e', '#c6cbd0', '#f4f6f8', '#ffd58a'];
const difference = ['#0a3d91', '#3f7fd1', '#a8c8ee', '#f7f7f5', '#f3b6a3', '#d75a43', '#8e1212'];

export const mapNames = Object.keys(maps);

const parse = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));

const stopsOf = (name, reversed) => {
  const stops = maps[name] ?? maps.Ink;
  if (!reversed) return stops;
  return name === 'Ink' ? nightInk : [...stops].reverse();
};

// 256 colours as the 32-bit numbers of ImageData (little-endian: alpha, blue, green, red).
function ramp(stops) {
  const colours = stops.map(parse);
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; ++i) {
    const at = i / 255 * (colours.length - 1);
    const low = Math.min(Math.floor(at), colours.length - 2), part = at - low;
    const [r, g, b] = [0, 1, 2].map(c => Math.round(colours[low][c] * (1 - part) + colours[low + 1][c] * part));
    table[i] = (255 << 24 | b << 16 | g << 8 | r) >>> 0;
  }
  return table;
}

export const mapTable = (name, reversed) => ramp(stopsOf(name, reversed));
export const differenceTable = () => ramp(difference);

const rgba = (hex, alpha = 255) => {
  const [r, g, b] = parse(hex);
  return (alpha << 24 | b << 16 | g << 8 | r) >>> 0;
};
// Apart from every map: what is not measured, and what is overloaded.
const notMeasured = {light: rgba('#c9d6c3'), dark: rgba('#2c3a33')};
const overloaded = rgba('#ff2fb3');

const curves = {linear: v => v, sqrt: v => Math.sqrt(Math.max(v, 0)), log: v => Math.log(v)};

// How values become colours: {table, scale: 'linear' | 'sqrt' | 'log', low, high, dark}.
export function colourPixels(block, style) {
  const {values, kinds, columns, rows} = block;
  const pixels = new Uint32Array(columns * rows);
  const absent = style.dark ? notMeasured.dark : notMeasured.light;
  const curve = curves[style.scale];
  // A logarithm starts at a thousandth of the highest where the limits start at nothing.
  const lowest = style.scale === 'log' ? Math.max(style.low, style.high / 1000, 1e-300) : style.low;
  const from = curve(lowest), span = curve(Math.max(style.high, lowest * 1.000001 + 1e-300)) - from;
  const factor = 255 / (span || 1), {table, scale} = style;
  for (let i = 0; i < pixels.length; ++i) {
    const value = values[i], kind = kinds[i];
    if (kind === 0) {
      const t = scale === 'linear' ? value : value <= lowest ? lowest : value;
      const step = ((scale === 'linear' ? t : curve(t)) - from) * factor;
      pixels[i] = table[step > 255 ? 255 : step > 0 ? step | 0 : 0];
    } else {
      pixels[i] = kind === 2 ? overloaded : absent;
    }
  }
  return new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
}

// For showing a map in the page.
export function cssGradient(name, reversed) {
  return `linear-gradient(90deg, ${stopsOf(name, reversed).join(', ')})`;
}
