// The link that another program opened, while the user is asked about it.
import type { LinkView } from '../bindings/LinkView';
import type { Host } from '../host/types';

export type OfferedLink = Extract<LinkView, { type: 'offered' }>;

export class DeepLink {
  /** What the user is asked about; nothing of it was decoded. */
  offered = $state.raw<OfferedLink | null>(null);
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Takes the link that waits, if one does. A refused one is thrown as the error that says why. */
  async take(): Promise<void> {
    const link = await this.#host.call('take_link');
    if (link?.type === 'refused') {
      // An AppError, as the host rejects with.
      throw link.error;
    }
    if (link) {
      // The one that was asked about and not answered is gone, too.
      this.offered = { ...link, replaced: link.replaced || this.offered !== null };
    }
  }

  /** What to inspect, once the user agreed. */
  agree(): string | null {
    const source = this.offered?.source ?? null;
    this.offered = null;
    return source;
  }

  ignore(): void {
    this.offered = null;
  }
}
