// What is drawn over a picture: rings, the beam, predicted spots, and the place under the cursor.
import {iceSpacings} from './geometry.js';

const ringColour = '#2a8fd8', iceColour = '#1fb5c9', spotColour = '#e8590c', chosenColour = '#d6249f';

function drawRing(context, picture, spacing, colour, label, dashes) {
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.lineWidth = 1.1;
  context.globalAlpha = 0.8;
  let labelAt = null;
  for (const piece of picture.geometry.ring(spacing)) {
    context.beginPath();
    piece.forEach((point, i) => {
      const [x, y] = picture.toScreen(...point);
      if (i === 0) context.moveTo(x, y); else context.lineTo(x, y);
      // The label stands where the ring is highest in the picture, away from the tools.
      const isSeen = x > 30 && x < picture.width - 30 && y > 50 && y < picture.height - 80;
      if (isSeen && (!labelAt || y < labelAt[1])) labelAt = [x, y];
    });
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  if (!label || !labelAt) return;
  context.font = '600 11.5px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const width = context.measureText(label).width + 10;
  context.fillStyle = 'rgb(255 255 255 / 88%)';
  context.beginPath();
  context.roundRect(labelAt[0] - width / 2, labelAt[1] - 8, width, 16, 8);
  context.fill();
  context.fillStyle = '#12598c';
  context.fillText(label, labelAt[0], labelAt[1] + 0.5);
}

function drawCentre(context, picture) {
  if (!picture.geometry.centre) return;
  const [x, y] = picture.toScreen(...picture.geometry.centre);
  context.strokeStyle = ringColour;
  context.lineWidth = 1.6;
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + 4 * dx, y + 4 * dy);
    context.lineTo(x + 13 * dx, y + 13 * dy);
  }
  context.stroke();
}

function drawSpots(context, picture, spots, chosen) {
  const zoom = picture.camera.zoom;
  context.lineWidth = 1.2;
  const seen = [];
  for (const spot of spots) {
    if (!picture.geometry.panels[spot.panel]) continue;
    const [x, y] = picture.toScreen(...picture.geometry.place(spot.panel, spot.f, spot.s));
    if (x > -20 && y > -20 && x < picture.width + 20 && y < picture.height + 20) seen.push([spot, x, y]);
  }
  // Of a crowd, those that are seen well.
  const least = seen.filter(([spot]) => spot.partiality > 0.1).length > 700 ? 0.4 : 0.1;
  for (const [spot, x, y] of seen) {
    const isChosen = spot === chosen;
    if (spot.partiality < least && !isChosen) continue;
    context.strokeStyle = isChosen ? chosenColour : spotColour;
    // A weak spot shows faintly.
    context.globalAlpha = isChosen ? 1 : 0.25 + 0.7 * Math.min(1, spot.partiality * 1.5);
    context.beginPath();
    context.arc(x, y, Math.max(zoom < 0.6 ? 3 : 4, 2.6 * Math.min(spot.width, 8) * zoom + 2), 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

// Options: {rings, ice, centre, spots}; a box is {panel, f, s, half}.
export function drawOverlay(context, picture, {options, spots, chosen, cursor, box}) {
  if (!picture.geometry.missing) {
    if (options.ice) for (const d of iceSpacings) drawRing(context, picture, d, iceColour, '', [3, 4]);
    if (options.rings) for (const d of picture.geometry.rings) drawRing(context, picture, d, ringColour, `${d} Å`, []);
    if (options.centre) drawCentre(context, picture);
  }
  if (options.spots) drawSpots(context, picture, spots, chosen);
  if (box) {
    const [x0, y0] = picture.toScreen(...picture.geometry.place(box.panel, box.f - box.half, box.s - box.half));
    const [x1, y1] = picture.toScreen(...picture.geometry.place(box.panel, box.f + box.half + 1, box.s + box.half + 1));
    context.strokeStyle = chosenColour;
    context.lineWidth = 1.6;
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
  if (cursor && picture.camera.zoom > 3) {
    const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([df, ds]) =>
      picture.toScreen(...picture.geometry.place(cursor.panel, Math.floor(cursor.f) + df, Math.floor(cursor.s) + ds)));
    context.strokeStyle = chosenColour;
    context.lineWidth = 1.5;
    context.beginPath();
    corners.forEach(([x, y], i) => i ? context.lineTo(x, y) : context.moveTo(x, y));
    context.closePath();
    context.stroke();
  }
}
