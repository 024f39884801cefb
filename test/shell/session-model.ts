/** What a value is to the model: its type as the shell shows it, its text, and the TypeScript that makes it. */
export interface ModelValue {
  readonly type: string;
  readonly shown: string;
  readonly code: string;
}

/** A declaration; closures keep theirs when the name gets another. */
interface Binding {
  readonly kind: "const" | "let" | "function" | "class" | "getter";
  /** As declared, which the type shown may be narrower than. */
  readonly declared: string;
  value: ModelValue | undefined;
  narrowed: boolean;
  readonly target?: Binding;
}

/** One line of a random session. */
export type Command =
  | { readonly do: "declare"; readonly name: string; readonly keyword: "const" | "let"; readonly value: ModelValue }
  | { readonly do: "maybe"; readonly name: string; readonly value: ModelValue | undefined }
  | { readonly do: "function" | "class"; readonly name: string; readonly value: ModelValue }
  | { readonly do: "assign"; readonly name: string; readonly value: ModelValue | undefined }
  | { readonly do: "use" | "declareWrong" | "declareThrows" | "assignThrows"; readonly name: string }
  | { readonly do: "capture"; readonly name: string; readonly of: string }
  | { readonly do: "throwBetween"; readonly name: string; readonly other: string; readonly value: ModelValue }
  | { readonly do: "syntax"; readonly text: string }
  | { readonly do: "result"; readonly index: number }
  | { readonly do: "last" | "error" };

/** What is typed, and what comes back: all of it, or a form it has. */
export interface Expected {
  readonly input: string;
  readonly output: string | RegExp;
}

const UNKNOWN = /^<console>:1:\d+ - error TS2(?:304|552): Cannot find name '\w+'\./;
const text = (value: string): ModelValue => ({ type: "string", shown: `'${value}'`, code: JSON.stringify(value) });

/** A small session: what names mean, what was said last, what failed last. */
export class SessionModel {
  readonly #names = new Map<string, Binding>();
  readonly #results: ModelValue[] = [];
  #last: (() => ModelValue | undefined) | undefined;
  #error: string | undefined;
  #errors = 0;

  /** Types a line. */
  step(command: Command): Expected {
    switch (command.do) {
      case "declare": {
        const { name, keyword, value } = command;
        this.#bind(name, { kind: keyword, declared: value.type, value, narrowed: false });
        return { input: `${keyword} ${name} = ${value.code}`, output: `${name}: ${value.type} = ${value.shown}` };
      }
      case "maybe": {
        const { name, value } = command;
        const declared = "number | undefined";
        this.#bind(name, { kind: "let", declared, value, narrowed: false });
        const input = `let ${name}: ${declared}${value === undefined ? "" : ` = ${value.code}`}`;
        return { input, output: `${name}: ${declared} = ${value?.shown ?? "undefined"}` };
      }
      case "function": {
        const { name, value } = command;
        this.#bind(name, { kind: "function", declared: value.type, value, narrowed: false });
        return { input: `function ${name}() { return ${value.code} }`, output: `${name}: () => ${value.type}` };
      }
      case "class": {
        const { name, value } = command;
        this.#bind(name, { kind: "class", declared: value.type, value, narrowed: false });
        return { input: `class ${name} { v = ${value.code} }`, output: `class ${name}` };
      }
      case "capture": {
        const { name, of } = command;
        const target = this.#names.get(of);
        const input = `const ${name} = () => ${of}`;
        // Of itself, of a function or a class: another story.
        if (name === of || (target !== undefined && target.kind !== "const" && target.kind !== "let"))
          return this.#use(of);
        if (target === undefined) return this.#fails(input, UNKNOWN);
        this.#bind(name, { kind: "getter", declared: target.declared, value: undefined, narrowed: false, target });
        return { input, output: `${name}: () => ${target.declared}` };
      }
      case "assign":
        return this.#assign(command.name, command.value);
      case "use":
        return this.#use(command.name);
      case "declareWrong":
        return this.#fails(`const ${command.name}: number = "x"`, /^<console>:1:7 - error TS2322: /);
      case "declareThrows":
        return this.#throws(`const ${command.name} = (() => { throw new Error("MESSAGE") })()`, "");
      case "assignThrows": {
        const binding = this.#names.get(command.name);
        if (binding?.kind !== "let") return this.#use(command.name);
        // It may have been assigned: the checker trusts the declaration again.
        binding.narrowed = false;
        return this.#throws(`${command.name} = (() => { throw new Error("MESSAGE") })()`, "");
      }
      case "throwBetween": {
        const { name, other, value } = command;
        const { input, output } = this.#throws(
          `let ${name} = ${value.code}; throw new Error("MESSAGE"); let ${other === name ? `${other}2` : other} = 1`,
          `${name}: ${value.type} = ${value.shown}\n`,
        );
        this.#bind(name, { kind: "let", declared: value.type, value, narrowed: false });
        return { input, output };
      }
      case "syntax":
        return this.#fails(command.text, /^<console>:1:\d+ - error TS1\d\d\d: /);
      case "result": {
        const value = this.#results[command.index];
        return value ? this.#said(`res${command.index}`, value) : this.#fails(`res${command.index}`, UNKNOWN);
      }
      case "last": {
        if (this.#last === undefined) return this.#fails("_", UNKNOWN);
        const value = this.#last();
        return value ? this.#said("_", value) : { input: "_", output: "" };
      }
      case "error": {
        if (this.#error === undefined) return this.#fails("_error.message", UNKNOWN);
        return this.#said("_error.message", text(this.#error));
      }
    }
  }

  #bind(name: string, binding: Binding): void {
    this.#names.set(name, binding);
  }

