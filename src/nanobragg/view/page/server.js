// Talks to the server: requests, and a pulse that tells when something has changed or gone.

export const pageVersion = document.querySelector('meta[name="page-version"]').content;

// An answer that is no success; `status` 0 where there was none at all.
export class ServerError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, {cache: 'no-store', ...options});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ServerError('the server does not answer', 0);
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = text;
  try { message = JSON.parse(text).error; } catch { /* not JSON: said as it is */ }
  throw new ServerError(message, response.status);
}

const query = (path, parameters) => `${path}?${new URLSearchParams(parameters)}`;

export const getJson = async (path, parameters = {}, signal) =>
  (await ask(query(path, parameters), {signal})).json();

export const getText = async (path, parameters = {}) => (await ask(query(path, parameters))).text();

export const post = async (path, message = {}) =>
  (await ask(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(message)})).json();

// Blocks of pixels: each six numbers, 32-bit floats, and a byte of kind a pixel.
export async function getBlocks(path, parameters, signal) {
  const response = await ask(query(path, parameters), {signal});
  const bytes = await response.arrayBuffer();
  const blocks = [];
  for (let at = 0; at + 24 <= bytes.byteLength;) {
    const [panel, level, x, y, columns, rows] = new Uint32Array(bytes, at, 6);
    const count = columns * rows;
    blocks.push({panel, level, x, y, columns, rows, values: new Float32Array(bytes, at + 24, count),
      kinds: new Uint8Array(bytes, at + 24 + 4 * count, count)});
    at += 24 + 4 * Math.ceil(5 * count / 4);
  }
  const low = Number(response.headers.get('X-Low')), high = Number(response.headers.get('X-High'));
  return {blocks, version: Number(response.headers.get('X-Version') ?? 0), limits: high > low ? {low, high} : null};
}

// Asks for the version of the experiment until the page is closed.
export function startPulse({onVersion, onGone, onBack, onOtherPage}) {
  let session = null, gone = false;
  const beat = async () => {
    try {
      const pulse = await getJson('/api/pulse');
      if (pulse.page !== pageVersion) onOtherPage();
      else if (gone || (session && session !== pulse.session)) await onBack();
      gone = false;
      session = pulse.session;
      onVersion(pulse.version);
    } catch (error) {
      if (!gone) onGone(error.status === 403 ? error.message : '');
      gone = true;
    }
    setTimeout(beat, document.hidden ? 2000 : gone ? 1000 : 400);
  };
  beat();
}
