// The places that the user's protobuf types are read from, and the rules that choose one.
import type { FileTicket } from '../bindings/FileTicket';
import type { MessageRule } from '../bindings/MessageRule';
import type { MessageRuleView } from '../bindings/MessageRuleView';
import type { ProtobufPlace } from '../bindings/ProtobufPlace';
import type { ProtobufTypesView } from '../bindings/ProtobufTypesView';
import type { Host } from '../host/types';
import type { Change } from './settings.svelte';

export class ProtobufTypes {
  /** None before the first answer. */
  places = $state.raw<ProtobufPlace[] | null>(null);
  rules = $state.raw<MessageRuleView[]>([]);
  #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(): Promise<void> {
    this.#take(await this.#host.call('list_protobuf_types'));
  }

  async addFile(file: FileTicket): Promise<Change> {
    return this.#take(await this.#host.call('add_protobuf_file', { file }));
  }

  async addFolder(folder: FileTicket): Promise<Change> {
    return this.#take(await this.#host.call('add_protobuf_folder', { folder }));
  }

  async remove(path: string): Promise<Change> {
    return this.#take(await this.#host.call('remove_protobuf_place', { path }));
  }

  async saveRule(rule: MessageRule): Promise<Change> {
    return this.#take(await this.#host.call('save_message_rule', rule));
  }

  async removeRule(rule: MessageRule): Promise<Change> {
    return this.#take(await this.#host.call('remove_message_rule', rule));
  }

  async readAgain(): Promise<void> {
    this.#take(await this.#host.call('read_protobuf_types_again'));
  }

  #take(view: ProtobufTypesView): Change {
    this.places = view.places;
    this.rules = view.rules;
    return view.change;
  }
}
