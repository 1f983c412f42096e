// Who trusts the authority of this machine, in a sentence that is true of each of them.
import type { TrustStoreView } from '../bindings/TrustStoreView';

/** What is to be done for those that do not trust it. */
const DO = 'have it trusted below, or import its certificate among the authorities trusted for websites';

/** `list` names what this app could look at; there may be other browsers. */
export function trustWords(list: readonly Pick<TrustStoreView, 'name' | 'state'>[]): string {
  const named = (...states: TrustStoreView['state'][]) => list.filter(({ state }) => states.includes(state)).map(({ name }) => name);
  // Names have commas of their own.
  const join = (names: string[]) => names.join('; ');
  const trusted = named('trusted');
  const not = named('not_trusted', 'older');
  const unknown = named('unknown');
  if (trusted.length === 0) {
    return `Nothing that was looked at knows this authority yet, so browsers warn of its certificate: ${DO}.`;
  }
  return [
    `Trusted by ${join(trusted)}.`,
    not.length > 0 ? `Not by ${join(not)}: ${DO}.` : '',
    unknown.length > 0 ? `Not known of ${join(unknown)}.` : '',
    not.length === 0 ? 'A browser that is not listed here needs its certificate, too.' : '',
  ]
    .filter(Boolean)
    .join(' ');
}
