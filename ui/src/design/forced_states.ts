// Shows states that only a hand makes: every rule for `:hover`, `:active` and `:focus-visible` is repeated for controls
// inside of an element with `data-force`, so that a picture holds them all and the product's styles know nothing of it.

const CONTROLS = ':is(button, input, select, textarea, a, label, [tabindex])';
/** A label is pointed at, but never has the focus. */
const FOCUSED = ":is(button, input, select, textarea, a, [tabindex='0'])";
const FORCED: [RegExp, string][] = [
  [/:hover/g, `:is([data-force~='hover'] ${CONTROLS})`],
  [/:active/g, `:is([data-force~='active'] ${CONTROLS})`],
  [/:focus-visible/g, `:is([data-force~='focus'] ${FOCUSED})`],
  [/:focus-within/g, ":is([data-force~='focus'] *)"],
];

function forced(selector: string): string {
  return FORCED.reduce((text, [state, by]) => text.replace(state, by), selector);
}

function repeat(rules: CSSStyleSheet | CSSGroupingRule): void {
  for (const rule of [...rules.cssRules].reverse()) {
    if (rule instanceof CSSStyleRule) {
      const selector = forced(rule.selectorText);
      if (selector !== rule.selectorText) {
        rules.insertRule(`${selector} { ${rule.style.cssText} }`, [...rules.cssRules].indexOf(rule) + 1);
      }
    } else if (rule instanceof CSSGroupingRule) {
      repeat(rule);
    }
  }
}

/** Once, after the styles are there. */
export function forceStates(): void {
  for (const sheet of document.styleSheets) {
    repeat(sheet);
  }
}
