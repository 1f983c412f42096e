// What an exported document is called.
import { expect, test } from 'vitest';
import { FakeHost } from '../testing/fake_host';
import type { OpenDocument } from './documents.svelte';
import { Exporting } from './exporting.svelte';

test('an export is named after its file, or else after its Workflow, in characters that every file system takes', () => {
  const exporting = new Exporting(new FakeHost());
  const named = (path: string | null, id: string | null) => {
    const workflow = id === null ? null : { workflow_type: 'Order', id };
    exporting.begin({ path, inspection: { workflow } } as unknown as OpenDocument, 'redacted');
    return exporting.nameAs('redacted');
  };
  expect(named('/home/dev/order.json', 'other')).toBe('order.redacted.json');
  expect(named('C:\\dev\\history.txt', null)).toBe('history.txt.redacted.json');
  expect(named(null, 'order-1042')).toBe('order-1042.redacted.json');
  expect(named(null, '../eu/order: Ω 7')).toBe('eu-order-Ω-7.redacted.json');
  expect(named(null, '…')).toBe('document.redacted.json');
  expect(named(null, 'x'.repeat(300))).toHaveLength(114);
  expect(named(null, null)).toBe('document.redacted.json');
});
