// Which template a wrapping key starts from.
import { expect, test } from 'vitest';
import { TEMPLATES, templateFor } from './wrapped_templates';

test.each([
  ['awskms:///alias/orders', 'AWS KMS'],
  ['awskms://', 'AWS KMS'],
  ['arn:aws:kms:eu-west-1:1:key/2', 'AWS KMS, for messages of the AWS Encryption SDK'],
  ['gcpkms://projects/p', 'Google Cloud KMS'],
  ['azurekeyvault://vault/key', 'Azure Key Vault'],
  ['extension://orders', 'Extension server of Temporal Proxy'],
  ['tink://', 'Another command'],
  ['my-keys', 'Another command'],
])('%s', (id, name) => {
  expect(TEMPLATES[templateFor(id)]?.name).toBe(name);
});
