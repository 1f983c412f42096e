// What the window does about a finding, and what its button is called.
import type { FindingAction } from '../../bindings/FindingAction';
import type { FindingPlace } from '../../bindings/FindingPlace';
import { showKeyId } from '../../lib/key_names';
import type { AppState } from '../../state/app.svelte';
import type { ViewName } from '../../state/navigation.svelte';

/** Where findings are dealt with, and the part of the view. */
const PLACES: Record<FindingPlace, { label: string; view: ViewName; part?: string }> = {
  connect: { label: 'How to connect', view: 'server', part: 'card-web_ui' },
  https: { label: 'Open HTTPS', view: 'server', part: 'https' },
  temporal_cli: { label: 'Open Temporal CLI', view: 'server', part: 'card-cli' },
  requests: { label: 'Open Requests', view: 'requests' },
  keys: { label: 'Open Keys', view: 'keys' },
  namespaces: { label: 'Open Namespaces', view: 'namespaces' },
  access: { label: 'Open Access', view: 'access' },
  settings: { label: 'Open Settings', view: 'settings' },
  test_token: { label: 'Test a token', view: 'access', part: 'test' },
};

export function label(action: FindingAction): string {
  switch (action.type) {
    case 'start_server':
      return 'Start';
    case 'use_port':
      return `Use port ${action.port} instead`;
    case 'resume':
      return 'Resume';
    case 'lift_panic_lock':
      return 'Lift panic lock';
    case 'unlock':
      return 'Unlock';
    case 'retry_keychain':
      return 'Retry';
    case 'allow_origin':
      return `Allow ${action.origin}`;
    case 'allow_host':
      return `Allow ${action.host} for programs`;
    case 'add_key':
      return `Add key ${showKeyId(action.id)}`;
    case 'show':
      return PLACES[action.place].label;
  }
}

export async function act(app: AppState, action: FindingAction): Promise<void> {
  switch (action.type) {
    case 'start_server':
      return app.server.start();
    case 'use_port':
      return app.changed(`Port changed to ${action.port}`, await app.server.setPort(action.port));
    case 'resume':
      return app.server.resume();
    case 'lift_panic_lock':
      return app.liftPanicLock();
    case 'unlock':
      return app.keys.view?.locked ? app.toggleLock() : undefined;
    case 'retry_keychain':
      return app.keys.retryKeychain();
    case 'allow_origin':
      return app.allowOrigin(action.origin);
    case 'allow_host':
      return app.allowProgramHost(action.host);
    case 'add_key':
      return app.navigation.importKey(action.id);
    case 'show': {
      const { view, part } = PLACES[action.place];
      return part === undefined ? app.navigation.go(view) : app.navigation.revealPart(view, part);
    }
  }
}
