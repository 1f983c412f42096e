// Commands of key services that unwrap a data key, each with the user's own sign-in.
interface Template {
  name: string;
  wrapped_by: string;
  command: string;
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
  { name: 'Another command', wrapped_by: '*', command: '' },
];
