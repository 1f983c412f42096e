// What is wrong with how a page fits its window, run inside of the page by Chromium's tests and by the real window's: text or
// controls that are cut off, out of reach, covered, laid over one another, or squeezed until a word breaks.
function misfits() {
  const found = new Set();
  const name = (element) =>
    `${element.tagName.toLowerCase()} "${(element.getAttribute('data-testid') ?? element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`;
  const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
  const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll';
  // Code scrolls or breaks where it must; a strip of tabs scrolls; the words of a picture are not text.
  const OWN_RULES = '.cm-editor, .visually-hidden, option, [data-testid=bytes], [aria-hidden=true], svg';

  // Under a dialog, nothing can be seen or used.
  const page = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  const root = document.scrollingElement ?? document.documentElement;
  // A pixel more is the rounding of a zoom.
  if (root.scrollWidth > window.innerWidth + 1 || root.scrollHeight > window.innerHeight + 1) {
    found.add(`the window scrolls: ${root.scrollWidth} × ${root.scrollHeight}`);
  }
  controlsAreWhole();
  panelsHaveRoom();
  boxesHoldWhatIsInThem();
  wordsAreWhole();
  return [...found];

  function controlsAreWhole() {
    const controls = [...page.querySelectorAll('button, input, select, textarea, summary, a[href], [tabindex="0"]')].filter(
      (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 2 && !one.closest('.cm-editor, [role=separator]'),
    );
    for (const control of controls) {
      // In the middle, nothing that sticks to an edge is over it.
      control.scrollIntoView({ block: 'center', inline: 'nearest' });
      const box = control.getBoundingClientRect();
      for (let parent = control.parentElement; parent; parent = parent.parentElement) {
        const style = getComputedStyle(parent);
        if (style.position !== 'static' && getComputedStyle(control).position === 'fixed') {
          break;
        }
        const edge = parent.getBoundingClientRect();
        if (hides(style.overflowX) && (box.right > edge.right + 1 || box.left < edge.left - 1)) {
          found.add(`${name(control)} is cut off at the side by ${name(parent).slice(0, 24)}`);
          break;
        }
        if (scrolls(style.overflowY) && parent.scrollHeight > parent.clientHeight) {
          // Whatever does not fit is scrolled to.
          break;
        }
        if (hides(style.overflowY) && box.bottom > edge.bottom + 1 && box.height < edge.height) {
          found.add(`${name(control)} is cut off below`);
          break;
        }
      }
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const hit = document.elementFromPoint(x, y);
      const own = hit !== null && (control.contains(hit) || hit.contains(control) || hit.closest('label')?.contains(control) === true);
      if (!own && !(control instanceof HTMLButtonElement && control.disabled && hit === null)) {
        found.add(`${name(control)} is covered by ${hit ? name(hit) : 'nothing: it is outside'}`);
      }
    }
  }

  function panelsHaveRoom() {
    for (const room of page.querySelectorAll('[role=tabpanel], .cm-editor')) {
      room.scrollIntoView({ block: room.getBoundingClientRect().height > window.innerHeight / 2 ? 'nearest' : 'center' });
      const box = room.getBoundingClientRect();
      const [above, below] = [Math.max(box.top, 0), Math.min(box.bottom, window.innerHeight)];
      const hit = document.elementFromPoint(box.left + box.width / 2, (above + below) / 2);
      if (box.height < 64 || !room.contains(hit)) {
        found.add(`${name(room)} has no room: ${Math.round(box.height)} high`);
      }
    }
  }

  /** Nothing scrolls sideways but code and strips of tabs, and what hides its end shows that it does. */
  function boxesHoldWhatIsInThem() {
    for (const box of page.querySelectorAll('*')) {
      if (box.scrollWidth <= box.clientWidth + 1 || box.clientWidth === 0 || box.closest(OWN_RULES) || !box.checkVisibility()) {
        continue;
      }
      const style = getComputedStyle(box);
      const field = box instanceof HTMLInputElement || box instanceof HTMLSelectElement || box instanceof HTMLTextAreaElement;
      if (field || box.closest('[role=tablist], pre') || style.display.startsWith('inline') && style.display === 'inline') {
        continue;
      }
      if (scrolls(style.overflowX)) {
        found.add(`${name(box)} scrolls sideways, for ${name(widest(box))}`);
      } else if (hides(style.overflowX) && style.textOverflow !== 'ellipsis') {
        found.add(`${name(box)} is cut off`);
      } else if (hides(style.overflowX) && box.clientWidth < 28) {
        found.add(`${name(box)} has no room for a word`);
      }
    }
  }

  /** The innermost thing that sticks out of a box. */
  function widest(box) {
    const right = box.getBoundingClientRect().left + box.clientWidth;
    return [...box.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > right + 1).at(-1) ?? box;
  }

  /** A word of prose is never broken, and no two texts stand on one another. */
  function wordsAreWhole() {
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const boxes = [];
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const parent = text.parentElement;
      if (!parent || !/\S/.test(text.data) || parent.closest(OWN_RULES) || !parent.checkVisibility({ visibilityProperty: true })) {
        continue;
      }
      range.selectNodeContents(text);
      const seen = inSight(parent);
      const fixed = parent.closest('[role=menu], [data-testid^=toast], footer, header') !== null;
      for (const line of range.getClientRects()) {
        const [left, right] = [Math.max(line.left, seen.left), Math.min(line.right, seen.right)];
        const [top, bottom] = [Math.max(line.top, seen.top), Math.min(line.bottom, seen.bottom)];
        if (right - left > 2 && bottom - top > 4 && !fixed) {
          boxes.push({ parent, left, right, top, bottom });
        }
        if (line.right > seen.hardRight + 1 && line.left < seen.hardRight) {
          found.add(`${name(parent)} runs out of its box at the right`);
        }
      }
      if (parent.closest('pre')) {
        // What is copied by hand would have a blank or a line break in it that is not there.
        for (const { index, 0: word } of text.data.matchAll(/\S+/g)) {
          if (linesOf(text, index, word) > 1) {
            found.add(`${name(parent)} breaks the code “${word.slice(0, 40)}”`);
          }
        }
      }
      if (parent.closest('code, pre, .mono, [data-breaks]')) {
        continue;
      }
      for (const { index, 0: word } of text.data.matchAll(/[\p{L}\p{N}]{2,22}/gu)) {
        if (linesOf(text, index, word) > 1) {
          found.add(`${name(parent)} breaks the word “${word}”`);
        }
      }
    }
    for (let one = 0; one < boxes.length; one += 1) {
      for (let other = one + 1; other < boxes.length; other += 1) {
        const [a, b] = [boxes[one], boxes[other]];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 3 && high > 6 && a.parent !== b.parent) {
          found.add(`${name(a.parent)} stands on ${name(b.parent)}`);
        }
      }
    }
  }

  /** Over how many lines a word of a text goes. */
  function linesOf(text, index, word) {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return new Set([...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top))).size;
  }

  /** What of an element's place is in sight; beyond `hardRight`, it is cut off for good and without a sign of it. */
  function inSight(element) {
    let whole = true;
    const seen = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight, hardRight: Infinity };
    for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.display === 'inline' || (style.overflowX === 'visible' && style.overflowY === 'visible')) {
        continue;
      }
      const edge = box.getBoundingClientRect();
      if (style.overflowX !== 'visible') {
        if (whole && hides(style.overflowX) && style.textOverflow !== 'ellipsis') {
          seen.hardRight = Math.min(seen.hardRight, edge.right);
        }
        seen.left = Math.max(seen.left, edge.left);
        seen.right = Math.min(seen.right, edge.right);
      }
      if (style.overflowY !== 'visible') {
        seen.top = Math.max(seen.top, edge.top);
        seen.bottom = Math.min(seen.bottom, edge.bottom);
      }
      if (style.textOverflow === 'ellipsis' || scrolls(style.overflowX)) {
        // Its end is shown as such, or scrolled to; whatever is around it sees the box alone.
        seen.hardRight = Infinity;
        whole = false;
      }
    }
    return seen;
  }
}
