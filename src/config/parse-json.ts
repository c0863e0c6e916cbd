/** A JSON text with the line of every key and item, for messages that say where. */
export type JsonDocument = Readonly<{
  value: unknown;
  /** Line, from 1, of the key or item at `path`, or of the nearest thing around it. */
  lineOf: (path: readonly PropertyKey[]) => number;
}>;

/** Where and what, without a word of the text itself: it may hold secrets. */
export class JsonMistake extends Error {
  override readonly name = 'JsonMistake';
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.line = line;
  }
}

/**
 * Parses strict JSON and remembers lines. `JSON.parse` is not enough for files with secrets: its
 * message quotes the text around the mistake (measured on Node 20.20.2: `Unexpected token 's',
 * "{"a": secret}" is not valid JSON`) and often has no position. A key that stands twice is a mistake
 * too. Throws JsonMistake.
 */
export function parseJson(text: string): JsonDocument {
  const parser = new Parser(text.replace(/^\uFEFF/, ''));
  const value = parser.parseAll();
  return {
    value,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const line = parser.lines.get(pathKey(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

const TOKEN =
  /[ \t\r\n]*(?:(?<mark>[{}[\]:,])|(?<text>"(?:[^"\\\r\n]|\\.)*")|(?<word>-?\d[\d.eE+-]*|true|false|null)|(?<end>$))/y;
const MAX_DEPTH = 50;

type Token = Readonly<{ kind: 'mark' | 'text' | 'word' | 'end'; raw: string }>;

class Parser {
  readonly lines = new Map<string, number>();
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  parseAll(): unknown {
    const value = this.#value(this.#next(), []);
    if (this.#next().kind !== 'end') this.#fail('there is something after the end');
    return value;
  }

  #value(token: Token, path: readonly PropertyKey[]): unknown {
    if (path.length > MAX_DEPTH) this.#fail('it is nested too deep');
    if (token.raw === '{') return this.#object(path);
    if (token.raw === '[') return this.#array(path);
    if (token.kind === 'mark') this.#fail(`a value is missing before \`${token.raw}\``);
    if (token.kind === 'end') this.#fail('it ends in the middle: a bracket is not closed');
    return this.#decode(token.raw);
  }

  #object(path: readonly PropertyKey[]): unknown {
    const entries = new Map<string, unknown>();
    let token = this.#next();
    while (token.raw !== '}') {
      if (token.kind !== 'text') this.#fail('a key in double quotes is expected');
      const key = String(this.#decode(token.raw));
      if (entries.has(key)) this.#fail(`the key ${JSON.stringify(key)} stands twice`);
      const keyPath = [...path, key];
      this.lines.set(pathKey(keyPath), this.#line);
      if (this.#next().raw !== ':') this.#fail('a `:` is missing after a key');
      entries.set(key, this.#value(this.#next(), keyPath));
      token = this.#separator('}');
    }
    return Object.fromEntries(entries); // own keys even for `__proto__`
  }

  #array(path: readonly PropertyKey[]): unknown[] {
    const items: unknown[] = [];
    let token = this.#next();
    while (token.raw !== ']') {
      const itemPath = [...path, items.length];
      this.lines.set(pathKey(itemPath), this.#line);
      items.push(this.#value(token, itemPath));
      token = this.#separator(']');
    }
    return items;
  }

  /** After an entry: the closing bracket, or the token behind a comma. */
  #separator(close: '}' | ']'): Token {
    const token = this.#next();
    if (token.raw === close) return token;
    if (token.kind === 'end') this.#fail('it ends in the middle: a bracket is not closed');
    if (token.raw !== ',') this.#fail('a comma is missing');
    const next = this.#next();
    if (next.raw === close) this.#fail(`there is a comma before \`${close}\``);
    return next;
  }

  #next(): Token {
    TOKEN.lastIndex = this.#at;
    const groups = TOKEN.exec(this.#text)?.groups;
    if (groups === undefined) {
      this.#countLines(
        this.#at + (/^[ \t\r\n]*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0),
      );
      this.#fail(
        this.#text.startsWith('/', this.#at) ? 'JSON has no comments' : 'this is not valid JSON',
      );
    }
    this.#countLines(TOKEN.lastIndex);
    for (const kind of ['mark', 'text', 'word'] as const) {
      const raw = groups[kind];
      if (raw !== undefined) return { kind, raw };
    }
    return { kind: 'end', raw: '' };
  }

  /** Strings and numbers hold no line break, so lines can be counted token by token. */
  #countLines(to: number): void {
    this.#line += this.#text.slice(this.#at, to).split('\n').length - 1;
    this.#at = to;
  }

  #decode(raw: string): unknown {
    try {
      return JSON.parse(raw);
    } catch {
      return this.#fail('a text or number is badly written');
    }
  }

  #fail(problem: string): never {
    throw new JsonMistake(this.#line, problem);
  }
}

function pathKey(path: readonly PropertyKey[]): string {
  return path.map(String).join('\n');
}
