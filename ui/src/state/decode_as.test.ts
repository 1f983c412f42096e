// Decode as…: what is chosen is shown for now, or becomes a rule.
import { describe, expect, it } from 'vitest';
import type { MessagePlace } from '../bindings/MessagePlace';
import { startApp } from '../testing/started_app';
import { DecodeAs } from './decode_as.svelte';

const PLACE: MessagePlace = { of: 'activity', name: 'ChargeCard', position: 'input', words: 'Activity type ChargeCard, input', namespace: 'prod', has_known_type: true };

async function opened() {
  const { app, host } = await startApp();
  await app.inspector.openText('{"metadata":{}}');
  const document = app.inspector.current;
  if (document === null) {
    throw new Error('nothing is open');
  }
  const decodeAs = new DecodeAs(app.host, document, 0);
  await decodeAs.search('order');
  return { app, host, document, decodeAs };
}

describe('decode as', () => {
  it('is for now where nothing says where the Payload stands', async () => {
    const { app, host, document, decodeAs } = await opened();
    decodeAs.reach = 'always';
    expect(decodeAs.rule).toBeNull();
    await decodeAs.decode(app);
    expect(host.requestsOf('save_message_rule')).toEqual([]);
    expect(host.requestsOf('inspect_payload_as')).toEqual([{ document: document.number, index: 0, message_type: 'acme.Order' }]);
    expect(document.payload?.message?.chosen_now).toBe(true);
    await document.readAs(0, null);
    expect(document.payload?.message?.chosen_now).not.toBe(true);
  });

  it('remembers a rule for where the Payload stands, in its Namespace or in every one', async () => {
    const { app, host, decodeAs } = await opened();
    decodeAs.place = PLACE;
    decodeAs.reach = 'always';
    const rule = { namespace: null, of: 'activity', name: 'ChargeCard', position: 'input', message_type: 'acme.Order', overrides: true };
    expect(decodeAs.rule).toEqual(rule);
    decodeAs.reach = 'namespace';
    await decodeAs.decode(app);
    expect(host.requestsOf('save_message_rule')).toEqual([{ ...rule, namespace: 'prod' }]);
    expect(app.protobufTypes.rules).toHaveLength(1);
  });

  it('goes around the ends of the list', async () => {
    const { decodeAs } = await opened();
    decodeAs.types = ['a', 'b', 'c'].map((name) => ({ name, from: 'built in', fits: true, n_unknown: 0 }));
    decodeAs.step(-1);
    expect(decodeAs.chosen?.name).toBe('c');
    decodeAs.step(1);
    expect(decodeAs.chosen?.name).toBe('a');
    decodeAs.types = [];
    decodeAs.step(1);
    expect(decodeAs.chosen).toBeNull();
  });
});
