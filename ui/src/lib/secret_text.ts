// A text that lives in its field alone: it is read from there when it is needed, and cleared before the field goes.

export class SecretText {
  #field: HTMLInputElement | HTMLTextAreaElement | undefined;

  /** The attachment of its field. */
  readonly field = (field: HTMLInputElement | HTMLTextAreaElement): (() => void) => {
    this.#field = field;
    return () => {
      field.value = '';
      this.#field = undefined;
    };
  };

  read(): string {
    return this.#field?.value ?? '';
  }

  /** Puts a text into the field; nothing takes it away. */
  write(text: string): void {
    if (this.#field) {
      this.#field.value = text;
    }
  }

  /** Shows it, or masks it again; only while somebody holds a button down. */
  reveal(shown: boolean): void {
    if (this.#field instanceof HTMLInputElement) {
      this.#field.type = shown ? 'text' : 'password';
    } else {
      this.#field?.classList.toggle('shown', shown);
    }
  }

  focus(): void {
    this.#field?.focus();
  }
}
