// Screen-share mode: decoded values are blurred until somebody holds Alt, so that a window can be shown to others. Which ones may be
// chosen by their names. It is kept for the next start.
import { blurRule, isShown } from '../lib/blur_rule';
import { keep, kept } from '../lib/kept';

const NAME = 'screen_share';
const NAMES = 'screen_share_names';

export class ScreenShare {
  on = $state(kept(NAME) === 'on');
  /** Whether Alt is held. */
  peeking = $state(false);
  /** Names of the values that are blurred, as they were typed; all values where there is none. */
  names = $state(kept(NAMES) ?? '');
  /** Whether the names are being typed. */
  choosing = $state(false);
  readonly rule = $derived(blurRule(this.names));

  /** What is blurred now. */
  get blurs(): 'all' | 'named' | null {
    return !this.on || this.peeking ? null : this.rule === null ? 'all' : 'named';
  }

  toggle(): void {
    this.on = !this.on;
    this.choosing = false;
    keep(NAME, this.on ? 'on' : 'off');
  }

  /** Switches it on where it is off, and asks which values it is about. */
  choose(): void {
    if (!this.on) {
      this.toggle();
    }
    this.choosing = true;
  }

  setNames(names: string): void {
    this.names = names;
    keep(NAMES, names);
  }

  /** Whether the start of a value is shown by the rule. */
  shows(preview: string): boolean {
    return this.rule !== null && isShown(preview, this.rule);
  }
}
