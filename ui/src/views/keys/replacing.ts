// Another key in the place of one: what is said of it, wherever it was asked for.
import type { KeyView } from '../../bindings/KeyView';
import { keyName } from '../../lib/key_names';
import type { AppState } from '../../state/app.svelte';
import type { Change } from '../../state/settings.svelte';

export function sayReplaced(app: AppState, key: KeyView, change: Change): void {
  app.changed(`Replaced key ${keyName(key)}; the one before is retired`, change, `Undone: key ${keyName(key)} is back. The one that took its place is retired.`);
}
