// The views in the order of the sidebar and of their shortcuts.
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import Boxes from '@lucide/svelte/icons/boxes';
import Braces from '@lucide/svelte/icons/braces';
import KeyRound from '@lucide/svelte/icons/key-round';
import ScanSearch from '@lucide/svelte/icons/scan-search';
import Server from '@lucide/svelte/icons/server';
import Settings from '@lucide/svelte/icons/settings';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import Stethoscope from '@lucide/svelte/icons/stethoscope';
import { VIEWS, VIEW_TITLES, type ViewName } from '../../state/navigation.svelte';

const ICONS = {
  inspector: ScanSearch,
  server: Server,
  keys: KeyRound,
  requests: ArrowLeftRight,
  settings: Settings,
  formats: Braces,
  namespaces: Boxes,
  access: ShieldCheck,
  doctor: Stethoscope,
} as const satisfies Record<ViewName, unknown>;

/** Names that have room in the sidebar; the tooltip has the whole title. */
export const VIEW_NAMES = VIEWS.map((view) => ({ view, name: view === 'doctor' ? 'Doctor' : VIEW_TITLES[view], title: VIEW_TITLES[view], icon: ICONS[view] }));
