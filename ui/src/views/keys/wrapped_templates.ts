// Commands of key services that unwrap a data key, each with the user's own sign-in, and the server that Temporal Proxy may have for it.
interface Template {
  name: string;
  wrapped_by: string;
  command: string;
}

/** Whether a server is asked by its address, and no command is run. */
export const isServer = (command: string): boolean => command.trimStart().startsWith('grpc://');

/** Whether a pattern of wrapping keys names this one; one that stands for every key does not. */
const names = (pattern: string, id: string): boolean =>
  pattern.length > 1 && (pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern);

/** The template for a wrapping key, as its place among them: the last that names it, else the one of any command. */
export function templateFor(id: string): number {
  const fits = TEMPLATES.map(({ wrapped_by }) => wrapped_by.split(' ').some((pattern) => names(pattern, id)));
  const last = fits.lastIndexOf(true);
  return last === -1 ? TEMPLATES.length - 1 : last;
}

export const TEMPLATES: readonly [Template, ...Template[]] = [
  {
    name: 'AWS KMS',
    wrapped_by: 'awskms://* arn:aws:kms:* alias/*',
    command: 'aws kms decrypt --ciphertext-blob {base64} --query Plaintext --output text',
  },
  {
    name: 'AWS KMS, for messages of the AWS Encryption SDK',
    wrapped_by: 'arn:aws:kms:*',
    command: 'aws kms decrypt --ciphertext-blob {base64} --encryption-context {context} --query Plaintext --output text',
  },
  {
    name: 'Google Cloud KMS',
    wrapped_by: 'gcpkms://*',
    command: 'gcloud kms decrypt --key={key} --ciphertext-file=- --plaintext-file=-',
  },
  {
    name: 'Azure Key Vault',
    wrapped_by: 'azurekeyvault://*',
    command: 'az keyvault key decrypt --id https://{key} --algorithm RSA-OAEP-256 --data-type base64 --value {base64} --query result --output tsv',
  },
  {
    name: 'HashiCorp Vault (transit)',
    wrapped_by: 'my-key',
    command: 'vault write -field=plaintext transit/decrypt/my-key ciphertext={text}',
  },
  { name: 'Extension server of Temporal Proxy', wrapped_by: 'extension://*', command: 'grpc://127.0.0.1:9443' },
  {
    name: 'RSA private key, for key-sealed envelopes',
    wrapped_by: 'my-key',
    command: 'openssl pkeyutl -decrypt -inkey private.pem -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256',
  },
  { name: 'Another command', wrapped_by: '*', command: '' },
];
