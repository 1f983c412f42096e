// The bridge of the browser tests as host: the same commands over HTTP, events over SSE.
import type { AppError } from '../bindings/AppError';
import type { AppEvent } from '../bindings/AppEvent';
import type { Command, Host, Response as Answer } from './types';

export function bridgeHost(base = ''): Host {
  return {
    call: (command, ...request) => post(base, command, request[0] ?? null),
    listen(handler) {
      const events = new EventSource(`${base}/events`);
      // The host's own messages, no Payload data of people: parsing is right here.
      // eslint-disable-next-line no-restricted-syntax
      events.onmessage = (message: MessageEvent<string>) => handler(JSON.parse(message.data) as AppEvent);
      return () => events.close();
    },
    async chooseFile(request, typed) {
      if (typed === undefined) {
        return null;
      }
      // The bridge plays the user in front of a dialog.
      await fetch(`${base}/desktop/file`, { method: 'POST', body: typed });
      return post(base, 'choose_file', request);
    },
    hasFileDialog: false,
    zoom(factor) {
      document.documentElement.style.zoom = String(factor);
      return Promise.resolve();
    },
    copy: (text) => navigator.clipboard.writeText(text),
    readClipboard: () => navigator.clipboard.readText(),
  };
}

async function post<C extends Command>(base: string, command: C, request: unknown): Promise<Answer<C>> {
  const answer = await fetch(`${base}/ipc/${command}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!answer.ok) {
    throw await answer.json().catch(() => new Error(`the bridge answered ${answer.status}`)) as AppError;
  }
  return (await answer.json()) as Answer<C>;
}
