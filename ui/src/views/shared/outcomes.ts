// What became of a Payload, as icon, word and tone: never color alone.
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleMinus from '@lucide/svelte/icons/circle-minus';
import CircleX from '@lucide/svelte/icons/circle-x';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { PayloadOutcome } from '../../bindings/PayloadOutcome';
import type { Tone } from '../../bindings/Tone';

export const OUTCOMES = {
  decoded: { word: 'Decoded', tone: 'ok', icon: CircleCheck },
  plain: { word: 'Not encoded', tone: 'neutral', icon: CircleMinus },
  failed: { word: 'Not decoded', tone: 'error', icon: CircleX },
  unsupported: { word: 'Not supported', tone: 'warning', icon: TriangleAlert },
} as const satisfies Record<PayloadOutcome, unknown>;

export const TONES = {
  ok: { word: 'OK', icon: CircleCheck },
  warning: { word: 'Partly', icon: TriangleAlert },
  error: { word: 'Failed', icon: CircleX },
} as const satisfies Record<Tone, unknown>;
