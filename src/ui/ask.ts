import type { Readable, Writable } from 'node:stream';
import { isCancel, log, password, select, text } from '@clack/prompts';
import { IngestError } from '../errors.ts';
import { printableLines } from './printable.ts';

/** What is wrong with an answer, in one line; undefined when it will do. */
export type Judge = (answer: string) => string | undefined;

export type TextQuestion = Readonly<{
  ask: string;
  example?: string | undefined;
  /** Stands in the line already, to be changed or kept. */
  before?: string | undefined;
  judge: Judge;
}>;

export type SecretQuestion = Readonly<{
  ask: string;
  /** There is one already, which Enter keeps. */
  hasBefore: boolean;
  judge: Judge;
}>;

export type Choice<Value extends string> = Readonly<{
  value: Value;
  label: string;
  hint?: string | undefined;
}>;

export type ChoiceQuestion<Value extends string> = Readonly<{
  ask: string;
  choices: readonly Choice<Value>[];
  before: Value;
}>;

/** Asks on a terminal, one question at a time. Ctrl-C and the signal end it with `interrupted`. */
export type Asker = Readonly<{
  text: (question: TextQuestion) => Promise<string>;
  /** Nothing of it is shown but its length. Empty for the one that is there already. */
  secret: (question: SecretQuestion) => Promise<string>;
  choose: <Value extends string>(question: ChoiceQuestion<Value>) => Promise<Value>;
  /** Both take several lines. */
  say: (text: string) => void;
  warn: (text: string) => void;
}>;

export type AskerOptions = Readonly<{ input: Readable; output: Writable; signal: AbortSignal }>;

export function openAsker(terminal: AskerOptions): Asker {
  return {
    text: async ({ ask, example, before, judge }) =>
      answerOf(
        await text({
          ...terminal,
          message: ask,
          ...(example === undefined ? {} : { placeholder: example }),
          ...(before === undefined ? {} : { initialValue: before }),
          validate: (answer) => judge((answer ?? '').trim()),
        }),
        terminal,
      ),
    secret: async ({ ask, hasBefore, judge }) =>
      answerOf(
        await password({
          ...terminal,
          message: hasBefore ? `${ask} · Enter keeps the one there is` : ask,
          validate: (answer) => {
            const typed = (answer ?? '').trim();
            return typed === '' && hasBefore ? undefined : judge(typed);
          },
        }),
        terminal,
      ),
    choose: async ({ ask, choices, before }) => {
      const options = choices.map(({ value, label, hint }) => ({
        value: value as string,
        label,
        ...(hint === undefined ? {} : { hint }),
      }));
      const asked = { ...terminal, message: ask, options, initialValue: before as string };
      const answer = answerOf(await select(asked), terminal);
      const chosen = choices.find(({ value }) => value === answer);
      if (chosen === undefined) throw new Error(`${answer} was not among the choices`);
      return chosen.value;
    },
    say: (text) => log.success(printableLines(text).join('\n'), { output: terminal.output }),
    warn: (text) => log.warn(printableLines(text).join('\n'), { output: terminal.output }),
  };
}

function answerOf(answer: string | symbol | undefined, { signal }: AskerOptions): string {
  signal.throwIfAborted();
  if (!isCancel(answer)) return String(answer ?? '').trim();
  throw new IngestError('interrupted', {
    what: 'stopped; nothing was written',
    fix: 'Begin again with: movie-ingest init',
  });
}
