// The only file that knows avsc.
import { createHash } from "node:crypto";
import type { Service, Type } from "avsc";
import { walkerOf } from "./walk.js";

/** How values of a type are read and written. */
export interface AvroType<T> {
  /**
   * The value that begins at `from`, and where it ends. It shares no memory with `bytes`.
   *
   * @throws BadBytes when they hold none
   */
  read(bytes: Buffer, from: number): readonly [value: T, end: number];
  write(value: T): Buffer;
}

/** A protocol of Avro's RPC as a document, with what is asked and answered by the names of messages. */
export interface AvroProtocol {
  /** The document, JSON. */
  readonly text: string;
  /** By which the two sides know that they have the same document. */
  readonly hash: Buffer;
  readonly name: string;
  /** Values that this side writes. */
  request(message: string): AvroType<unknown>;
  response(message: string): AvroType<unknown>;
  /**
   * What a client writes, or a server, by its own document of the protocol, as this side has it.
   *
   * @throws Error when the document is none, or its values cannot be read as ours
   */
  requestsBy(client: string): WrittenTypes;
  responsesBy(server: string): WrittenTypes;
}

/** How to read what the other side of a connection writes. */
export interface WrittenTypes {
  /** As the other side calls the protocol. */
  readonly name: string;
  /** By the names of the messages that both sides know. */
  readonly types: ReadonlyMap<string, AvroType<unknown>>;
}

/** Avro's types and protocols. */
export interface Avro {
  type<T>(schema: object | string): AvroType<T>;
  protocol(document: { readonly protocol: string }): AvroProtocol;
}

type Library = typeof import("avsc");

let loaded: Promise<Avro> | undefined;

/** Loads the library when it is first needed. */
export function loadAvro(): Promise<Avro> {
  loaded ??= import("avsc").then(library => make(((library as { default?: Library }).default ?? library) as Library));
  return loaded;
}

function make(avsc: Library): Avro {
  // The headers of an event are a map, which would be read as an object, where a header named __proto__ gets lost. The
  // entries of a map are written as the items of an array are.
  const entries = avsc.Type.forSchema({
    type: "array",
    items: {
      type: "record",
      name: "Entry",
      fields: [
        { name: "key", type: "string" },
        { name: "value", type: "string" },
      ],
    },
  });
  const options = () => ({
    omitRecordMethods: true,
    wrapUnions: "never" as const,
    typeHook: (schema: unknown) => (isMapOfText(schema) ? entries : undefined),
  });
  const service = (document: object) => avsc.Service.forProtocol(document, options());
  return {
    type: <T>(schema: object | string) => typeOf<T>(avsc.Type.forSchema(schema as never, options() as never)),
    protocol(document) {
      const ours = service(document);
      const text = JSON.stringify(document);
      return {
        text,
        hash: createHash("md5").update(text).digest(),
        name: ours.name,
        request: message => typeOf(partsOf(ours, message)!.requestType),
        response: message => typeOf(partsOf(ours, message)!.responseType),
        requestsBy: client => written(ours, service(JSON.parse(client)), "requestType"),
        responsesBy: server => written(ours, service(JSON.parse(server)), "responseType"),
      };
    },
  };
}

function isMapOfText(schema: unknown): boolean {
  const { type, values } = (schema ?? {}) as { type?: unknown; values?: unknown };
  const named = typeof values === "object" && values !== null ? (values as { type?: unknown }).type : values;
  return type === "map" && named === "string";
}

/** What the declarations of the library leave open. */
interface MessageParts {
  readonly requestType: Type;
  readonly responseType: Type;
}

function partsOf(service: Service, message: string): MessageParts | undefined {
  return service.message(message) as MessageParts | undefined;
}

function written(ours: Service, theirs: Service, part: keyof MessageParts): WrittenTypes {
  const types = new Map<string, AvroType<unknown>>();
  for (const { name } of ours.messages as readonly { name: string }[]) {
    const there = partsOf(theirs, name);
    if (there !== undefined) types.set(name, typeOf(partsOf(ours, name)![part], there[part]));
  }
  return { name: theirs.name, types };
}

/** @param writer the type by which the bytes to read were written, where that is another one */
function typeOf<T>(type: Type, writer: Type = type): AvroType<T> {
  const walk = walkerOf(writer);
  const resolver = writer.equals(type) ? undefined : type.createResolver(writer);
  return {
    read(bytes, from) {
      const end = walk(bytes, from);
      return [type.decode(bytes, from, resolver).value as T, end];
    },
    write: value => type.toBuffer(value),
  };
}
