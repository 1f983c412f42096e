// What the UI needs from its host: the desktop shell, or the bridge of the browser tests.
import type { AppEvent } from '../bindings/AppEvent';
import type { ChooseFileRequest } from '../bindings/ChooseFileRequest';
import type { ChosenFile } from '../bindings/ChosenFile';
import type { Commands } from '../bindings/Commands';

export type Command = keyof Commands;
export type Request<C extends Command> = Commands[C][0];
export type Response<C extends Command> = Commands[C][1];

export interface Host {
  /** Runs a command. It rejects with an `AppError`. */
  call<C extends Command>(
    command: C,
    ...request: Request<C> extends null ? [] : [Request<C>]
  ): Promise<Response<C>>;
  /** Hears every event until the returned function is called. */
  listen(handler: (event: AppEvent) => void): () => void;
  /**
   * Asks for a file in a dialog of the system; `null` when none was chosen. Where this host has no dialog, it is the one whose
   * path was typed, and `null` without it.
   */
  chooseFile(request: ChooseFileRequest, typed?: string): Promise<ChosenFile | null>;
  /** Whether `chooseFile` opens a dialog here. */
  readonly hasFileDialog: boolean;
  /** Draws the window's content so many times as large as it is by default. */
  zoom(factor: number): Promise<void>;
  /** Puts a text on the clipboard. */
  copy(text: string): Promise<void>;
  /**
   * The text on the clipboard, empty where it holds none. Only to be called when somebody asked for it: the clipboard is not
   * ours to look at.
   */
  readClipboard(): Promise<string>;
}