  #assign(name: string, value: ModelValue | undefined): Expected {
    const input = `${name} = ${value?.code ?? "undefined"}`;
    const binding = this.#names.get(name);
    if (binding === undefined) return this.#fails(input, UNKNOWN);
    const code = { const: 2588, getter: 2588, function: 2630, class: 2629, let: 2322 }[binding.kind];
    const fits = binding.declared.split(" | ").includes(value?.type ?? "undefined");
    if (binding.kind !== "let" || !fits) return this.#fails(input, new RegExp(`^<console>:1:1 - error TS${code}: `));
    binding.value = value;
    binding.narrowed = value !== undefined;
    this.#last = () => this.#shown(binding);
    const type = value === undefined ? binding.declared : value.type;
    return { input, output: `${name}: ${type} = ${value?.shown ?? "undefined"}` };
  }

  #use(name: string): Expected {
    const binding = this.#names.get(name);
    if (binding === undefined) return this.#fails(name, UNKNOWN);
    const { kind, target } = binding;
    if (kind === "getter") {
      const value = target!.value && { ...target!.value, type: binding.declared };
      return value ? this.#said(`${name}()`, value) : { input: `${name}()`, output: "" };
    }
    const input = { const: name, let: name, function: `${name}()`, class: `new ${name}().v` }[kind];
    const value = this.#shown(binding);
    return value ? this.#said(input, value) : { input, output: "" };
  }

  /** The value with the type the checker knows for it now. */
  #shown(binding: Binding): ModelValue | undefined {
    return binding.value && { ...binding.value, type: binding.narrowed ? binding.value.type : binding.declared };
  }

  #said(input: string, value: ModelValue): Expected {
    const output = `res${this.#results.length}: ${value.type} = ${value.shown}`;
    this.#results.push(value);
    this.#last = () => value;
    return { input, output };
  }

  /** Nothing ran: nothing has changed. */
  #fails(input: string, output: RegExp): Expected {
    return { input, output };
  }

  #throws(input: string, before: string): Expected {
    this.#error = `boom ${++this.#errors}`;
    const said = `${before}Error: ${this.#error}`.replace(/[[\]|$]/g, "\\$&");
    return { input: input.replace("MESSAGE", this.#error), output: new RegExp(`^${said}\n    at <console>:1:\\d+`) };
  }
}
