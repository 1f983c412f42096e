// The views in the order of the sidebar and of their shortcuts.
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import Boxes from '@lucide/svelte/icons/boxes';
import Braces from '@lucide/svelte/icons/braces';
import KeyRound from '@lucide/svelte/icons/key-round';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import Server from '@lucide/svelte/icons/server';
import Settings from '@lucide/svelte/icons/settings';
import { VIEWS, type ViewName } from '../../state/navigation.svelte';

const LOOKS = {
  inspector: { name: 'Inspector', icon: ScanSearch },
  server: { name: 'Server', icon: Server },
  keys: { name: 'Keys', icon: KeyRound },
  requests: { name: 'Requests', icon: ArrowLeftRight },
  settings: { name: 'Settings', icon: Settings },
  formats: { name: 'Formats', icon: Braces },
  namespaces: { name: 'Namespaces', icon: Boxes },
} as const satisfies Record<ViewName, unknown>;

export const VIEW_NAMES = VIEWS.map((view) => ({ view, ...LOOKS[view] }));
