// What is wrong with how a page fits its window, run inside of the page: cut off, out of reach, or covered.

export function misfits(): string[] {
  const found: string[] = [];
  const name = (element: Element) =>
    `${element.tagName.toLowerCase()} "${(element.getAttribute('data-testid') ?? element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`;
  const root = document.scrollingElement ?? document.documentElement;
  if (root.scrollWidth > window.innerWidth || root.scrollHeight > window.innerHeight) {
    found.push(`the window scrolls: ${root.scrollWidth} × ${root.scrollHeight}`);
  }
  const controls = [...document.querySelectorAll<HTMLElement>('button, input, select, textarea, summary, a[href], [tabindex="0"]')].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 2 && !one.closest('.cm-editor, [role=separator]'),
  );
  for (const control of controls) {
    control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const box = control.getBoundingClientRect();
    for (let parent = control.parentElement; parent; parent = parent.parentElement) {
      const style = getComputedStyle(parent);
      if (style.position !== 'static' && getComputedStyle(control).position === 'fixed') {
        break;
      }
      if (/auto|scroll/.test(style.overflowY) && parent.scrollHeight > parent.clientHeight) {
        // Whatever does not fit is scrolled to.
        break;
      }
      const edge = parent.getBoundingClientRect();
      const hidden = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      if (hidden(style.overflowX) && (box.right > edge.right + 1 || box.left < edge.left - 1)) {
        found.push(`${name(control)} is cut off at the side by ${name(parent).slice(0, 24)}`);
        break;
      }
      if (hidden(style.overflowY) && box.bottom > edge.bottom + 1 && box.height < edge.height) {
        found.push(`${name(control)} is cut off below`);
        break;
      }
    }
    const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 12)];
    const hit = document.elementFromPoint(x, y);
    const own = hit !== null && (control.contains(hit) || hit.contains(control) || hit.closest('label')?.contains(control) === true);
    if (!own && !(control instanceof HTMLButtonElement && control.disabled && hit === null)) {
      found.push(`${name(control)} is covered by ${hit ? name(hit) : 'nothing: it is outside'}`);
    }
  }
  for (const room of document.querySelectorAll('[role=tabpanel], .cm-editor')) {
    room.scrollIntoView({ block: 'start' });
    const box = room.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + 8);
    if (box.height < 64 || !room.contains(hit)) {
      found.push(`${name(room)} has no room: ${Math.round(box.height)} high`);
    }
  }
  return found;
}
