// "Which key opens this?": which Payload it is about, and whose answer counts.
import { beforeEach, describe, expect, test } from 'vitest';
import type { FakeHost } from '../testing/fake_host';
import { startApp } from '../testing/started_app';
import type { AppState } from './app.svelte';

let host: FakeHost;
let app: AppState;

beforeEach(async () => {
  ({ host, app } = await startApp());
});

describe('"which key opens this?"', () => {
  beforeEach(async () => {
    await app.open(() => app.inspector.openText('{}'));
    await app.diagnosis.ask(1, 0);
  });

  test('is about one Payload', () => {
    expect(app.diagnosis.isAbout(1, 0)).toBe(true);
    expect(app.diagnosis.isAbout(1, 1)).toBe(false);
    expect(app.diagnosis.view?.findings).toHaveLength(1);
  });

  test('using a finding decodes the document again', async () => {
    await app.adopt(0);
    expect(host.requestsOf('adopt_finding')).toEqual([{ document: 1, index: 0, finding: 0 }]);
    expect(host.requestsOf('refresh_document')).toMatchObject([{ document: 1, namespace: null }]);
    expect(app.diagnosis.about).toBeNull();
  });

  test('is over once the document was decoded again, and the answer of another one stays', async () => {
    app.diagnosis.outdate(2);
    expect(app.diagnosis.view).not.toBeNull();
    await app.inspector.refresh();
    expect(app.diagnosis.about).toBeNull();
    expect(app.diagnosis.view).toBeNull();
  });

  test('is waited for while the document is decoded again', async () => {
    const asking = app.diagnosis.ask(1, 0);
    app.diagnosis.outdate(1);
    await asking;
    expect(app.diagnosis.view).not.toBeNull();
  });

  test('an answer that comes after it was closed is dropped', async () => {
    const asking = app.diagnosis.ask(1, 0);
    app.diagnosis.close();
    await asking;
    expect(app.diagnosis.view).toBeNull();
    expect(app.diagnosis.busy).toBe(false);
  });
});
