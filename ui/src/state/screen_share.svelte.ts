// Screen-share mode: decoded values are blurred until somebody holds Alt, so that a window can be shown to others. It is kept for the
// next start.
import { keep, kept } from '../lib/kept';

const NAME = 'screen_share';

export class ScreenShare {
  on = $state(kept(NAME) === 'on');
  /** Whether Alt is held. */
  peeking = $state(false);

  get blurs(): boolean {
    return this.on && !this.peeking;
  }

  toggle(): void {
    this.on = !this.on;
    keep(NAME, this.on ? 'on' : 'off');
  }
}
