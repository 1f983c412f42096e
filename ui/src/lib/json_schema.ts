// What a JSON Schema says about a place in a text that is still being written: the fields, the values, and what they mean.

/** As much of JSON Schema as our own schemas use. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  items?: Schema;
}

/** What leads to a place: names of members, numbers of items. */
type Step = string | number;

/** A place in a text: inside which object or list, and what comes there. */
export interface JsonContext {
  path: Step[];
  expects: 'name' | 'value' | null;
  /** The members of the object around it and their values as they are written, in the whole text. */
  members: ReadonlyMap<string, string>;
  /** The member whose value comes there. */
  name: string | null;
}

/** Something that can be written there. */
export interface Choice {
  /** As JSON. */
  text: string;
  info: string;
  required: boolean;
}

interface Frame {
  list: boolean;
  step: Step | null;
  index: number;
  name: string | null;
  expects: JsonContext['expects'];
  members: Map<string, string>;
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g;

/** What stands around the characters `from` to `to`, which are passed over; the text need not be JSON yet. */
export function contextAt(text: string, from: number, to: number): JsonContext {
  const stack: Frame[] = [];
  let found: { context: JsonContext; depth: number } | null = null;
  const here = () => {
    const top = stack.at(-1);
    const path = stack.flatMap((frame) => (frame.step === null ? [] : [frame.step]));
    const context = { path, expects: top?.expects ?? null, members: top?.members ?? new Map<string, string>(), name: top?.name ?? null };
    return { context, depth: stack.length };
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (index >= from) {
      found ??= here();
      // The members behind the place belong to it, until its object ends.
      if (stack.length < found.depth) {
        break;
      }
    }
    if (index < from || index >= to) {
      read(stack, token);
    }
  }
  return (found ?? here()).context;
}

function read(stack: Frame[], token: string): void {
  const top = stack.at(-1);
  switch (token) {
    case '{':
    case '[': {
      const list = token === '[';
      const step = top === undefined ? null : top.list ? top.index : top.name;
      if (top && !top.list && top.name !== null) {
        top.members.set(top.name, token);
      }
      stack.push({ list, step, index: 0, name: null, expects: list ? 'value' : 'name', members: new Map() });
      return;
    }
    case '}':
    case ']':
      stack.pop();
      done(stack.at(-1));
      return;
    case ',':
      if (top) {
        top.index += 1;
        top.name = null;
        top.expects = top.list ? 'value' : 'name';
      }
      return;
    case ':':
      if (top && !top.list) {
        top.expects = 'value';
      }
      return;
    default:
      if (top && !top.list && top.expects === 'name') {
        top.name = token.replaceAll('"', '');
        top.members.set(top.name, '');
        top.expects = null;
      } else {
        if (top && !top.list && top.name !== null) {
          top.members.set(top.name, token);
        }
        done(top);
      }
  }
}

function done(frame: Frame | undefined): void {
  if (frame) {
    frame.expects = null;
  }
}

/** What can be written at a place. */
export function choices(root: Schema, { path, expects, members, name }: JsonContext): Choice[] {
  const around = at(root, path).filter((form) => fits(root, form, members, name));
  if (expects === 'name') {
    const fields = around.flatMap((form) =>
      Object.entries(form.properties ?? {})
        .filter(([field]) => !members.has(field))
        .map(([field, schema]) => ({
          text: JSON.stringify(field),
          info: meaning(root, schema),
          required: form.required?.includes(field) ?? false,
        })),
    );
    return distinct(fields);
  }
  if (expects === 'value') {
    const step = name ?? 0;
    return distinct(around.flatMap((form) => inside(root, form, step)).flatMap((form) => values(root, form)));
  }
  return [];
}

/** What a member's name means, or the value that stands there. */
export function explain(root: Schema, { path, members, name }: JsonContext, word: string, isName: boolean): string | null {
  const field = isName ? word : name;
  const around = at(root, path).filter((form) => fits(root, form, members, field));
  const schemas = around.flatMap((form) => {
    const schema = field === null ? form.items : form.properties?.[field];
    return schema ? [schema] : [];
  });
  const schema = schemas[0];
  if (!schema) {
    return null;
  }
  const allowed = distinct(forms(root, schema).flatMap((form) => values(root, form))).map(({ text }) => text);
  return [meaning(root, schema), allowed.length > 0 ? `Values: ${allowed.join(', ')}` : ''].filter(Boolean).join('\n') || null;
}

/** The forms that may stand at the end of a path. */
function at(root: Schema, path: readonly Step[]): Schema[] {
  return path.reduce<Schema[]>((schemas, step) => schemas.flatMap((form) => inside(root, form, step)), forms(root, root));
}

function inside(root: Schema, form: Schema, step: Step): Schema[] {
  if (typeof step === 'number') {
    return form.items ? forms(root, form.items) : [];
  }
  const others = typeof form.additionalProperties === 'object' ? form.additionalProperties : undefined;
  const schema = form.properties?.[step] ?? others;
  return schema ? forms(root, schema) : [];
}

/** A schema without references and alternatives. */
function forms(root: Schema, schema: Schema): Schema[] {
  const target = resolved(root, schema);
  return target.oneOf ? target.oneOf.flatMap((form) => forms(root, form)) : [target];
}

function resolved(root: Schema, schema: Schema): Schema {
  if (schema.$ref === '#') {
    return root;
  }
  const name = schema.$ref?.replace('#/$defs/', '');
  return name === undefined ? schema : (root.$defs?.[name] ?? {});
}

/** Whether the members that are there leave this form possible: `"from": "pbkdf2"` leaves one. */
function fits(root: Schema, form: Schema, members: ReadonlyMap<string, string>, except: string | null): boolean {
  return [...members].every(([name, value]) => {
    const schema = form.properties?.[name];
    if (name === except || value === '') {
      return true;
    }
    if (schema === undefined) {
      return form.properties === undefined || typeof form.additionalProperties === 'object';
    }
    const allowed = literals(resolved(root, schema));
    return allowed.length === 0 || allowed.includes(value);
  });
}

const literals = (schema: Schema) => [...('const' in schema ? [schema.const] : []), ...(schema.enum ?? [])].map((value) => JSON.stringify(value));

function values(root: Schema, form: Schema): Choice[] {
  const listed = literals(form);
  const types = [form.type ?? []].flat();
  const info = meaning(root, form);
  const texts =
    listed.length > 0 ? listed
    : types.flatMap((type) => {
        if (type === 'boolean') {
          return ['true', 'false'];
        }
        if (type === 'null') {
          return ['null'];
        }
        return type === 'object' ? [sketch(root, form)] : type === 'array' ? ['[]'] : [];
      });
  return texts.map((text) => ({ text, info, required: false }));
}

/** `{"prefix": 8}`: an object with what it needs, the first value each. */
function sketch(root: Schema, form: Schema): string {
  const fields = (form.required ?? []).map((name) => {
    const [first] = forms(root, form.properties?.[name] ?? {});
    const value = first ? (values(root, first)[0]?.text ?? ([first.type].flat()[0] === 'integer' ? '0' : '""')) : '""';
    return `${JSON.stringify(name)}: ${value}`;
  });
  return `{${fields.join(', ')}}`;
}

/** A field's own words, or those of what it refers to. */
const meaning = (root: Schema, schema: Schema) => schema.description ?? resolved(root, schema).description ?? '';

function distinct(all: readonly Choice[]): Choice[] {
  return all.filter(({ text }, n) => all.findIndex((other) => other.text === text) === n);
}
