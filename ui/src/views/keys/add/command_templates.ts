// Commands of secret stores that print a key, each with the user's own sign-in.
interface Template {
  name: string;
  command: string;
  /** What in it is to be replaced, the first one first. */
  names: readonly string[];
}

export const TEMPLATES: readonly [Template, ...Template[]] = [
  { name: '1Password', command: 'op read op://Temporal/codec/key', names: ['op://Temporal/codec/key'] },
  {
    name: 'AWS Secrets Manager',
    command: 'aws secretsmanager get-secret-value --secret-id temporal/codec --query SecretString --output text',
    names: ['temporal/codec'],
  },
  {
    name: 'Google Secret Manager',
    command: 'gcloud secrets versions access latest --secret=temporal-codec',
    names: ['temporal-codec'],
  },
  {
    name: 'Azure Key Vault',
    command: 'az keyvault secret show --vault-name my-vault --name temporal-codec --query value --output tsv',
    names: ['my-vault', 'temporal-codec'],
  },
  { name: 'HashiCorp Vault (KV)', command: 'vault kv get -field=key secret/temporal/codec', names: ['secret/temporal/codec'] },
  { name: 'Kubernetes Secret', command: 'kubectl get secret temporal-codec --output json', names: ['temporal-codec'] },
  { name: 'Another command', command: '', names: [] },
];

/** Where the first name stands that is to be replaced; at its end, where there is none. */
export function firstName({ command, names: [name] }: Template): readonly [start: number, end: number] {
  const start = name === undefined ? -1 : command.lastIndexOf(name);
  return start === -1 ? [command.length, command.length] : [start, start + (name?.length ?? 0)];
}

/** The command that prints what an address of a store names, as the template's place and the whole line; none where no store is known. */
export function forAddress(address: string): { place: number; command: string } | null {
  const place = address.startsWith('op://') ? 0 : /^arn:aws[\w-]*:secretsmanager:/.test(address) ? 1 : -1;
  const template = TEMPLATES[place];
  const [name] = template?.names ?? [];
  // A shell's words: what has blanks or quotes in it is none.
  if (template === undefined || name === undefined || /[\s"'\\]/.test(address)) {
    return null;
  }
  return { place, command: template.command.replace(name, () => address) };
}
