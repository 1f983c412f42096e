// Providers and rules in words.
import type { ProviderKind } from '../../bindings/ProviderKind';
import type { ProviderView } from '../../bindings/ProviderView';
import type { RuleView } from '../../bindings/RuleView';
import type { Verdict } from '../../state/access.svelte';

export const VERDICTS = {
  decode: { label: 'Decode', tone: 'ok' },
  original: { label: 'Original', tone: 'warning' },
  refuse: { label: 'Refuse', tone: 'error' },
} as const satisfies Record<Verdict, object>;

export const VERDICT_OPTIONS = [
  { value: 'decode', label: 'Decode' },
  { value: 'original', label: 'Original: as sent' },
  { value: 'refuse', label: 'Refuse' },
] as const;

export const OPERATIONS = { decode: 'Decode', encode: 'Encode', download: 'Download' } as const;
export const ROLES = { read: 'read', write: 'write', worker: 'worker', admin: 'admin' } as const;

const CLIENTS = { page: 'A web page', 'named-program': 'A program with a token of its own', program: 'Another program' } as const;

export const KINDS = {
  temporal_cloud: 'Temporal Cloud',
  oidc: 'OpenID provider (discovery)',
  jwks_url: 'Keys (JWKS) by URL',
  jwks_file: 'Keys (JWKS) in a file',
} as const satisfies Record<ProviderKind, string>;

export const NEW_RULE: RuleView = {
  name: '',
  client: null,
  program: '',
  email: [],
  email_domain: [],
  permission: null,
  claim: '',
  claim_is: '',
  namespace: [],
  operation: null,
  then: 'decode',
};

export function providerName({ kind, issuer }: ProviderView): string {
  return kind === 'temporal_cloud' ? KINDS.temporal_cloud : issuer;
}

/** What Requests and Test a token call it. */
export function ruleName(rule: RuleView, place: number): string {
  return rule.name === '' ? `rule ${place + 1}` : rule.name;
}

/** Who a rule asks for: everything that has to be there. */
export function ruleWho(rule: RuleView): string {
  const domains = rule.email_domain.map((domain) => `@${domain}`);
  const client = rule.client === null ? '' : CLIENTS[rule.client];
  const words = [
    rule.program === '' ? client : `The program ${rule.program}`,
    rule.email.join(', '),
    domains.join(', '),
    rule.permission === null ? '' : `permission ${rule.permission}`,
    rule.claim === '' ? '' : `${rule.claim} = ${rule.claim_is}`,
  ].filter((word) => word !== '');
  return words.length === 0 ? 'Anyone' : words.join(' and ');
}
