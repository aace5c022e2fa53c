// Hands on a picture: dragging, wheel, two fingers, keys.

// `actions`: hover(x, y), leave(), drag(start, from, to, event) of a tool, click(x, y), end(); x, y
// are places of the canvas.
export function listen(picture, camera, actions) {
  const {canvas} = picture;
  const pointers = new Map();
  let start = null, moved = false, pinch = 0;
  const at = event => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  };
  canvas.addEventListener('pointerdown', event => {
    if (event.button > 1) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    start = at(event);
    moved = false;
    if (pointers.size === 2) pinch = spread();
    canvas.dataset.busy = '';
  });
  canvas.addEventListener('pointermove', event => {
    const to = at(event), from = pointers.get(event.pointerId);
    actions.hover(...to);
    if (!from) return;
    pointers.set(event.pointerId, to);
    if (pointers.size === 2) {
      const now = spread();
      const [a, b] = [...pointers.values()];
      camera.zoomBy(now / pinch, (a[0] + b[0]) / 2 - picture.width / 2, (a[1] + b[1]) / 2 - picture.height / 2);
      camera.moveBy((to[0] - from[0]) / 2, (to[1] - from[1]) / 2);
      pinch = now;
      moved = true;
      return;
    }
    if (!moved && Math.hypot(to[0] - start[0], to[1] - start[1]) < 3) return;
    const before = moved ? from : start;
    moved = true;
    actions.drag(before, to, event);
  });
  const release = event => {
    if (!pointers.delete(event.pointerId)) return;
    if (pointers.size) return;
    delete canvas.dataset.busy;
    if (!moved && event.type === 'pointerup') actions.click(...at(event));
    actions.end();
  };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener('pointerleave', () => actions.leave());
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const [x, y] = at(event);
    const lines = event.deltaMode === 1 ? 30 : 1;
    camera.zoomBy(Math.exp(-event.deltaY * lines * 0.0016), x - picture.width / 2, y - picture.height / 2);
  }, {passive: false});
  canvas.addEventListener('dblclick', event => {
    const [x, y] = at(event);
    camera.zoomBy(2, x - picture.width / 2, y - picture.height / 2);
  });
}
