// What a group of events is about, and what became of it, as icon and words: never color alone.
import Bookmark from '@lucide/svelte/icons/bookmark';
import Circle from '@lucide/svelte/icons/circle';
import Cog from '@lucide/svelte/icons/cog';
import GitFork from '@lucide/svelte/icons/git-fork';
import Link2 from '@lucide/svelte/icons/link-2';
import PencilLine from '@lucide/svelte/icons/pencil-line';
import Radio from '@lucide/svelte/icons/radio';
import Send from '@lucide/svelte/icons/send';
import Timer from '@lucide/svelte/icons/timer';
import Workflow from '@lucide/svelte/icons/workflow';
import Zap from '@lucide/svelte/icons/zap';
import type { HistoryKind } from '../../bindings/HistoryKind';
import type { HistoryRow } from '../../bindings/HistoryRow';
import type { HistoryState } from '../../bindings/HistoryState';
import { elapsed } from '../../lib/time';

export const KINDS = {
  workflow: { word: 'Workflow', plural: 'Workflow', icon: Workflow },
  workflow_task: { word: 'Workflow Task', plural: 'Workflow Tasks', icon: Cog },
  activity: { word: 'Activity', plural: 'Activities', icon: Zap },
  timer: { word: 'Timer', plural: 'Timers', icon: Timer },
  signal: { word: 'Signal', plural: 'Signals', icon: Radio },
  update: { word: 'Update', plural: 'Updates', icon: PencilLine },
  child_workflow: { word: 'Child Workflow', plural: 'Child Workflows', icon: GitFork },
  external: { word: 'External Workflow', plural: 'External Workflows', icon: Send },
  nexus: { word: 'Nexus operation', plural: 'Nexus operations', icon: Link2 },
  marker: { word: 'Marker', plural: 'Markers', icon: Bookmark },
  other: { word: 'Event', plural: 'Other events', icon: Circle },
} as const satisfies Record<HistoryKind, unknown>;

export const STATES = {
  pending: { word: 'Pending', tone: 'waiting' },
  unfinished: { word: 'Not finished', tone: 'waiting' },
  completed: { word: 'Completed', tone: 'done' },
  failed: { word: 'Failed', tone: 'failed' },
  timed_out: { word: 'Timed out', tone: 'failed' },
  canceled: { word: 'Canceled', tone: 'ended' },
  terminated: { word: 'Terminated', tone: 'failed' },
  continued_as_new: { word: 'Continued as new', tone: 'ended' },
} as const satisfies Record<HistoryState, unknown>;

export const isFailure = (state: HistoryState) => STATES[state].tone === 'failed';

/** How long it took; empty where that is one moment or not known. */
export function took({ start, end, n_events }: HistoryRow): string {
  return start === null || end === null || n_events < 2 ? '' : elapsed(Math.max(0, end - start));
}

/** `Activity charge` without saying the same twice. */
export function titleOf({ kind, name }: HistoryRow): string {
  return name.startsWith(KINDS[kind].word) ? name : `${KINDS[kind].word} ${name}`;
}
